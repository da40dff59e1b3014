"""The results of a measurement, as a table and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from rnndash.config.model_kind import ModelKind


@dataclass(frozen=True, kw_only=True, slots=True)
class LessonLoop:
    """The lesson's loop over one epoch, or over a part of it.

    Attributes:
        samples: texts trained on.
        seconds: from the first minibatch to the last.
    """

    samples: int
    seconds: float

    def seconds_for(self, samples: int) -> float:
        """Seconds that so many texts take at this speed."""
        return self.seconds * samples / self.samples


@dataclass(frozen=True, kw_only=True, slots=True)
class DashboardRun:
    """A run of the dashboard that trains alone.

    Attributes:
        samples: texts trained on.
        seconds: from submitting it to `Finished`, with the start of the worker and the tests.
        training_s: the part spent on minibatches, from the journal.
    """

    samples: int
    seconds: float
    training_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """Each measurement once, close together in time.

    Attributes:
        lesson: the lesson's loop of each model.
        dashboard: the dashboard's run of each model, alone.
        together_s: from submitting all models at once to the last `Finished`.
    """

    lesson: Mapping[ModelKind, LessonLoop]
    dashboard: Mapping[ModelKind, DashboardRun]
    together_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """The machine of a measurement.

    Attributes:
        name: name of the processor.
        device: device of the lesson's loop, described for people.
        threads: PyTorch's threads in the lesson's loop; a run of the dashboard has one.
        load: the system's load average over the minute before. Other programs that run at the
            same time distort the numbers.
    """

    name: str
    cores: int
    python: str
    torch: str
    device: str
    threads: int
    load: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """The conditions of a measurement.

    Attributes:
        max_workers: runs of the dashboard that train at the same time.
        samples: texts that a run of the dashboard trains on.
        lesson_samples: texts that the lesson's loop trains on, the first of the same.
        lesson_prepare_s: seconds to read the texts and build the vocabulary; not compared.
        dashboard_prepare_s: seconds to read and encode the texts, once for all runs; not compared.
    """

    machine: Machine
    max_workers: int
    corpus: str
    train_texts: int
    test_texts: int
    vocabulary: int
    samples: int
    lesson_samples: int
    batch_size: int
    lesson_prepare_s: float
    dashboard_prepare_s: float

    @property
    def is_extrapolated(self) -> bool:
        """Whether the lesson's loop read only a part of the texts."""
        return self.lesson_samples < self.samples


