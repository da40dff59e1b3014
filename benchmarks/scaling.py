"""Measures what must not grow: the time of training with the vocabulary, of reading with the runs.

1. The lesson's minibatches on texts of 10,000 different words, with a vocabulary of these words
   and with one of 400,000, of which most never occur. Both trainings take turns, block by block; a
   block is a tenth of an epoch, with one test on held-out texts. The ratio of the medians should
   stay below 1.1.
2. A list of 2,000 runs: the newest 300, as the Compare page reads them, and all, as a filter and
   `python -m rnndash runs` read them; first from the disk, then a second time.
3. A journal of 100,000 events.

    python -m benchmarks.scaling
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import torch

from rnndash.config.presets import LESSON_MODELS
from rnndash.config.run_config import RunConfig
from rnndash.events import (
    Checkpointed,
    Event,
    Finished,
    HeldOut,
    Measured,
    Preparing,
    Queued,
    Reported,
    Started,
    to_line,
)
from rnndash.runs.history import RunHistory
from rnndash.runs.journal import JournalReader
from rnndash.runs.run_id import RunId
from rnndash.runs.store import RunStore
from rnndash.text.encoded import EncodedCorpus, EncodedTexts
from rnndash.text.stored_texts import store_texts
from rnndash.training.run import Stepped, Training

KNOWN_WORDS = 10_000
LARGE_VOCABULARY = 400_000
SHOWN_RUNS = 300
BATCH = 16
EPOCH = 60_000
"""Texts of an epoch; held-out texts are tested after each tenth of it."""


def made_texts(size: int, seed: int) -> EncodedTexts:
    """Texts of 20 to 60 known words, about as long as those of AG News."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(20, 61, size)
    return EncodedTexts(
        ids=rng.integers(2, KNOWN_WORDS, lengths.sum(), dtype=np.int32),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        labels=rng.integers(0, 4, size),
    )


def made_corpus(vocabulary: int, texts: int) -> EncodedCorpus:
    """The same texts, whatever the size of the vocabulary."""
    return EncodedCorpus(
        name="headlines",
        class_names=("a", "b", "c", "d"),
        words=tuple(f"word{number}" for number in range(vocabulary)),
        train=made_texts(texts, 0),
        test=made_texts(BATCH, 1),
        test_texts=store_texts(["text"] * BATCH),
        source="Made for a measurement.",
    )


def steps(training: Training) -> Iterator[None]:
    """Train; yields after each minibatch."""
    for event in training.events():
        if isinstance(event, Stepped):
            yield


