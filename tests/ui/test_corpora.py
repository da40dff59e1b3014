"""The texts that a page opens, and what it says while it has none."""

import pytest
import streamlit as st

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.errors import CorpusUnavailableError
from rnndash.ui import corpora
from rnndash.ui.corpora import _texts_alone, choose_texts, open_texts, readable_texts
from tests.ui.records import made_record


@pytest.fixture
def opened(monkeypatch):
    """The corpora that were opened."""
    names = []
    monkeypatch.setattr(corpora, "open_texts", lambda name, _=None: names.append(name) or name)
    return names


@pytest.mark.parametrize(
    ("link", "corpus"),
    [
        (None, CorpusName.HEADLINES),
        ("ag_news", CorpusName.AG_NEWS),
        ("nonsense", CorpusName.HEADLINES),
    ],
)
@pytest.mark.usefixtures("screen")
def test_headlines_are_opened_unless_a_link_names_other_texts(opened, link, corpus):
    if link is not None:
        st.query_params["corpus"] = link
    assert choose_texts() is corpus
    assert opened == [corpus]


@pytest.mark.usefixtures("screen")
def test_nothing_is_opened_before_a_file_is_chosen(monkeypatch, opened):
    monkeypatch.setattr(corpora, "pick_csv", lambda: None)
    st.query_params["corpus"] = "csv"
    assert choose_texts() is None
    assert opened == []


def test_texts_that_cannot_be_opened_are_an_error(monkeypatch, screen):
    def refuse(*_):
        raise CorpusUnavailableError("Train on it once.")

    monkeypatch.setattr(corpora, "open_texts", refuse)
    assert choose_texts() is None
    assert screen.texts("error") == ["Train on it once."]


def test_corpus_that_is_not_here_is_refused_with_the_ways_to_get_it():
    with pytest.raises(CorpusUnavailableError) as caught:
        open_texts(CorpusName.AG_NEWS)
    assert str(caught.value) == (
        "AG News is not on this machine yet. Train on it once, which downloads it, or put "
        "train.csv and test.csv into a folder ag_news and point RNNDASH_DATA_DIR at the folder "
        "above; or choose the built-in headlines."
    )


def test_settings_that_change_no_texts_share_them():
    one = RunConfig(model=ModelKind.RNN, corpus=CorpusName.HEADLINES, seed=1)
    other = RunConfig(model=ModelKind.LSTM, corpus=CorpusName.HEADLINES, seed=2, hidden_dim=16)
    assert _texts_alone(one) == _texts_alone(other)
    rare = RunConfig(model=ModelKind.RNN, corpus=CorpusName.HEADLINES, min_freq=one.min_freq + 1)
    assert _texts_alone(one) != _texts_alone(rare)


@pytest.mark.parametrize(
    ("corpus", "is_readable"), [(CorpusName.HEADLINES, True), (CorpusName.AG_NEWS, False)]
)
def test_texts_that_are_not_encoded_are_readable_where_they_are_built_in(
    monkeypatch, corpus, is_readable
):
    monkeypatch.setattr(corpora, "_find", lambda _: None)
    monkeypatch.setattr(corpora, "_written", lambda name: name)
    record = made_record(corpus=corpus)
    assert readable_texts(record) == (corpus if is_readable else None)
