"""A network with all that it takes to read a text and to say what it answers.

Letters: B texts, T words of each, V words of the vocabulary, C classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.errors import CheckpointError
from rnndash.inspection.encoded_text import EncodedText, TokenizedText
from rnndash.inspection.network_info import NetworkInfo
from rnndash.models import Classifier
from rnndash.text.tokens import word_indices

MOST_CELLS = 50_000
"""Words that go through a network at once: bounds the memory that a pass takes."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Network:
    """A model, its vocabulary and the names of its classes: all that it takes to read a text.

    The model, which is on the CPU, may be shared by many threads at once: no analysis changes its
    weights, its gradients or its mode. No layer of these models computes otherwise in training
    than in evaluation.

    Attributes:
        info: what the network is called, its kind and its classes.
        words: the vocabulary by number, V words.
        index: the number of each word.

    Raises:
        CheckpointError: model, words and classes belong to different runs.
    """

    info: NetworkInfo
    model: Classifier
    words: tuple[str, ...]
    index: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        vocab_size, num_class = self.model.embedding.num_embeddings, self.model.fc.out_features
        if (len(self.words), len(self.info.class_names)) != (vocab_size, num_class):
            raise CheckpointError(
                f"{self.info.label} has {vocab_size:,} embeddings and {num_class} classes; "
                f"{len(self.words):,} words and {len(self.info.class_names)} names of classes "
                "came with it. They belong to different runs: open each network with its own."
            )
        object.__setattr__(self, "index", word_indices(self.words))

    @property
    def embedding(self) -> NDArray[np.float32]:
        """`(V, E)`: the weights of the embedding, not to be written to."""
        weights: NDArray[np.float32] = self.model.embedding.weight.detach().numpy()
        return weights

    def encode(self, text: TokenizedText) -> EncodedText:
        """A text in the numbers of this network's vocabulary."""
        return text.encode(self.index)


@torch.no_grad()
def probabilities_of(network: Network, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """The answers to texts of one length, each as if it were alone in its batch.

    Equal lengths need no pads, so no text changes the answer to another, whatever the kind of
    the network. Against a batch of one, only the rounding of float32 differs.

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
    """Raise an error where a network computes numbers that are not finite.

    Raises:
        CheckpointError: one of the numbers is not finite.
    """
    if not bool(torch.isfinite(numbers).all()):
        raise CheckpointError(
            f"{network.info.label} answers with numbers that are not finite: its weights have "
            "overflowed in training. Choose another network, or train it again with a smaller "
            "learning rate."
        )
