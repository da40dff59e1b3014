"""What is written must itself keep the rules of the house."""

import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from rnndash import errors
from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.export.as_code.notebook import run_notebook
from rnndash.export.as_code.script import run_script
from tests.export.as_code.runs import settings, upload

SETTINGS = Path(errors.__file__).parents[1] / "pyproject.toml"


def _runs():
    """Each model with each corpus; the direction changes from one to the next in both."""
    return [
        (model, corpus, (row + column) % 2 == 1)
        for row, model in enumerate(ModelKind)
        for column, corpus in enumerate(CorpusName)
    ]


def test_each_two_settings_meet_in_a_run():
    directions = (False, True)
    models, corpora, ways = zip(*_runs(), strict=True)
    assert set(zip(models, corpora, strict=True)) == set(product(ModelKind, CorpusName))
    assert set(zip(models, ways, strict=True)) == set(product(ModelKind, directions))
    assert set(zip(corpora, ways, strict=True)) == set(product(CorpusName, directions))


@pytest.fixture
def written(place, tmp_path):
    """Script and notebook of runs in which each two settings meet, in one folder."""
    choice = upload(b"label,text\na,b\n", place, file_name='my "best" reviews\'.csv')
    for model, corpus, both_ways in _runs():
        csv = choice if corpus is CorpusName.CSV else None
        config = settings(model, corpus=corpus, csv=csv, bidirectional=both_ways)
        name = f"{model}_{corpus}_{'both_ways' if both_ways else 'one_way'}"
        script, notebook = run_script(config, place), run_notebook(config, place)
        (tmp_path / f"{name}.py").write_text(script, encoding="utf-8")
        (tmp_path / f"{name}.ipynb").write_text(notebook, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=" ".join)
def test_scripts_and_notebooks_keep_the_rules_of_ruff(command, written):
    pytest.importorskip("ruff")
    process = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "--config", SETTINGS, written],
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stdout
    assert len(list(written.iterdir())) == 2 * len(_runs())
