"""What each word adds to a class' logit, as frozen values. No torch: figures read them.

Letters: T words of the text.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo


class Method(StrEnum):
    """How the share of each word in a logit is computed."""

    GRADIENT_TIMES_INPUT = "gradient_times_input"
    INTEGRATED_GRADIENTS = "integrated_gradients"

    @property
    def label(self) -> str:
        """The name that people read."""
        match self:
            case Method.GRADIENT_TIMES_INPUT:
                return "Gradient × input"
            case Method.INTEGRATED_GRADIENTS:
                return "Integrated gradients"
            case _:
                assert_never(self)

    @property
    def explanation(self) -> str:
        """One or two sentences: what a word's number is."""
        match self:
            case Method.GRADIENT_TIMES_INPUT:
                return (
                    "The slope of the logit at the text, times the word's embedding. What the "
                    "logit does far from the text it cannot see, so the numbers need not add up."
                )
            case Method.INTEGRATED_GRADIENTS:
                return (
                    "The slopes on the straight way from a text of nothing but padding to this "
                    "one, summed up. Over all words they add up to what the logit has gained on "
                    "that way."
                )
            case _:
                assert_never(self)


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

    network: NetworkInfo
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
