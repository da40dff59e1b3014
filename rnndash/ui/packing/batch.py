"""The layout of a minibatch: its source, its three pictures, the call that packs it."""

from enum import StrEnum
from typing import assert_never

import streamlit as st

from rnndash.config.complete import complete
from rnndash.config.hyperparameters import SETTING
from rnndash.errors import RnndashError
from rnndash.figures.packed_batch import (
    draw_packed,
    draw_padded,
    draw_sorted,
)
from rnndash.figures.packed_cells import (
    cells_frame,
    describe_part,
    describe_step,
    drawn_part,
)
from rnndash.packing.layout import lay_out
from rnndash.packing.minibatch import BatchLayout, Rows
from rnndash.packing.sequences import LESSON_ROWS, batch_rows, corpus_rows, parse_rows
from rnndash.text.encoded import EncodedCorpus
from rnndash.ui.corpora import choose_texts
from rnndash.ui.legend import is_dark
from rnndash.ui.packing.stepping_charts import show_stepping_charts
from rnndash.ui.url_state import choice, keep_whole_numbers, number_menu, toggle, whole_number
from rnndash.ui.wording import count, percent, plain

_TYPED = "1, 2, 3 / 4, 5"
_PRINTED_PX = 320


class BatchSource(StrEnum):
    """Where a minibatch comes from."""

    LESSON = "lesson"
    TYPED = "typed"
    TEXTS = "texts"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return _SOURCE_LABELS[self]


_SOURCE_LABELS = complete(
    BatchSource,
    {
        BatchSource.LESSON: "The lesson's example",
        BatchSource.TYPED: "Typed by hand",
        BatchSource.TEXTS: "Real texts",
    },
)


class BatchOrder(StrEnum):
    """In which order the texts of a corpus are cut into minibatches."""

    SHUFFLED = "shuffled"
    BUCKETED = "bucketed"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return _ORDER_LABELS[self]


_ORDER_LABELS = complete(
    BatchOrder,
    {
        BatchOrder.SHUFFLED: "Shuffled",
        BatchOrder.BUCKETED: "Similar lengths together",
    },
)


def show_batch() -> None:
    """Choose a minibatch and walk through its pictures."""
    source_column, texts_column = st.columns(2)
    with source_column:
        source = choice("source", "The minibatch", list(BatchSource), BatchSource.LESSON)
    try:
        match source:
            case BatchSource.LESSON:
                rows: Rows | None = LESSON_ROWS
            case BatchSource.TYPED:
                with texts_column:
                    typed = _typed()
                rows = parse_rows(typed)
            case BatchSource.TEXTS:
                with texts_column:
                    corpus = choose_texts()
                rows = None if corpus is None else _from(corpus)
            case _:
                assert_never(source)
    except RnndashError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if rows is not None:
        layout = lay_out(rows)
        st.fragment(_pictures)(rows, layout)
        _numbers(layout)
        _call(layout)


def _typed() -> str:
    return st.text_input(
        "Rows",
        _TYPED,
        key="rows",
        bind="query-params",
        help="Token numbers from 1 on, with commas or spaces between them and / between rows. "
        "A list of lists from Python works too.",
    )


def _from(corpus: EncodedCorpus) -> Rows:
    """Ask for one of its minibatches."""
    keep_whole_numbers("batch", "seed")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        order = choice("order", "Order of the texts", list(BatchOrder), BatchOrder.SHUFFLED)
        number = st.number_input(
            "Minibatch",
            min_value=1,
            max_value=10_000_000,
            key="batch",
            bind="query-params",
            width=150,
            help="Its number in the first epoch, from 1. Shuffled, it is the minibatch that a run "
            "with this size and seed trains on.",
        )
        with st.container(width=130):
            size = number_menu("batch_size", "Batch size", SETTING["batch_size"].menu, 16)
        seed = st.number_input(
            "Seed",
            min_value=0,
            max_value=int(SETTING["seed"].maximum),
            key="seed",
            bind="query-params",
            width=150,
            help="Of the order of the texts.",
        )
    return _rows_of(corpus, order, int(number), size, int(seed))


def _rows_of(corpus: EncodedCorpus, order: BatchOrder, number: int, size: int, seed: int) -> Rows:
    chosen = batch_rows(
        corpus.train.lengths,
        batch_size=size,
        number=number,
        is_bucketed=order is BatchOrder.BUCKETED,
        seed=seed,
    )
    return corpus_rows(corpus, chosen)


def _pictures(rows: Rows, layout: BatchLayout) -> None:
    """The three pictures; using them runs only this part of the page."""
    part = drawn_part(layout)
    has_words = bool(rows.words) and toggle(
        "words",
        "Words in the cells",
        "Wide cells show their words, and a scroll bar follows the steps. Off, you see the whole "
        "shape of the batch; point at a cell to read it.",
    )
    if cut := describe_part(layout, part):
        st.info(cut, icon=":material/crop:")
    cells, dark = cells_frame(layout, rows), is_dark()
    step = show_stepping_charts(
        [
            draw_padded(cells, part, has_words=has_words, is_dark=dark),
            draw_sorted(cells, layout, part, has_words=has_words, is_dark=dark),
            draw_packed(cells, layout, part, has_words=has_words, is_dark=dark),
        ],
        [describe_step(layout, rows, step) for step in range(part.steps)],
        key="walk",
        step=_linked_step(part.steps),
    )
    if step:
        st.query_params["step"] = str(step)
    else:
        st.query_params.pop("step", None)


def _linked_step(steps: int) -> int:
    return min(steps - 1, whole_number(st.query_params.get("step", "")) or 0)


def _numbers(layout: BatchLayout) -> None:
    cells = layout.padded.size
    with st.container(horizontal=True, gap="large"):
        st.metric(
            "Cells with padding",
            count(cells),
            width="content",
            help="Rows times steps: what a padded network computes.",
        )
        st.metric(
            "Without",
            count(len(layout.data)),
            width="content",
            help="Real tokens: what a packed network computes.",
        )
        st.metric("Wasted", percent(layout.pads / cells), width="content", help="Share of pads.")
        st.metric(
            "Bytes padded",
            count(layout.padded_bytes),
            width="content",
            help="Of the tokens and their lengths, 8 bytes a number.",
        )
        st.metric(
            "Bytes packed",
            count(layout.packed_bytes),
            width="content",
            help="Of data, batch_sizes, sorted_indices and unsorted_indices, 8 bytes a number. "
            "In small batches the indices take more than packing saves. Embedded words are many "
            "numbers wide each, so there the indices hardly count.",
        )


def _call(layout: BatchLayout) -> None:
    made, result = st.columns(2)
    with made:
        st.markdown("**The call**")
        st.code(layout.call, wrap_lines=True)
    with result:
        st.markdown("**What it gives**, rows and steps counted from 0")
        st.code(
            layout.printed, wrap_lines=True, height=_PRINTED_PX if layout.steps > 12 else "content"
        )
