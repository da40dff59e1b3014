"""The same text alone and in a batch with longer ones."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rnndash.app_files import page_script
from rnndash.inspection.neighbours import in_company
from rnndash.inspection.predict import encode_text
from rnndash.inspection.variants import Company
from rnndash.ui.networks import Opened
from rnndash.ui.wording import percent

_OTHERS = (
    "The home team scored twice in the second half and won the cup in front of its own fans, who "
    "had waited for this day for more than thirty years and sang long into the night\n"
    "Researchers say that a new telescope in the desert, which took twelve years to build and cost "
    "more than planned, has sent home the first pictures of a planet outside our solar system"
)


def show_neighbours(opened: Sequence[Opened], text: str) -> None:
    """Each network's answer without and with company."""
    others = st.text_area(
        "Other texts of the batch, one a line",
        _OTHERS,
        key="others",
        bind="query-params",
        max_chars=20_000,
        height=120,
    )
    lines = [line for line in (others or "").splitlines() if line.strip()]
    companies = [
        in_company(
            each.network,
            encode_text(text, each.network.index),
            [encode_text(line, each.network.index) for line in lines],
        )
        for each in opened
    ]
    st.dataframe(
        pd.DataFrame([_row(company) for company in companies]),
        key="companies",
        hide_index=True,
        alt="Each network's answer alone and in the batch",
    )
    st.caption(
        f"{companies[0].pads} pads stand behind the text in that batch. A network that reads a "
        "padded batch steps over them as over words; one that reads a packed batch never sees "
        "them, and its answer stays."
    )
    link = {"chapter": "answer", "sentence": text}
    comparisons = {each.record.comparison for each in opened}
    if len(comparisons) == 1:  # the page takes all networks from one
        link["networks"] = comparisons.pop()
    st.page_link(
        page_script("packing"),
        label="The same with more and more pads",
        icon=":material/view_week:",
        query_params=link,
    )


def _row(company: Company) -> dict[str, str]:
    names = company.network.class_names
    alone, together = int(company.alone.argmax()), int(company.together.argmax())
    return {
        "Network": company.network.label,
        "Alone": f"{names[alone]} {percent(float(company.alone[alone]))}",
        "In the batch": f"{names[together]} {percent(float(company.together[together]))}",
        "Largest change": f"{100 * company.moved:.1f} points",
    }
