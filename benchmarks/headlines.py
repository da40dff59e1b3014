"""Measures how hard the built-in headlines are, and how well they prepare for real news.

For each seed, a packed LSTM with the lesson's settings (embedding 64, hidden 32, batch 16, Adam
0.001) is trained as the dashboard trains it, and tested during training:

1. on the headlines' own test set: it should pass 85% late in the first epoch and never pass 99%;
2. on AG News' test set, on which it was not trained: at least 60% after one epoch.

    python -m benchmarks.headlines --ag-news DIR/test.csv --epochs 3 --seeds 0 1
"""

import argparse
import copy
import csv
import time
from pathlib import Path

import numpy as np
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.text.corpus import Corpus, LabelledTexts
from rnndash.text.encoded import EncodedCorpus, encode_corpus
from rnndash.text.headlines import HeadlinesReader
from rnndash.text.order import split_rows
from rnndash.training.padding import pad
from rnndash.training.run import Stepped, Training

TENTHS_OF_FIRST_EPOCH = (2, 4, 6, 7, 8, 9, 10)


def with_ag_news_tests(corpus: Corpus, path: Path | None) -> Corpus:
    """The corpus with AG News' official test texts after its own test texts."""
    if path is None:
        return corpus
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(f"{title} {body}", int(label) - 1) for label, title, body in csv.reader(file)]
    test = LabelledTexts(
        texts=corpus.test.texts + tuple(text for text, _ in rows),
        labels=np.concatenate([corpus.test.labels, [label for _, label in rows]]),
    )
    return Corpus(
        name=corpus.name,
        class_names=corpus.class_names,
        train=corpus.train,
        test=test,
        source=corpus.source,
    )


@torch.no_grad()
def accuracy(training: Training, rows: np.ndarray) -> float:
    """The share of right answers to these test texts."""
    model = copy.deepcopy(training.model)  # the model in training is updated lazily
    model.load_state_dict(training.checkpoint().weights)
    right = 0
    for part in split_rows(rows, 256):
        batch = pad(training.corpus.test, part)
        right += int((model(batch.tokens, batch.lengths).argmax(1) == batch.labels).sum())
    return right / len(rows)


def train_and_test(corpus: EncodedCorpus, own_texts: int, *, seed: int, epochs: int) -> None:
    """Train one network and print its accuracies during training."""
    texts = len(corpus.train)
    config = RunConfig(
        model=ModelKind.PACKED_LSTM, samples=texts, epochs=epochs, learning_rate=0.001, seed=seed
    )
    training = Training(config, corpus)
    own, transfer = np.split(np.arange(len(corpus.test)), [own_texts])
    epoch = training.steps_per_epoch
    marks = {round(epoch * tenth / 10) for tenth in TENTHS_OF_FIRST_EPOCH}
    marks |= {epoch * number for number in range(2, epochs + 1)}
    for event in training.events():
        if isinstance(event, Stepped) and training.steps_done in marks:
            marks.remove(training.steps_done)
            line = f"seed {seed}, {training.steps_done / epoch:.1f} epochs: "
            line += f"headlines {accuracy(training, own):.1%}"
            if len(transfer) and training.steps_done % epoch == 0:
                line += f", AG News {accuracy(training, transfer):.1%}"
            print(line, flush=True)


def main() -> None:
    """Read the options, make the texts, train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ag-news", type=Path, default=None)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    start = time.perf_counter()
    headlines = HeadlinesReader().load()
    print(f"{len(headlines.train):,} texts generated in {time.perf_counter() - start:.2f} s")
    corpus = encode_corpus(with_ag_news_tests(headlines, arguments.ag_news))
    lengths = corpus.train.lengths
    print(
        f"{len(corpus.words):,} words; tokens per text: mean {lengths.mean():.1f}, "
        f"{lengths.min()} to {lengths.max()}"
    )
    for seed in arguments.seeds:
        train_and_test(corpus, len(headlines.test), seed=seed, epochs=arguments.epochs)


if __name__ == "__main__":
    main()
