"""Whatever a user names something, every figure shows it as it was written.

Plotly's labels know a few tags and entities of HTML; nothing else in a text acts.
"""

import importlib
import inspect
import pkgutil
from dataclasses import replace

import numpy as np
import pytest

from rnndash import figures
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.events import Measured
from rnndash.figures.class_probabilities import draw_probabilities
from rnndash.figures.comparison import CurveView, compared_frame, draw_comparison
from rnndash.figures.confusion import (
    agreement_frame,
    confusion_frame,
    draw_agreement,
    draw_confusion,
)
from rnndash.figures.embedding_map import draw_embedding_map, map_frame
from rnndash.figures.gates import draw_gates, gates_frame
from rnndash.figures.gradient_flow import draw_flow, flow_frame
from rnndash.figures.hidden_states import draw_states, states_grid
from rnndash.figures.left_out import changes_frame, draw_changes
from rnndash.figures.nearest_words import draw_nearest, nearest_frame
from rnndash.figures.packed_batch import draw_packed, draw_padded, draw_sorted
from rnndash.figures.packed_cells import cells_frame, drawn_part
from rnndash.figures.padding_drift import Drifting, draw_drift, drift_frame
from rnndash.figures.unit_course import course_frame, draw_course
from rnndash.figures.word_by_word import draw_word_by_word, word_lines
from rnndash.figures.word_saliency import draw_saliency, saliency_frame
from rnndash.inspection.attributions import Method, Saliency
from rnndash.inspection.embedding_views import MIXED, EmbeddingMap, NearestWords, Neighbour
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.flows import Through
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predictions import Prediction
from rnndash.inspection.variants import Alternatives, PaddingDrift, Variant
from rnndash.packing.layout import lay_out
from rnndash.packing.minibatch import Rows
from rnndash.results import RunRecord, RunState
from rnndash.statistics import Interval, Verdict
from tests.figures.hover import as_read, hover_text, hover_texts
from tests.figures.readings import made_flow, made_network, made_reading, made_states

HOSTILE = ("<b>x</b>", "a &lt; b", "<a href='x'>y", "~a~", "$x$", "_a_", "*a*", "[x](y)", "`a`")
NO_USERS_TEXT = {"draw_curves", "draw_memory", "draw_gradients", "draw_costs", "draw_times"}
"""Figures in which each word is the project's own."""


def _confusion(text):
    return draw_confusion(confusion_frame(((1, 2), (3, 4)), (text, "other")))


def _agreement(text):
    verdict = Verdict(
        both_right=1,
        only_first=1,
        only_second=1,
        both_wrong=1,
        p_value=1.0,
        difference=0.0,
        interval=Interval(low=0.0, high=0.0),
        resamples=9,
    )
    return draw_agreement(agreement_frame(verdict), text, text)


def _comparison(text):
    point = Measured(
        samples=100,
        epoch=0.5,
        seconds=1.0,
        running_accuracy=0.5,
        window_accuracy=0.5,
        loss=1.0,
        samples_per_second=1.0,
    )
    records = [
        RunRecord(
            run_id=f"run-{seed}",
            comparison="run",
            created=0.0,
            config=RunConfig(model="rnn", seed=seed),
            state=RunState.RUNNING,
            points=(point,),
        )
        for seed in (0, 1)
    ]
    view = CurveView(is_grouped=True)
    return draw_comparison(compared_frame(records, {"run-0": text}, view), view)


def _map(text, *, names):
    drawn = EmbeddingMap(
        words=(text, "other"),
        points=np.eye(2),
        variance=(0.5, 0.5),
        class_names=names,
        classes=np.array([0 if names else MIXED, MIXED]),
        shares=np.array([0.5, 0.5]),
        counts=np.array([1, 2]),
        threshold=0.5,
    )
    return draw_embedding_map(map_frame(drawn), names, drawn.variance)


def _nearest(text):
    nearest = NearestWords(word=text, neighbours=(Neighbour(word=text, similarity=0.5),))
    return draw_nearest(nearest_frame(nearest), text)


def _network(text):
    return NetworkInfo(label=text, kind=ModelKind.LSTM, class_names=(text, "other"))


def _text(text):
    return EncodedText(tokens=(text, "other"), ids=(1, 5), words_in_all=2)


def _probabilities(text):
    reading = Prediction(
        network=_network(text), text=_text("a"), probabilities=np.array([0.7, 0.3]), seconds=0.1
    )
    return draw_probabilities([reading])


