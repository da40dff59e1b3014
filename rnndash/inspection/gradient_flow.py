"""How far back a gradient reaches: the vanishing gradient, measured on one text.

Letters: T words, K units of the last state, H hidden units, D directions, C classes.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import assert_never

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.config.model_kind import Readout
from rnndash.errors import ConfigError
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.flows import GradientFlow, Through
from rnndash.inspection.network import Network
from rnndash.inspection.traces import no_such_direction
from rnndash.inspection.tracing import answer_state, embed_text
from rnndash.models import Classifier
from rnndash.models.trace import CellWeights, DirectionTrace, State, direction_weights

MOST_UNITS = 64
"""Units of the last state whose gradients are followed back; of more, as many evenly spread."""


def gradient_flow(
    network: Network,
    text: EncodedText,
    *,
    through: Through,
    layer: int | None = None,
    is_backward: bool = False,
) -> GradientFlow:
    """Measure the gradient with respect to each state of one direction of a layer.

    `Through.RECURRENCE` is the size of the Jacobian ∂h_T/∂h_t, the product of the steps' Jacobians
    that vanishes or explodes (Pascanu, Mikolov and Bengio, "On the difficulty of training
    recurrent neural networks", 2013, equation 5), as Frobenius norm over √K: the root mean square
    over units of the norm of their gradient. It is 1 at the last state whatever H is, so networks
    can be compared. T here is the last step of the direction.

    `Through.ANSWER` is the norm of the gradient of the answered class' score: its logit less the
    mean of all logits. Not its probability, which has a vanishing gradient as the network becomes
    sure (Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2014).

    Both are computed in double precision, where norms down to 1e-308 can be told from 0. The
    gradient with respect to a cell state c_t counts all that depends on it, h_t too.

    Args:
        layer: from 0; None for the top one.

    Raises:
        ConfigError: the network has no such layer or no second direction.
        SequenceError: the text has too many words, or one that the vocabulary does not have.
    """
    model = network.model
    chosen = model.rnn.num_layers - 1 if layer is None else layer
    if not 0 <= chosen < model.rnn.num_layers or is_backward > model.rnn.bidirectional:
        raise ConfigError(no_such_direction(model.rnn.num_layers, chosen))
    x = embed_text(network, text).detach().double()
    place = chosen * (1 + model.rnn.bidirectional) + is_backward
    match through:
        case Through.ANSWER:
            norms = _through_answer(model, network.info.kind.facts.readout, x, place)
        case Through.RECURRENCE:
            norms = _through_recurrence(model, x, place)
        case _:
            assert_never(through)
    steps = np.arange(len(text))
    return GradientFlow(
        network=network.info,
        through=through,
        layer=chosen,
        is_backward=is_backward,
        distance=steps if is_backward else steps[::-1].copy(),
        norms=norms[0],
        cell_norms=norms[1] if len(norms) == 2 else None,
    )


def _through_answer(
    model: Classifier, readout: Readout, x: torch.Tensor, place: int
) -> tuple[NDArray[np.float64], ...]:
    """`(T,)` for h, and for c where there is one."""
    with torch.enable_grad():  # gradients flow to the states even if no parameter wants any
        traces = model.trace(x.requires_grad_())
        states = traces[place].states
        tensors = [part for state in states for part in state]
        gradients = torch.autograd.grad(
            _score(model, readout, traces), tensors, allow_unused=True, materialize_grads=True
        )
    norms = torch.stack([gradient.norm() for gradient in gradients])
    return tuple(norms.reshape(len(states), -1).T.numpy().copy())


def _score(model: Classifier, readout: Readout, traces: Sequence[DirectionTrace]) -> torch.Tensor:
    """The answered class' logit less the mean of all: a scalar."""
    state = answer_state(readout, traces)  # (D*H,)
    logits = model.fc.weight.double() @ state + model.fc.bias.double()  # (C,)
    score: torch.Tensor = logits.max() - logits.mean()
    return score


def _through_recurrence(
    model: Classifier, x: torch.Tensor, place: int
) -> tuple[NDArray[np.float64], ...]:
    """`(T,)` for h, and for c where there is one.

    The chain rule by hand, from the last step to the first, so that one step's graph is kept at
    a time. Each of K rows carries the gradient of one unit of the last state.
    """
    with torch.no_grad():
        trace = model.trace(x)[place]
        weights = direction_weights(
            model.rnn, trace.layer, is_backward=trace.is_backward, dtype=x.dtype
        )
    hidden_dim = model.rnn.hidden_size
    units = torch.linspace(0, hidden_dim - 1, min(hidden_dim, MOST_UNITS)).round().long()
    h = torch.eye(hidden_dim, dtype=x.dtype)[units]
    gradients: State = (h, *(torch.zeros_like(h) for _ in trace.final[1:]))  # (K, H) each
    order = range(len(x)) if trace.is_backward else range(len(x) - 1, -1, -1)
    norms = np.empty((len(gradients), len(x)))
    norms[:, order[0]] = _sizes(model, trace, order[0], gradients)
    for after, before in pairwise(order):
        gradients = _step_back(model, weights, trace.x[after], trace.states[before], gradients)
        norms[:, before] = _sizes(model, trace, before, gradients)
    return tuple(norms)


def _step_back(
    model: Classifier, weights: CellWeights, x: torch.Tensor, before: State, gradients: State
) -> State:
    """From the gradients with respect to the state after a step to those before it: `(K, H)`."""
    rows = len(gradients[0])
    with torch.enable_grad():
        start = tuple(part.expand(rows, -1).clone().requires_grad_() for part in before)
        after, _ = model.step(weights.from_input(x), start, weights)
        return torch.autograd.grad(after, start, gradients)


def _sizes(
    model: Classifier, trace: DirectionTrace, position: int, gradients: State
) -> list[float]:
    """The root mean square over K of the gradients' norms, for h and for c if there is one."""
    of_h, *of_c = gradients
    if of_c:  # the step passed h and c on separately, but h_t = o_t * tanh(c_t) depends on c_t
        output_gate = trace.gates[model.cell.facts.output_gate]
        slope = output_gate[position] * (1 - trace.states[position][1].tanh() ** 2)
        of_c = [of_c[0] + of_h * slope]
    return [float(part.norm()) / len(part) ** 0.5 for part in (of_h, *of_c)]
