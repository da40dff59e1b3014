"""Runs written by earlier versions must always open. Add a folder for each new format."""

import shutil
from pathlib import Path

import pytest

from rnndash.results import RunState
from rnndash.runs.folder import FORMAT
from rnndash.runs.store import RunStore

HERE = Path(__file__).parent


def test_every_format_up_to_this_one_has_an_example():
    assert {path.name for path in HERE.glob("format_*")} == {
        f"format_{number}" for number in range(1, FORMAT + 1)
    }


@pytest.fixture
def record(tmp_path):
    shutil.copytree(HERE / "format_1", tmp_path / "runs")
    return RunStore(tmp_path / "runs").record("20261124-120000-abcd-rnn")


def test_run_of_format_1_still_replays(record):
    assert record.state is RunState.FINISHED
    assert record.damaged_lines == 0
    assert (record.samples, record.samples_total, record.checkpoint) == (640, 640, 640)
    assert (len(record.points), len(record.held_out), len(record.lines)) == (20, 20, 0)


def test_run_of_format_1_keeps_its_settings_and_results(record):
    config = record.config
    assert (config.model, config.corpus, config.samples, config.batch_size) == (
        "rnn",
        "ag_news",
        320,
        32,
    )
    assert record.started.class_names == ("World", "Sports", "Business", "Sci/Tech")
    assert sum(map(sum, record.finished.confusion)) == record.started.test_texts == 80
