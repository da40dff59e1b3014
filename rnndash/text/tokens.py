"""Words from texts, and numbers for words: torchtext's `basic_english` and its `Vocab`."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc
from torchtext.data.utils import get_tokenizer
from torchtext.vocab import Vocab

from rnndash.text.special_tokens import PAD_INDEX

PAD_TOKEN = "<pad>"
UNKNOWN_TOKEN = Vocab.UNK

tokenize: Callable[[str], list[str]] = get_tokenizer("basic_english")
"""One text to its tokens: lower case, punctuation apart, quotation marks dropped."""

TEXT_END = '"'
"""Closes each text in `tokenize_all`; `basic_english` drops quotation marks, so no token is one."""

_REPLACEMENTS = (
    ("'", " '  "),
    ('"', ""),
    (".", " . "),
    ("<br />", " "),
    (",", " , "),
    ("(", " ( "),
    (")", " ) "),
    ("!", " ! "),
    ("?", " ? "),
    (";", " "),
    (":", " "),
)
"""The steps of `basic_english`, in its order (torchtext 0.6.0, `torchtext.data.utils`)."""
_PIECE = 8_192
"""Texts that are taken apart together."""


def tokenize_all(texts: Iterable[str]) -> Iterator[pa.DictionaryArray]:
    """Tokenise many texts: the tokens of `tokenize`, text after text, several times as fast.

    They come in pieces, so that the memory this takes does not grow with the texts. Each piece has
    its distinct tokens as its dictionary, in order of appearance, and one index for each token.
    `TEXT_END` stands after each text; empty strings between tokens mean nothing.

    All patterns of `basic_english` but the last are fixed strings without a line break, so many
    texts can be joined by line breaks and replaced in one go. What Arrow splits at is what
    `str.split` splits at, for every character of Unicode.
    """
    remaining = iter(texts)
    while piece := list(islice(remaining, _PIECE)):
        joined = pa.array([_normalised(piece)], pa.large_string())
        yield pc.utf8_split_whitespace(joined).flatten().dictionary_encode()


def _normalised(texts: Sequence[str]) -> str:
    """Texts in one string, their tokens between white space, their ends marked."""
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:  # a text has line breaks of its own
        joined = "\n".join(text.replace("\n", "\t") for text in texts)
    joined = joined.lower()
    for old, new in _REPLACEMENTS:
        joined = joined.replace(old, new)
    return joined.replace("\n", f" {TEXT_END} ") + f" {TEXT_END}"


def build_vocabulary(counts: Counter[str], min_freq: int = 1) -> Vocab:
    """The words seen at least `min_freq` times, most frequent first, after padding and unknown.

    `itos` turns a number into its word, `stoi` a word into its number, unknown words into
    `UNKNOWN_INDEX`. It also has `PAD_TOKEN` itself, which `word_indices` leaves out.
    """
    return Vocab(counts, min_freq=min_freq, specials=[PAD_TOKEN, UNKNOWN_TOKEN])


def word_indices(words: Sequence[str]) -> dict[str, int]:
    """The number of each word of a vocabulary that is given as its list of words.

    Padding is left out: it is no word, and a text that says `<pad>` says an unknown one.
    """
    return {word: index for index, word in enumerate(words) if index != PAD_INDEX}
