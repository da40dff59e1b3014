"""Which classes a run confuses, and the texts behind each cell."""

from collections.abc import Mapping, Sequence

import streamlit as st

from rnndash.errors import RnndashError
from rnndash.figures.confusion import confusion_frame, describe_confusion, draw_confusion
from rnndash.results import RunRecord
from rnndash.ui.compare.opened_predictions import predictions_of
from rnndash.ui.compare.texts_table import show_texts
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.url_state import menu
from rnndash.ui.wording import plain


def show_mistakes(records: Sequence[RunRecord], labels: Mapping[str, str]) -> None:
    """Show the confusion matrix of a finished run; a click on a cell shows its texts."""
    st.subheader("Mistakes")
    finished = [record for record in records if record.finished is not None]
    if not finished:
        st.info(
            "Tick a finished run above. Its confusion matrix and the texts behind it appear here.",
            icon=":material/info:",
        )
        return
    ids = [record.run_id for record in finished]
    record = finished[ids.index(menu("of", "Run", ids, ids[0], labels))]
    names = record.started.class_names if record.started else ()
    confusion = record.finished.confusion if record.finished else ()
    frame = confusion_frame(confusion, names)
    picture, texts = st.columns([2, 3])
    with picture:
        click = show_growing_chart(
            draw_confusion(frame, is_dark=is_dark()),
            key="confusion",
            alt=describe_confusion(frame),
            has_buttons=False,
            is_clickable=True,
        )
        st.caption("Click a cell to read its texts. The colours show shares of each row's class.")
    classes = [str(index) for index in range(len(names))]
    shown = dict(zip(classes, names, strict=True))
    if click is not None and click.y in names and click.x in names:
        st.session_state["true"] = str(names.index(str(click.y)))
        st.session_state["answered"] = str(names.index(str(click.x)))
    with texts:
        true_column, answered_column = st.columns(2)
        with true_column:
            true = menu("true", "True class", classes, classes[0], shown)
        with answered_column:
            answered = menu("answered", "Class answered", classes, classes[1], shown)
        try:
            predictions = predictions_of(record)
        except RnndashError as error:
            st.warning(plain(str(error)), icon=":material/info:")
            return
        rows = (predictions.labels == int(true)) & (predictions.predicted == int(answered))
        show_texts(record, rows.nonzero()[0], {"": predictions}, key="mistaken_texts")
