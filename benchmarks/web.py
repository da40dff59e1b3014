"""Measures how fast the pages are and how much memory the server and its workers need.

It starts a real server in a process of its own and talks to its websocket as a browser does. There
is no browser, which would compete for the cores.

1. From `streamlit run` to the first page: Home, Train and Compare, in turns with an app that only
   writes a title. The goal: at most 1.5 times as long.
2. Running a page again, idle and while three runs train: median and 95th percentile. The goal: the
   95th percentile while training is at most twice the idle one.
3. Memory while three workers train: the goal is below 450 MB for a worker and below 350 MB for the
   server; and the server's memory after the pages that compute with PyTorch.

    RNNDASH_DATA_DIR=FOLDER python -m benchmarks.web
"""

import argparse
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from rnndash.results import RunState
from rnndash.runs.store import RunStore

ROOT = Path(__file__).parents[1]
LIGHT_PAGES = ("", "train", "compare")
TORCH_PAGES = ("packing", "predict", "inside")
LONG_LESSON = "preset=custom&corpus=ag_news&samples=120000&epochs=5"
"""The lesson's settings; more epochs than the measurement takes."""
PATIENCE_S = 120.0
MEGABYTE = 1e6


class Server:
    """`streamlit run` on a free port of this machine."""

    def __init__(self, script: Path, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        options = ["--server.headless=true", "--server.address=127.0.0.1"]
        self.process = psutil.Popen(
            [*command, *options, f"--server.port={self.port}"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Python writes its compiled modules, as it does at a user's first start.
            env=os.environ | {"RNNDASH_HOME": str(home), "PYTHONDONTWRITEBYTECODE": ""},
        )

    def wait_until_healthy(self) -> None:
        """Wait until the server answers."""
        url = f"http://127.0.0.1:{self.port}/_stcore/health"
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with (
                suppress(urllib.error.URLError, ConnectionError),
                urllib.request.urlopen(url, timeout=1),
            ):
                return
            time.sleep(0.01)
        raise TimeoutError("the server does not answer")

    def stop(self) -> None:
        """Stop the server and wait for its end."""
        self.process.terminate()
        self.process.wait(60)


@contextmanager
def running(script: Path, home: Path) -> Iterator[Server]:
    """A server that is stopped at the end."""
    server = Server(script, home)
    try:
        server.wait_until_healthy()
        yield server
    finally:
        server.stop()


class Tab:
    """A session, as a tab of a browser has one."""

    def __init__(self, server: Server, path: str, query: str = "") -> None:
        self.path, self.query = path, query
        self.page_hash = ""
        self.known: set[str] = set()
        """Hashes of large messages, which a browser caches, so that they are not sent again."""
        self.buttons: dict[str, str] = {}
        self.heading_s = 0.0
        """Seconds from the latest request to the first heading."""
        address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
        self._open = ExitStack()
        self.socket = self._open.enter_context(
            connect(address, max_size=None, subprotocols=["streamlit"])
        )

    def __enter__(self) -> "Tab":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def run(self, press: str | None = None) -> float:
        """Run the whole page, with a button pressed or none; returns the seconds until its end."""
        start, self.heading_s = time.perf_counter(), 0.0
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self.query, self.page_hash
        state.cached_message_hashes.extend(self.known)
        if not self.page_hash:
            state.page_name = self.path
        if press is not None:
            state.widget_states.widgets.add(id=self.buttons[press], trigger_value=True)
        self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(self.socket.recv(timeout=PATIENCE_S))
            kind = answer.WhichOneof("type")
            if answer.metadata.cacheable:
                self.known.add(answer.hash)
            if kind == "navigation":  # which names the page; `new_session` may name the whole app
                self.page_hash = answer.navigation.page_script_hash
            elif kind == "delta" and answer.delta.new_element.HasField("exception"):
                raise RuntimeError(answer.delta.new_element.exception.message)
            elif kind == "delta" and answer.delta.new_element.HasField("heading"):
                self.heading_s = self.heading_s or time.perf_counter() - start
            elif kind == "delta" and answer.delta.new_element.HasField("button"):
                button = answer.delta.new_element.button
                self.buttons[button.label] = button.id
            elif (
                kind == "script_finished"
                and answer.script_finished
                == ForwardMsg.ScriptFinishedStatus.Value("FINISHED_SUCCESSFULLY")
            ):
                return time.perf_counter() - start


class StartTimes(NamedTuple):
    """The times of the start of an app, in seconds.

    Attributes:
        heading_s: from `streamlit run` to the title.
        page_s: from `streamlit run` to the end of the page.
        cpu_s: processor time of the server's process.
    """

    heading_s: float
    page_s: float
    cpu_s: float


def start_app(script: Path, path: str, home: Path) -> StartTimes:
    """Start an app and open its page."""
    start = time.perf_counter()
    with running(script, home) as server, Tab(server, path) as tab:
        opened = time.perf_counter()
        tab.run()
        page_s = time.perf_counter() - start
        spent = server.process.cpu_times()
        return StartTimes(opened - start + tab.heading_s, page_s, spent.user + spent.system)


def measure_first_page(rounds: int, folder: Path) -> None:
    """Print the seconds of each page and of an app that only writes a title."""
    title = folder / "title.py"
    title.write_text('import streamlit as st\n\nst.title("A title")\n')
    apps = {"a title": (title, "")}
    apps |= {f"/{page}": (ROOT / "streamlit_app.py", page) for page in LIGHT_PAGES}
    taken: dict[str, list[StartTimes]] = {name: [] for name in apps}
    for number in range(rounds + 1):
        for name, (script, path) in apps.items():
            found = start_app(script, path, folder / "home")
            if number:  # the first round fills the disk's cache
                taken[name].append(found)
    print(f"\nfrom `streamlit run`, seconds and ratio to a title, median of {rounds} in turns")
    print(f"{'page':<12}{'to the title':>16}{'to the page':>16}{'processor time':>18}")
    medians = {
        name: [statistics.median(v) for v in zip(*all_, strict=True)]
        for name, all_ in taken.items()
    }
    for name, values in medians.items():
        cells = [
            f"{v:>9.2f}{v / base:>7.2f}" for v, base in zip(values, medians["a title"], strict=True)
        ]
        print(f"{name:<12}{''.join(cells)}")


def run_pages(tabs: Sequence[Tab], times: int) -> dict[str, list[float]]:
    """Run each page so many times, in turns, with a short pause in between, as readers make."""
    taken: dict[str, list[float]] = {tab.path: [] for tab in tabs}
    for _ in range(times):
        for tab in tabs:
            taken[tab.path].append(tab.run())
            time.sleep(0.05)
    return taken


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def print_page_runs(idle: dict[str, list[float]], busy: dict[str, list[float]]) -> None:
    """Print the times of both, and the ratio of their 95th percentiles."""
    print(f"\nrunning a page again, ms, {len(next(iter(idle.values())))} times each")
    print(f"{'page':<12}{'idle':>8}{'p95':>8}{'training':>10}{'p95':>8}{'p95 ratio':>11}")
    for path in idle:
        rest, work = idle[path], busy[path]
        print(
            f"/{path:<11}{1e3 * statistics.median(rest):>8.0f}{1e3 * p95(rest):>8.0f}"
            f"{1e3 * statistics.median(work):>10.0f}{1e3 * p95(work):>8.0f}"
            f"{p95(work) / p95(rest):>11.2f}"
        )


def worker_peaks(server: Server) -> list[float]:
    """The largest resident memory of each worker so far, in MB."""
    return [peak_mb(worker) for worker in server.process.children()]


def peak_mb(process: psutil.Process) -> float:
    """The peak resident memory, as the kernel counts it; where it does not, the present one."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024 / MEGABYTE
    return process.memory_info().rss / MEGABYTE


def resident_mb(server: Server) -> float:
    """The present resident memory of the server's process, in MB."""
    return server.process.memory_info().rss / MEGABYTE


def wait_for_training(store: RunStore) -> None:
    """Wait until all runs train."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        records, _ = store.records(store.run_ids())
        if records and all(r.state is RunState.RUNNING and r.points for r in records):
            return
        time.sleep(0.1)
    raise TimeoutError("the runs do not train")


def measure_while_training(times: int, query: str, folder: Path) -> None:
    """Print the times of pages, idle and while three runs train, and the memory of all."""
    home = folder / "home"
    store = RunStore(home / "runs")
    with running(ROOT / "streamlit_app.py", home) as server, ExitStack() as opened:
        tabs = [
            opened.enter_context(Tab(server, path, query if path == "train" else ""))
            for path in LIGHT_PAGES
        ]
        run_pages(tabs, 3)
        time.sleep(8)  # until the idle workers have started
        before = resident_mb(server)
        tabs[1].run(press="Start training")
        wait_for_training(store)
        run_pages(tabs, 3)
        busy = run_pages(tabs, times)
        records, _ = store.records(store.run_ids())
        share = min(record.progress for record in records)
        still = sum(record.state is RunState.RUNNING for record in records)
        with_workers, peaks = resident_mb(server), worker_peaks(server)
        for record in records:
            (store.folder(record.run_id).command).write_text("stop")
        while any(store.record(record.run_id).state.is_active for record in records):
            time.sleep(0.1)
        time.sleep(5)
        idle = run_pages(tabs, times)  # on the same pages, with the same curves
        print_page_runs(idle, busy)
        print(f"{still} of {len(records)} runs still trained at the end, at {share:.0%} or more")
        print(f"\nmemory in MB\nserver, idle: {before:.0f}; with three workers: {with_workers:.0f}")
        print(f"workers at their peak: {', '.join(f'{peak:.0f}' for peak in peaks)}")
        for path in TORCH_PAGES:
            with Tab(server, path) as tab:
                tab.run()
            print(f"server after /{path}: {resident_mb(server):.0f}", flush=True)


def main() -> None:
    """Read the options, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="of starting each app")
    parser.add_argument("--times", type=int, default=40, help="to run each page")
    parser.add_argument("--settings", default=LONG_LESSON, help="of the training, as in the URL")
    parser.add_argument("--only", choices=["first", "training"], help="one part; else both")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="rnndash-web-") as folder:
        if arguments.only != "training":
            measure_first_page(arguments.rounds, Path(folder))
        if arguments.only != "first":
            measure_while_training(arguments.times, arguments.settings, Path(folder))


if __name__ == "__main__":
    main()
