"""Runs made without training: events as a worker reports them, and answers to a test set."""

import numpy as np

from rnndash.config.run_config import RunConfig
from rnndash.events import Finished, HeldOut, Measured, Started
from rnndash.results import Predictions
from rnndash.runs.predictions_file import save_predictions

STARTED = Started(
    device="CPU, 1 thread",
    parameters=10,
    vocabulary=5,
    class_names=("a", "b"),
    train_texts=400,
    test_texts=80,
    samples_total=400,
    source="Made for a test.",
    notes=("3 rows were left out.",),
    worker="started by fork",
)
POINT = Measured(
    samples=200,
    epoch=0.5,
    seconds=2.0,
    running_accuracy=0.625,
    window_accuracy=0.7,
    loss=0.9,
    samples_per_second=100.0,
)
HELD_OUT = HeldOut(samples=200, epoch=0.5, seconds=2.0, texts=80, accuracy=0.75, loss=0.8)
FINISHED = Finished(
    samples=400,
    seconds=4.0,
    running_accuracy=0.7,
    test_accuracy=0.8125,
    test_loss=0.5,
    confusion=((30, 10), (5, 35)),
    padding_share=0.25,
    peak_memory_mb=300.0,
)


def make_run(store, *events, model="rnn", **settings):
    """A run with these events; gives its id."""
    (run_id,) = store.create([RunConfig(model=model, samples=400, **settings)])
    for event in events:
        store.append(run_id, event)
    return run_id


def make_predictions(store, run_id, predicted, labels, digest="texts"):
    """Keep answers with a run, as a worker does when it has finished."""
    answers = Predictions(
        labels=np.array(labels, dtype=np.int64),
        predicted=np.array(predicted, dtype=np.int64),
        confidence=np.linspace(0.5, 0.9, len(labels), dtype=np.float32),
        digest=digest,
    )
    save_predictions(answers, store.folder(run_id).predictions)
    return answers


def words(elements):
    """What a reader sees, without the marks that keep Markdown from acting."""
    return [element.value.replace("\\", "") for element in elements]
