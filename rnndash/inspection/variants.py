"""How an answer changes with the text and with its batch, as frozen values. No torch.

Letters: T words of the text, C classes, K variants of it or batches with it.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predictions import Prediction


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """A text made from another one's words.

    Attributes:
        done: what was done, in a few words, such as `without “oil”`; `without “oil” (word 5)`
            where the text has that word more than once. No two variants have the same.
        touched: positions in the first text of the words that it was done to.
        order: the positions in the first text of the variant's words, one after the other.
    """

    done: str
    touched: tuple[int, ...]
    order: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Alternatives:
    """A text and K variants of it, read by one network.

    Attributes:
        text: the first text.
        before: `(C,)` float64, the answer to it.
        variants: in the order in which they were made.
        after: `(K, C)` float64, the answers to them.
    """

    network: NetworkInfo
    text: EncodedText
    before: NDArray[np.float64]
    variants: tuple[Variant, ...]
    after: NDArray[np.float64]

    @property
    def answer(self) -> int:
        """The class answered to the first text, whose probability is followed."""
        return int(self.before.argmax())

    @property
    def change(self) -> NDArray[np.float64]:
        """`(K,)`: the answer's probability in each variant less that in the first text."""
        change: NDArray[np.float64] = self.after[:, self.answer] - self.before[self.answer]
        return change

    @property
    def is_turned(self) -> NDArray[np.bool_]:
        """`(K,)`: whether another class is answered."""
        turned: NDArray[np.bool_] = self.after.argmax(axis=1) != self.answer
        return turned

    @property
    def ranked(self) -> NDArray[np.int64]:
        """`(K,)`: the variants' numbers, the largest change up or down first."""
        return np.argsort(-np.abs(self.change), kind="stable")


class Fate(StrEnum):
    """What an edit did to some words."""

    KEPT = "kept"
    TAKEN_OUT = "taken_out"
    PUT_IN = "put_in"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Neighbouring words to which an edit did the same.

    Attributes:
        tokens: as the tokeniser gives them; `shown_word` makes them fit to show.
    """

    fate: Fate
    tokens: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Edit:
    """A text and an edited form of it, read by one network.

    Attributes:
        pieces: both texts' words in order, those taken out before those put in at their place.
    """

    before: Prediction
    after: Prediction
    pieces: tuple[Piece, ...]

    @property
    def change(self) -> NDArray[np.float64]:
        """`(C,)`: each class' probability after the edit less that before."""
        change: NDArray[np.float64] = self.after.probabilities - self.before.probabilities
        return change


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PaddingDrift:
    """One text in K padded batches, read by one network.

    Attributes:
        others: `(K,)` int64, the other texts of each batch.
        pads: `(K,)` int64, pads behind the text in each; 0 in the first.
        probabilities: `(K, C)` float64, the answer to the text.
        distance: `(K,)` float64, Euclidean distance of the state that the network answers from
            to that in the first batch.
        state_norm: Euclidean norm of the state in the first batch, for scale.
    """

    network: NetworkInfo
    text: EncodedText
    others: NDArray[np.int64]
    pads: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    distance: NDArray[np.float64]
    state_norm: float

    def __post_init__(self) -> None:
        parts = (self.others, self.pads, self.probabilities, self.distance)
        if len({len(part) for part in parts}) != 1 or self.pads[0] != 0:
            raise ValueError("Each part has one row for each batch, and the first has no pads.")

    @property
    def moved(self) -> float:
        """The largest change of a class' probability from the first batch to the last, 0 to 1."""
        return float(np.abs(self.probabilities[-1] - self.probabilities[0]).max())
