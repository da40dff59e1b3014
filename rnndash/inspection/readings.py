"""What the Predict page shows of one text, as frozen values. No torch: figures read them.

Letters: T words of the text, C classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from rnndash.config.model_kind import ModelKind
from rnndash.text.reserved import UNKNOWN_INDEX

MOST_WORDS = 200
"""Of one text; what is longer is cut here, and told."""
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
class EncodedText:
    """One text as a network's vocabulary has it.

    Attributes:
        tokens: T words, T from 1 to `MOST_WORDS`, as the tokeniser gives them.
        ids: their T numbers in the vocabulary.
        words_in_all: words of the text before it was cut.
    """

    tokens: tuple[str, ...]
    ids: tuple[int, ...]
    words_in_all: int

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def shown(self) -> tuple[str, ...]:
        """The T words as a page can show them; see `shown_word`."""
        return tuple(map(shown_word, self.tokens))

    @property
    def is_unknown(self) -> tuple[bool, ...]:
        """For each of the T words, whether the vocabulary lacks it."""
        return tuple(number == UNKNOWN_INDEX for number in self.ids)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the answer has to know of the text, one sentence each."""
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Whose reading it is.

    Attributes:
        label: what people call the network: its run's name, or its model's.
        class_names: the name of class 0, of class 1 and so on.
    """

    label: str
    model: ModelKind
    class_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Reading:
    """One text, read by one network.

    Attributes:
        probabilities: `(C,)` float64.
        seconds: that the network took for it.
    """

    reader: Reader
    text: EncodedText
    probabilities: NDArray[np.float64]
    seconds: float

    @property
    def answer(self) -> str:
        """The name of the most probable class."""
        return self.reader.class_names[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """The probability of that class, 0 to 1."""
        return float(self.probabilities.max())


class Method(StrEnum):
    """How the share of each word in a logit is computed."""

    GRADIENT_TIMES_INPUT = "gradient_times_input"
    INTEGRATED_GRADIENTS = "integrated_gradients"

    @property
    def label(self) -> str:
        """The name that people read."""
        return {
            "gradient_times_input": "Gradient × input",
            "integrated_gradients": "Integrated gradients",
        }[self]

    @property
    def explanation(self) -> str:
        """One or two sentences: what a word's number is."""
        if self is Method.GRADIENT_TIMES_INPUT:
            return (
                "The slope of the logit at the text, times the word's embedding. What the logit "
                "does far from the text it cannot see, so the numbers need not add up."
            )
        return (
            "The slopes on the straight way from a text of nothing but padding to this one, summed "
            "up. Over all words they add up to what the logit has gained on that way."
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Saliency:
    """What each word of a text adds to the logit of one class.

    Attributes:
        class_name: the class whose logit it is.
        scores: `(T,)` float64, in units of the logit: above 0 for the class, below 0 against it.
        logit: of that class for the text.
        baseline_logit: of that class for a text as long without any word: of padding for
            integrated gradients, of zero vectors for gradient × input.
    """

    reader: Reader
    text: EncodedText
    method: Method
    class_name: str
    scores: NDArray[np.float64]
    logit: float
    baseline_logit: float

    @property
    def gap(self) -> float:
        """What the scores lack to completeness: their sum less the logit's gain on the baseline."""
        return float(self.scores.sum()) - (self.logit - self.baseline_logit)


def agreement(readings: Sequence[Reading]) -> str:
    """One sentence: what the networks answer to a text, and whether they agree."""
    groups: dict[str, list[Reading]] = {}
    for reading in readings:
        groups.setdefault(reading.answer, []).append(reading)
    if not readings:
        return "No network has read the text yet."
    if len(readings) == 1:
        (only,) = readings
        return f"{only.reader.label} answers {only.answer}, with {only.confidence:.1%}."
    if len(groups) == 1:
        who = "Both networks" if len(readings) == 2 else f"All {len(readings)} networks"
        shares = sorted(reading.confidence for reading in readings)
        return f"{who} answer {readings[0].answer}, with {shares[0]:.1%} to {shares[-1]:.1%}."
    by_size = sorted(groups.items(), key=lambda group: -len(group[1]))
    sizes = " to ".join(str(len(members)) for _, members in by_size)
    parts = (
        f"{' and '.join(reading.reader.label for reading in members)} "
        f"{'answers' if len(members) == 1 else 'answer'} {answer}"
        for answer, members in by_size
    )
    return f"The networks disagree, {sizes}: {'; '.join(parts)}."
