"""Measures how workers start, forked and as fresh processes, in turns on one machine. Linux.

1. From `submit` to the run's `Started`, for single runs while nothing else trains.
2. Many runs of the quick look, three at a time: seconds for all, and whether both ways give the
   same numbers to the bit.
3. Memory: the proportional share (PSS) of this process with its fork server and workers, while
   three runs train.
4. The fork server after many runs: how much it has grown, its descriptors, its zombies.
5. Kills at random moments, of workers, of the fork server and of the process with the queue; each
   run is resumed until it has finished. How many are lost, and how many differ by a bit.

    python -m benchmarks.starting
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON_MODELS, QUICK_LOOK
from rnndash.config.run_config import RunConfig
from rnndash.environment import read_environment
from rnndash.results import RunRecord, RunState
from rnndash.runs.fork_client import ForkServer, shared_fork_server
from rnndash.runs.queue import MOST_WAITING, RunQueue
from rnndash.runs.starting import ForkedWorkers, FreshWorkers, WorkerSource
from rnndash.runs.store import RunStore

WAYS: dict[str, type[ForkedWorkers] | type[FreshWorkers]] = {
    "forked": ForkedWorkers,
    "fresh": FreshWorkers,
}


def quick_config(model: ModelKind, seed: int) -> RunConfig:
    """A run of the quick look."""
    return RunConfig.from_json(QUICK_LOOK.config.to_json() | {"model": model, "seed": seed})


def open_queue(store: RunStore, source: WorkerSource, workers: int = 3) -> RunQueue:
    """A queue whose fork server, if it has one, has loaded."""
    if isinstance(source, ForkedWorkers):
        loaded_fork_server()
    return RunQueue(store, max_workers=workers, workers=source)


def loaded_fork_server() -> ForkServer:
    """The fork server of this process, once it has loaded."""
    while True:
        server = shared_fork_server()
        if server is None:
            raise SystemExit("Workers cannot be forked on this machine.")
        if server.is_ready:
            return server
        time.sleep(0.05)


def finish(store: RunStore, run_ids: Iterable[str]) -> list[RunRecord]:
    """The records once nothing moves any more."""
    records = []
    for run_id in run_ids:
        while (record := store.record(run_id)).state.is_active:
            time.sleep(0.02)
        records.append(record)
    return records


def train_each(queue: RunQueue, configs: Sequence[RunConfig]) -> list[RunRecord]:
    """Each in a comparison of its own, never more at once than may wait."""
    run_ids: list[str] = []
    for config in configs:
        finish(queue.store, run_ids[:-MOST_WAITING])
        run_ids += queue.submit([config])
    return finish(queue.store, run_ids)


def numbers(record: RunRecord) -> object:
    """All that must be the same to the bit, whatever happened to the run."""
    finished = record.finished
    if finished is None:
        return None
    return (
        [(p.samples, p.running_accuracy, p.window_accuracy, p.loss) for p in record.points],
        [(p.samples, p.accuracy, p.loss) for p in record.held_out],
        (finished.test_accuracy, finished.test_loss, finished.confusion),
    )


def measure_start(store: RunStore, times: int) -> None:
    """Seconds from `submit` to `Started`, for single small runs."""
    for way, source in WAYS.items():
        seconds = []
        with open_queue(store, source()) as queue:
            for seed in range(times):
                config = RunConfig(model=ModelKind.RNN, samples=200, seed=seed)
                submitted = time.time()
                (record,) = finish(store, queue.submit([config]))
                if record.started is not None:
                    seconds.append(record.started.time - submitted)
        middle, largest = statistics.median(seconds), max(seconds)
        print(f"submit to Started, {way}: median {middle:.2f} s, largest {largest:.2f} s, {times}")


def measure_many(store: RunStore, runs: int) -> None:
    """Runs of the quick look with different seeds, three at a time."""
    configs = [quick_config(LESSON_MODELS[n % 3], seed=n) for n in range(runs)]
    took, results = {}, {}
    for way, source in WAYS.items():
        with open_queue(store, source()) as queue:
            began = time.perf_counter()
            records = train_each(queue, configs)
            took[way] = time.perf_counter() - began
        results[way] = [numbers(record) for record in records]
        print(f"{runs} runs of the quick look, {way}: {took[way]:.1f} s", flush=True)
    same = sum(one == other for one, other in zip(*results.values(), strict=True))
    print(f"fresh / forked: {took['fresh'] / took['forked']:.2f} times; {same} of {runs} the same")


def share_mb(processes: Sequence[psutil.Process]) -> float:
    """Proportional share of the memory of all of them, in MB."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1e6


def measure_memory(store: RunStore, config: RunConfig) -> None:
    """While three runs train: this process, its fork server, its workers."""
    for way, source in WAYS.items():
        with open_queue(store, source()) as queue:
            run_ids = queue.submit([config.for_model(model) for model in LESSON_MODELS])
            most = 0.0
            while any(store.record(run_id).state.is_active for run_id in run_ids):
                me = psutil.Process()
                most = max(most, share_mb([me, *me.children(recursive=True)]))
                time.sleep(0.5)
        print(f"largest PSS with three runs on {config.corpus}, {way}: {most:.0f} MB", flush=True)


