"""The corpora by their names."""

from enum import StrEnum


class CorpusName(StrEnum):
    """The sources of texts."""

    HEADLINES = "headlines"
    AG_NEWS = "ag_news"
    CSV = "csv"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _CORPUS_LABELS[self]


_CORPUS_LABELS = {
    CorpusName.HEADLINES: "Headlines (built in)",
    CorpusName.AG_NEWS: "AG News",
    CorpusName.CSV: "Your own CSV file",
}
