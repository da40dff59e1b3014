"""A network with all that it takes to read a text and to say what it answers.

Letters: B texts, T words of each, V words of the vocabulary, C classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.errors import CheckpointError
from rnndash.inspection.network_info import NetworkInfo
from rnndash.models import Classifier

MOST_CELLS = 50_000
"""Words that go through a network at once: bounds the memory that a pass takes."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Network:
    """A network, its vocabulary and the names of its classes.

    The model, which is on the CPU, may be shared by many readers at once: no analysis changes its
    weights, its gradients or its mode. No layer of these networks computes otherwise in training
    than in evaluation.

    Attributes:
        info: what the network is called, its kind and its classes.
        index: the number of each word, as `rnndash.text.tokens.word_indices` gives it.

    Raises:
        CheckpointError: model, words and classes belong to different runs.
    """

    info: NetworkInfo
    model: Classifier
    index: Mapping[str, int]

    def __post_init__(self) -> None:
        vocab_size, num_class = self.model.embedding.num_embeddings, self.model.fc.out_features
        if len(self.index) >= vocab_size or len(self.info.class_names) != num_class:
            raise CheckpointError(
                f"{self.info.label} has {vocab_size:,} embeddings and {num_class} classes; "
                f"{len(self.index):,} words and {len(self.info.class_names)} names of classes "
                "came with it. They belong to different runs: open each network with its own."
            )


@torch.no_grad()
def probabilities_of(network: Network, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """The answers to texts of one length, each as if it were alone in its batch.

    Equal lengths need no pads, so no text has anything to do with its neighbours, whatever the
    kind of the network. Against a batch of one, only the rounding of float32 differs.

    Args:
        ids: `(B, T)` int64, B and T at least 1.

    Returns:
        `(B, C)` float64.

    Raises:
        CheckpointError: the network gives numbers that are not finite.
    """
    size = max(1, MOST_CELLS // ids.shape[1])
    parts = []
    for start in range(0, len(ids), size):
        tokens = torch.from_numpy(ids[start : start + size])  # (B, T)
        logits = network.model(tokens, torch.full((len(tokens),), tokens.shape[1]))  # (B, C)
        parts.append(logits.double().softmax(dim=1))
    probabilities = torch.cat(parts)
    check_finite(network, probabilities)
    return np.asarray(probabilities.numpy(), dtype=np.float64)


def check_finite(network: Network, numbers: torch.Tensor) -> None:
    """Refuse what a network computes with weights that have overflowed.

    Raises:
        CheckpointError: one of the numbers is not finite.
    """
    if not bool(torch.isfinite(numbers).all()):
        raise CheckpointError(
            f"{network.info.label} answers with numbers that are not finite: its weights have "
            "overflowed in training. Choose another network, or train it anew with a smaller "
            "learning rate."
        )
