"""The command line, with real workers on a small corpus in AG News' form."""

import argparse
import json
import re
import signal
import subprocess
import sys

import pytest

from rnndash.cli.main import _parser, main
from rnndash.cli.options import read_configs
from rnndash.config.hyperparameters import SETTINGS
from rnndash.config.run_config import RunConfig
from rnndash.environment import read_environment
from rnndash.results import RunState
from rnndash.runs.store import RunStore
from tests.corpora import write_ag_news
from tests.export.archives import finished_run
from tests.text.vector_texts import some_vectors, write_vectors
from tests.waiting import wait_for

SMALL = ["--corpus", "ag_news", "--samples", "400", "--embed-dim", "8", "--hidden-dim", "8"]


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    write_ag_news(tmp_path / "data", train=4000)
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def store(environment):
    return RunStore(environment / "runs")


@pytest.mark.slow
def test_train_finishes_all_models_and_says_so_in_a_table(store, capsys):
    assert main(["train", *SMALL, "--models", "lstm", "rnn"]) == 0
    records = [store.record(run_id) for run_id in store.run_ids()]
    assert {r.config.model for r in records} == {"rnn", "lstm"}
    assert {r.state for r in records} == {RunState.FINISHED}
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split()[:4] == ["run", "model", "corpus", "state"]
    assert [row.split()[1:4] for row in rows] == [
        ["lstm", "ag_news", "finished"],
        ["rnn", "ag_news", "finished"],
    ]


def test_train_takes_the_presets_settings():
    options = _parser().parse_args(["train", "--preset", "lesson", "--models", "rnn"])
    (config,) = read_configs(options, read_environment())
    assert (config.corpus, config.learning_rate, config.batch_size) == ("ag_news", 0.001, 16)


@pytest.mark.slow
def test_every_setting_is_an_option_of_its_own_name(store):
    options = {
        "samples": 300,
        "epochs": 2,
        "batch_size": 8,
        "learning_rate": 0.01,
        "embed_dim": 4,
        "hidden_dim": 4,
        "num_layers": 2,
        "min_freq": 2,
        "seed": 3,
    }
    assert set(options) == {setting.name for setting in SETTINGS}
    given = [
        part
        for name, value in options.items()
        for part in (f"--{name.replace('_', '-')}", str(value))
    ]
    arguments = ["train", "--corpus", "ag_news", "--models", "packed_gru", "--bidirectional"]
    assert main([*arguments, *given]) == 0
    config = store.record(store.run_ids()[0]).config
    assert {name: getattr(config, name) for name in options} == options
    assert config.bidirectional