def measure_growth(store: RunStore, runs: int) -> None:
    """The fork server before and after many runs."""
    server = loaded_fork_server()
    process = psutil.Process(server.pid)
    before, descriptors = process.memory_info().rss, process.num_fds()
    with open_queue(store, ForkedWorkers()) as queue:
        train_each(
            queue, [RunConfig(model=ModelKind.RNN, samples=100, seed=n) for n in range(runs)]
        )
    is_same = shared_fork_server() is server
    grown = (process.memory_info().rss - before) / 1e6
    print(
        f"fork server after {runs} runs: grown by {grown:.1f} MB, "
        f"{process.num_fds() - descriptors} descriptors more, {len(process.children())} children, "
        f"{'the same' if is_same else 'another'} process"
    )


SERVER = """
import sys
from benchmarks.starting import serve
serve(sys.argv[1])
"""


def serve(way: str) -> None:
    """A queue in a process of its own: takes ids of runs to resume, one a line."""
    store = RunStore(read_environment().runs_dir)
    with open_queue(store, WAYS[way]()) as queue:
        server = shared_fork_server() if way == "forked" else None
        print(server.pid if server is not None else 0, flush=True)
        for line in sys.stdin:
            run_id = line.strip()
            if store.record(run_id).can_resume:
                queue.resume(run_id)


class Serving:
    """A process with a queue, and its fork server."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, "forked"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.fork_server = int(self.process.stdout.readline())

    def resume(self, run_id: str) -> None:
        """Ask it to resume a run."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{run_id}\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """Close its input, and wait."""
        self.process.communicate()


def measure_kills(store: RunStore, kills: int) -> None:
    """Kill one of the processes at random, resume what is at rest, until all kills are done."""
    config = quick_config(ModelKind.LSTM, seed=1)
    with open_queue(store, FreshWorkers()) as queue:
        (whole,) = finish(store, queue.submit([config]))
    chance = random.Random(0)
    runs, victims = [], {"worker": 0, "fork server": 0, "server": 0}
    serving = Serving()
    run_id = _new_run(store, config, serving)
    for _ in range(kills):
        time.sleep(chance.uniform(0.05, 1.5))
        victim = chance.choice(list(victims))
        victims[victim] += 1
        _kill(victim, serving, store, run_id)
        if victim == "server":
            serving.process.wait()
            serving = Serving()
        run_id = _go_on(store, run_id, serving, config, runs)
    while store.record(run_id).state is not RunState.FINISHED:
        _rest(store, run_id)
        serving.resume(run_id)
        time.sleep(0.2)
    runs.append(run_id)
    serving.end()
    differing = sum(numbers(store.record(each)) != numbers(whole) for each in runs)
    lost = sum(store.record(each).state is not RunState.FINISHED for each in runs)
    print(f"{kills} kills {victims}: {len(runs)} runs, {lost} lost, {differing} that differ")


def _new_run(store: RunStore, config: RunConfig, serving: Serving) -> str:
    (run_id,) = store.create([config])
    _rest(store, run_id)
    serving.resume(run_id)
    return run_id


def _kill(victim: str, serving: Serving, store: RunStore, run_id: str) -> None:
    try:
        match victim:
            case "worker":
                os.kill(json.loads(store.folder(run_id).worker.read_text())["pid"], signal.SIGKILL)
            case "fork server":
                os.kill(serving.fork_server, signal.SIGKILL)
            case _:
                serving.process.kill()
    except (OSError, ValueError):  # it has just ended, or has not begun
        return


def _rest(store: RunStore, run_id: str) -> None:
    while store.record(run_id).state.is_active:
        time.sleep(0.05)


def _go_on(
    store: RunStore, run_id: str, serving: Serving, config: RunConfig, runs: list[str]
) -> str:
    """The run to go on with: this one, resumed if it is at rest, or a new one."""
    time.sleep(0.3)
    state = store.record(run_id).state
    if state is RunState.FINISHED:
        runs.append(run_id)
        return _new_run(store, config, serving)
    if not state.is_active:
        serving.resume(run_id)
    return run_id


def main() -> None:
    """Measure all five."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--many", type=int, default=300)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {load:.1f} at the start")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RNNDASH_HOME"] = folder
        store = RunStore(Path(folder) / "runs")
        measure_start(store, options.starts)
        measure_many(store, options.runs)
        data = os.environ.get("RNNDASH_DATA_DIR")
        corpus = "ag_news" if data else "headlines"
        measure_memory(
            store,
            RunConfig.from_json(
                {"model": "rnn", "corpus": corpus, "samples": 59_217 if data else 16_000}
            ),
        )
        measure_growth(store, options.many)
        measure_kills(store, options.kills)


if __name__ == "__main__":
    main()
