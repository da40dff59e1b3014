"""A source of texts for tests, light enough for a process of its own."""

from dataclasses import dataclass, field

from rnndash.text.corpus import no_progress
from tests.corpora import small_corpus


@dataclass(kw_only=True)
class GivenTexts:
    """Gives a small corpus, or raises what it is told to, and counts how often it was asked."""

    content: str = "0a"
    error: Exception | None = None
    name: str = "headlines"
    loads: int = field(default=0)

    def fingerprint(self):
        return self.content

    def load(self, progress=no_progress):  # noqa: ARG002
        self.loads += 1
        if self.error is not None:
            raise self.error
        return small_corpus(train=12, test=4)
