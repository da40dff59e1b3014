"""How far back a gradient reaches in one text, as frozen values. No torch: figures read them.

Letters: T words of the text.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from rnndash.config.complete import complete
from rnndash.inspection.network_info import NetworkInfo


class Through(StrEnum):
    """Where the gradient with respect to an earlier state comes from."""

    RECURRENCE = "recurrence"
    ANSWER = "answer"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return _LABELS[self]

    @property
    def explanation(self) -> str:
        """What is measured, and what to mind."""
        match self:
            case Through.RECURRENCE:
                return (
                    "How strongly the last state depends on each earlier one, through the "
                    "recurrence only: the size of ∂h_T/∂h_t, which is 1 at the last state. This "
                    "is what vanishes or explodes."
                )
            case Through.ANSWER:
                return (
                    "How strongly the answer depends on each state: the size of the gradient of "
                    "the answered class' score. The simple RNN answers from the mean of all its "
                    "states, so each state reaches the answer directly, however weak the "
                    "recurrence is."
                )
            case _:
                assert_never(self)


_LABELS = complete(
    Through,
    {Through.RECURRENCE: "From the last state", Through.ANSWER: "From the answer"},
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GradientFlow:
    """How far back a network's gradient reaches in one text.

    Attributes:
        through: what the gradient is of.
        layer: whose states, from 0.
        is_backward: whether of the direction that reads from the end.
        distance: `(T,)` int64, steps from each state to the last one of its direction.
        norms: `(T,)` float64, of the gradient with respect to each hidden state.
        cell_norms: `(T,)` float64, with respect to each cell state; None where there is none.
    """

    network: NetworkInfo
    through: Through
    layer: int
    is_backward: bool
    distance: NDArray[np.int64]
    norms: NDArray[np.float64]
    cell_norms: NDArray[np.float64] | None

    @property
    def factor_per_step(self) -> float | None:
        """What a step back multiplies the norm by, on the geometric average over the text.

        None for a text of one word, and where a norm is 0 or beyond the numbers.
        """
        ends = self.norms[[self.distance.argmax(), self.distance.argmin()]]
        if len(self.norms) == 1 or not (np.isfinite(ends).all() and (ends > 0).all()):
            return None
        return float((ends[0] / ends[1]) ** (1 / (len(self.norms) - 1)))
