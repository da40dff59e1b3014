"""A small corpus in three classes: weather reports that a program writes."""

import hashlib
import itertools
from dataclasses import dataclass

import numpy as np

from rnndash.config.corpus_name import CorpusName
from rnndash.text.corpus import Corpus, LabelledTexts, Progress, no_progress

_WORDS = {
    "Dry": ("sun", "drought", "clear sky", "dust", "cloudless"),
    "Wet": ("rain", "showers", "a flood", "drizzle", "hail"),
    "Cold": ("frost", "snow", "ice", "a blizzard", "sleet"),
}
_PLACES = ("the coast", "the hills", "the north", "the valley", "the islands", "the east")
_TIMES = ("on Monday", "tonight", "at noon", "by the weekend", "early this morning", "next week")
_TEST_EVERY = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class WeatherReader:
    """Writes the reports; every seventh is for testing."""

    name: str = CorpusName.WEATHER.value

    def available(self) -> str:
        """See `CorpusReader.available`."""
        return "Built in."

    def fingerprint(self) -> str:
        """See `CorpusReader.fingerprint`."""
        return hashlib.sha256(repr((_WORDS, _PLACES, _TIMES)).encode()).hexdigest()

    def load(self, progress: Progress = no_progress) -> Corpus:
        """See `CorpusReader.load`."""
        progress("Writing the reports", None)
        numbered = [
            (f"Expect {word} over {place} {time}.", label)
            for place, time, row in itertools.product(_PLACES, _TIMES, range(5))
            for label, words in enumerate(_WORDS.values())
            for word in (words[row],)
        ]
        train = [pair for n, pair in enumerate(numbered) if n % _TEST_EVERY]
        return Corpus(
            name=self.name,
            class_names=tuple(_WORDS),
            train=_labelled(train),
            test=_labelled(numbered[::_TEST_EVERY]),
            source=f"Weather reports by a program: {len(train)} training texts.",
        )


def _labelled(pairs: list[tuple[str, int]]) -> LabelledTexts:
    texts, labels = zip(*pairs, strict=True)
    return LabelledTexts(texts=texts, labels=np.array(labels, dtype=np.int64))
