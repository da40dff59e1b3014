"""What padding costs: counted over a whole corpus, and measured on this machine."""

from collections.abc import Sequence

import streamlit as st

from rnndash.config.hyperparameters import SETTING
from rnndash.errors import RnndashError
from rnndash.figures.padding_costs import (
    CostMeasure,
    costs_frame,
    describe_costs,
    describe_times,
    draw_costs,
    draw_times,
    times_frame,
)
from rnndash.packing.costs import BatchingCost, cost_curve
from rnndash.packing.step_times import StepTime, TimingConditions
from rnndash.packing.timing import sweep, sweep_shapes, timing_conditions
from rnndash.text.encoded import EncodedCorpus
from rnndash.ui.corpora import choose_texts
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.url_state import choice, number_menu
from rnndash.ui.wording import count, percent, plain

_MEASURED = "measured"
_ROWS = (8, 16, 32, 64, 128, 256, 512)
_LONGEST = (10, 20, 50, 100, 200)
_EMBED_DIM = 64


def show_costs() -> None:
    """Count and measure."""
    st.subheader("Counted: every batch of an epoch")
    corpus = choose_texts()
    if corpus is not None:
        _counted(corpus)
    st.subheader("Measured: is the packed network faster?")
    _measured()


def _counted(corpus: EncodedCorpus) -> None:
    costs = _curve(corpus.test_digest, corpus)
    frame = costs_frame(costs)
    picture, numbers = st.columns([3, 2])
    with picture:
        measure = choice("cost", "Curve", list(CostMeasure), CostMeasure.SHARE)
        show_growing_chart(
            draw_costs(frame, measure, is_dark=is_dark()),
            key="costs",
            alt=describe_costs(frame),
            has_buttons=False,
        )
    with numbers:
        sizes = [cost.batch_size for cost in costs if not cost.is_bucketed]
        chosen = number_menu("batch_size", "Batch size", sizes, 16)
        shuffled, bucketed = (cost for cost in costs if cost.batch_size == chosen)
        st.dataframe(
            {
                "": list(_facts(shuffled)),
                "Shuffled": list(_facts(shuffled).values()),
                "Similar lengths": list(_facts(bucketed).values()),
            },
            key="cost_numbers",
            hide_index=True,
            alt="What an epoch costs, shuffled and with similar lengths together",
        )
        st.caption(
            f"{len(corpus.train):,} training texts of {corpus.train.lengths.min()} to "
            f"{corpus.train.lengths.max()} words. Counted exactly, from the lengths. Bytes are "
            "those of word numbers, 8 each, with lengths or packing's own indices."
        )


@st.cache_data(max_entries=8, show_spinner=False)
def _curve(digest: str, _corpus: EncodedCorpus) -> tuple[BatchingCost, ...]:  # noqa: ARG001
    return cost_curve(_corpus.train.lengths)


def _facts(cost: BatchingCost) -> dict[str, str]:
    return {
        "Cells with padding": count(cost.cells),
        "Cells without": count(cost.tokens),
        "Wasted": percent(cost.padding_share),
        "Bytes padded": count(cost.padded_bytes),
        "Bytes packed": count(cost.packed_bytes),
    }


def _measured() -> None:
    st.markdown(
        "A packed network computes fewer cells, but on a CPU PyTorch has slower code for packed "
        "batches. Which one wins depends on the batch. Measure it: one row is long, and all others "
        "get shorter, measurement by measurement."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        chosen = [
            _size("rows_timed", "Rows", _ROWS, 256, "Texts in the batch that is timed."),
            _size(
                "longest_timed",
                "Longest row",
                _LONGEST,
                100,
                "Tokens of the one long row; all others get shorter, measurement by measurement.",
            ),
            _size(
                "hidden_timed",
                "Hidden size",
                SETTING["hidden_dim"].menu,
                32,
                f"Units of the LSTM. Its inputs are {_EMBED_DIM} numbers wide, as in the lesson.",
            ),
        ]
        pressed = st.button(
            "Measure on this machine", key="measure", type="primary", icon=":material/timer:"
        )
    if pressed:
        st.session_state[_MEASURED] = chosen
        _measure.clear(*chosen)
    if st.session_state.get(_MEASURED) != chosen:
        st.caption("Takes a few seconds. Training on this machine may be slower in this time.")
        return
    try:
        steps, conditions = _measure(*chosen)
    except RnndashError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    frame = times_frame(steps)
    show_growing_chart(draw_times(frame, is_dark=is_dark()), key="times", alt=describe_times(frame))
    st.markdown(f"**{describe_times(frame)}**")
    st.caption(
        f"{conditions.machine}; {conditions.device}; PyTorch {conditions.torch_version}. One "
        f"forward and backward pass of `nn.LSTM`, inputs {conditions.embed_dim} wide, "
        f"{conditions.hidden_dim} units, {len(steps[0].lengths)} rows, the longest of "
        f"{max(steps[0].lengths)} tokens, packing included. Medians of at least "
        f"{conditions.repeats} passes of each kind in turn; bars from the fastest to the slowest. "
        "On another machine, above all on a GPU, the result can differ."
    )


def _size(key: str, label: str, sizes: Sequence[float], default: int, help_text: str) -> int:
    with st.container(width=140):
        return number_menu(key, label, sizes, default, help_text)


@st.cache_data(max_entries=32, show_spinner=False)
def _measure(
    rows: int, longest: int, hidden_dim: int
) -> tuple[tuple[StepTime, ...], TimingConditions]:
    """Measure once; the same sizes show the same measurement until the button is pressed again."""
    shapes = len(sweep_shapes(rows, longest))
    steps: list[StepTime] = []
    progress = st.progress(0.0, text="Measuring")
    for step in sweep(rows, longest, embed_dim=_EMBED_DIM, hidden_dim=hidden_dim):
        steps.append(step)
        progress.progress(len(steps) / shapes, text=f"Measured {len(steps)} of {shapes} batches")
    progress.empty()
    conditions = timing_conditions(steps, embed_dim=_EMBED_DIM, hidden_dim=hidden_dim)
    return tuple(steps), conditions
