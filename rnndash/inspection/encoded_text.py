"""A text in words, and in the numbers of a network's vocabulary, as frozen values. No torch.

Letters: T words of the text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rnndash.text.special_tokens import UNKNOWN_INDEX

MOST_WORDS = 200
"""Words of one text that are read; the rest is cut off, and a note says so."""
LONGEST_SHOWN = 40
"""Characters of one word that are shown."""


_PICTURES = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
_TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Characters that turn the direction of all text after them."""
_BROKEN = dict.fromkeys((*range(0x80, 0xA0), *_TURNING, *range(0xD800, 0xE000)), 0xFFFD)
_VISIBLE = _PICTURES | _BROKEN


def shown_word(token: str) -> str:
    """A word as a page can show it: control characters as pictures, overlong words cut.

    It is still plain text: HTML and Markdown are for the one to escape who writes them.
    """
    visible = token[: LONGEST_SHOWN + 1].translate(_VISIBLE)
    return visible if len(visible) <= LONGEST_SHOWN else f"{visible[: LONGEST_SHOWN - 1]}…"


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenizedText:
    """The words of one text, the same for every network.

    Attributes:
        tokens: T words, T from 1 to `MOST_WORDS`, as the tokeniser gives them.
        words_in_all: words of the text before it was cut.
    """

    tokens: tuple[str, ...]
    words_in_all: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.tokens) <= self.words_in_all:
            raise ValueError(
                f"A text has from 1 to words_in_all = {self.words_in_all} tokens; "
                f"{len(self.tokens)} came."
            )

    @property
    def shown(self) -> tuple[str, ...]:
        """The T words as a page can show them; see `shown_word`."""
        return tuple(map(shown_word, self.tokens))

    def encode(self, index: Mapping[str, int]) -> "EncodedText":
        """The text in a vocabulary's numbers.

        Args:
            index: the number of each word, as `rnndash.text.tokens.word_indices` gives it.
        """
        return EncodedText(
            tokens=self.tokens,
            ids=tuple(index.get(token, UNKNOWN_INDEX) for token in self.tokens),
            words_in_all=self.words_in_all,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class EncodedText(TokenizedText):
    """One text in the numbers of a network's vocabulary.

    Attributes:
        ids: the numbers of the T words.
    """

    ids: tuple[int, ...]

    def __post_init__(self) -> None:
        TokenizedText.__post_init__(self)
        if len(self.ids) != len(self.tokens):
            raise ValueError(
                f"Each word has one number; {len(self.tokens)} words and {len(self.ids)} numbers "
                "came."
            )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_unknown(self) -> tuple[bool, ...]:
        """For each of the T words, whether the vocabulary lacks it."""
        return tuple(number == UNKNOWN_INDEX for number in self.ids)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to say about the text beside an answer, one sentence each."""
        notes = []
        if self.words_in_all > len(self):
            notes.append(f"The text has {self.words_in_all:,} words; the first {len(self)} count.")
        unknown = sum(self.is_unknown)
        if unknown == len(self):
            notes.append(
                "No word of the text is known to the network: to it, all such texts of this "
                "length are the same, and its answer says nothing about yours."
            )
        elif unknown:
            verb = "is" if unknown == 1 else "are"
            notes.append(f"{unknown} of {len(self)} words {verb} unknown to the network.")
        return tuple(notes)

    def picked(self, order: Sequence[int]) -> "EncodedText":
        """The text of the words at these positions, in this order."""
        return EncodedText(
            tokens=tuple(self.tokens[position] for position in order),
            ids=tuple(self.ids[position] for position in order),
            words_in_all=len(order),
        )
