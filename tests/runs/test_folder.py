import json

import pytest

from rnndash.config.run_config import RunConfig
from rnndash.errors import RunError, StorageError
from rnndash.runs.folder import MOST_NAME, RunFolder, read_name, read_settings
from rnndash.runs.store import RunStore


@pytest.fixture
def folder(tmp_path):
    store = RunStore(tmp_path / "runs")
    (run_id,) = store.create([RunConfig(model="gru", seed=7)])
    return store.folder(run_id)


def test_settings_read_are_those_of_the_run(folder):
    assert read_settings(folder).config == RunConfig(model="gru", seed=7)


def test_settings_of_a_newer_version_say_so(folder):
    values = json.loads(folder.settings.read_text())
    folder.settings.write_text(json.dumps(values | {"format": 99}))
    with pytest.raises(RunError, match=r"newer version of rnndash \(format 99; .* Update rnndash"):
        read_settings(folder)


def test_settings_that_are_missing_are_a_storage_error(tmp_path):
    with pytest.raises(StorageError, match="The settings of run nothing cannot be read"):
        read_settings(RunFolder(tmp_path / "nothing"))


@pytest.mark.parametrize(
    ("data", "name"),
    [(None, ""), ("Café".encode(), "Café"), (b"\xff", ""), (b"a" * 99, "a" * MOST_NAME)],
    ids=["none", "a name", "no text", "too long"],
)
def test_name_is_what_somebody_wrote_if_it_can_be_read(folder, data, name):
    if data is not None:
        folder.name.write_bytes(data)
    assert read_name(folder) == name
