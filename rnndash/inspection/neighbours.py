"""What the other texts of a batch do to a network's answer: the same text alone and beside them.

For the answer over a growing number of pads, see `rnndash.packing.drift`.
"""

from collections.abc import Sequence

import torch
from torch.nn.utils.rnn import pad_sequence

from rnndash.errors import SequenceError
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network import Network, check_finite
from rnndash.inspection.predict import predict
from rnndash.inspection.variants import Company
from rnndash.text.special_tokens import PAD_INDEX

MOST_OTHERS = 63
"""Other texts in the batch."""


@torch.no_grad()
def in_company(network: Network, text: EncodedText, others: Sequence[EncodedText]) -> Company:
    """Read a text alone, then as the first of a padded batch with others.

    A padded network reads the pads behind the text like words, and answers otherwise; a packed
    one never sees them. Where no other text is longer, there are no pads, and nothing changes.

    Args:
        others: encoded by the same vocabulary.

    Raises:
        SequenceError: no other text is given, or too many are.
        CheckpointError: the network gives numbers that are not finite.
    """
    if not 1 <= len(others) <= MOST_OTHERS:
        raise SequenceError(
            f"A batch takes from 1 to {MOST_OTHERS} other texts; {len(others):,} came. "
            "Give one text a line."
        )
    rows = [torch.tensor(row.ids) for row in (text, *others)]
    tokens = pad_sequence(rows, batch_first=True, padding_value=PAD_INDEX)  # (B, T)
    logits = network.model(tokens, torch.tensor([len(row) for row in rows]))  # (B, C)
    together = logits[0].double().softmax(dim=0)
    check_finite(network, together)
    return Company(
        network=network.info,
        text=text,
        others=len(others),
        pads=tokens.shape[1] - len(text),
        alone=predict(network, text).probabilities,
        together=together.numpy(),
    )
