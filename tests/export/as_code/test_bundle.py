import io
import subprocess
import sys
import zipfile

import pytest

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.export.as_code.bundle import code_bundle, official_csv
from rnndash.export.as_code.notebook import run_notebook
from rnndash.export.as_code.script import run_script
from rnndash.text.headlines import HeadlinesReader
from tests.export.as_code.runs import printed, settings, upload

CODE = ["README.txt", "requirements.txt", "train_run.py", "train_run.ipynb"]
CONFIG = settings(ModelKind.PACKED_LSTM)


def _open(bundle):
    return zipfile.ZipFile(io.BytesIO(bundle))


SHORT = HeadlinesReader(train_size=500, test_size=100)


@pytest.fixture
def headlines(monkeypatch):
    """A shorter corpus of built-in headlines than usual, in the place of it."""
    monkeypatch.setattr("rnndash.export.as_code.bundle.corpus_reader", lambda *_: SHORT)
    return SHORT.load()


@pytest.mark.slow
def test_unpacked_bundle_trains_as_the_run_did(headlines, place, tmp_path):
    _open(code_bundle(CONFIG, place)).extractall(tmp_path)
    process = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "train_run.py")],
        cwd=tmp_path.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    assert process.stdout.splitlines() == printed(CONFIG, headlines)
    assert process.stderr == ""


def test_bundle_of_headlines_brings_script_notebook_and_texts(headlines, place):
    bundle = _open(code_bundle(CONFIG, place))
    assert bundle.namelist() == [*CODE, "data/train.csv", "data/test.csv"]
    assert bundle.read("train_run.py").decode() == run_script(CONFIG, place)
    assert bundle.read("train_run.ipynb").decode() == run_notebook(CONFIG, place)
    assert bundle.read("data/test.csv").decode() == official_csv(headlines.test)


def test_bundle_of_ag_news_says_where_its_texts_are(place):
    bundle = _open(code_bundle(settings(ModelKind.RNN, corpus=CorpusName.AG_NEWS), place))
    assert bundle.namelist() == CODE
    readme = bundle.read("README.txt").decode()
    assert readme.startswith("Simple RNN on AG News: a run of rnndash in plain PyTorch\n")
    assert "https://" in readme
    assert "non-commercial" in readme


def test_bundle_of_a_csv_file_leaves_the_file_with_its_owner(place):
    choice = upload(b"label,text\na,secret\nb,words\n", place, file_name="diary.csv")
    config = settings(ModelKind.RNN, corpus=CorpusName.CSV, csv=choice)
    bundle = _open(code_bundle(config, place))
    assert bundle.namelist() == CODE
    assert not any(b"secret" in bundle.read(name) for name in CODE)
    assert '"data/diary.csv"' in bundle.read("train_run.py").decode()


def test_requirements_name_versions_that_the_registry_has(place):
    config = settings(ModelKind.RNN, corpus=CorpusName.AG_NEWS)
    lines = _open(code_bundle(config, place)).read("requirements.txt").decode().splitlines()
    assert [line.partition("==")[0] for line in lines] == ["torch", "numpy"]
    assert "+" not in "".join(lines)


def test_equal_settings_give_equal_bytes(place):
    config = settings(ModelKind.LSTM, corpus=CorpusName.AG_NEWS)
    assert code_bundle(config, place) == code_bundle(config, place)
