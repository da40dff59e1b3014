"""Tables for Streamlit without pandas, for the pages that are opened first."""

import io
import json
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.json as pa_json


def arrow_table(rows: Iterable[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    """A table of plain values for `st.dataframe`.

    The values pass through JSON: `pa.array`, and all that is built on it, imports pandas if that
    is installed, and this takes longer than all the rest of a page.

    Args:
        rows: at least one. Values that JSON can hold: times as `2026-11-25T18:01:04Z`, no NaN.
        schema: its names are the columns, in this order.

    Raises:
        pa.ArrowInvalid: a row has another column, or a value of another type.
    """
    lines = "\n".join(json.dumps(row, allow_nan=False) for row in rows).encode()
    return pa_json.read_json(
        io.BytesIO(lines),
        read_options=pa_json.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=pa_json.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior="error"
        ),
    )
