"""Runs, archives and results that version 0.1.0 wrote still open, and its runs still resume."""

import platform
import shutil

import pytest
import torch

from rnndash.export.archive import import_run
from rnndash.results import RunState
from rnndash.runs.queue import RunQueue
from rnndash.runs.store import RunStore
from tests.compatibility.conftest import VERSION_0_1
from tests.compatibility.observe import (
    PACKED_LSTM,
    PAUSED,
    RNN,
    STOPPED,
    observe_memory,
    observe_runs,
    observe_scripts,
    observe_weights,
)
from tests.waiting import wait_until_at_rest


def test_old_runs_have_the_same_states_numbers_and_names(home, expected):
    assert observe_runs(home) == expected("runs")


def test_old_results_of_the_memory_task_are_read(home, expected):
    assert observe_memory(home) == expected("memory")


def test_old_runs_are_exported_as_the_same_code(home, expected):
    assert observe_scripts(home) == expected("scripts")


def test_old_archive_is_imported_as_the_run_it_holds(environment, expected):
    with (VERSION_0_1 / "exported.zip").open("rb") as file:
        run_id = import_run(RunStore(environment / "runs"), file)
    assert run_id == PACKED_LSTM
    assert observe_runs(environment)["runs"] == {run_id: expected("runs")["runs"][run_id]}


def test_old_archive_brings_the_weights_of_the_run(environment, home):
    with (VERSION_0_1 / "exported.zip").open("rb") as file:
        run_id = import_run(RunStore(environment / "runs"), file)
    imported, original = (
        observe_weights(folder / "runs" / run_id / "checkpoint.safetensors")
        for folder in (environment, home)
    )
    assert imported == original


@pytest.fixture(scope="module")
def resumed(tmp_path_factory):
    """A home folder in which a paused and a stopped run of version 0.1.0 were resumed."""
    home = tmp_path_factory.mktemp("resumed") / "home"
    shutil.unpack_archive(VERSION_0_1 / "home.zip", home)
    store = RunStore(home / "runs")
    with pytest.MonkeyPatch.context() as monkeypatch, RunQueue(store, max_workers=2) as queue:
        monkeypatch.setenv("RNNDASH_HOME", str(home))
        for run_id in (PAUSED, STOPPED):
            queue.resume(run_id)
        for run_id in (PAUSED, STOPPED):
            wait_until_at_rest(store, run_id)
    return home


def _cpu():
    """The kind of processor, as the compiled kernels and PyTorch tell it apart."""
    try:
        import llvmlite.binding as llvm
    except ImportError:  # no compiled kernels on this machine
        return None
    return [
        platform.system(),
        platform.machine(),
        llvm.get_host_cpu_name(),
        torch.backends.cpu.get_cpu_capability(),
    ]


@pytest.mark.parametrize("run_id", [PAUSED, STOPPED])
def test_old_run_resumes_to_the_end_and_learns(resumed, run_id, expected):
    before = expected("runs")["runs"][run_id]
    record = RunStore(resumed / "runs").record(run_id)
    assert record.state is RunState.FINISHED
    assert record.samples == before["samples_total"]
    assert record.test_accuracy > before["held_out_accuracy"]


@pytest.mark.parametrize("run_id", [PAUSED, STOPPED])
def test_old_run_resumes_to_the_same_bits(resumed, run_id, expected):
    pinned = expected("resumed")
    if _cpu() != pinned["cpu"]:
        pytest.skip("Numbers are equal to the bit on the same kind of processor only.")
    run = observe_runs(resumed)["runs"][run_id]
    del run["seconds"]
    assert run == pinned[run_id]["run"]
    weights = observe_weights(resumed / "runs" / run_id / "checkpoint.safetensors")
    assert weights == pinned[run_id]["weights"]


def test_expected_runs_are_of_each_state_that_a_run_rests_in(expected):
    states = {run["state"] for run in expected("runs")["runs"].values()}
    assert states == {"finished", "paused", "stopped"}
    assert RNN in expected("runs")["runs"]
