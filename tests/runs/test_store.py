import json
import secrets
import subprocess
import sys
import threading
import time

import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.errors import ConfigError, RunError, RunNotFoundError, RunStateError, StorageError
from rnndash.events import Paused, Preparing
from rnndash.results import RunState
from rnndash.runs import store as store_module
from rnndash.runs.folder import MOST_NAME
from rnndash.runs.process import write_process
from rnndash.runs.requests import Command
from rnndash.runs.store import RunStore


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def _create(store, *models):
    return store.create([RunConfig(model=model) for model in models or ("rnn",)])


def _age(folder, seconds=3_600.0):
    """Let the journal look as if nobody had written to it for a while."""
    import os

    then = time.time() - seconds
    os.utime(folder.journal, (then, then))


def test_runs_created_together_share_a_comparison(store):
    run_ids = _create(store, "lstm", "rnn", "packed_lstm")
    records = [store.record(run_id) for run_id in run_ids]
    assert [r.config.model for r in records] == ["lstm", "rnn", "packed_lstm"]
    assert len({r.comparison for r in records}) == 1


def test_runs_of_a_comparison_are_listed_in_the_order_of_the_models(store):
    run_ids = _create(store, "packed_gru", "lstm", "rnn")
    assert store.run_ids(store.record(run_ids[0]).comparison) == run_ids[::-1]


def test_newest_comparison_is_listed_first(store, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.0)
    old = _create(store)
    monkeypatch.setattr(time, "time", lambda: 1_700_000_100.0)
    new = _create(store)
    assert store.run_ids() == new + old


def test_store_without_folder_has_no_runs(store):
    assert store.run_ids() == []


def test_foreign_files_are_not_taken_for_runs(store):
    run_ids = _create(store)
    (store.root / "notes.txt").write_text("mine")
    (store.root / "my folder").mkdir()
    assert store.run_ids() == run_ids


@pytest.mark.parametrize(
    "run_id", ["", "..", "../runs", "/etc", "nothing", "20260101-000000-ab12-rnn"]
)
def test_unknown_name_is_not_found(store, run_id):
    _create(store)
    with pytest.raises(RunNotFoundError, match="There is no run"):
        store.folder(run_id)


def test_folder_that_cannot_be_written_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"No run can be kept in .*RNNDASH_HOME"):
        _create(RunStore(tmp_path / "file"))


def test_run_of_a_newer_version_says_so(store):
    (run_id,) = _create(store)
    path = store.folder(run_id).settings
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(RunError, match=r"newer version of rnndash \(format 99; .* Update rnndash"):
        store.record(run_id)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "config": {}}'])
def test_run_with_damaged_settings_is_reported_and_hides_no_other(store, text):
    bad, good = _create(store, "rnn", "lstm")
    store.folder(bad).settings.write_text(text)
    records, problems = store.records([bad, good])
    assert [r.run_id for r in records] == [good]
    assert len(problems) == 1
    assert f"The settings of run {bad} are damaged" in problems[0]


def test_waiting_run_whose_queue_is_gone_is_interrupted(store):
    (run_id,) = _create(store)
    _age(store.folder(run_id))
    assert store.record(run_id).state is RunState.INTERRUPTED


def test_waiting_run_whose_queue_lives_is_queued(store):
    (run_id,) = _create(store)
    write_process(store.folder(run_id).queue)
    _age(store.folder(run_id))
    assert store.record(run_id).state is RunState.QUEUED


@pytest.mark.slow
def test_run_at_work_whose_worker_is_gone_is_lost(store):
    (run_id,) = _create(store)
    folder = store.folder(run_id)
    code = (
        "import sys, pathlib, rnndash.runs.process as p; p.write_process(pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(folder.worker)], check=True)
    store.append(run_id, Preparing(message="Loading PyTorch"))
    _age(folder)
    assert store.record(run_id).state is RunState.LOST


def test_run_at_work_whose_worker_has_just_gone_waits_for_the_reason(store):
    (run_id,) = _create(store)
    store.append(run_id, Preparing(message="Loading PyTorch"))
    assert store.record(run_id).state is RunState.PREPARING


def test_number_of_a_process_that_came_again_is_not_taken_for_the_worker(store):
    (run_id,) = _create(store)
    folder = store.folder(run_id)
    write_process(folder.worker)
    folder.worker.write_text(
        json.dumps(json.loads(folder.worker.read_text()) | {"created": 1_000_000.0})
    )
    store.append(run_id, Preparing(message="Loading PyTorch"))
    _age(folder)
    assert store.record(run_id).state is RunState.LOST


def test_command_to_a_run_at_rest_is_refused(store):
    (run_id,) = _create(store)
    store.append(run_id, Paused(samples=0))
    with pytest.raises(RunStateError, match="is paused; only a run that waits or trains can stop"):
        store.command(run_id, Command.STOP)


def test_two_visitors_who_press_pause_at_once_are_both_heard(store):
    (run_id,) = _create(store)
    write_process(store.folder(run_id).queue)
    errors = []

    def press():
        try:
            for _ in range(200):
                store.command(run_id, Command.PAUSE)
        except StorageError as error:
            errors.append(error)

    visitors = [threading.Thread(target=press) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert errors == []
    assert store.folder(run_id).command.read_text() == "pause"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Mine", "Mine"),
        ("  two \t words ", "two words"),
        ("x" * MOST_NAME, "x" * MOST_NAME),
        ("", ""),
    ],
    ids=["a name", "blanks", "the longest", "none"],
)
def test_run_has_the_name_that_it_was_given(store, name, kept):
    (run_id,) = _create(store)
    store.rename(run_id, "before")
    store.rename(run_id, name)
    assert store.record(run_id).name == kept


