"""The gated recurrent unit, after Cho et al. (2014), in the form that PyTorch computes.

    r_t = sigmoid(W_ir x_t + b_ir + W_hr h_(t-1) + b_hr)      reset gate
    z_t = sigmoid(W_iz x_t + b_iz + W_hz h_(t-1) + b_hz)      update gate
    n_t = tanh(W_in x_t + b_in + r_t * (W_hn h_(t-1) + b_hn)) candidate
    h_t = (1 - z_t) * n_t + z_t * h_(t-1)
    logits = W h_last + b

Padded, h_last is the state after the pads. Packed, it is the state after the last real word.
Letters: B texts, T time steps, E embedding, H hidden units, L layers, D directions, C classes.
"""

from typing import ClassVar

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from rnndash.config.cell import Cell
from rnndash.config.model_kind import Readout
from rnndash.models.trace import CellWeights, DirectionTrace, State, trace_layers


class GRUClassifier(nn.Module):
    """Classifies a text by the top layer's last hidden state, of both directions if there are two.

    Args:
        vocab_size: number of words, padding and unknown word included.
        num_class: C.
        packed: step over real words alone, by a packed sequence.
    """

    cell: ClassVar[Cell] = Cell.GRU
    readout: ClassVar[Readout] = Readout.LAST

    def __init__(
        self,
        vocab_size: int,
        embed_dim: int,
        hidden_dim: int,
        num_class: int,
        *,
        num_layers: int = 1,
        bidirectional: bool = False,
        packed: bool = False,
    ) -> None:
        super().__init__()
        self.packed = packed
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        with torch.no_grad():  # as the LSTM's, so that the two differ in their cell alone
            self.embedding.weight.copy_(torch.randn_like(self.embedding.weight) - 0.5)
        self.rnn = nn.GRU(
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
            lengths: `(B,)` int64 on the CPU, each at least 1; used only when packed.

        Returns:
            `(B, C)` logits.
        """
        logits: torch.Tensor = self.fc(self.read(tokens, lengths))  # (B, C)
        return logits

    def read(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The state from which `forward` answers: `(B, D*H)`."""
        x = self.embedding(tokens)  # (B, T, E)
        if self.packed:
            x = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        _, h = self.rnn(x)  # (L*D, B, H)
        return torch.cat((h[-2], h[-1]), dim=1) if self.rnn.bidirectional else h[-1]

    def trace(self, x: torch.Tensor) -> tuple[DirectionTrace, ...]:
        """All states and gates while it reads one text, without pads, in the precision of `x`.

        Args:
            x: `(T, E)`, what `embedding` gives for the words.
        """
        return trace_layers(self.rnn, x, self.step, self.cell)

    @staticmethod
    def step(
        from_input: torch.Tensor, before: State, weights: CellWeights
    ) -> tuple[State, dict[str, torch.Tensor]]:
        """One step of the equations above; PyTorch stacks the rows of r, z and n."""
        (h,) = before
        x_r, x_z, x_n = from_input.chunk(3, dim=-1)
        h_r, h_z, h_n = weights.from_state(h).chunk(3, dim=-1)
        r = torch.sigmoid(x_r + h_r)
        z = torch.sigmoid(x_z + h_z)
        n = torch.tanh(x_n + r * h_n)
        return ((1 - z) * n + z * h,), {"r": r, "z": z, "n": n}
