"""Which pretrained word vectors an embedding can start from: named sets, and files of one's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from rnndash.errors import ConfigError

LEAST_DIMENSION, MOST_DIMENSION = 3, 300
"""Numbers of a vector. torchtext does not take fewer for a vector."""
VECTORS_LABEL = "Word vectors"
VECTORS_HELP = (
    "Start the embedding from vectors that were learned from far more text. Words that the file "
    "does not have start at random, as usual. The embedding size is that of the vectors."
)
FROZEN_LABEL = "Frozen"
FROZEN_HELP = "Training leaves the embedding as it is, words without a vector too."


@dataclass(frozen=True, kw_only=True, slots=True)
class GloveSet:
    """Vectors that are known by name: GloVe, by Pennington, Socher and Manning (2014).

    Learned from Wikipedia of 2014 and the news texts of Gigaword 5: 400,000 words in lower case.
    In the public domain (Open Data Commons, PDDL 1.0).

    Attributes:
        name: of the set, and with `.txt` of its file.
        dimension: numbers of a word.
        megabytes: size of the file.
    """

    name: str
    dimension: int
    megabytes: int


GLOVE_SETS = {
    glove.name: glove
    for glove in (
        GloveSet(name="glove.6B.50d", dimension=50, megabytes=171),
        GloveSet(name="glove.6B.100d", dimension=100, megabytes=347),
        GloveSet(name="glove.6B.200d", dimension=200, megabytes=693),
        GloveSet(name="glove.6B.300d", dimension=300, megabytes=1_038),
    )
}
GLOVE_URL = "https://nlp.stanford.edu/data/glove.6B.zip"
"""torchtext's own, but for the `s`: so every step of the way there is checked."""
GLOVE_DOWNLOAD_MB = 862
"""Of the one archive that holds all four."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST_NAME = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class VectorsChoice:
    """Which vectors a run's embedding starts from.

    Attributes:
        name: of a GloVe set, or of a file without its folder.
        dimension: numbers of a word, 3 to 300.
        sha256: of the file's content, 64 hexadecimal digits; None for a GloVe set.
        is_frozen: the embedding is no parameter: training leaves it as it is.

    Raises:
        ConfigError: a field is none of these.
    """

    name: str
    dimension: int
    sha256: str | None = None
    is_frozen: bool = False

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise ConfigError(
                f"Word vectors have the name of a file, without folders and up to {_MOST_NAME} "
                f"characters long; it is {self.name!r}. Give the file another name."
            )
        is_whole = isinstance(self.dimension, int) and not isinstance(self.dimension, bool)
        if not is_whole or not LEAST_DIMENSION <= self.dimension <= MOST_DIMENSION:
            raise ConfigError(
                f"Word vectors have from {LEAST_DIMENSION} to {MOST_DIMENSION} numbers for a "
                f"word; {self.name} has {self.dimension!r}. Choose other vectors."
            )
        if not isinstance(self.is_frozen, bool):
            raise ConfigError(f"is_frozen must be true or false; it is {self.is_frozen!r}.")
        if self.sha256 is None:
            self._check_glove()
        elif not isinstance(self.sha256, str) or not _SHA256.fullmatch(self.sha256):
            raise ConfigError(
                "A file of word vectors is known by the 64 hexadecimal digits of its SHA-256; "
                f"{self.sha256!r} came. Choose the file again."
            )

    def _check_glove(self) -> None:
        known = GLOVE_SETS.get(self.name)
        if known is None or known.dimension != self.dimension:
            raise ConfigError(
                f"Word vectors without a file are one of {', '.join(GLOVE_SETS)}, each of the "
                f"size in its name; {self.name!r} with {self.dimension} numbers came. Choose one "
                "of these, or a file."
            )

    @property
    def file_name(self) -> str:
        """What their file is called."""
        return f"{self.name}.txt" if self.sha256 is None else self.name

    @property
    def description(self) -> str:
        """For people: `glove.6B.50d, frozen`."""
        return f"{self.name}, frozen" if self.is_frozen else self.name

    def note(self, found: int | None, words: int) -> str:
        """What a run says of them, one sentence.

        Args:
            found: words that have a vector; None where that is not known.
            words: of the vocabulary.
        """
        number = "Words" if found is None else f"{found:,} of {words:,} words"
        after = "the embedding is frozen" if self.is_frozen else "training goes on from there"
        return f"{number} start from the word vectors {self.name}; {after}."

    @classmethod
    def from_json(cls, values: object) -> "VectorsChoice":
        """Read the fields of a choice.

        Raises:
            ConfigError: a field is unknown, missing, or outside its limits.
        """
        known = [field.name for field in fields(cls)]
        if (
            not isinstance(values, Mapping)
            or not {"name", "dimension"} <= set(values)
            or set(values) - set(known)
        ):
            raise ConfigError(
                f"The choice of word vectors has the fields {', '.join(known)}, name and dimension "
                f"among them; it is {values!r}. It may come from another version of rnndash."
            )
        return cls(**values)


def glove_choice(name: str, *, is_frozen: bool = False) -> VectorsChoice:
    """The choice of a GloVe set.

    Raises:
        ConfigError: there is no set of that name.
    """
    if name not in GLOVE_SETS:
        raise ConfigError(f"The sets of GloVe are {', '.join(GLOVE_SETS)}; {name!r} is none.")
    return VectorsChoice(name=name, dimension=GLOVE_SETS[name].dimension, is_frozen=is_frozen)


def _is_name(name: object) -> bool:
    return (
        isinstance(name, str)
        and 0 < len(name) <= _MOST_NAME
        and name.isprintable()
        and not name.startswith(".")
        and not set(name) & set("/\\:")
    )
