"""The fork server and what it makes. Each test has one that is loaded already."""

import json
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from rnndash.runs import fork_client
from rnndash.runs.fork_client import CannotForkError, close_fork_server, shared_fork_server
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone"),
]
PROBE = "tests.runs.forked_probe"


@pytest.fixture
def server():
    server = shared_fork_server()
    wait_for(lambda: server.is_ready, "the fork server has loaded")
    return server


def _end_of(process):
    wait_for(lambda: process.exit is not None, "the forked process has ended")
    process.release()
    return process.exit


def _look(server, tmp_path, name="seen"):
    assert _end_of(server.fork(PROBE, str(tmp_path / name))).code == 0
    return json.loads((tmp_path / name).read_text())


def test_forked_process_is_as_separate_as_a_fresh_one(server, tmp_path):
    seen = _look(server, tmp_path)
    assert seen["session"]
    assert seen["interrupt"]
    assert seen["child"]
    assert seen["threads"] == 1


def test_forked_process_has_no_descriptor_but_its_own(server, tmp_path):
    other = server.fork(PROBE, str(tmp_path / "other"), "wait")
    wait_for((tmp_path / "other").exists, "the other waits")
    descriptors = _look(server, tmp_path)["descriptors"]
    other.wait()
    assert sorted(descriptors)[:4] == ["0", "1", "2", "3"]
    assert all(descriptors[number].startswith("pipe:") for number in ("0", "3"))
    assert [name for name in descriptors.values() if name.startswith("socket:")] == []
    assert len({descriptors["0"], descriptors["3"]}) == 2
    assert sum(name.startswith("pipe:") for n, name in descriptors.items() if int(n) > 3) == 0


def test_two_forked_processes_share_no_random_state_and_no_temporary_name(server, tmp_path):
    one, other = (_look(server, tmp_path, name) for name in ("one", "other"))
    for what in ("random", "numpy", "temporary"):
        assert one[what] != other[what]


def test_settings_and_folder_are_those_of_now(server, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNDASH_HOME", str(tmp_path / "elsewhere"))
    seen = _look(server, tmp_path)
    assert seen["home"] == str(tmp_path / "elsewhere")
    assert seen["folder"] == str(Path.cwd())


@pytest.mark.parametrize(("how", "code"), [("fail", 1), ("exit 3", 3), ("killed", -signal.SIGKILL)])
def test_exit_of_a_forked_process_is_known(server, tmp_path, how, code):
    assert _end_of(server.fork(PROBE, str(tmp_path / "seen"), how)).code == code


def test_process_whose_standard_input_is_closed_ends(server, tmp_path):
    process = server.fork(PROBE, str(tmp_path / "seen"), "wait")
    wait_for((tmp_path / "seen").exists, "it waits")
    assert process.exit is None
    process.wait()
    assert process.exit.code == 0
    assert not process.send_line(b"too late")


def test_process_that_does_not_end_in_time_is_killed(server, tmp_path):
    process = server.fork(PROBE, str(tmp_path / "seen"), "wait")
    wait_for((tmp_path / "seen").exists, "it waits")
    os.kill(process.pid, signal.SIGSTOP)
    process.wait(0.1)
    assert process.exit.code == -signal.SIGKILL


def test_many_forks_leave_no_zombie_and_no_descriptor(server, tmp_path):
    def descriptors():
        return [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (server.pid, "self")]

    _look(server, tmp_path)
    before = descriptors()
    for _ in range(20):
        _look(server, tmp_path)
    assert descriptors() == before
    wait_for(lambda: psutil.Process(server.pid).children() == [], "no zombie is left")


def test_processes_of_a_killed_fork_server_go_on_and_a_new_one_is_made(server, tmp_path):
    process = server.fork(PROBE, str(tmp_path / "seen"), "wait")
    wait_for((tmp_path / "seen").exists, "it waits")
    psutil.Process(server.pid).kill()
    wait_for(lambda: not server.is_alive, "the fork server has died")
    assert process.exit is None
    with pytest.raises(CannotForkError, match="The fork server made no process"):
        server.fork(PROBE, str(tmp_path / "never"))
    again = shared_fork_server()
    assert again is not server
    wait_for(lambda: again.is_ready, "the new one has loaded")
    assert _look(again, tmp_path, "new")["session"]
    process.wait()
    assert process.exit.code == 0


def test_nobody_knows_how_a_process_died_whose_fork_server_died_before(server, tmp_path):
    process = server.fork(PROBE, str(tmp_path / "seen"), "wait")
    wait_for((tmp_path / "seen").exists, "it waits")
    psutil.Process(server.pid).kill()
    wait_for(lambda: not server.is_alive, "the fork server has died")
    os.kill(process.pid, signal.SIGKILL)
    how = _end_of(process)
    assert how.code is None
    assert not how.is_intended
    assert how.reason == "for a reason that is not known"


def test_changed_program_needs_a_new_fork_server(server, monkeypatch):
    assert shared_fork_server() is server
    monkeypatch.setenv("OMP_SCHEDULE", "static")  # acts while libraries are loaded
    again = shared_fork_server()
    assert again is not server
    assert not server.is_alive


def test_setting_of_a_run_needs_no_new_fork_server(server, monkeypatch):
    monkeypatch.setenv("RNNDASH_HOME", "/elsewhere")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert shared_fork_server() is server


@pytest.mark.parametrize(
    ("forks", "grown_kib", "is_renewed"),
    [(299, 99_999, False), (300, 10 * 1024, False), (300, 10 * 1024 + 1, True)],
)
def test_grown_fork_server_is_replaced_after_many_runs(server, forks, grown_kib, is_renewed):
    server._forks, server._last_kib = forks, server._first_kib + grown_kib
    assert (shared_fork_server() is not server) is is_renewed
    server._forks = 0


def test_fork_server_that_dies_twice_while_it_loads_is_given_up(monkeypatch):
    close_fork_server()
    monkeypatch.setattr(fork_client, "_MODULE", "tests.runs.no_such_module")
    monkeypatch.setattr(fork_client, "_failures", 0)
    for _ in range(2):
        dying = shared_fork_server()
        wait_for(lambda dying=dying: not dying.is_alive, "it has died")
    assert shared_fork_server() is None
    close_fork_server()
