"""Small corpora that a model can learn in a second."""

import csv
import functools
import io
from pathlib import Path

import numpy as np

from rnndash.text.corpus import Corpus, LabelledTexts
from rnndash.text.encoded import EncodedCorpus, encode_corpus

TOPICS = ("war treaty minister", "goal match team", "shares profit market", "software chip space")
FILLER = ("the", "a", "of", "and", "to", "in", "for", "said", "new", "after")


def small_corpus(*, train: int = 400, test: int = 80, seed: int = 0) -> Corpus:
    """Four classes, texts of 3 to 12 words, one or two of which give the class away."""
    rng = np.random.default_rng(seed)

    def part(size: int) -> LabelledTexts:
        labels = np.arange(size) % len(TOPICS)
        texts = []
        for label in labels:
            words = list(rng.choice(FILLER, size=rng.integers(2, 11)))
            for word in rng.choice(TOPICS[label].split(), size=rng.integers(1, 3)):
                words.insert(int(rng.integers(len(words) + 1)), word)
            texts.append(" ".join(words))
        return LabelledTexts(texts=tuple(texts), labels=labels)

    return Corpus(
        name="headlines",
        class_names=("World", "Sports", "Business", "Sci/Tech"),
        train=part(train),
        test=part(test),
        source="Made for a test.",
    )


def small_encoded_corpus(*, train: int = 400, test: int = 80, seed: int = 0) -> EncodedCorpus:
    """The same, encoded."""
    return encode_corpus(small_corpus(train=train, test=test, seed=seed))


def write_ag_news(data_dir: Path, *, train: int = 400, test: int = 80) -> None:
    """Put a small corpus in AG News' official form into a folder for `RNNDASH_DATA_DIR`."""
    folder = data_dir / "ag_news"
    folder.mkdir(parents=True)
    for name, content in _ag_news(train, test).items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8", newline="")


@functools.cache
def _ag_news(train: int, test: int) -> dict[str, str]:
    """The two files by name."""
    corpus = small_corpus(train=train, test=test)
    files = {}
    for name, part in (("train", corpus.train), ("test", corpus.test)):
        file = io.StringIO(newline="")
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for text, label in zip(part.texts, part.labels, strict=True):
            title, _, description = text.partition(" ")
            writer.writerow([label + 1, title, description])
        files[name] = file.getvalue()
    return files
