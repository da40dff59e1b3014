"""What each word adds to a class' logit, as frozen values. No torch: figures read them.

Letters: T words of the text.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from rnndash.config.complete import complete
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo


class Method(StrEnum):
    """How the share of each word in a logit is computed."""

    GRADIENT_TIMES_INPUT = "gradient_times_input"
    INTEGRATED_GRADIENTS = "integrated_gradients"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _LABELS[self]

    @property
    def explanation(self) -> str:
        """One or two sentences: what a word's number is."""
        return _EXPLANATIONS[self]


_LABELS = complete(
    Method,
    {
        Method.GRADIENT_TIMES_INPUT: "Gradient × input",
        Method.INTEGRATED_GRADIENTS: "Integrated gradients",
    },
)
_EXPLANATIONS = complete(
    Method,
    {
        Method.GRADIENT_TIMES_INPUT: (
            "The gradient of the logit at this text, times the word's embedding. It does not see "
            "how the logit changes far from this text, so the numbers need not add up."
        ),
        Method.INTEGRATED_GRADIENTS: (
            "The gradients along a straight line from a text of padding alone to this one, summed "
            "up. Over all words they add up to what the logit gains along that line."
        ),
    },
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
