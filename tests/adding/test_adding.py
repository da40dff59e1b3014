"""How much it takes to add a cell or a corpus, tried in a copy of the repository."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adding.additions import (
    HERE,
    NEW_CELL,
    NEW_CELL_FILE,
    NEW_CORPUS,
    NEW_CORPUS_FILE,
    ROOT,
    add,
    copy_repository,
    touched_files,
)
from tests.waiting import PATIENCE_S

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """What a copy with a new cell and a new corpus came to: see `train_export_predict`."""
    folder = tmp_path_factory.mktemp("copy")
    copy_repository(folder)
    add(folder, NEW_CELL_FILE, NEW_CELL)
    add(folder, NEW_CORPUS_FILE, NEW_CORPUS)
    scratch = tmp_path_factory.mktemp("scratch")
    process = subprocess.run(
        [
            sys.executable,
            str(HERE / "train_export_predict.py"),
            str(scratch / "exports"),
            str(PATIENCE_S),
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "RNNDASH_HOME": str(scratch / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-3000:]
    return json.loads(process.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("new_file", "edits", "most"), [(NEW_CELL_FILE, NEW_CELL, 5), (NEW_CORPUS_FILE, NEW_CORPUS, 3)]
)
def test_addition_touches_few_files_all_named_in_contributing(new_file, edits, most):
    files = touched_files(new_file, edits)
    assert len(files) <= most
    named = [Path(file).parent.as_posix() if file == new_file[1] else file for file in files]
    assert [file for file in named if f"`{file}" not in CONTRIBUTING] == []


@pytest.mark.slow
def test_new_cell_trains_on_the_new_corpus_by_autograd(outcome):
    assert outcome["status"] == 0
    assert outcome["states"] == ["finished"] * 2
    assert outcome["read"] == [200] * 2
    assert outcome["classes"] == ["Dry", "Wet", "Cold"]
    assert outcome["devices"] == ["CPU, 1 thread, PyTorch's own kernels"] * 2


@pytest.mark.slow
def test_exported_script_reaches_the_accuracy_of_the_run(outcome):
    assert outcome["exported"] == outcome["accuracies"]


@pytest.mark.slow
def test_new_cell_answers_on_the_predict_page(outcome):
    assert [name for name, _ in outcome["answers"]] == ["Minimal gated unit", "Packed MGU"]
    assert {answer for _, answer in outcome["answers"]} <= {"Dry", "Wet", "Cold"}


@pytest.mark.slow
def test_gates_and_equations_of_the_new_cell_stand_on_the_inside_page(outcome):
    shown = " ".join(outcome["formulas"] + outcome["latex"])
    assert "Forget gate" in shown
    assert r"+ f_t \odot (W_{hn} h_{t-1} + b_{hn}))" in shown
    assert r"h_t = f_t \odot h_{t-1} + (1 - f_t) \odot n_t" in shown
