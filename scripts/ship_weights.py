"""Trains the runs included with the dashboard, stores them, and writes their model card.

    python -m scripts.ship_weights --ag-news FOLDER

This trains for a few minutes, with the same queue and workers as the dashboard, and then replaces
the runs in `rnndash/shipped`. Run it again when the built-in headlines or the format of a run
change. On the same machine it gives the same weights, answers and curves, except for times.
"""

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON_MODELS
from rnndash.config.run_config import RunConfig
from rnndash.environment import read_environment
from rnndash.errors import RnndashError, RunError
from rnndash.export.archive import export_run, import_run
from rnndash.models import Classifier
from rnndash.results import RunState
from rnndash.runs.queue import RunQueue
from rnndash.runs.shipped import SHIPPED_DIR
from rnndash.runs.store import RunStore
from rnndash.text.ag_news import AgNewsReader
from rnndash.text.encoded import EncodedTexts, encode_corpus, load_encoded
from rnndash.text.headlines import HeadlinesReader
from rnndash.text.order import split_rows
from rnndash.training.checkpoint import load_checkpoint, save_checkpoint
from rnndash.training.device import use_one_thread
from rnndash.training.padding import pad
from rnndash.training.trained import open_trained
from scripts.model_card import CARD, Measurements, Score, model_card

CONFIG = RunConfig(
    model=ModelKind.RNN,
    samples=24_000,
    epochs=6,
    learning_rate=0.003,
    embed_dim=32,
    hidden_dim=32,
    min_freq=5,
)
"""A small vocabulary and small embeddings keep the files small. An LSTM that answers after the pads
needs three epochs before its accuracy rises."""
_POLL_S = 0.1


def ship(configs: Sequence[RunConfig], out: Path, *, ag_news: AgNewsReader | None = None) -> None:
    """Train runs on the built-in headlines and replace the runs in `out`.

    Args:
        configs: the settings of each run of one comparison.
        out: the folder of the shipped runs; nothing in it changes before all runs have finished.
        ag_news: test texts of real news, to measure the transfer; None skips that.

    Raises:
        RnndashError: the texts or a folder cannot be used, or a run did not finish.
    """
    with tempfile.TemporaryDirectory() as folder:
        trained = RunStore(Path(folder) / "runs")
        run_ids = train(trained, configs)
        store = RunStore(out)
        for old in store.run_ids():
            store.delete(old)
        for run_id in run_ids:
            import_run(store, io.BytesIO(export_run(trained, run_id)))
            _remove_optimiser(store, run_id)
    measure(store, ag_news).save(out)
    (out / CARD).write_text(model_card(out), encoding="utf-8")


def train(store: RunStore, configs: Sequence[RunConfig]) -> list[str]:
    """Train side by side, as the dashboard does, and name the runs.

    Raises:
        RunError: a run did not finish.
    """
    with RunQueue(store, max_workers=read_environment().max_workers) as queue:
        run_ids = queue.submit(configs)
        while any(store.record(run_id).state.is_active for run_id in run_ids):
            time.sleep(_POLL_S)
    for run_id in run_ids:
        record = store.record(run_id)
        if record.state is not RunState.FINISHED:
            reason = record.failure.reason if record.failure else "Train again."
            raise RunError(f"Run {run_id} is {record.state}, so no run was replaced. {reason}")
        store.rename(run_id, f"Shipped: {record.config.model.label}")
    return run_ids


def _remove_optimiser(store: RunStore, run_id: str) -> None:
    """Remove the optimiser's state: two thirds of a checkpoint, not needed after training."""
    path = store.folder(run_id).checkpoint
    save_checkpoint(replace(load_checkpoint(path), optimiser={}), path)


def measure(store: RunStore, ag_news: AgNewsReader | None) -> Measurements:
    """Test the weights in the store, which holds one comparison."""
    use_one_thread()
    config = store.record(store.run_ids()[0]).config
    folder = read_environment().corpora_dir
    own = load_encoded(HeadlinesReader(), min_freq=config.min_freq, folder=folder)
    real = None
    if ag_news is not None:
        corpus = replace(HeadlinesReader().load(), test=ag_news.load().test)
        real = encode_corpus(corpus, min_freq=config.min_freq)
    without_pads, transfer = {}, {}
    for run_id in store.run_ids():
        model, words = open_run(store, run_id)
        if words != own.words:
            raise RunError(f"The vocabulary of run {run_id} is not the headlines'. Train again.")
        without_pads[run_id] = score(model, own.test, rows_without_pads(own.test))
        if real is not None:
            rows = split_rows(np.arange(len(real.test)), config.batch_size)
            transfer[run_id] = score(model, real.test, rows)
    return Measurements(torch=torch.__version__, without_pads=without_pads, ag_news=transfer)


def open_run(store: RunStore, run_id: str) -> tuple[Classifier, tuple[str, ...]]:
    """The network and the vocabulary of a run in the store."""
    folder = store.folder(run_id)
    return open_trained(folder.checkpoint, folder.words)


@torch.no_grad()
def score(model: Classifier, texts: EncodedTexts, batches: Iterable[NDArray[np.int64]]) -> Score:
    """The right answers to the texts, in these minibatches."""
    right = read = 0
    for rows in batches:
        batch = pad(texts, rows)
        right += int((model(batch.tokens, batch.lengths).argmax(dim=1) == batch.labels).sum())
        read += len(rows)
    return Score(right=right, texts=read)


def rows_without_pads(texts: EncodedTexts) -> Iterator[NDArray[np.int64]]:
    """Minibatches of texts of equal length, so that each text is read as if it were alone."""
    for length in np.unique(texts.lengths):
        yield np.flatnonzero(texts.lengths == length)


def main() -> int:
    """Read the options, train and store the runs, print the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=SHIPPED_DIR)
    parser.add_argument(
        "--ag-news",
        type=Path,
        metavar="FOLDER",
        help="holds ag_news/train.csv and ag_news/test.csv; used to measure, never to train",
    )
    options = parser.parse_args()
    ag_news = None
    if options.ag_news is not None:
        ag_news = AgNewsReader(data_dir=options.ag_news, cache_dir=options.ag_news)
    try:
        ship([CONFIG.for_model(model) for model in LESSON_MODELS], options.out, ag_news=ag_news)
    except RnndashError as error:
        print(f"ship_weights: {error}", file=sys.stderr)
        return 1
    print((options.out / CARD).read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
