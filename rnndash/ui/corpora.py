"""Opens encoded texts, once for all visitors."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from rnndash.config.corpus_name import CorpusName, TextSource
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import CsvChoice, RunConfig
from rnndash.errors import CorpusUnavailableError, RnndashError
from rnndash.results import RunRecord
from rnndash.text.encoded import EncodedCorpus, find_encoded
from rnndash.text.encoding_process import load_encoded_in_subprocess
from rnndash.text.readers import corpus_reader
from rnndash.text.stored_texts import StoredTexts, store_texts
from rnndash.ui.corpus_choice import describe_corpus, pick_csv
from rnndash.ui.services import environment
from rnndash.ui.url_state import choice
from rnndash.ui.wording import plain


def texts_of(record: RunRecord) -> EncodedCorpus | None:
    """The run's corpus, if it is still on this machine."""
    return _find(_texts_alone(record.config))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ReadableTexts:
    """N test texts in readable form.

    Attributes:
        labels: `(N,)` int64.
        digest: the name of the test set, as in `Predictions`.
    """

    class_names: tuple[str, ...]
    texts: StoredTexts
    labels: NDArray[np.int64]
    digest: str


def readable_texts(record: RunRecord) -> ReadableTexts | None:
    """The run's test texts; None if they are no longer on this machine, which built-in ones are."""
    corpus = texts_of(record)
    if corpus is not None:
        return ReadableTexts(
            class_names=corpus.class_names,
            texts=corpus.test_texts,
            labels=corpus.test.labels,
            digest=corpus.test_digest,
        )
    if record.config.corpus.facts.source is not TextSource.BUILT_IN:
        return None
    with st.spinner("Writing the texts"):
        return _written(record.config.corpus)


def choose_texts() -> EncodedCorpus | None:
    """Ask for a corpus and load it; None, with a message, while none can be loaded."""
    name = choice("corpus", "Texts", list(CorpusName), CorpusName.HEADLINES)
    st.caption(describe_corpus(name))
    csv = pick_csv() if name.is_uploaded else None
    if name.is_uploaded and csv is None:
        return None
    try:
        return open_texts(name, csv)
    except RnndashError as error:
        st.error(plain(str(error)))
        return None


def open_texts(name: CorpusName, csv: CsvChoice | None = None) -> EncodedCorpus:
    """Load a corpus, and encode it first if that was not done yet. It never downloads anything.

    Raises:
        CorpusError: the texts cannot be used, or are not on this machine.
        StorageError: the encoded texts cannot be kept.
    """
    return _load(_texts_alone(RunConfig(model=ModelKind.RNN, corpus=name, csv=csv)))


def _texts_alone(config: RunConfig) -> RunConfig:
    """The settings that decide the texts, alone: runs on equal texts share what is opened."""
    return RunConfig(
        model=ModelKind.RNN,
        corpus=config.corpus,
        csv=config.csv,
        seed=config.seed if config.corpus.is_uploaded else 0,  # which splits the file
        min_freq=config.min_freq,
    )


@st.cache_resource(max_entries=3, ttl=600, show_spinner=False)
def _find(config: RunConfig) -> EncodedCorpus | None:
    settings = environment()
    return find_encoded(
        corpus_reader(config, settings), min_freq=config.min_freq, folder=settings.corpora_dir
    )


@cache
def _written(name: CorpusName) -> ReadableTexts:
    """The test texts of a built-in corpus, a megabyte; encoding them too would load PyTorch."""
    corpus = corpus_reader(RunConfig(model=ModelKind.RNN, corpus=name), environment()).load()
    texts = store_texts(corpus.test.texts)
    return ReadableTexts(
        class_names=corpus.class_names,
        texts=texts,
        labels=corpus.test.labels,
        digest=texts.digest(corpus.test.labels),
    )


@st.cache_resource(max_entries=3, ttl=600, show_spinner="Opening the texts")
def _load(config: RunConfig) -> EncodedCorpus:
    settings = environment()
    reader = corpus_reader(config, settings)
    if reader.available() is None:
        raise CorpusUnavailableError(
            f"{config.corpus.label} is not on this machine yet. Train on it once, which downloads "
            f"it, or put train.csv and test.csv into a folder {config.corpus} and point "
            "RNNDASH_DATA_DIR at the folder above; or choose the built-in headlines."
        )
    return load_encoded_in_subprocess(config, settings)
