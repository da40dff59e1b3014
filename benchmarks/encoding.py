"""Measure how fast a corpus is encoded, against the lesson's way.

The lesson tokenises all texts to count their words and tokenises them again to number them;
`rnndash.text.encoded` does both at once and in bulk. Printed are the best times of some tries, and
their ratio. Wanted: at least 3.

    python -m benchmarks.encoding
    RNNDASH_DATA_DIR=DIR python -m benchmarks.encoding --corpus ag_news
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.environment import read_environment
from rnndash.text.corpus import Corpus
from rnndash.text.encoded import encode_corpus
from rnndash.text.readers import corpus_reader
from rnndash.text.special_tokens import UNKNOWN_INDEX
from rnndash.text.tokens import build_vocabulary, tokenize

WANTED = 3.0


def encode_as_lesson(corpus: Corpus) -> None:
    """Tokenise to count, then tokenise to number."""
    counts: Counter[str] = Counter()
    for text in corpus.train.texts:
        counts.update(tokenize(text))
    stoi = build_vocabulary(counts).stoi
    for text in corpus.train.texts:
        [stoi.get(token, UNKNOWN_INDEX) for token in tokenize(text)]


def best_of(function: Callable[[Corpus], object], corpus: Corpus, *, tries: int) -> float:
    """Seconds of the fastest try."""

    def measure() -> float:
        begun = time.perf_counter()
        function(corpus)
        return time.perf_counter() - begun

    return min(measure() for _ in range(tries))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    corpora = [CorpusName.HEADLINES, CorpusName.AG_NEWS]
    parser.add_argument("--corpus", type=CorpusName, choices=corpora, default=CorpusName.HEADLINES)
    parser.add_argument("--tries", type=int, default=4)
    options = parser.parse_args()
    config = RunConfig(model=ModelKind.RNN, corpus=options.corpus)
    corpus = corpus_reader(config, read_environment()).load()
    lesson_s = best_of(encode_as_lesson, corpus, tries=options.tries)
    own_s = best_of(encode_corpus, corpus, tries=options.tries)
    print(
        f"{len(corpus.train):,} texts of {options.corpus.label}: {lesson_s:.2f} s in the lesson's "
        f"way, {own_s:.2f} s here, {lesson_s / own_s:.1f} times as fast (wanted: {WANTED:.0f})"
    )


if __name__ == "__main__":
    main()
