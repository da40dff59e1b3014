"""Both ways in turns, round after round, so that a busy moment of the machine hits both."""

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
    """What to measure.

    Attributes:
        samples: texts for each run; a smaller corpus is read whole.
        lesson_samples: texts for each of the lesson's loops, the first of the same; None for all.
        lesson_threads: None for what PyTorch takes by itself, as it does for the notebook.
        repeat: rounds.

    Raises:
        ConfigError: fewer than one minibatch or thread for the lesson, or no round at all.
    """

    corpus: CorpusName
    samples: int
    lesson_samples: int | None = None
    lesson_threads: int | None = None
    repeat: int = 1
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
        """The lesson's settings on these texts, for each model."""
        config = replace(LESSON.config, corpus=self.corpus, samples=self.samples)
        return [config.for_model(model) for model in self.models]


def measure(
    order: BenchConfig, environment: Environment, tell: Callable[[str], None]
) -> BenchResult:
    """Measure. Texts are prepared first, for both; runs go to a home that is gone afterwards.

    The number of threads stays as the order has it.

    Args:
        tell: told what is being done.

    Raises:
        RnndashError: the texts cannot be used, or a run does not finish.
    """
    configs = order.configs()
    with temporary_home(environment) as place:
        if order.lesson_threads is not None:
            torch.set_num_threads(order.lesson_threads)
        tell("Preparing the texts")
        reader = corpus_reader(configs[0], environment)
        with _timed() as lesson_prepare_s:
            texts = load_texts(reader.load())
        with _timed() as dashboard_prepare_s:
            encoded = load_encoded(reader, min_freq=1, folder=place.corpora_dir)
        load_encoded(HeadlinesReader(), min_freq=1, folder=place.corpora_dir)  # as in any used home
        rows = shared_rows(configs[0], encoded)
        shown = rows[: order.lesson_samples or len(rows)]
        conditions = Conditions(
            machine=_machine(),
            max_workers=place.max_workers,
            corpus=order.corpus,
            train_texts=len(encoded.train),
            test_texts=len(encoded.test),
            vocabulary=len(encoded.words),
            samples=len(rows),
            lesson_samples=len(shown),
            batch_size=configs[0].batch_size,
            lesson_prepare_s=lesson_prepare_s[0],
            dashboard_prepare_s=dashboard_prepare_s[0],
        )
        rounds = []
        for number in range(1, order.repeat + 1):
            tell(f"Round {number} of {order.repeat}")
            rounds.append(_round(configs, texts, shown, place, tell))
    return BenchResult(conditions=conditions, rounds=tuple(rounds))


def shared_rows(config: RunConfig, encoded: EncodedCorpus) -> list[int]:
    """The training texts of a run's first epoch, in its order: what both ways train on."""
    order = epoch_order(len(encoded.train), seed=config.seed, epoch=0)
    rows: list[int] = order[: config.samples].tolist()
    return rows


def _round(
    configs: Sequence[RunConfig],
    texts: LessonTexts,
    rows: Sequence[int],
    place: Environment,
    tell: Callable[[str], None],
) -> Round:
    loops: dict[ModelKind, LessonLoop] = {}
    own: dict[ModelKind, DashboardRun] = {}
    for config in configs:
        tell(f"  {config.model.label} in the lesson's way")
        loops[config.model] = run_lesson_loop(config, texts, rows)
        tell(f"  {config.model.label} in the dashboard")
        seconds, [(_, end)] = train_together([config], place)
        own[config.model] = DashboardRun(
            samples=end.samples, seconds=seconds, training_s=end.seconds
        )
    tell("  all models side by side in the dashboard")
    together_s, _ = train_together(configs, place)
    return Round(lesson=loops, own=own, together_s=together_s)


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Gives a list that holds the seconds once the block is done."""
    seconds: list[float] = []
    begun = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - begun)


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
    """What the processor calls itself, or else the kind of machine."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
