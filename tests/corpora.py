"""Small corpora that a model can learn in a second."""

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
