"""The built-in corpus: news items written by a program, the same on every machine."""

import hashlib
import random
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from rnndash.config.corpus_name import NEWS_CLASSES, CorpusName
from rnndash.errors import CorpusError
from rnndash.text.corpus import Corpus, LabelledTexts, Progress, no_progress
from rnndash.text.headlines.names import invented_sources
from rnndash.text.headlines.news_items import NewsWriter
from rnndash.text.headlines.templates import Draw, Grammar, parse_grammar

_GRAMMAR_FILES = ("names", "shared", "everyday", "world", "sports", "business", "science", "mixed")
_PROGRESS_STEP = 4_000
_MAX_REPEATS = 1_000
"""So many texts in a row that were already written mean that the grammar is exhausted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadlinesReader:
    """Reads nothing: writes `train_size` + `test_size` texts by a grammar.

    No text appears twice, and the classes differ in size by one text at most. Only
    `random.Random.random` is used, whose numbers Python keeps the same from version to version.
    """

    train_size: int = 24_000
    test_size: int = 4_000
    seed: int = 2004

    def __post_init__(self) -> None:
        if self.train_size < 1 or self.test_size < 1:
            raise CorpusError(
                "The built-in headlines need at least 1 text to train on and 1 to test on; "
                f"asked for were {self.train_size} and {self.test_size}."
            )

    @property
    def name(self) -> str:
        """`headlines`."""
        return CorpusName.HEADLINES.value

    def available(self) -> str:
        """See `CorpusReader.available`."""
        return "Built in."

    def fingerprint(self) -> str:
        """A name made of the generator's source, its grammar, the seed and the sizes."""
        settings = f"{self.train_size} {self.test_size} {self.seed} {_source_digest()}"
        return hashlib.sha256(settings.encode()).hexdigest()[:32]

    def load(self, progress: Progress = no_progress) -> Corpus:
        """Write the texts; takes about a second."""
        draw = random.Random(self.seed).random
        size = self.train_size + self.test_size
        progress("Writing headlines", 0.0)
        writer = _news_writer()
        labels = _shuffled_labels(self.train_size, draw) + _shuffled_labels(self.test_size, draw)
        texts: dict[str, None] = {}
        for position, label in enumerate(labels):
            for _ in range(_MAX_REPEATS):
                text = writer.write(label, draw)
                if text not in texts:
                    break
            texts[text] = None
            if position % _PROGRESS_STEP == 0:
                progress("Writing headlines", position / size)
        if len(texts) < size:
            raise CorpusError(
                f"The built-in headlines cannot give {size} different texts; ask for fewer."
            )
        progress("Writing headlines", 1.0)
        written = tuple(texts)
        return Corpus(
            name=self.name,
            class_names=NEWS_CLASSES,
            train=LabelledTexts(
                texts=written[: self.train_size],
                labels=np.array(labels[: self.train_size], dtype=np.int64),
            ),
            test=LabelledTexts(
                texts=written[self.train_size :],
                labels=np.array(labels[self.train_size :], dtype=np.int64),
            ),
            source=(
                f"{self.train_size:,} training and {self.test_size:,} test texts made by a "
                "program in the style of news agencies: they describe no real events, and "
                "nearly all names of people in them are invented."
            ),
        )


def _shuffled_labels(size: int, draw: Draw) -> list[int]:
    """Labels of all classes in turn, then shuffled (Fisher and Yates)."""
    labels = [index % len(NEWS_CLASSES) for index in range(size)]
    for last in range(size - 1, 0, -1):
        other = int(draw() * (last + 1))
        labels[last], labels[other] = labels[other], labels[last]
    return labels


@cache
def _news_writer() -> NewsWriter:
    folder = resources.files(__package__).joinpath("grammar")
    text = parse_grammar(
        "\n".join(
            folder.joinpath(f"{name}.txt").read_text(encoding="utf-8") for name in _GRAMMAR_FILES
        )
    )
    entries = {name: section.entries for name, section in text.sections.items()}
    return NewsWriter(Grammar(text.sections, invented_sources(entries)), text)


@cache
def _source_digest() -> str:
    """A digest of all files of this package: any change to the generator changes it."""
    package = resources.files(__package__)
    files = [*package.iterdir(), *package.joinpath("grammar").iterdir()]
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        if file.name.endswith((".py", ".txt")):
            digest.update(file.name.encode())
            digest.update(file.read_text(encoding="utf-8").encode())
    return digest.hexdigest()
