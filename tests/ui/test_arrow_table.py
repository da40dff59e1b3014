import pyarrow as pa
import pytest

from rnndash.ui.arrow_table import arrow_table

COLUMNS = pa.schema(
    {
        "Model": pa.string(),
        "Test": pa.float64(),
        "Curve": pa.list_(pa.float64()),
        "Started": pa.timestamp("ms", tz="UTC"),
    }
)
ROW = {"Model": "RNN", "Test": 81.25, "Curve": [0.5, 0.625], "Started": "2026-11-25T18:01:04.116Z"}


def test_table_is_the_one_that_arrow_makes_of_python_values():
    rows = [ROW, {"Model": 'a "line"\nand ünother', "Test": None, "Curve": [], "Started": None}]
    columns = {name: [row[name] for row in rows] for name in COLUMNS.names}
    columns["Started"] = pa.array(columns["Started"]).cast(COLUMNS.field("Started").type)
    assert arrow_table(rows, COLUMNS).equals(pa.table(columns, schema=COLUMNS))


def test_columns_stand_in_the_order_of_the_schema():
    row = dict(reversed(ROW.items()))
    assert arrow_table([row], COLUMNS).schema.equals(COLUMNS)


def test_column_without_any_value_keeps_its_type():
    row = ROW | {"Test": None}
    assert arrow_table([row], COLUMNS).schema.field("Test").type == pa.float64()


def test_row_of_several_megabytes_fits():
    curve = [0.123456789] * 300_000
    (row,) = arrow_table([ROW | {"Curve": curve}], COLUMNS).to_pylist()
    assert row["Curve"] == curve


def test_column_that_the_schema_lacks_is_refused():
    with pytest.raises(pa.ArrowInvalid, match="unexpected field"):
        arrow_table([ROW | {"Seed": 0}], COLUMNS)
