"""The fork server and what it makes. Each test has one that is loaded already."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from rnndash.config.run_config import RunConfig
from rnndash.results import RunState
from rnndash.runs import fork_client, fork_server
from rnndash.runs.fork_client import CannotForkError, close_fork_server, shared_fork_server
from rnndash.runs.queue import RunQueue
from rnndash.runs.starting import ForkedWorkers
from rnndash.runs.store import RunStore
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
    code = "import signal; print(signal.getsignal(signal.SIGINT))"  # ignored in some shells
    fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen["interrupt"].split(" at ")[0] == fresh.stdout.strip().split(" at ")[0]
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


@pytest.mark.parametrize(
    ("how", "code"), [("fail", 1), ("exit 3", 3), ("leave", 0), ("killed", -signal.SIGKILL)]
)
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


def _own_descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_variables_too_long_for_a_message_need_a_fresh_process(server, tmp_path, monkeypatch):
    before = _own_descriptors()
    monkeypatch.setenv("LONG", "x" * 2**16)
    monkeypatch.setenv("LONGER", "x" * 2**16)
    with pytest.raises(CannotForkError, match="of at most 131072"):
        server.fork(PROBE, str(tmp_path / "never"))
    assert _own_descriptors() == before
    monkeypatch.undo()
    assert _look(server, tmp_path)["session"]


def test_process_without_room_for_a_pipe_leaves_none_behind(server, tmp_path, monkeypatch):
    made, pipe = [], os.pipe

    def refuse_the_second():
        if made:
            raise OSError(24, "Too many open files")
        made.append(True)
        return pipe()

    before = _own_descriptors()
    monkeypatch.setattr(os, "pipe", refuse_the_second)
    with pytest.raises(CannotForkError, match="Too many open files"):
        server.fork(PROBE, str(tmp_path / "never"))
    monkeypatch.undo()
    assert _own_descriptors() == before


def test_request_without_its_descriptors_is_refused_and_harms_nothing(server, tmp_path):
    with pytest.raises(OSError, match="without its end or its file descriptors"):
        server._request(b"{}")
    assert _look(server, tmp_path)["session"]


def test_answer_that_comes_too_late_is_never_taken_for_another(server, tmp_path, monkeypatch):
    monkeypatch.setattr(fork_client, "_PATIENCE_S", 0.2)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with pytest.raises(CannotForkError, match="does not answer"):
            server.fork(PROBE, str(tmp_path / "late"), "wait")
    finally:
        os.kill(server.pid, signal.SIGCONT)
    assert not server.is_ready
    with pytest.raises(CannotForkError, match="made no process"):
        server.fork(PROBE, str(tmp_path / "never"))


def test_many_threads_get_each_its_own_process(server, tmp_path):
    codes = {}

    def start(number):
        how = "exit 3" if number % 2 else "leave"
        codes[number] = _end_of(server.fork(PROBE, str(tmp_path / str(number)), how)).code

    threads = [threading.Thread(target=start, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == {number: 3 if number % 2 else 0 for number in range(8)}


def test_fork_server_of_a_killed_program_ends():
    code = (
        "from rnndash.runs.fork_client import shared_fork_server\n"
        "print(shared_fork_server().pid, flush=True); input()"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with program:
        pid = int(program.stdout.readline())
        program.kill()
    wait_for(lambda: not psutil.pid_exists(pid), "its fork server has ended")


def test_queue_closed_while_the_fork_server_loads_leaves_its_run_interrupted(tmp_path):
    close_fork_server()
    store = RunStore(tmp_path / "runs")
    with RunQueue(store, max_workers=1, workers=ForkedWorkers()) as queue:
        (run_id,) = queue.submit([RunConfig(model="rnn")])
        wait_for(lambda: fork_client._shared is not None, "the fork server loads")
        loading = fork_client._shared
        os.kill(loading.pid, signal.SIGSTOP)  # it will not be ready before the queue is closed
    assert store.record(run_id).state is RunState.INTERRUPTED
    close_fork_server()
    assert not psutil.pid_exists(loading.pid)


def test_fork_server_that_must_not_be_forked_is_started_once_and_leaves_no_zombie(monkeypatch):
    close_fork_server()
    monkeypatch.setattr(fork_client, "_MODULE", "tests.runs.unsafe_fork_server")
    unsafe = shared_fork_server()
    wait_for(lambda: not unsafe.is_alive, "it has ended")
    assert shared_fork_server() is None
    assert shared_fork_server() is None
    assert unsafe.unsafe_because == "as the test wants it"
    assert not psutil.pid_exists(unsafe.pid)
    close_fork_server()


def test_system_without_proc_is_not_forked(monkeypatch, tmp_path):
    monkeypatch.setattr(fork_server, "_PROCESS", tmp_path)
    assert "cannot be looked up" in fork_server._why_unsafe()


def test_program_changed_while_the_fork_server_loads_is_no_failure_of_it(monkeypatch):
    close_fork_server()
    monkeypatch.setattr(fork_client, "_failures", 0)
    for number in range(3):
        monkeypatch.setenv("OMP_SCHEDULE", f"static,{number + 1}")
        assert shared_fork_server() is not None
    close_fork_server()
