"""Measure that fast training learns as well as the plain loop: same start, same minibatches.

For each seed and each of the lesson's three networks, once

* in the lesson's own loop: PyTorch's layers, `torch.optim.Adam` over every word, one tensor for
  each text (`rnndash.bench.lesson_loop`),
* and as a run of the dashboard trains (`rnndash.training.run`),

both from the same first weights, on the same texts in the same order, tested on all test texts in
the same minibatches. Wanted: the mean test accuracy over the seeds is at most 0.3 points below the
plain loop's, and the first 300 losses agree to 1e-3, relative.

Two floating-point calculations of one training part sooner or later, however well both round: after
some hundred minibatches each goes its own way. How far that alone moves an accuracy is told by
`--nudged`: the plain loop once more, its first weights changed in their last digit. `--fused-adam`
takes `torch.optim.Adam(fused=True)` for the plain loop, the same update in less time. `--known`
takes the plain loop's accuracies from an earlier measurement with the same conditions: after a
change of the dashboard's own loops they are the same, and take nine tenths of the time.

    RNNDASH_DATA_DIR=DIR python -m benchmarks.accuracy --seeds 0 1 2 --json FILE
"""

import argparse
import contextlib
import io
import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader

from rnndash import lesson
from rnndash.bench.lesson_loop import LessonTexts, lesson_network, load_texts
from rnndash.bench.measure import shared_rows
from rnndash.config.corpus_name import CorpusName
from rnndash.config.presets import LESSON
from rnndash.config.run_config import RunConfig
from rnndash.environment import read_environment
from rnndash.events import Finished
from rnndash.models import build_model
from rnndash.text.corpus import Corpus
from rnndash.text.encoded import EncodedCorpus, encode_corpus
from rnndash.text.readers import corpus_reader
from rnndash.training.run import Training

COMPARED_LOSSES = 300
NUDGE = 2.0**-23
"""The distance between two neighbouring numbers of 32 bits, relative."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a training came to.

    Attributes:
        losses: of all minibatches, in nats.
        accuracy: share of the test texts that were told right.
    """

    losses: list[float]
    accuracy: float


class RecordedTraining(Training):
    """A run that keeps the loss of each minibatch."""

    def __init__(self, config: RunConfig, corpus: EncodedCorpus) -> None:
        super().__init__(config, corpus, device=torch.device("cpu"))
        self.losses: list[float] = []

    def _minibatch(self, rows: NDArray[np.int64]) -> float:
        loss = super()._minibatch(rows)
        self.losses.append(loss)
        return loss


def train_as_the_dashboard(config: RunConfig, corpus: EncodedCorpus) -> Outcome:
    """One run, in this process."""
    training = RecordedTraining(config, corpus)
    *_, end = training.events()
    if not isinstance(end, Finished):
        raise SystemExit(f"The run did not finish: {end}")
    return Outcome(losses=training.losses, accuracy=end.test_accuracy)


