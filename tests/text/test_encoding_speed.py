"""Encoding once, in bulk, against the lesson's way: tokenise to count, tokenise again to encode."""

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from rnndash.text.ag_news import AgNewsReader
from rnndash.text.corpus import Corpus
from rnndash.text.encoded import encode_corpus
from rnndash.text.headlines import HeadlinesReader
from rnndash.text.special_tokens import UNKNOWN_INDEX
from rnndash.text.tokens import build_vocabulary, tokenize

REAL = Path(os.environ.get("RNNDASH_DATA_DIR", "."))


def _lessons_way(corpus: Corpus) -> None:
    counts: Counter[str] = Counter()
    for text in corpus.train.texts:
        counts.update(tokenize(text))
    stoi = build_vocabulary(counts).stoi
    for text in corpus.train.texts:
        [stoi.get(token, UNKNOWN_INDEX) for token in tokenize(text)]


def _best_of(function: Callable[[Corpus], object], corpus: Corpus, *, tries: int = 4) -> float:
    def seconds() -> float:
        begun = time.perf_counter()
        function(corpus)
        return time.perf_counter() - begun

    return min(seconds() for _ in range(tries))


def _ratio(corpus: Corpus) -> float:
    return _best_of(_lessons_way, corpus) / _best_of(encode_corpus, corpus)


def test_headlines_are_encoded_three_times_as_fast_as_in_the_lesson():
    assert _ratio(HeadlinesReader().load()) >= 3


@pytest.mark.skipif(
    not (REAL / "ag_news").is_dir(), reason="RNNDASH_DATA_DIR names no copy of AG News"
)
def test_real_news_is_encoded_three_times_as_fast_as_in_the_lesson():
    assert _ratio(AgNewsReader(data_dir=REAL, cache_dir=REAL).load()) >= 3
