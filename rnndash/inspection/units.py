"""Which units of a layer matter in a text: by the range of their states, by their effect on the
answer, and by where they are active. No torch.

Letters: T words, H hidden units, D directions, C classes.
"""

from enum import StrEnum
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from rnndash.config.complete import complete
from rnndash.config.model_kind import Readout
from rnndash.errors import ConfigError
from rnndash.inspection.traces import DirectionStates, TextTrace

ACTIVE_SHARE = 0.25
"""Of all states of a text, the share that `default_threshold` lets count as active."""


class UnitOrder(StrEnum):
    """The orders of a layer's units."""

    NUMBER = "number"
    RANGE = "range"
    EFFECT = "effect"

    @property
    def label(self) -> str:
        """The name in a menu."""
        return _LABELS[self]

    @property
    def explanation(self) -> str:
        """One sentence: which units come first."""
        return _EXPLANATIONS[self]


_LABELS = complete(
    UnitOrder,
    {
        UnitOrder.NUMBER: "Unit number",
        UnitOrder.RANGE: "Range",
        UnitOrder.EFFECT: "Effect on the class",
    },
)
_EXPLANATIONS = complete(
    UnitOrder,
    {
        UnitOrder.NUMBER: "In the order of the tensor.",
        UnitOrder.RANGE: "First the units whose state changes most over the text.",
        UnitOrder.EFFECT: (
            "First the units that change the score of the class most, up or down. Only the top "
            "layer reaches the answer directly."
        ),
    },
)


def unit_ranges(states: DirectionStates) -> NDArray[np.float64]:
    """From each unit's lowest hidden state to its highest over the text: `(H,)`, 0 to 2."""
    ranges: NDArray[np.float64] = np.ptp(states.h.astype(np.float64), axis=0)
    return ranges


def reaches_answer(trace: TextTrace, states: DirectionStates) -> bool:
    """Whether the read-out sees these units directly: those of the top layer alone."""
    return states.layer == trace.num_layers - 1


def effects_over_text(
    trace: TextTrace, states: DirectionStates, class_index: int
) -> NDArray[np.float64]:
    """What each unit would add to a class' score if the answer came from its state at a word.

    The score is the class' logit less the mean of all logits, as the softmax sees differences
    alone; so the weights of the read-out are taken less their mean over classes.

    Returns:
        `(T, H)`.

    Raises:
        ConfigError: there is no such class, or the layer is below the top one.
    """
    classes = len(trace.readout)
    if not 0 <= class_index < classes:
        raise ConfigError(
            f"There are {classes} classes, counted from 0; class {class_index} came. "
            f"Choose one from 0 to {classes - 1}."
        )
    if not reaches_answer(trace, states):
        raise ConfigError(
            f"Only the top layer is read out: layer {trace.num_layers - 1}, counted from 0. Layer "
            f"{states.layer} came, whose units have no weight of their own. Choose the top layer."
        )
    weights = trace.readout.astype(np.float64)
    own = (weights - weights.mean(axis=0))[class_index]  # (D*H,)
    start = states.hidden_dim if states.is_backward else 0
    over_text: NDArray[np.float64] = states.h * own[start : start + states.hidden_dim]
    return over_text


def unit_effects(
    trace: TextTrace, states: DirectionStates, class_index: int
) -> NDArray[np.float64]:
    """What each unit really adds to a class' score: its read-out weight times its state.

    The state is that from which the network answers: the last one of the direction, or the mean
    over the words. Summed over all units of the top layer, with the
    bias less its mean, this is the class' score.

    Returns:
        `(H,)`.

    Raises:
        ConfigError: there is no such class, or the layer is below the top one.
    """
    over_text = effects_over_text(trace, states, class_index)
    effects: NDArray[np.float64]
    readout = trace.network.kind.facts.readout
    match readout:
        case Readout.MEAN:
            effects = over_text.mean(axis=0)
        case Readout.LAST:
            effects = over_text[0 if states.is_backward else -1]
        case _:
            assert_never(readout)
    return effects


def unit_order(
    trace: TextTrace, states: DirectionStates, by: UnitOrder, class_index: int
) -> NDArray[np.int64]:
    """The numbers of the units, the first in the order first: `(H,)`.

    An order by effect of a layer that is not read out falls back to the order by range.
    """
    match by:
        case UnitOrder.NUMBER:
            return np.arange(states.hidden_dim)
        case UnitOrder.EFFECT if reaches_answer(trace, states):
            values = np.abs(unit_effects(trace, states, class_index))
        case UnitOrder.EFFECT | UnitOrder.RANGE:
            values = unit_ranges(states)
        case _:
            assert_never(by)
    return np.argsort(-values, kind="stable")


def default_threshold(states: DirectionStates, letter: str = "h") -> float:
    """The size that a quarter of all states in the text exceed.

    A fixed number would not fit all: hidden states lie between -1 and 1, cell states anywhere, and
    those of a network that has learned little are all near 0.
    """
    return float(np.quantile(np.abs(states.part(letter)), 1 - ACTIVE_SHARE))


def active_units(
    states: DirectionStates, start: int, stop: int, threshold: float, letter: str = "h"
) -> NDArray[np.int64]:
    """The units that are active in a stretch of words and not just outside it.

    A unit is active at a word where the size of its state is at least `threshold`. It counts if it
    is active throughout the stretch, and not at the words just before and just after it, if there
    are such words. After Strobelt et al., "LSTMVis" (2017), which takes the state itself. Here
    it is its size, since a large negative state carries as much information.

    Args:
        start: first word of the stretch, from 0.
        stop: up to but not including; at least one word.
        letter: `h` for the hidden states, `c` for the LSTM's cell states.

    Returns:
        Their numbers in ascending order.

    Raises:
        ConfigError: the stretch is not inside the text, or the cell has none of that letter.
    """
    is_active = np.abs(states.part(letter)) >= threshold  # (T, H)
    if not 0 <= start < stop <= len(is_active):
        raise ConfigError(
            f"A stretch begins at a word from 0 to {len(is_active) - 1} and ends after it, at most "
            f"at {len(is_active)}; {start} to {stop} came. Select one or more words."
        )
    outside = is_active[[at for at in (start - 1, stop) if 0 <= at < len(is_active)]]
    return np.flatnonzero(is_active[start:stop].all(axis=0) & ~outside.any(axis=0))
