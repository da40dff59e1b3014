"""Which process works on a run, and priorities, in real processes."""

import os
import subprocess
import sys

import psutil
import pytest

from rnndash.runs.process import is_alive, read_token, write_process
from rnndash.runs.worker_process import WorkerProcess
from tests.waiting import PATIENCE_S, wait_for


@pytest.fixture(autouse=True)
def _own_priority(monkeypatch):
    """Processes may lower their priority, as they may not in other tests."""
    monkeypatch.delenv("PYTHONPATH")


def _in_a_process(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.slow
def test_worker_lets_other_programs_go_first():
    told = _in_a_process(
        "import psutil; from rnndash.runs.process import lower_priority\n"
        "lower_priority(); print(int(psutil.Process().nice()))"
    )
    lowest = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 19)
    assert int(told) == int(lowest)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this kind of scheduling")
def test_worker_runs_only_when_nobody_else_wants_to():
    told = _in_a_process(
        "import os; from rnndash.runs.process import lower_priority\n"
        "lower_priority(); print(os.sched_getscheduler(0))"
    )
    assert int(told) == os.SCHED_IDLE


@pytest.mark.slow
def test_this_process_is_alive_and_one_that_ended_is_not(tmp_path):
    mine, gone = tmp_path / "mine.json", tmp_path / "gone.json"
    write_process(mine)
    _in_a_process(
        "from pathlib import Path; from rnndash.runs.process import write_process\n"
        f"write_process(Path({str(gone)!r}))"
    )
    assert is_alive(mine)
    assert not is_alive(gone)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pid": -1, "created": 0}', "no claim"])
def test_damaged_file_names_no_live_process(tmp_path, text):
    file = tmp_path / "claim.json"
    file.write_text(text)
    assert not is_alive(file)


@pytest.mark.slow
def test_worker_that_is_getting_ready_lets_other_programs_go_first():
    lowest = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 19)
    worker = WorkerProcess()
    process = psutil.Process(worker._process.pid)
    wait_for(lambda: int(process.nice()) == int(lowest), "a lower priority")
    worker.wait(PATIENCE_S)
    assert worker.exit.code == 0


@pytest.mark.parametrize("token", ["ab12", None])
def test_token_is_read_back(tmp_path, token):
    write_process(tmp_path / "queue.json", token=token)
    assert read_token(tmp_path / "queue.json") == token


@pytest.mark.parametrize("text", ["", "[]", '{"pid": 1}', '{"token": 7}', None])
def test_file_without_a_token_has_none(tmp_path, text):
    file = tmp_path / "queue.json"
    if text is not None:
        file.write_text(text)
    assert read_token(file) is None
