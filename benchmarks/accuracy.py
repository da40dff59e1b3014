"""Measures whether the dashboard's fast training learns as well as the lesson's plain loop.

For each seed and each of the lesson's three networks, it trains

* in the lesson's own loop: PyTorch's layers, `torch.optim.Adam` over every word, one tensor for
  each text (`rnndash.bench.lesson_loop`),
* and as a run of the dashboard (`rnndash.training.run`).

Both start from the same weights, read the same texts in the same order, and are tested on all test
texts in the same minibatches. The goal: the mean test accuracy over the seeds is at most 0.3 points
below the plain loop's, and the first 300 losses agree to a relative 1e-3.

Any two floating-point calculations of the same training diverge after some hundred minibatches,
however well both round. `--nudged` measures how far that alone changes an accuracy: it runs the
plain loop a second time, with the last digit of its initial weights changed. `--fused-adam` uses
`torch.optim.Adam(fused=True)` in the plain loop: the same update in less time. `--known` reads the
plain loop's accuracies from an earlier measurement under the same conditions. They do not depend on
the dashboard's loops, and take nine tenths of the time.

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
"""The relative distance between two neighbouring 32-bit numbers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The result of a training.

    Attributes:
        losses: of all minibatches, in nats.
        accuracy: share of right answers to the test texts.
    """

    losses: list[float]
    accuracy: float


class RecordedTraining(Training):
    """A run that records the loss of each minibatch."""

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
    """Train in the lesson's loop, from the initial weights of the run with these settings.

    Args:
        is_fused: whether Adam uses its fused update.
        factor: all initial weights are multiplied by it.
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
    """The share of right answers to these texts."""
    right = count = 0
    for labels, *inputs in batches:
        right += int((net(*inputs).argmax(dim=1) == labels).sum())
        count += len(labels)
    return right / count


def test_examples(corpus: Corpus) -> list[lesson.Example]:
    """The test texts with at least one word, with labels from 1."""
    pairs = zip(corpus.test.texts, corpus.test.labels.tolist(), strict=True)
    return [(label + 1, text) for text, label in pairs if lesson.tokenizer(text)]


def known_accuracies(
    path: Path, conditions: dict[str, Any]
) -> dict[tuple[str, int], dict[str, float]]:
    """The plain loop's accuracies in an earlier measurement, by model and seed."""
    earlier = json.loads(path.read_text(encoding="utf-8"))
    if earlier["conditions"] != conditions:
        raise SystemExit(f"{path} was measured under other conditions: {earlier['conditions']}")
    return {
        (run["model"], run["seed"]): {
            loop: run[loop] for loop in ("lesson", "nudged") if loop in run
        }
        for run in earlier["runs"]
    }


def first_loss_difference(plain: Outcome, other: Outcome) -> float:
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
    loops: dict[str, Callable[[RunConfig], Outcome]] = {
        "lesson": lambda config: train_plainly(
            config, corpus, texts, tests, is_fused=arguments.fused_adam
        ),
        "rnndash": lambda config: train_as_the_dashboard(config, corpus),
    }
    if arguments.nudged:
        loops["nudged"] = lambda config: train_plainly(
            config, corpus, texts, tests, is_fused=arguments.fused_adam, factor=1 + NUDGE
        )
    others = [loop for loop in loops if loop != "lesson"]
    print(f"{'':<19}test accuracy{'':<{9 * len(loops) - 13}}  first losses, relative difference")
    print(f"{'model':<14}{'seed':>5}" + "".join(f"{loop:>9}" for loop in [*loops, *others]))
    runs: list[dict[str, Any]] = []
    for seed in arguments.seeds:
        for model in LESSON.models:
            config = replace(base.for_model(model), seed=seed)
            run: dict[str, Any] = {"model": model.value, "seed": seed}
            run |= known.get((model.value, seed), {})
            outcomes = {loop: train(config) for loop, train in loops.items() if loop not in run}
            run |= {loop: outcome.accuracy for loop, outcome in outcomes.items()}
            apart = {
                loop: first_loss_difference(outcomes["lesson"], outcomes[loop])
                for loop in others
                if {loop, "lesson"} <= outcomes.keys()
            }
            runs.append(run | {"first_losses_apart": apart})
            accuracies = "".join(f"{run[loop]:>9.4f}" for loop in loops)
            distances = "".join(
                f"{apart[loop]:>9.0e}" if loop in apart else f"{'':>9}" for loop in others
            )
            print(f"{model:<14}{seed:>5}{accuracies}{distances}", flush=True)
    differences = summary(runs, others)
    print(
        "\npoints of test accuracy above the plain loop, mean over the seeds ± its standard error"
    )
    for name, of_loops in differences.items():
        texts_of = (
            f"{loop} {row['mean']:+.2f} ± {row['error']:.2f}" for loop, row in of_loops.items()
        )
        print(f"{name:<14}{', '.join(texts_of)}")
    if arguments.json:
        results = {"conditions": conditions, "runs": runs, "points_above_lesson": differences}
        arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def summary(
    runs: Sequence[dict[str, Any]], loops: Sequence[str]
) -> dict[str, dict[str, dict[str, float]]]:
    """For each model and loop the points above the plain loop: mean and its standard error."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for model in dict.fromkeys(run["model"] for run in runs):
        of_model = [run for run in runs if run["model"] == model]
        for loop in loops:
            points = [100 * (run[loop] - run["lesson"]) for run in of_model]
            error = stdev(points) / len(points) ** 0.5 if len(points) > 1 else float("nan")
            found.setdefault(model, {})[loop] = {"mean": mean(points), "error": error}
    return found


if __name__ == "__main__":
    main()