@pytest.mark.slow
def test_verbose_prints_the_lessons_lines(capsys):
    assert main(["train", *SMALL, "--models", "rnn", "--batch-size", "1", "--verbose"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^rnn  200: acc=0\.\d+$", printed, re.MULTILINE)


@pytest.mark.slow
def test_json_prints_one_object_per_event(store, capsys):
    assert main(["train", *SMALL, "--models", "rnn", "--batch-size", "1", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(e) == {"run", "model", "event", "samples", "accuracy"} for e in events)
    kinds = [e["event"] for e in events]
    assert kinds[-1] == "finished"
    assert {"queued", "started", "measured", "heldout", "reported"} <= set(kinds)
    (reported, *_) = [e for e in events if e["event"] == "reported"]
    assert reported["samples"] == 200
    assert reported["accuracy"] == store.record(reported["run"]).lines[0].accuracy


def test_setting_past_its_limit_is_refused_before_anything_starts(store, capsys):
    assert main(["train", *SMALL, "--learning-rate", "100"]) == 2
    assert (
        "Learning rate (learning_rate) must be a number from 1e-05 to 10" in capsys.readouterr().err
    )
    assert store.run_ids() == []


@pytest.mark.slow
def test_missing_texts_give_exit_status_1_and_the_way_out(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path / "nothing"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    assert main(["train", *SMALL, "--models", "rnn"]) == 1
    assert "RNNDASH_DATA_DIR" in capsys.readouterr().out


def test_missing_csv_file_is_named(capsys, tmp_path):
    assert main(["train", "--csv", str(tmp_path / "none.csv")]) == 1
    assert "none.csv cannot be read" in capsys.readouterr().err


@pytest.mark.slow
def test_csv_file_is_trained_on(tmp_path, store):
    path = tmp_path / "mine.csv"
    rows = [
        f"{label},{word} number {n}" for n in range(60) for label, word in (("a", "x"), ("b", "y"))
    ]
    path.write_text("label,text\n" + "\n".join(rows))
    arguments = ["--models", "rnn", "--samples", "100", "--embed-dim", "4", "--hidden-dim", "4"]
    assert main(["train", "--csv", str(path), *arguments]) == 0
    record = store.record(store.run_ids()[0])
    assert record.started.class_names == ("a", "b")
    assert record.config.csv.file_name == "mine.csv"


@pytest.mark.slow
def test_embedding_starts_from_a_file_of_word_vectors(tmp_path, store, capsys):
    path = write_vectors(tmp_path / "mine.txt", some_vectors(["goal", "market"], 5))
    options = ["--models", "rnn", "--samples", "400", "--hidden-dim", "4", "--corpus", "ag_news"]
    assert main(["train", *options, "--vectors", str(path), "--freeze-vectors"]) == 0
    record = store.record(store.run_ids()[0])
    assert (record.config.vectors.name, record.config.vectors.is_frozen) == ("mine.txt", True)
    assert record.config.embed_dim == 5
    note = "2 of 22 words start from the word vectors mine.txt; the embedding is frozen."
    assert record.started.notes == (note,)
    assert note in capsys.readouterr().out


def test_file_of_the_data_dir_goes_by_its_name(data_dir):
    write_vectors(data_dir / "vectors" / "theirs.txt", some_vectors(["goal"], 5))
    options = _parser().parse_args(["train", "--vectors", "theirs.txt"])
    config = read_configs(options, read_environment())[0]
    assert (config.vectors.name, config.embed_dim) == ("theirs.txt", 5)


@pytest.mark.parametrize(
    ("options", "message", "status"),
    [
        (["--vectors", "none.txt"], "The file none.txt cannot be read: No such file", 1),
        (["--vectors", "glove.6B.50d", "--embed-dim", "64"], "Embedding size (embed_dim) must", 2),
        (["--freeze-vectors"], "There are no word vectors to freeze. Name them by --vectors.", 2),
    ],
    ids=["missing", "other size", "nothing to freeze"],
)
def test_word_vectors_that_cannot_be_used_are_reported(options, message, status, store, capsys):
    assert main(["train", "--models", "rnn", *options]) == status
    assert message in capsys.readouterr().err
    assert store.run_ids() == []


def _heed_ctrl_c():
    """Whoever runs the tests in the background ignores it, and so would the command."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no way to send Ctrl-C to one")
def test_interrupted_training_saves_and_can_be_resumed(store):
    long = ["--epochs", "20", "--batch-size", "1", "--embed-dim", "64", "--hidden-dim", "128"]
    arguments = ["train", *SMALL, "--models", "rnn", *long]
    process = subprocess.Popen(
        [sys.executable, "-m", "rnndash", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_ctrl_c,
    )
    wait_for(lambda: any(store.record(r).samples >= 100 for r in store.run_ids()), "training")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "can be resumed" in errors
    record = store.record(store.run_ids()[0])
    assert record.state is RunState.INTERRUPTED
    assert record.checkpoint >= 100


def test_runs_lists_shows_and_deletes(store, capsys):
    run_id = finished_run(store)
    assert main(["runs"]) == 0
    assert run_id in capsys.readouterr().out
    assert main(["runs", "show", run_id]) == 0
    assert "padding" in capsys.readouterr().out
    assert main(["runs", "delete", run_id]) == 0
    assert store.run_ids() == []


def test_unknown_run_is_reported(capsys):
    assert main(["runs", "show", "20260101-000000-abcd-rnn"]) == 1
    assert "There is no run '20260101-000000-abcd-rnn'" in capsys.readouterr().err


def test_exported_run_is_imported_elsewhere(store, tmp_path, monkeypatch, capsys):
    run_id = finished_run(store)
    monkeypatch.chdir(tmp_path)
    assert main(["runs", "export", run_id]) == 0
    assert f"Run {run_id} is in {run_id}.zip." in capsys.readouterr().out
    monkeypatch.setenv("RNNDASH_HOME", str(tmp_path / "elsewhere"))
    assert main(["runs", "import", f"{run_id}.zip"]) == 0
    assert f"Run {run_id} is imported." in capsys.readouterr().out
    assert RunStore(tmp_path / "elsewhere" / "runs").record(run_id) == store.record(run_id)


def test_export_overwrites_no_file(store, tmp_path, capsys):
    run_id = finished_run(store)
    path = tmp_path / "mine.zip"
    path.write_text("mine")
    assert main(["runs", "export", run_id, "--out", str(path)]) == 1
    assert re.search(r"mine\.zip cannot be made: .* none is ever overwritten", _error(capsys))
    assert path.read_text() == "mine"


def test_export_that_fails_leaves_no_file(store, tmp_path, capsys):
    (run_id,) = store.create([RunConfig(model="rnn")])
    path = tmp_path / "mine.zip"
    assert main(["runs", "export", run_id, "--out", str(path)]) == 1
    assert "is queued; only a run at rest can be exported" in _error(capsys)
    assert not path.exists()


def test_export_of_an_unknown_run_makes_no_file(tmp_path, capsys):
    path = tmp_path / "mine.zip"
    assert main(["runs", "export", "../mine", "--out", str(path)]) == 1
    assert "There is no run '../mine'" in _error(capsys)
    assert not path.exists()


def test_import_of_another_file_is_refused(store, tmp_path, capsys):
    path = tmp_path / "mine.zip"
    path.write_text("mine")
    assert main(["runs", "import", str(path)]) == 1
    assert "The archive cannot be imported: it is not a whole zip file" in _error(capsys)
    assert store.run_ids() == []


def test_import_of_a_missing_file_is_reported(tmp_path, capsys):
    assert main(["runs", "import", str(tmp_path / "none.zip")]) == 1
    assert re.search(r"none\.zip cannot be read: .* runs export", _error(capsys))


def _error(capsys):
    return capsys.readouterr().err


def test_no_runs_is_reported(capsys):
    assert main(["runs"]) == 0
    assert "There are no runs in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"command": "tidy"}, "The command 'tidy' has no function"),
        ({"command": "runs", "action": "tidy"}, "The action 'tidy' has no function"),
    ],
)
def test_command_without_a_function_is_an_error(monkeypatch, chosen, message):
    parser = argparse.ArgumentParser()
    parser.set_defaults(**chosen)
    monkeypatch.setattr("rnndash.cli.main._parser", lambda: parser)
    with pytest.raises(NotImplementedError, match=message):
        main([])
