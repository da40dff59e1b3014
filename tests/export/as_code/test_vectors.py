"""Runs that start from word vectors, as code."""

import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from rnndash import errors
from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.word_vectors import VectorsChoice, glove_choice
from rnndash.events import Finished, Reported
from rnndash.export.as_code.bundle import code_bundle
from rnndash.export.as_code.notebook import run_notebook
from rnndash.export.as_code.script import run_script
from rnndash.text.ag_news import AgNewsReader
from rnndash.text.encoded import encode_corpus
from rnndash.text.vector_files import choose_file
from rnndash.text.vectors import read_vectors
from rnndash.training.run import Training
from tests.corpora import write_ag_news
from tests.export.as_code.runs import PRINT_WEIGHTS, settings
from tests.text.vector_texts import some_vectors, vector_lines

SETTINGS = Path(errors.__file__).parents[1] / "pyproject.toml"
ODD_LINES = "3 8\n<unk> 9 9 9 9 9 9 9 9\nat the 1 2 3 4 5 6 7 8\nwar 1 1 1 1 1 1 1 1 \n\n"
HAS = some_vectors(["the", "goal", "war", "market", "elsewhere", "<pad>"])


@pytest.fixture
def ag_news(tmp_path):
    write_ag_news(tmp_path, train=300)
    return AgNewsReader(data_dir=tmp_path, cache_dir=tmp_path)


@pytest.fixture
def choice(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_bytes((ODD_LINES + vector_lines(HAS)).encode() + b"\xff\xfe 1 2 3 4 5 6 7 8\n")
    return choose_file(path)


@pytest.mark.parametrize("is_frozen", [False, True])
@pytest.mark.parametrize("model", [ModelKind.RNN, ModelKind.PACKED_LSTM])
def test_script_reaches_the_weights_of_the_run(
    model, is_frozen, ag_news, choice, clean_python, place, tmp_path
):
    config = settings(
        model, corpus=CorpusName.AG_NEWS, vectors=replace(choice, is_frozen=is_frozen), epochs=2
    )
    corpus = encode_corpus(ag_news.load())
    path = tmp_path / "mine.txt"
    vectors = read_vectors(path, corpus.words, dimension=8, folder=tmp_path / "home")
    training = Training(config, corpus, vectors=vectors, compiled=False)
    events = list(training.events())
    script = run_script(config, place) + PRINT_WEIGHTS
    options = ("--data", tmp_path / "ag_news", "--vectors", path)
    sums = [weights.double().sum().item() for weights in training.model.parameters()]
    assert isinstance(events[-1], Finished)
    assert clean_python.run(script, tmp_path, *options) == [
        f"{len(corpus.train):,} training texts, {len(corpus.test):,} test texts, "
        f"{len(corpus.words):,} words",
        f"4 of {len(corpus.words) - 2} words have a vector",
        *(event.line for event in events if isinstance(event, Reported)),
        f"test accuracy: {events[-1].test_accuracy:.4f}",
        " ".join(map(str, sums)),
    ]


def test_script_without_vectors_says_nothing_of_them(place):
    assert "vector" not in run_script(settings(ModelKind.LSTM), place)


def test_notebook_names_the_place_of_the_file(place):
    config = settings(ModelKind.LSTM, embed_dim=50, vectors=glove_choice("glove.6B.50d"))
    assert r"VECTORS = Path(\"vectors/glove.6B.50d.txt\")" in run_notebook(config, place)


def test_bundle_says_where_the_vectors_are(place):
    config = settings(
        ModelKind.RNN,
        corpus=CorpusName.AG_NEWS,
        embed_dim=50,
        vectors=glove_choice("glove.6B.50d"),
    )
    bundle = zipfile.ZipFile(io.BytesIO(code_bundle(config, place)))
    readme = bundle.read("README.txt").decode()
    assert "Put their file, glove.6B.50d.txt, into a folder named\nvectors beside the" in readme
    assert "It is in https://nlp.stanford.edu/data/glove.6B.zip (862 MB)." in readme


@pytest.mark.slow
@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=" ".join)
def test_code_with_vectors_keeps_the_rules_of_ruff(command, place, tmp_path):
    pytest.importorskip("ruff")
    choices = (
        VectorsChoice(name='my "best" vectors\'.txt', dimension=8, sha256="0" * 64),
        VectorsChoice(name="{braces}.txt", dimension=8, sha256="0" * 64, is_frozen=True),
    )
    for number, (model, vectors) in enumerate(product(ModelKind, choices)):
        config = settings(model, vectors=vectors)
        script, notebook = run_script(config, place), run_notebook(config, place)
        (tmp_path / f"run_{number}.py").write_text(script, encoding="utf-8")
        (tmp_path / f"run_{number}.ipynb").write_text(notebook, encoding="utf-8")
    process = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "--config", SETTINGS, tmp_path],
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stdout