@dataclass(frozen=True, kw_only=True, slots=True)
class BenchResult:
    """All rounds and their conditions. Numbers are medians over rounds; ratios are of medians."""

    conditions: Conditions
    rounds: tuple[Round, ...]

    @property
    def models(self) -> tuple[ModelKind, ...]:
        """The models, in the order in which they were measured."""
        return tuple(self.rounds[0].lesson)

    def lesson_speed(self, model: ModelKind) -> float:
        """Texts per second of the lesson's loop."""
        loops = [each.lesson[model] for each in self.rounds]
        return median(loop.samples / loop.seconds for loop in loops)

    def dashboard_speed(self, model: ModelKind) -> float:
        """Texts per second of the dashboard's run alone, over its whole wall time."""
        runs = [each.dashboard[model] for each in self.rounds]
        return median(run.samples / run.seconds for run in runs)

    def training_speed(self, model: ModelKind) -> float:
        """Texts per second of the dashboard's run alone, over its minibatches."""
        runs = [each.dashboard[model] for each in self.rounds]
        return median(run.samples / run.training_s for run in runs)

    def ratio(self, model: ModelKind) -> float:
        """The dashboard's speed divided by the lesson's, for one model alone."""
        return self.dashboard_speed(model) / self.lesson_speed(model)

    @property
    def lesson_s(self) -> float:
        """Seconds of the lesson's loops one after the other, on all samples."""
        samples = self.conditions.samples
        return median(
            sum(loop.seconds_for(samples) for loop in each.lesson.values()) for each in self.rounds
        )

    @property
    def together_s(self) -> float:
        """Seconds of all models at once in the dashboard, from the start to the last test."""
        return median(each.together_s for each in self.rounds)

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json`; `conditions` says what they mean."""
        models, conditions, machine = self.models, self.conditions, self.conditions.machine
        return {
            "lesson": {model.value: self.lesson_speed(model) for model in models},
            "rnndash": {model.value: self.dashboard_speed(model) for model in models},
            "ratio": {model.value: self.ratio(model) for model in models},
            "side_by_side": {
                "lesson_s": self.lesson_s,
                "rnndash_s": self.together_s,
                "ratio": self.lesson_s / self.together_s,
            },
            "conditions": {
                "machine": machine.name,
                "cores": machine.cores,
                "versions": {"python": machine.python, "torch": machine.torch},
                "device": machine.device,
                "lesson_threads": machine.threads,
                "load_before": machine.load,
                "max_workers": conditions.max_workers,
                "corpus": conditions.corpus,
                "train_texts": conditions.train_texts,
                "test_texts": conditions.test_texts,
                "vocabulary": conditions.vocabulary,
                "batch_size": conditions.batch_size,
                "samples": conditions.samples,
                "lesson_samples": conditions.lesson_samples,
                "lesson_s_is_extrapolated": conditions.is_extrapolated,
                "repeats": len(self.rounds),
                "prepare_s": {
                    "lesson": conditions.lesson_prepare_s,
                    "rnndash": conditions.dashboard_prepare_s,
                },
                "rnndash_training_only": {m.value: self.training_speed(m) for m in models},
                "measured": (
                    "texts per second, medians over the repeats; rnndash from submitting a run "
                    "to Finished, start of its worker and tests included"
                ),
            },
        }


def table(result: BenchResult) -> str:
    """The result as a table for people."""
    conditions, machine = result.conditions, result.conditions.machine
    lines = [
        f"{conditions.corpus}: {conditions.samples:,} of {conditions.train_texts:,} training "
        f"texts, {conditions.test_texts:,} test texts, {conditions.vocabulary:,} words, batch "
        f"{conditions.batch_size}.",
        f"{machine.name}, {machine.cores} cores, {machine.device}; Python {machine.python}, "
        f"PyTorch {machine.torch}; load before {machine.load:.1f}; median of {len(result.rounds)}.",
        "",
        f"{'texts/s, each model alone':<28}{'lesson':>10}{'rnndash':>10}{'ratio':>8}"
        f"{'training only':>16}",
    ]
    lines += [
        f"{model.label:<28}{result.lesson_speed(model):>10,.0f}{result.dashboard_speed(model):>10,.0f}"
        f"{result.ratio(model):>8.2f}{result.training_speed(model):>16,.0f}"
        for model in result.models
    ]
    lesson_s, dashboard_s = result.lesson_s, result.together_s
    lines += [
        f"{'all side by side, seconds':<28}{lesson_s:>10,.1f}{dashboard_s:>10,.1f}"
        f"{lesson_s / dashboard_s:>8.2f}",
        "",
        f"lesson: its own loop, {machine.threads} threads, one model after the other; reading and "
        f"encoding the texts not counted ({conditions.lesson_prepare_s:.1f} s).",
        f"rnndash: from submitting to Finished: start of the worker, {conditions.samples:,} "
        f"texts, tests; up to {conditions.max_workers} at once; encoding the texts, once for all "
        f"runs, not counted ({conditions.dashboard_prepare_s:.1f} s).",
    ]
    if conditions.is_extrapolated:
        lines.append(
            f"The lesson's loop was measured on the first {conditions.lesson_samples:,} texts; its "
            f"{lesson_s:,.1f} s are extrapolated to {conditions.samples:,}."
        )
    return "\n".join(lines)
