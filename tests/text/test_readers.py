"""Each corpus is read by its own reader, and brings the classes that its table names."""

import pytest

from rnndash.config.corpus_name import CorpusName
from rnndash.config.run_config import CsvChoice, RunConfig
from rnndash.environment import read_environment
from rnndash.text.readers import corpus_reader
from tests.corpora import write_ag_news


def _reader(name):
    csv = CsvChoice(upload="0" * 64) if name.is_uploaded else None
    return corpus_reader(RunConfig(model="rnn", corpus=name, csv=csv), read_environment())


@pytest.mark.parametrize("name", CorpusName)
def test_corpus_is_read_by_the_reader_of_its_name(name):
    assert _reader(name).name == name


@pytest.mark.parametrize("name", [name for name in CorpusName if not name.is_uploaded])
def test_classes_of_the_texts_are_those_of_the_table(name, tmp_path, monkeypatch):
    write_ag_news(tmp_path)
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path))
    assert _reader(name).load().class_names == name.facts.class_names


@pytest.mark.parametrize(
    ("name", "where"),
    [
        (CorpusName.HEADLINES, "Built in."),
        (CorpusName.AG_NEWS, None),
        (CorpusName.CSV, "Uploaded."),
    ],
)
def test_reader_says_where_its_texts_are(name, where):
    assert _reader(name).available() == where
