"""The sequences of a minibatch: typed by hand, or texts of a corpus."""

import re

import numpy as np
from numpy.typing import NDArray

from rnndash.config.hyperparameters import SETTING
from rnndash.errors import SequenceError
from rnndash.packing.minibatch import Rows
from rnndash.text.encoded import EncodedCorpus
from rnndash.text.order import bucketed_order, epoch_order
from rnndash.text.special_tokens import PAD_INDEX

LESSON_ROWS = Rows(ids=((1, 2, 3, 4, 5), (6, 7, 8), (9,)))
"""The lesson's example: three rows, the longest with five tokens."""

MOST_ROWS = 512
MOST_TOKENS = 2_000
"""Tokens of one row."""
MOST_CELLS = MOST_ROWS * MOST_TOKENS
"""Of a padded batch."""
MOST_CHARACTERS = 100_000
"""Characters that may be typed."""
HIGHEST_ID = 10**9
TITLE_WORDS = 5
TITLE_CHARACTERS = 40

_ALLOWED = (
    f"An id is a whole number from 1 to {HIGHEST_ID:,}; spaces or commas stand between ids, "
    "/ or a line break between rows, as in 1 2 3 / 4 5."
)
_BETWEEN_BRACKETS = re.compile(r"\]\s*+[,/]?\s*+\[")
_BETWEEN_IDS = re.compile(r"[\s,]+")
_NUMBER = re.compile(r"([+-]?)0*([0-9]+)", re.ASCII)


def parse_rows(text: str) -> Rows:
    """Read typed sequences, such as `1 2 3 / 4 5`, line by line, or a list of lists from Python.

    Raises:
        SequenceError: it is empty, too long, or holds something that is not an id.
    """
    if len(text) > MOST_CHARACTERS:
        raise SequenceError(
            f"The sequences have {len(text):,} characters; up to {MOST_CHARACTERS:,} are read. "
            "Remove some."
        )
    parts = _row_texts(text)
    if len(parts) > MOST_ROWS:
        raise SequenceError(
            f"There are {len(parts):,} rows; up to {MOST_ROWS} are allowed. Remove some."
        )
    return Rows(ids=tuple(_row(part, number) for number, part in enumerate(parts, start=1)))


def _row_texts(text: str) -> list[str]:
    """Split into rows, and remove the brackets around each."""
    lines = "\n".join(text.strip().splitlines())
    if not lines.strip("[], \n"):
        raise SequenceError(
            "There is no sequence yet. Type one or more rows of numbers, such as 1 2 3 / 4 5."
        )
    if lines.startswith("["):  # from Python, where a row may go on in the next line
        lines = lines.replace("\n", " ")
    parts = [part.strip() for part in _BETWEEN_BRACKETS.sub("/", lines).split("/")]
    return [row.strip("[], \t") for part in parts for row in part.split("\n")]


def _row(text: str, number: int) -> tuple[int, ...]:
    words = [word for word in _BETWEEN_IDS.split(text) if word]
    if not words:
        raise SequenceError(
            f"Row {number} is empty. A row without a token has no time step and cannot be packed: "
            "PyTorch needs every length to be at least 1. Put an id there, or remove the row."
        )
    if len(words) > MOST_TOKENS:
        raise SequenceError(
            f"Row {number} has {len(words):,} ids; up to {MOST_TOKENS:,} are allowed. Remove some."
        )
    return tuple(_id(word, number) for word in words)


def _id(word: str, row: int) -> int:
    match = _NUMBER.fullmatch(word)
    shown = word if len(word) <= 20 else f"{word[:20]}…"
    if match is None:
        raise SequenceError(f"Row {row} has {shown!r}, which is not an id. {_ALLOWED} Change it.")
    sign, digits = match.groups()
    if digits == str(PAD_INDEX):
        raise SequenceError(
            f"Row {row} has the id {PAD_INDEX}, which is the padding's own number: shorter rows "
            f"are padded with it automatically. {_ALLOWED} Remove the {PAD_INDEX}."
        )
    if sign == "-":
        raise SequenceError(f"Row {row} has {shown}, which is negative. {_ALLOWED} Change it.")
    if len(digits) > len(str(HIGHEST_ID)) or int(digits) > HIGHEST_ID:
        raise SequenceError(f"Row {row} has {shown}, which is too large. {_ALLOWED} Change it.")
    return int(digits)


def corpus_rows(corpus: EncodedCorpus, rows: NDArray[np.int64]) -> Rows:
    """The training texts `rows`, at least one, in the order given, in numbers and in words.

    Raises:
        SequenceError: padded, they would take more cells than can be shown.
    """
    lengths = corpus.train.lengths[rows]
    longest = int(lengths.max())
    cells = longest * len(rows)
    if cells > MOST_CELLS:
        raise SequenceError(
            f"{len(rows):,} texts padded to the longest, {longest:,} words, are {cells:,} cells; "
            f"up to {MOST_CELLS:,} can be laid out. Choose a smaller batch or another one."
        )
    ids = tuple(tuple(corpus.train.row(row).tolist()) for row in rows.tolist())
    words = tuple(tuple(corpus.words[number] for number in row) for row in ids)
    return Rows(ids=ids, words=words, titles=tuple(_title(row) for row in words))


def _title(words: tuple[str, ...]) -> str:
    title = " ".join(words[:TITLE_WORDS])
    if len(title) > TITLE_CHARACTERS:
        return f"{title[:TITLE_CHARACTERS].rstrip()}…"
    return f"{title} …" if len(words) > TITLE_WORDS else title


def batch_rows(
    lengths: NDArray[np.int64], *, batch_size: int, number: int, is_bucketed: bool, seed: int
) -> NDArray[np.int64]:
    """Which texts make minibatch `number` of the first epoch: `(B,)` int64.

    Shuffled, they are those of a training run with this batch size and this seed.

    Args:
        lengths: `(N,)` int64, of all training texts.
        number: from 1.

    Raises:
        ConfigError: batch size or seed is outside its limits.
        SequenceError: there is no minibatch of that number.
    """
    size = int(SETTING["batch_size"].check(batch_size))
    seed = int(SETTING["seed"].check(seed))
    batches = -(-len(lengths) // size)
    if not 1 <= number <= batches:
        raise SequenceError(
            f"{len(lengths):,} texts make {batches:,} minibatches of {size}; number {number:,} is "
            f"none of them. Choose one from 1 to {batches:,}."
        )
    if is_bucketed:
        order = bucketed_order(lengths, batch_size=size, seed=seed, epoch=0)
    else:
        order = epoch_order(len(lengths), seed=seed, epoch=0)
    return order[(number - 1) * size : number * size]
