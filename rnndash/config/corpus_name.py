"""The corpora by their names, and one table of all that is known of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from rnndash.config.complete import complete


class TextSource(Enum):
    """Where the texts of a corpus come from."""

    BUILT_IN = "written by a program of this project; needs no file and no network"
    DOWNLOAD = "two files of others, from a folder on this machine or downloaded once"
    UPLOAD = "a visitor's own file"


class CorpusName(StrEnum):
    """The corpora."""

    HEADLINES = "headlines"
    AG_NEWS = "ag_news"
    CSV = "csv"

    @property
    def facts(self) -> "CorpusFacts":
        """All that is known of it."""
        return CORPORA[self]

    @property
    def label(self) -> str:
        """The name that people read."""
        return self.facts.label

    @property
    def is_uploaded(self) -> bool:
        """Whether the texts are a visitor's own file."""
        return self.facts.source is TextSource.UPLOAD


@dataclass(frozen=True, kw_only=True, slots=True)
class CorpusFacts:
    """All that is known of a corpus before a text of it is read.

    Attributes:
        label: the name that people read, in a menu.
        title: the same inside a sentence.
        description: what the texts are, one sentence.
        licence: under which the texts may be used, inside a sentence.
        class_names: in the order of the labels; None where the file says which.
        url: the folder of `train.csv` and `test.csv` on the web; empty where there is none.
        download_mb: what both take together.
    """

    label: str
    title: str
    description: str
    source: TextSource
    licence: str
    class_names: tuple[str, ...] | None
    url: str = ""
    download_mb: int = 0

    def __post_init__(self) -> None:
        if (self.source is TextSource.UPLOAD) != (self.class_names is None):
            raise ValueError(f"{self.label}: the classes of all but a visitor's file are known.")
        if (self.source is TextSource.DOWNLOAD) != bool(self.url and self.download_mb):
            raise ValueError(f"{self.label}: a download alone has an address and a size.")


NEWS_CLASSES = ("World", "Sports", "Business", "Sci/Tech")
CORPORA: Mapping[CorpusName, CorpusFacts] = complete(
    CorpusName,
    {
        CorpusName.HEADLINES: CorpusFacts(
            label="Headlines (built in)",
            title="the built-in headlines",
            description="Made by a program, four classes, needs no internet.",
            source=TextSource.BUILT_IN,
            licence="under the MIT licence",
            class_names=NEWS_CLASSES,
        ),
        CorpusName.AG_NEWS: CorpusFacts(
            label="AG News",
            title="AG News",
            description="Real news.",
            source=TextSource.DOWNLOAD,
            licence="for research and other non-commercial use",
            class_names=NEWS_CLASSES,
            url="https://raw.githubusercontent.com/mhjabreel/CharCnn_Keras/master/data/ag_news_csv/",
            download_mb=31,
        ),
        CorpusName.CSV: CorpusFacts(
            label="Your own CSV file",
            title="a CSV file",
            description="A label and a text column, up to 200 MB.",
            source=TextSource.UPLOAD,
            licence="yours",
            class_names=None,
        ),
    },
)
