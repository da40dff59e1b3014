"""What was measured, and its form for people and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from rnndash.config.model_kind import ModelKind


@dataclass(frozen=True, kw_only=True, slots=True)
class LessonLoop:
    """One epoch, or a part of it, in the lesson's way.

    Attributes:
        samples: texts trained on.
        seconds: from the first minibatch to the last.
    """

    samples: int
    seconds: float

    def seconds_for(self, samples: int) -> float:
        """How long so many texts take at this speed."""
        return self.seconds * samples / self.samples


@dataclass(frozen=True, kw_only=True, slots=True)
class DashboardRun:
    """One run of the dashboard, alone.

    Attributes:
        samples: texts trained on.
        seconds: from submitting it to `Finished`: start of the worker and tests included.
        training_s: spent on minibatches, as its journal tells.
    """

    samples: int
    seconds: float
    training_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """Everything measured once, close together in time.

    Attributes:
        lesson: the lesson's loop of each model.
        own: the dashboard's run of each model, alone.
        together_s: from submitting all models at once to the last `Finished`.
    """

    lesson: Mapping[ModelKind, LessonLoop]
    own: Mapping[ModelKind, DashboardRun]
    together_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """Where it was measured.

    Attributes:
        name: of its processor.
        device: where the lesson's loop computes, for people.
        threads: that PyTorch gives the lesson's loop; a run of the dashboard has one.
        load: processes that wanted a core in the minute before, by the system's count. More than
            the bench's own spoil its numbers.
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
    """Under which the numbers hold.

    Attributes:
        max_workers: runs of the dashboard that train at once.
        samples: texts that a run of the dashboard trains on.
        lesson_samples: texts that a lesson's loop trains on, the first of the same.
        lesson_prepare_s: reading the texts, counting and numbering their words; not measured
            against anything.
        dashboard_prepare_s: reading and encoding the texts, once for all runs; likewise.
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
        """Whether the lesson's loop stopped early."""
        return self.lesson_samples < self.samples


@dataclass(frozen=True, kw_only=True, slots=True)
class BenchResult:
    """All rounds and their conditions. Numbers are medians over the rounds; ratios are of those."""

    conditions: Conditions
    rounds: tuple[Round, ...]

    @property
    def models(self) -> tuple[ModelKind, ...]:
        """In the order in which they were measured."""
        return tuple(self.rounds[0].lesson)

    def lesson_speed(self, model: ModelKind) -> float:
        """Texts per second of the lesson's loop."""
        loops = [part.lesson[model] for part in self.rounds]
        return median(loop.samples / loop.seconds for loop in loops)

    def dashboard_speed(self, model: ModelKind) -> float:
        """Texts per second of the dashboard's run alone, over its whole wall time."""
        runs = [part.own[model] for part in self.rounds]
        return median(run.samples / run.seconds for run in runs)

    def training_speed(self, model: ModelKind) -> float:
        """Texts per second of the dashboard's run alone, while it trains."""
        runs = [part.own[model] for part in self.rounds]
        return median(run.samples / run.training_s for run in runs)

    def ratio(self, model: ModelKind) -> float:
        """How many times as fast the dashboard is, each model alone."""
        return self.dashboard_speed(model) / self.lesson_speed(model)

    @property
    def lesson_s(self) -> float:
        """The lesson's loops one after the other, on all samples."""
        samples = self.conditions.samples
        return median(
            sum(loop.seconds_for(samples) for loop in part.lesson.values()) for part in self.rounds
        )

    @property
    def together_s(self) -> float:
        """All models at once in the dashboard, from the click to the last test."""
        return median(part.together_s for part in self.rounds)

    def to_json(self) -> dict[str, Any]:
        """Plain values; `conditions` says what they mean."""
        models, known, machine = self.models, self.conditions, self.conditions.machine
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
                "max_workers": known.max_workers,
                "corpus": known.corpus,
                "train_texts": known.train_texts,
                "test_texts": known.test_texts,
                "vocabulary": known.vocabulary,
                "batch_size": known.batch_size,
                "samples": known.samples,
                "lesson_samples": known.lesson_samples,
                "lesson_s_is_extrapolated": known.is_extrapolated,
                "repeats": len(self.rounds),
                "prepare_s": {
                    "lesson": known.lesson_prepare_s,
                    "rnndash": known.dashboard_prepare_s,
                },
                "rnndash_training_only": {m.value: self.training_speed(m) for m in models},
                "measured": (
                    "texts per second, medians over the repeats; rnndash from submitting a run "
                    "to Finished, start of its worker and tests included"
                ),
            },
        }


def table(result: BenchResult) -> str:
    """The same for people."""
    known, machine = result.conditions, result.conditions.machine
    lines = [
        f"{known.corpus}: {known.samples:,} of {known.train_texts:,} training texts, "
        f"{known.test_texts:,} test texts, {known.vocabulary:,} words, batch {known.batch_size}.",
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
    lesson_s, own_s = result.lesson_s, result.together_s
    lines += [
        f"{'all side by side, seconds':<28}{lesson_s:>10,.1f}{own_s:>10,.1f}"
        f"{lesson_s / own_s:>8.2f}",
        "",
        f"lesson: its own loop, {machine.threads} threads, one model after the other; reading and "
        f"numbering the texts not counted ({known.lesson_prepare_s:.1f} s).",
        f"rnndash: from submitting to Finished: start of the worker, {known.samples:,} texts, "
        f"tests; up to {known.max_workers} at once; encoding the texts, once for all runs, not "
        f"counted ({known.dashboard_prepare_s:.1f} s).",
    ]
    if known.is_extrapolated:
        lines.append(
            f"The lesson's loop was measured on the first {known.lesson_samples:,} texts; its "
            f"{lesson_s:,.1f} s are extrapolated to {known.samples:,}."
        )
    return "\n".join(lines)
