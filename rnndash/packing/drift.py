"""What longer neighbours in a batch do to a network's answer to a text.

Letters: K batches, C classes, T time steps, D directions, H hidden units.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence

from rnndash.config.model_kind import ModelKind
from rnndash.errors import SequenceError
from rnndash.inspection.variants import PaddingDrift
from rnndash.models import Classifier
from rnndash.packing.sequences import MOST_TOKENS
from rnndash.text.special_tokens import PAD_INDEX


@torch.no_grad()
def padding_drift(
    model: Classifier,
    kind: ModelKind,
    ids: Sequence[int],
    neighbour: Sequence[int],
    pads: Sequence[int],
) -> PaddingDrift:
    """Read a text in batches of two, beside a neighbour that is longer by each number of `pads`.

    The model, which is on the CPU, may be shared: its weights and its mode stay as they are. No
    layer of these networks computes otherwise in training than in evaluation.

    Args:
        ids: the text, at least one word number.
        neighbour: the neighbour's word numbers, at least one, repeated and cut to the length.
        pads: how many words longer the neighbour is; the first is 0.

    Raises:
        SequenceError: a text is empty or too long, or `pads` does not begin with 0.
    """
    _check(ids, neighbour, pads)
    states, probabilities = [], []
    for longer in pads:
        state = model.read(*_batch(ids, neighbour, len(ids) + longer))  # (2, D*H)
        states.append(state[0].double())
        probabilities.append(model.fc(state)[0].double().softmax(dim=0))  # (C,)
    return PaddingDrift(
        model=kind,
        pads=np.array(pads, dtype=np.int64),
        probabilities=torch.stack(probabilities).numpy(),
        distance=torch.stack([(state - states[0]).norm() for state in states]).numpy(),
        state_norm=float(states[0].norm()),
    )


def _batch(
    ids: Sequence[int], neighbour: Sequence[int], steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens `(2, T)` and lengths `(2,)`; the text is row 0."""
    text = torch.tensor(ids)
    other = torch.tensor(neighbour).repeat(-(-steps // len(neighbour)))[:steps]
    tokens = pad_sequence([text, other], batch_first=True, padding_value=PAD_INDEX)
    return tokens, torch.tensor([len(text), steps])


def _check(ids: Sequence[int], neighbour: Sequence[int], pads: Sequence[int]) -> None:
    for name, row in (("text", ids), ("neighbour", neighbour)):
        if not 1 <= len(row) <= MOST_TOKENS:
            raise SequenceError(
                f"The {name} must have from 1 to {MOST_TOKENS:,} words; it has {len(row):,}. "
                "Choose another one."
            )
    if not pads or pads[0] != 0 or not all(0 <= longer <= MOST_TOKENS for longer in pads):
        raise SequenceError(
            f"The numbers of pads begin with 0 and go up to {MOST_TOKENS:,}; {list(pads)} came."
        )