@pytest.mark.parametrize("name", ["x" * (MOST_NAME + 1), "a\x00b"], ids=["too long", "unprintable"])
def test_name_that_cannot_be_shown_is_refused_and_the_old_one_kept(store, name):
    (run_id,) = _create(store)
    store.rename(run_id, "before")
    with pytest.raises(ConfigError, match=rf"has up to {MOST_NAME} characters that can be shown"):
        store.rename(run_id, name)
    assert store.record(run_id).name == "before"


def test_runs_in_memory_are_those_that_were_read_last(store, monkeypatch):
    monkeypatch.setattr(store_module, "_MOST_OPEN", 2)
    first, second, third = _create(store, "rnn", "lstm", "gru")
    for run_id in (first, second, first, third):
        store.record(run_id)
    assert list(store._open) == [first, third]
    assert store.record(second).run_id == second


def test_run_deleted_while_many_are_read_is_left_out(store):
    kept, gone = _create(store, "rnn", "lstm")
    store.append(gone, Paused(samples=0))
    store.delete(gone)
    records, problems = store.records([gone, kept])
    assert ([record.run_id for record in records], problems) == ([kept], [])


def test_deleted_run_is_gone(store):
    first, second = _create(store, "rnn", "lstm")
    store.append(first, Paused(samples=0))
    store.delete(first)
    assert store.run_ids() == [second]


def test_run_at_work_is_not_deleted(store):
    (run_id,) = _create(store)
    with pytest.raises(RunStateError, match=r"is queued\. Stop it first"):
        store.delete(run_id)
    assert store.run_ids() == [run_id]


def test_damaged_run_can_be_deleted(store):
    (run_id,) = _create(store)
    store.folder(run_id).settings.write_text("{")
    store.delete(run_id)
    assert store.run_ids() == []


def test_record_follows_the_journal(store):
    (run_id,) = _create(store)
    before = store.record(run_id).state
    store.append(run_id, Paused(samples=0))
    assert (before, store.record(run_id).state) == (RunState.QUEUED, RunState.PAUSED)


def test_every_model_kind_makes_a_name_that_is_found_again(store):
    run_ids = _create(store, *ModelKind)
    assert sorted(store.run_ids()) == sorted(run_ids)


def test_ids_that_are_taken_are_drawn_again(store, monkeypatch):
    drawn, draw = iter(["abcd", "abcd", "beef"]), secrets.token_hex
    monkeypatch.setattr(secrets, "token_hex", lambda n: next(drawn) if n == 2 else draw(n))
    monkeypatch.setattr(store_module.time, "time", lambda: 1_700_000_000.0)
    first, second = (store.create([RunConfig(model="rnn")])[0] for _ in range(2))
    assert (first[-8:-4], second[-8:-4]) == ("abcd", "beef")


@pytest.mark.parametrize("taken", ["lstm", "rnn"])
def test_digits_of_a_comparison_of_this_second_are_drawn_again(store, monkeypatch, taken):
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.0)
    drawn, draw = iter(["abcd", "abcd", "beef"]), secrets.token_hex
    monkeypatch.setattr(secrets, "token_hex", lambda n: next(drawn) if n == 2 else draw(n))
    (first,) = _create(store, taken)
    (second,) = _create(store, "rnn")
    assert (first.split("-")[2], second.split("-")[2]) == ("abcd", "beef")


@pytest.fixture
def failing_rename(monkeypatch):
    """Makes one rename of the store's fail: the n-th, after doing something else."""

    def let_fail(number, before=lambda _: None):
        calls, move = [], store_module.move_to_new_name

        def moved(written, place):
            calls.append(place)
            if len(calls) == number:
                before(place)
                raise PermissionError(13, "Permission denied")
            move(written, place)

        monkeypatch.setattr(store_module, "move_to_new_name", moved)

    return let_fail


@pytest.mark.parametrize("number", [1, 2, 3])
def test_comparison_that_cannot_be_placed_whole_leaves_no_run(store, failing_rename, number):
    failing_rename(number)
    with pytest.raises(StorageError, match=r"No run can be kept in .*Permission denied"):
        _create(store, "rnn", "lstm", "packed_lstm")
    assert list(store.root.iterdir()) == []


def test_comparison_whose_name_another_process_takes_meanwhile_gets_another(store, failing_rename):
    failing_rename(2, before=lambda place: place.mkdir())
    run_ids = _create(store, "rnn", "lstm")
    assert len({run_id.rpartition("-")[0] for run_id in run_ids}) == 1
    (other,) = set(store.run_ids()) - set(run_ids)
    assert other.endswith("lstm")
    assert other.rpartition("-")[0] != run_ids[0].rpartition("-")[0]


def test_disk_that_fills_while_the_second_run_is_written_leaves_no_run(store, monkeypatch):
    written, append = [], store_module.append_event

    def fill(journal, event):
        written.append(journal)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        append(journal, event)

    monkeypatch.setattr(store_module, "append_event", fill)
    with pytest.raises(StorageError, match="No space left on device"):
        _create(store, "rnn", "lstm")
    assert list(store.root.iterdir()) == []