def _word_by_word(text):
    network = made_network(label=text, class_names=(text, "other"))
    words = EncodedText(tokens=_words(text), ids=(1, 5, 6), words_in_all=3)
    return draw_word_by_word(word_lines([replace(made_reading(network), text=words)]))


def _changes(text):
    alternatives = Alternatives(
        network=_network(text),
        text=_text("a"),
        before=np.array([0.2, 0.8]),
        variants=(Variant(done=text, touched=(0,), order=()),),
        after=np.array([[0.7, 0.3]]),
    )
    return draw_changes(changes_frame(alternatives), text)


def _saliency(text):
    saliency = Saliency(
        network=_network(text),
        text=_text(text),
        method=Method.INTEGRATED_GRADIENTS,
        class_name=text,
        scores=np.array([0.5, -0.5]),
        logit=1.0,
        baseline_logit=0.5,
    )
    return draw_saliency(saliency_frame(saliency), text)


def _drift(text):
    drift = PaddingDrift(
        network=_network(text),
        text=_text("a"),
        others=np.array([1]),
        pads=np.array([0]),
        probabilities=np.array([[0.7, 0.3]]),
        distance=np.array([0.0]),
        state_norm=1.0,
    )
    return draw_drift(drift_frame([drift]), Drifting.PROBABILITY)


def _words(text):
    return (text, "other", text)


def _batch(draw):
    def drawn(text):
        rows = Rows(ids=((2,),), words=((text,),))
        layout = lay_out(rows)
        frame, part = cells_frame(layout, rows), drawn_part(layout)
        own = (frame, part) if draw is draw_padded else (frame, layout, part)
        return draw(*own, has_words=True).figure

    return drawn


FIGURES = {
    "draw_agreement": _agreement,
    "draw_changes": _changes,
    "draw_comparison": _comparison,
    "draw_confusion": _confusion,
    "draw_course": lambda text: draw_course(
        course_frame(made_states(), _words(text), 0), _words(text), 0
    ),
    "draw_drift": _drift,
    "draw_embedding_map": lambda text: _map(text, names=(text, "other")),
    "draw_flow": lambda text: draw_flow(
        flow_frame([made_flow()], [text], _words(text)), Through.RECURRENCE
    ),
    "draw_gates": lambda text: draw_gates(
        gates_frame(made_states(), _words(text)), _words(text), is_unknown=(True, False, False)
    ),
    "draw_nearest": _nearest,
    "draw_packed": _batch(draw_packed),
    "draw_padded": _batch(draw_padded),
    "draw_probabilities": _probabilities,
    "draw_saliency": _saliency,
    "draw_sorted": _batch(draw_sorted),
    "draw_states": lambda text: draw_states(
        states_grid(made_states(), np.array([0, 1])), _words(text)
    ),
    "draw_word_by_word": _word_by_word,
}


def _read(figure):
    """All that a reader can see of a figure, as it is read."""
    layout = figure.layout
    written = [layout.title.text, layout.xaxis.title.text, layout.yaxis.title.text]
    written += [*(layout.xaxis.ticktext or ()), *(layout.yaxis.ticktext or ())]
    written += [note.text for note in layout.annotations]
    for trace in figure.data:
        written.append(trace.name)
        if trace.type == "heatmap":
            rows, columns = range(len(trace.y)), range(len(trace.x))
            yield from (hover_text(trace, (row, column)) for row in rows for column in columns)
            continue
        written += trace.text if trace.text is not None else ()
        if trace.hovertemplate:
            yield from hover_texts(trace)
    yield from (as_read(text) for text in written if text)


def _draws():
    """The names of all functions that draw a figure."""
    for found in pkgutil.iter_modules(figures.__path__, "rnndash.figures."):
        module = importlib.import_module(found.name)
        for name, _ in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("draw_"):
                yield name


def _times(name, text):
    """How many labels of a figure have the text in them."""
    return sum(text in label for label in _read(FIGURES[name](text)))


def test_every_figure_is_tried_or_shows_no_text_of_a_user():
    assert set(_draws()) == FIGURES.keys() | NO_USERS_TEXT


@pytest.mark.parametrize("name", FIGURES)
def test_text_of_a_user_is_shown_as_it_is_written(name):
    times = _times(name, "harmless")
    assert times > 0
    assert {text: _times(name, text) for text in HOSTILE} == dict.fromkeys(HOSTILE, times)