def train_plainly(
    config: RunConfig,
    corpus: EncodedCorpus,
    texts: LessonTexts,
    tests: Sequence[lesson.Example],
    *,
    is_fused: bool,
    factor: float = 1.0,
) -> Outcome:
    """The lesson's loop, from the first weights of the run with these settings.

    Args:
        is_fused: let Adam do its update in one go.
        factor: by which all first weights are multiplied.
    """
    torch.manual_seed(config.seed)
    start = build_model(config, vocab_size=len(corpus.words), num_class=len(corpus.class_names))
    net = lesson_network(config, texts)
    net.load_state_dict({name: factor * part for name, part in start.state_dict().items()})
    optimiser = torch.optim.Adam(net.parameters(), lr=config.learning_rate, fused=is_fused)
    examples = [texts.examples[row] for row in shared_rows(config, corpus)]
    losses: list[float] = []

    def loss_fn(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        loss = torch.nn.functional.cross_entropy(logits, labels)
        losses.append(loss.item())
        return loss

    with contextlib.redirect_stdout(io.StringIO()):  # the lines of the lesson
        train = (
            partial(lesson.train_epoch_emb, use_pack_sequence=True)
            if config.model.is_packed
            else lesson.train_epoch
        )
        loader = minibatches(config, examples, texts)
        train(net, loader, optimizer=optimiser, loss_fn=loss_fn)
    return Outcome(losses=losses, accuracy=accuracy(net, minibatches(config, tests, texts)))


def minibatches(
    config: RunConfig, examples: Sequence[lesson.Example], texts: LessonTexts
) -> "DataLoader[Any]":
    """The lesson's minibatches, in the order of the examples."""
    collate = lesson.pad_length if config.model.is_packed else lesson.padify
    return DataLoader(
        list(examples),  # type: ignore[arg-type]
        batch_size=config.batch_size,
        collate_fn=partial(collate, voc=texts.vocabulary),
    )


@torch.no_grad()
def accuracy(net: torch.nn.Module, batches: "DataLoader[Any]") -> float:
    """The share of these texts that the network tells right."""
    right = count = 0
    for labels, *inputs in batches:
        right += int((net(*inputs).argmax(dim=1) == labels).sum())
        count += len(labels)
    return right / count


def test_examples(corpus: Corpus) -> list[lesson.Example]:
    """The test texts that have a word, with labels from 1."""
    pairs = zip(corpus.test.texts, corpus.test.labels.tolist(), strict=True)
    return [(label + 1, text) for text, label in pairs if lesson.tokenizer(text)]


def known_accuracies(
    path: Path, conditions: dict[str, Any]
) -> dict[tuple[str, int], dict[str, float]]:
    """The plain loop's, nudged or not, of an earlier measurement: by model and seed."""
    earlier = json.loads(path.read_text(encoding="utf-8"))
    if earlier["conditions"] != conditions:
        raise SystemExit(f"{path} was measured under other conditions: {earlier['conditions']}")
    return {
        (run["model"], run["seed"]): {way: run[way] for way in ("lesson", "nudged") if way in run}
        for run in earlier["runs"]
    }


def first_losses_apart(plain: Outcome, other: Outcome) -> float:
    """The largest relative difference among the first losses."""
    first, second = (np.array(outcome.losses[:COMPARED_LOSSES]) for outcome in (plain, other))
    return float(np.max(np.abs(second / first - 1)))


def main() -> None:
    """Read the options, train, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=CorpusName, default=CorpusName.AG_NEWS)
    parser.add_argument("--samples", type=int, default=120_000, help="of an epoch; at most all")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--fused-adam", action="store_true", help="for the plain loop")
    parser.add_argument("--nudged", action="store_true", help="the plain loop a second time")
    parser.add_argument("--known", type=Path, help="an earlier file of --json")
    parser.add_argument("--json", type=Path, help="write all numbers there")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    base = replace(LESSON.config, corpus=arguments.corpus, samples=arguments.samples)
    read = corpus_reader(base, read_environment()).load()
    texts, corpus, tests = load_texts(read), encode_corpus(read), test_examples(read)
    conditions = {
        "corpus": arguments.corpus.value,
        "train_texts": min(arguments.samples, len(corpus.train)),
        "test_texts": len(corpus.test),
        "vocabulary": len(corpus.words),
        "batch_size": base.batch_size,
        "learning_rate": base.learning_rate,
        "fused_adam_in_the_plain_loop": arguments.fused_adam,
        "threads": 1,
        "cores": os.cpu_count(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
    }
    print(json.dumps(conditions))
    known = known_accuracies(arguments.known, conditions) if arguments.known else {}
    ways: dict[str, Callable[[RunConfig], Outcome]] = {
        "lesson": lambda config: train_plainly(
            config, corpus, texts, tests, is_fused=arguments.fused_adam
        ),
        "rnndash": lambda config: train_as_the_dashboard(config, corpus),
    }
    if arguments.nudged:
        ways["nudged"] = lambda config: train_plainly(
            config, corpus, texts, tests, is_fused=arguments.fused_adam, factor=1 + NUDGE
        )
    others = [way for way in ways if way != "lesson"]
    print(f"{'':<19}test accuracy{'':<{9 * len(ways) - 13}}  first losses apart from the lesson's")
    print(f"{'model':<14}{'seed':>5}" + "".join(f"{way:>9}" for way in [*ways, *others]))
    runs: list[dict[str, Any]] = []
    for seed in arguments.seeds:
        for model in LESSON.models:
            config = replace(base.for_model(model), seed=seed)
            run: dict[str, Any] = {"model": model.value, "seed": seed}
            run |= known.get((model.value, seed), {})
            outcomes = {way: train(config) for way, train in ways.items() if way not in run}
            run |= {way: outcome.accuracy for way, outcome in outcomes.items()}
            apart = {
                way: first_losses_apart(outcomes["lesson"], outcomes[way])
                for way in others
                if {way, "lesson"} <= outcomes.keys()
            }
            runs.append(run | {"first_losses_apart": apart})
            accuracies = "".join(f"{run[way]:>9.4f}" for way in ways)
            distances = "".join(
                f"{apart[way]:>9.0e}" if way in apart else f"{'':>9}" for way in others
            )
            print(f"{model:<14}{seed:>5}{accuracies}{distances}", flush=True)
    differences = summary(runs, others)
    print(
        "\npoints of test accuracy above the plain loop, mean over the seeds ± its standard error"
    )
    for name, of_ways in differences.items():
        told = (f"{way} {row['mean']:+.2f} ± {row['error']:.2f}" for way, row in of_ways.items())
        print(f"{name:<14}{', '.join(told)}")
    if arguments.json:
        results = {"conditions": conditions, "runs": runs, "points_above_lesson": differences}
        arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def summary(
    runs: Sequence[dict[str, Any]], ways: Sequence[str]
) -> dict[str, dict[str, dict[str, float]]]:
    """For each model and way the points above the plain loop: mean and its standard error."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for model in dict.fromkeys(run["model"] for run in runs):
        of_model = [run for run in runs if run["model"] == model]
        for way in ways:
            points = [100 * (run[way] - run["lesson"]) for run in of_model]
            error = stdev(points) / len(points) ** 0.5 if len(points) > 1 else float("nan")
            found.setdefault(model, {})[way] = {"mean": mean(points), "error": error}
    return found


if __name__ == "__main__":
    main()
