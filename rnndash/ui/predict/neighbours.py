"""The same text alone, and in a batch with other texts."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rnndash.app_files import page_script
from rnndash.errors import SequenceError
from rnndash.inspection.encoded_text import TokenizedText
from rnndash.inspection.padding_drift import MOST_OTHERS, padding_drift
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.inspection.variants import PaddingDrift
from rnndash.ui.networks import Opened
from rnndash.ui.wording import percent

_OTHERS = (
    "The home team scored twice in the second half and won the cup in front of its own fans, who "
    "had waited for this day for more than thirty years and sang long into the night\n"
    "Researchers say that a new telescope in the desert, which took twelve years to build and cost "
    "more than planned, has sent home the first pictures of a planet outside our solar system"
)


def show_neighbours(opened: Sequence[Opened], text: str, words: TokenizedText) -> None:
    """Each network's answer without and with other texts in the batch."""
    typed = st.text_area(
        "Other texts of the batch, one a line",
        _OTHERS,
        key="others",
        bind="query-params",
        max_chars=20_000,
        height=120,
    )
    drifts = drifts_beside(opened, words, typed or "")
    st.dataframe(
        pd.DataFrame([drift_row(drift) for drift in drifts]),
        key="companies",
        hide_index=True,
        alt="Each network's answer alone and in the batch",
    )
    st.caption(
        f"In that batch {drifts[0].pads[-1]} pads stand behind the text. A network that reads a "
        "padded batch reads them like words. One that reads a packed batch never sees them, and "
        "its answer stays the same."
    )
    st.page_link(
        page_script("packing"),
        label="The same with more and more pads",
        icon=":material/view_week:",
        query_params=_link(opened, text),
    )


def drifts_beside(
    opened: Sequence[Opened], words: TokenizedText, typed: str
) -> tuple[PaddingDrift, ...]:
    """Each network's answer alone, then in a batch with the texts that were typed, one a line.

    Raises:
        SequenceError: no text was typed, too many were, or one of them has no word.
        CheckpointError: a network gives numbers that are not finite.
    """
    lines = [line for line in typed.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_OTHERS:
        raise SequenceError(
            f"A batch takes from 1 to {MOST_OTHERS} other texts; {len(lines):,} came. "
            "Give one text a line."
        )
    others = [tokenize_text(line) for line in lines]
    return tuple(
        padding_drift(
            each.network,
            each.network.encode(words),
            ((), [each.network.encode(other) for other in others]),
        )
        for each in opened
    )


def drift_row(drift: PaddingDrift) -> dict[str, str]:
    """One network's row of the table."""
    alone, together = drift.probabilities[0], drift.probabilities[-1]
    names = drift.network.class_names
    return {
        "Network": drift.network.label,
        "Alone": f"{names[int(alone.argmax())]} {percent(float(alone.max()))}",
        "In the batch": f"{names[int(together.argmax())]} {percent(float(together.max()))}",
        "Largest change": f"{100 * drift.moved:.1f} points",
    }


def _link(opened: Sequence[Opened], text: str) -> dict[str, str]:
    """To this text on the packing page, with the same networks if they are one comparison."""
    link = {"chapter": "answer", "sentence": text}
    comparisons = {each.record.comparison for each in opened}
    if len(comparisons) == 1:  # that page takes all networks from one
        link["networks"] = comparisons.pop()
    return link
