"""Measures both loops in turns, round after round, so that other load affects both alike."""

import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import torch

from rnndash import lesson
from rnndash.bench.dashboard_runs import temporary_home, train_together
from rnndash.bench.lesson_loop import LessonTexts, load_texts, run_lesson_loop
from rnndash.bench.report import BenchResult, Conditions, DashboardRun, LessonLoop, Machine, Round
from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON
from rnndash.config.run_config import RunConfig
from rnndash.environment import Environment
from rnndash.errors import ConfigError
from rnndash.text.encoded import EncodedCorpus, load_encoded
from rnndash.text.headlines import HeadlinesReader
from rnndash.text.order import epoch_order
from rnndash.text.readers import corpus_reader
from rnndash.training.device import describe_device


@dataclass(frozen=True, kw_only=True, slots=True)
class BenchConfig:
    """The settings of a measurement.

    Attributes:
        samples: texts for each run; a smaller corpus is read whole.
        lesson_samples: texts for each of the lesson's loops, the first of the same; None for all.
        lesson_threads: threads of the lesson's loops; None for PyTorch's default, as in the
            notebook.
        repeat: number of rounds.

    Raises:
        ConfigError: fewer than one minibatch or thread for the lesson, or less than one round.
    """

    corpus: CorpusName
    samples: int
    lesson_samples: int | None = None
    lesson_threads: int | None = None
    repeat: int
    models: tuple[ModelKind, ...] = LESSON.models

    def __post_init__(self) -> None:
        limits = {"lesson_samples": LESSON.config.batch_size, "lesson_threads": 1, "repeat": 1}
        for name, least in limits.items():
            value = getattr(self, name)
            if value is not None and value < least:
                raise ConfigError(
                    f"{name} must be at least {least}; it is {value}. Choose a larger number."
                )

    def configs(self) -> list[RunConfig]:
        """The settings of each run: the lesson's, on these texts."""
        config = replace(LESSON.config, corpus=self.corpus, samples=self.samples)
        return [config.for_model(model) for model in self.models]


def measure(
    config: BenchConfig, environment: Environment, report: Callable[[str], None]
) -> BenchResult:
    """Measure the lesson's loops and the dashboard's runs.

    The texts are prepared first, for both. The runs are stored in a temporary home folder. PyTorch
    keeps the number of threads that `config` sets.

    Args:
        report: called with a line about each step.

    Raises:
        RnndashError: the texts cannot be used, or a run does not finish.
    """
    configs = config.configs()
    with temporary_home(environment) as temporary:
        if config.lesson_threads is not None:
            torch.set_num_threads(config.lesson_threads)
        report("Preparing the texts")
        reader = corpus_reader(configs[0], environment)
        with _timed() as lesson_prepare_s:
            texts = load_texts(reader.load())
        with _timed() as dashboard_prepare_s:
            encoded = load_encoded(reader, min_freq=1, folder=temporary.corpora_dir)
        # A home folder in use has the built-in texts too.
        load_encoded(HeadlinesReader(), min_freq=1, folder=temporary.corpora_dir)
        rows = shared_rows(configs[0], encoded)
        lesson_rows = rows[: config.lesson_samples or len(rows)]
        conditions = Conditions(
            machine=_machine(),
            max_workers=temporary.max_workers,
            corpus=config.corpus,
            train_texts=len(encoded.train),
            test_texts=len(encoded.test),
            vocabulary=len(encoded.words),
            samples=len(rows),
            lesson_samples=len(lesson_rows),
            batch_size=configs[0].batch_size,
            lesson_prepare_s=lesson_prepare_s[0],
            dashboard_prepare_s=dashboard_prepare_s[0],
        )
        rounds = []
        for number in range(1, config.repeat + 1):
            report(f"Round {number} of {config.repeat}")
            rounds.append(_round(configs, texts, lesson_rows, temporary, report))
    return BenchResult(conditions=conditions, rounds=tuple(rounds))


def shared_rows(config: RunConfig, encoded: EncodedCorpus) -> list[int]:
    """The training texts of a run's first epoch, in their order: both loops train on these."""
    order = epoch_order(len(encoded.train), seed=config.seed, epoch=0)
    rows: list[int] = order[: config.samples].tolist()
    return rows


def _round(
    configs: Sequence[RunConfig],
    texts: LessonTexts,
    rows: Sequence[int],
    environment: Environment,
    report: Callable[[str], None],
) -> Round:
    loops: dict[ModelKind, LessonLoop] = {}
    runs: dict[ModelKind, DashboardRun] = {}
    for config in configs:
        report(f"  {config.model.label} in the lesson's loop")
        loops[config.model] = run_lesson_loop(config, texts, rows)
        report(f"  {config.model.label} in the dashboard")
        seconds, [(_, end)] = train_together([config], environment)
        runs[config.model] = DashboardRun(
            samples=end.samples, seconds=seconds, training_s=end.seconds
        )
    report("  all models side by side in the dashboard")
    together_s, _ = train_together(configs, environment)
    return Round(lesson=loops, dashboard=runs, together_s=together_s)


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Yields a list that holds the seconds once the block is done."""
    seconds: list[float] = []
    start = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - start)


def _machine() -> Machine:
    return Machine(
        name=_processor(),
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        torch=torch.__version__,
        device=describe_device(lesson.device),
        threads=torch.get_num_threads(),
        load=psutil.getloadavg()[0],
    )


def _processor() -> str:
    """The name of the processor, or else the kind of machine."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
