"""Texts that another process encodes are those that this one would have made."""

import subprocess
import sys

import numpy as np
import psutil
import pytest

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import CsvChoice, RunConfig
from rnndash.environment import Environment
from rnndash.errors import CorpusError
from rnndash.text import encoding_process
from rnndash.text.ag_news import AgNewsReader
from rnndash.text.encoded import encode_corpus
from rnndash.text.encoding_process import load_encoded_in_subprocess
from tests.corpora import write_ag_news

pytestmark = pytest.mark.slow

NEWS = RunConfig(model=ModelKind.RNN, corpus=CorpusName.AG_NEWS, min_freq=2)


@pytest.fixture
def place(tmp_path):
    write_ag_news(tmp_path / "data")
    return Environment(home=tmp_path / "home", data_dir=tmp_path / "data", max_workers=1)


def _children():
    return psutil.Process().children(recursive=True)


def test_texts_equal_those_encoded_here(place):
    heard = []
    corpus = load_encoded_in_subprocess(NEWS, place, lambda *what: heard.append(what))
    reader = AgNewsReader(data_dir=place.data_dir, cache_dir=place.downloads_dir)
    expected = encode_corpus(reader.load(), min_freq=2)
    assert corpus.words == expected.words
    for part in ("train", "test"):
        for name in ("ids", "offsets", "labels"):
            mine, theirs = getattr(getattr(corpus, part), name), getattr(expected, part)
            np.testing.assert_array_equal(mine, getattr(theirs, name))
    assert ("Encoding the texts", None) in heard


def test_process_that_asks_loads_neither_torch_nor_arrow(place):
    code = (
        "import sys; from rnndash.config.run_config import *; from rnndash.environment import *; "
        "from rnndash.text.encoding_process import load_encoded_in_subprocess; "
        "load_encoded_in_subprocess(RunConfig(model='rnn', corpus='ag_news'), read_environment()); "
        "print([name for name in ('torch', 'torchtext', 'pyarrow') if name in sys.modules])"
    )
    variables = encoding_process._variables(place)
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_encoded_texts_are_opened_without_another_process(place, monkeypatch):
    load_encoded_in_subprocess(NEWS, place)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert len(load_encoded_in_subprocess(NEWS, place).train) > 0


def test_error_of_the_other_process_is_raised_here(place):
    missing = CsvChoice(upload="0" * 64, file_name="a.csv", text_column="t", label_column="l")
    config = RunConfig(model=ModelKind.RNN, corpus=CorpusName.CSV, csv=missing)
    with pytest.raises(CorpusError, match=r"a\.csv|csv"):
        load_encoded_in_subprocess(config, place)


def test_dead_process_is_an_error_that_says_what_to_do(place, monkeypatch, tmp_path):
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexit 9\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(CorpusError, match=r"ended with code 9.*too little memory"):
        load_encoded_in_subprocess(NEWS, place)


def test_dead_process_is_told_with_what_it_wrote(place, monkeypatch, tmp_path):
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho No module named rnndash >&2\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(CorpusError, match=r"code 1\. It wrote: No module named rnndash") as caught:
        load_encoded_in_subprocess(NEWS, place)
    assert "memory" not in str(caught.value)


def test_other_process_finds_the_package_from_any_folder(place, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert len(load_encoded_in_subprocess(NEWS, place).train) > 0


def test_who_stops_listening_leaves_no_process_and_no_half_encoded_texts(place):
    def leave(message, fraction):
        raise KeyError(message)

    before = set(_children())
    with pytest.raises(KeyError):
        load_encoded_in_subprocess(NEWS, place, leave)
    assert set(_children()) <= before
    left = [path.name for path in place.corpora_dir.iterdir() if path.suffix != ".lock"]
    assert all("." not in name for name in left)
