"""Is the difference between two runs real? The answer in words, with its evidence."""

from collections.abc import Mapping, Sequence

import streamlit as st

from rnndash.errors import RnndashError
from rnndash.figures.confusion import (
    RIGHT,
    agreement_frame,
    describe_agreement,
    draw_agreement,
)
from rnndash.inspection.many_texts import counted
from rnndash.results import Predictions, RunRecord
from rnndash.statistics import Verdict, judge
from rnndash.ui.compare.opened_predictions import predictions_of
from rnndash.ui.compare.texts_table import show_texts
from rnndash.ui.growing_chart import Click, show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.url_state import menu
from rnndash.ui.wording import plain

_CELLS = {
    "both": "both right",
    "a": "only A right",
    "b": "only B right",
    "neither": "both wrong",
}


def show_verdict(records: Sequence[RunRecord], labels: Mapping[str, str]) -> None:
    """Choose two finished runs; show the verdict and the texts on which they disagree."""
    st.subheader("Is the difference real?")
    finished = [record for record in records if record.finished is not None]
    if len(finished) < 2:
        st.info(
            "Tick two finished runs above. Their answers to the same test texts are compared here.",
            icon=":material/info:",
        )
        return
    ids = [record.run_id for record in finished]
    first_column, second_column = st.columns(2)
    with first_column:
        first = finished[ids.index(menu("a", "Run A", ids, ids[-1], labels))]
    with second_column:
        second = finished[ids.index(menu("b", "Run B", ids, ids[0], labels))]
    if first is second:
        st.info("Choose two different runs.", icon=":material/info:")
        return
    try:
        predictions = predictions_of(first), predictions_of(second)
        verdict = _judge(first.run_id, second.run_id, *predictions)
    except RnndashError as error:
        st.warning(plain(str(error)), icon=":material/info:")
        return
    names = labels[first.run_id], labels[second.run_id]
    text, picture = st.columns([3, 2])
    with text:
        _show_text(verdict, first, second, names)
    with picture:
        click = _agreement(verdict, names)
    _texts(first, predictions, click)


@st.cache_data(max_entries=64, show_spinner="Comparing answers")
def _judge(first_id: str, second_id: str, _first: Predictions, _second: Predictions) -> Verdict:  # noqa: ARG001
    return judge(_first, _second)


def _show_text(
    verdict: Verdict, first: RunRecord, second: RunRecord, names: tuple[str, str]
) -> None:
    st.markdown(describe_verdict(verdict, names))
    st.caption(_caution(verdict, first.config.seed, second.config.seed))


def describe_verdict(verdict: Verdict, names: tuple[str, str]) -> str:
    """The verdict as Markdown: which run is better, by how much, and how certain that is.

    Args:
        names: of run A and of run B.
    """
    differing = verdict.only_first + verdict.only_second
    if differing == 0:
        return (
            f"**No difference.** Both have the same {verdict.both_right:,} of the "
            f"{verdict.texts:,} test texts right."
        )
    first_leads = verdict.difference >= 0
    better, worse = map(plain, names if first_leads else names[::-1])
    ends = (verdict.interval.low, verdict.interval.high)
    low, high = ends if first_leads else (-ends[1], -ends[0])
    lead = abs(verdict.only_first - verdict.only_second)
    fact = (
        f"{better} has {lead:,} more of the {verdict.texts:,} test texts right than {worse}: a "
        f"lead of {_points(abs(verdict.difference))} percentage points."
    )
    if lead == 0:
        fact = f"{better} and {worse} have equally many of the {verdict.texts:,} test texts right."
    again = f"**{_points(low)} to {_points(high)} points**"
    if verdict.is_significant:
        judgement = (
            f"**Probably real, for these two trained networks.** {fact} With other test texts of "
            f"the same kind the lead would mostly be {again} (95% interval)."
        )
    else:
        judgement = (
            f"**It may be chance.** {fact} With other test texts of the same kind the lead could "
            f"well be {again} (95% interval; below 0 the other run leads)."
        )
    return (
        f"{judgement}\n\nThey disagree on {counted(differing, 'text')}: only A is right on "
        f"{verdict.only_first:,}, only B on {verdict.only_second:,}. If both were equally good, "
        f"chance would split these texts at least as unevenly with probability "
        f"**p {_p_value(verdict.p_value)}**."
    )


def _points(share: float) -> str:
    return f"{100 * share:.1f}".replace("-", "−")


def _p_value(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"= {value:.4f}"


def _caution(verdict: Verdict, first_seed: int, second_seed: int) -> str:
    which = f"seed {first_seed}"
    if first_seed != second_seed:
        which = f"seeds {first_seed} and {second_seed}"
    return (
        f"This is one seed of each ({which}). It compares these two sets of weights, not the two "
        "kinds of network. With another seed, the other one may be ahead. To compare the kinds, "
        "train several seeds of each and look at *Mean over seeds*. Method: McNemar's exact test, "
        f"and a bootstrap interval over the texts ({verdict.resamples:,} resamples)."
    )


def _agreement(verdict: Verdict, names: tuple[str, str]) -> Click | None:
    frame = agreement_frame(verdict)
    return show_growing_chart(
        draw_agreement(frame, *names, is_dark=is_dark()),
        key="agreement",
        alt=describe_agreement(frame),
        has_buttons=False,
        is_clickable=True,
    )


def _texts(
    first: RunRecord, predictions: tuple[Predictions, Predictions], click: Click | None
) -> None:
    if click is not None:
        is_a, is_b = click.y == RIGHT, click.x == RIGHT
        names = {(True, True): "both", (True, False): "a", (False, True): "b"}
        st.session_state["cell"] = names.get((is_a, is_b), "neither")
    cell = menu("cell", "Texts that", list(_CELLS), "a", _CELLS)
    a, b = predictions[0].is_right, predictions[1].is_right
    rows = {"both": a & b, "a": a & ~b, "b": ~a & b, "neither": ~a & ~b}[cell].nonzero()[0]
    show_texts(first, rows, {"A": predictions[0], "B": predictions[1]}, key="parting_texts")