class Elapsed(NamedTuple):
    """Wall time and processor time in seconds: nearly equal on an idle machine."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.3f} s ({self.cpu:.3f} s of a core)"


def time_of(action: Callable[[], object]) -> Elapsed:
    """Run it and measure both times."""
    start, start_cpu = time.perf_counter(), time.process_time()
    action()
    return Elapsed(time.perf_counter() - start, time.process_time() - start_cpu)


def measure_vocabulary(blocks: int, steps_in_block: int) -> None:
    """Print milliseconds of a core per minibatch for both vocabularies."""
    print(
        f"ms of a core per minibatch of {BATCH} texts, {blocks} blocks of {steps_in_block} in turns"
    )
    print(f"{'model':<14}{KNOWN_WORDS:>10,} words{LARGE_VOCABULARY:>10,} words{'ratio':>8}")
    corpora = [made_corpus(size, EPOCH) for size in (KNOWN_WORDS, LARGE_VOCABULARY)]
    for model in LESSON_MODELS:
        config = RunConfig(model=model, samples=EPOCH, batch_size=BATCH)
        running = [steps(Training(config, corpus)) for corpus in corpora]
        times: list[list[float]] = [[], []]
        for block in range(blocks + 1):
            for training, of_blocks in zip(running, times, strict=True):
                elapsed = time_of(lambda t=training: [next(t) for _ in range(steps_in_block)])
                if block:  # the first one warms up
                    of_blocks.append(elapsed.cpu)
        small, large = (1_000 * median(of_blocks) / steps_in_block for of_blocks in times)
        print(f"{model:<14}{small:>16.2f}{large:>16.2f}{large / small:>8.2f}", flush=True)


def made_events() -> list[Event]:
    """The events of a run of 16,000 texts."""
    started = Started(
        device="CPU, 1 thread",
        parameters=2_600_000,
        vocabulary=40_000,
        class_names=("World", "Sports", "Business", "Sci/Tech"),
        train_texts=24_000,
        test_texts=4_000,
        samples_total=16_000,
        source="Made for a measurement.",
    )
    events: list[Event] = [Queued(), Queued(), Preparing(message="Opening the texts"), started]
    for number in range(1, 101):
        events.append(made_point(160 * number))
        if number % 10 == 0:
            values = {"samples": 160 * number, "epoch": number / 100, "seconds": 0.1 * number}
            events.append(HeldOut(**values, texts=1_000, accuracy=0.8125, loss=0.512345678))
        if number % 20 == 0:
            events.append(Reported(epoch=1, samples=160 * number, accuracy=0.8123456789))
    end = Finished(
        samples=16_000,
        seconds=7.1234567,
        running_accuracy=0.7123,
        test_accuracy=0.8456,
        test_loss=0.5123,
        confusion=((900, 30, 40, 30),) * 4,
        padding_share=0.31,
        peak_memory_mb=300.5,
    )
    return [*events, Checkpointed(samples=16_000), end]


def made_point(samples: int) -> Measured:
    """A point of a curve with as many digits as a real one."""
    return Measured(
        samples=samples,
        epoch=samples / 16_000,
        seconds=samples / 2_345.67,
        running_accuracy=0.3 + samples / 1e7 / 3,
        window_accuracy=0.3 + samples / 1e7 / 7,
        loss=1.3 - samples / 1e7 / 9,
        samples_per_second=2_345.678901234,
    )


def write_runs(root: Path, count: int) -> None:
    """Write folders of finished runs as workers do, three for each comparison."""
    journal = "".join(f"{to_line(event)}\n" for event in made_events())
    for number in range(count):
        model = LESSON_MODELS[number % len(LESSON_MODELS)]
        created = 1.7e9 + 60 * (number // len(LESSON_MODELS))
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(created))
        folder = root / f"{stamp}-0000-{model}"
        folder.mkdir(parents=True)
        config = RunConfig(model=model).to_json()
        settings = {"format": 1, "created": created, "config": config}
        (folder / "run.json").write_text(json.dumps(settings, indent=1))
        (folder / "journal.jsonl").write_text(journal)


def measure_runs(count: int) -> None:
    """Print the seconds that it takes to read a list of runs."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        write_runs(root, count)
        print(f"\nto read, of {count:,} runs of {len(made_events())} events each")
        for label, shown in (("the newest", SHOWN_RUNS), ("all", count)):
            store = RunStore(root)
            run_ids = store.run_ids()[:shown]
            first = time_of(lambda s=store, r=run_ids: s.records(r))
            again = time_of(lambda s=store, r=run_ids: s.records(r))
            print(f"{label} {shown:,}: {first}, again {again}", flush=True)


def measure_journal(events: int) -> None:
    """Print the seconds that it takes to read and replay a long journal."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        lines = (to_line(made_point(16 * number)) for number in range(events))
        path.write_text("".join(f"{line}\n" for line in lines))
        run_id = RunId.parse("20260101-000000-0000-rnn")
        history = RunHistory(run_id=run_id, created=0.0, config=RunConfig(model="rnn"))

        def read() -> None:
            history.apply(JournalReader(path).read_new())
            history.record()

        print(f"\na journal of {events:,} events: {time_of(read)}")


def main() -> None:
    """Read the options, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=4, help="up to 9")
    parser.add_argument("--steps", type=int, default=375, help="minibatches in a block")
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=100_000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, PyTorch {torch.__version__}")
    measure_vocabulary(arguments.blocks, arguments.steps)
    measure_runs(arguments.runs)
    measure_journal(arguments.events)


if __name__ == "__main__":
    main()
