"""The simple recurrent network, after Elman, "Finding structure in time" (1990).

    h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh)
    logits = W (1/T sum over t of h_t) + b

Letters: B texts, T time steps, E embedding, H hidden units, D directions, C classes.
"""

from typing import ClassVar

import torch
from torch import nn

from rnndash.config.cell import Cell
from rnndash.config.model_kind import Readout
from rnndash.models.trace import CellWeights, DirectionTrace, State, trace_layers


class ElmanClassifier(nn.Module):
    """Classifies a text by the mean of the network's outputs over all steps of the batch.

    As in the lesson, the mean is over all T steps: outputs at pads count like those at words.

    Args:
        vocab_size: number of words, padding and unknown word included.
        num_class: C.
    """

    cell: ClassVar[Cell] = Cell.ELMAN
    readout: ClassVar[Readout] = Readout.MEAN
    packed: ClassVar[bool] = False

    def __init__(
        self,
        vocab_size: int,
        embed_dim: int,
        hidden_dim: int,
        num_class: int,
        *,
        num_layers: int = 1,
        bidirectional: bool = False,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.rnn = nn.RNN(
            embed_dim,
            hidden_dim,
            num_layers=num_layers,
            bidirectional=bidirectional,
            batch_first=True,
        )
        self.fc = nn.Linear(hidden_dim * (2 if bidirectional else 1), num_class)

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Answer for a padded batch.

        Args:
            tokens: `(B, T)` int64.
            lengths: `(B,)` int64; not used, since this network reads pads like words.

        Returns:
            `(B, C)` logits.
        """
        logits: torch.Tensor = self.fc(self.read(tokens, lengths))  # (B, C)
        return logits

    def read(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """The state from which `forward` answers: `(B, D*H)`."""
        x = self.embedding(tokens)  # (B, T, E)
        outputs, _ = self.rnn(x)  # (B, T, D*H)
        mean: torch.Tensor = outputs.mean(dim=1)
        return mean

    def trace(self, x: torch.Tensor) -> tuple[DirectionTrace, ...]:
        """All states while it reads one text, without pads, computed in the precision of `x`.

        Args:
            x: `(T, E)`, what `embedding` gives for the words.
        """
        return trace_layers(self.rnn, x, self.step, self.cell)

    @staticmethod
    def step(
        from_input: torch.Tensor, before: State, weights: CellWeights
    ) -> tuple[State, dict[str, torch.Tensor]]:
        """One step of the equation above; this network has no gates."""
        (h,) = before
        return (torch.tanh(from_input + weights.from_state(h)),), {}
