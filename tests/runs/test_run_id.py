from dataclasses import FrozenInstanceError
from datetime import datetime

import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.errors import RunNotFoundError
from rnndash.runs.run_id import EXAMPLE, RunId, new_run_ids
from rnndash.runs.shipped import SHIPPED_DIR

ID = "20261124-115613-3f9a-packed_lstm"


def test_id_read_has_its_parts():
    run_id = RunId.parse(ID)
    assert run_id == RunId(comparison="20261124-115613-3f9a", model=ModelKind.PACKED_LSTM)
    assert run_id.created == datetime(2026, 11, 24, 11, 56, 13)
    assert run_id.token == "3f9a"
    assert str(run_id) == ID


@pytest.mark.parametrize("kind", ModelKind)
def test_new_id_is_read_back(kind):
    created = datetime(2026, 1, 2, 3, 4, 5).timestamp() + 0.7
    (run_id,) = new_run_ids([kind], created)
    assert str(run_id).startswith("20260102-030405-")
    assert RunId.parse(str(run_id)) == run_id
    assert run_id.model is kind


def test_runs_started_together_share_a_comparison_and_no_two_comparisons_are_one():
    ids = [new_run_ids([ModelKind.RNN, ModelKind.LSTM], 1e9) for _ in range(3)]
    assert [len({run_id.comparison for run_id in pair}) for pair in ids] == [1, 1, 1]
    assert len({pair[0].comparison for pair in ids}) > 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "notes.txt",
        "lstm",
        "20261124-115613-3f9a",
        "20261124-115613-3f9a-",
        "20261124-115613-3f9a-peephole",
        "20261124-115613-3F9A-lstm",
        "20261324-115613-3f9a-lstm",
        "20261124-250000-3f9a-lstm",
        "20261124-115613-3f9a-lstm/..",
        "20261124-115613-3f9a-lstm\n",
        " 20261124-115613-3f9a-lstm",
        "\u0662\u0660261124-115613-3f9a-lstm",
        "00001124-115613-3f9a-lstm",
    ],
)
def test_other_text_is_no_id(text):
    assert RunId.match(text) is None
    with pytest.raises(RunNotFoundError, match=r"is no id of a run; one reads 20261124-115613"):
        RunId.parse(text)


def test_example_is_an_id():
    assert str(RunId.parse(EXAMPLE)) == EXAMPLE


def test_ids_of_the_runs_that_come_with_the_dashboard_are_read():
    names = [path.name for path in SHIPPED_DIR.iterdir() if path.is_dir()]
    assert [str(RunId.parse(name)) for name in names] == names
    assert len(names) == 3


def test_id_is_not_made_of_what_is_no_comparison():
    with pytest.raises(RunNotFoundError, match="'yesterday' is no id of a comparison"):
        RunId(comparison="yesterday", model=ModelKind.RNN)


def test_id_is_not_changed():
    run_id = RunId.parse(ID)
    with pytest.raises(FrozenInstanceError):
        run_id.model = ModelKind.RNN
