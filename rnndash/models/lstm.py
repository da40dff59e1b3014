"""The long short-term memory, after Hochreiter and Schmidhuber (1997), with Gers' forget gate.

    i_t = sigmoid(W_ii x_t + b_ii + W_hi h_(t-1) + b_hi)      input gate
    f_t = sigmoid(W_if x_t + b_if + W_hf h_(t-1) + b_hf)      forget gate
    g_t = tanh(W_ig x_t + b_ig + W_hg h_(t-1) + b_hg)         candidate
    o_t = sigmoid(W_io x_t + b_io + W_ho h_(t-1) + b_ho)      output gate
    c_t = f_t * c_(t-1) + i_t * g_t
    h_t = o_t * tanh(c_t)
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


class LSTMClassifier(nn.Module):
    """Classifies a text by the top layer's last hidden state, of both directions if there are two.

    Args:
        vocab_size: number of words, padding and unknown word included.
        num_class: C.
        packed: step over real words alone, by a packed sequence.
    """

    cell: ClassVar[Cell] = Cell.LSTM
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
        with torch.no_grad():  # the lesson's initial embedding: normal around -0.5
            self.embedding.weight.copy_(torch.randn_like(self.embedding.weight) - 0.5)
        self.rnn = nn.LSTM(
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
        _, (h, _) = self.rnn(x)  # (L*D, B, H)
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
        """One step of the equations above; PyTorch stacks the rows of i, f, g and o."""
        h, c = before
        i, f, g, o = (from_input + weights.from_state(h)).chunk(4, dim=-1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        return (h, c), {"i": i, "f": f, "g": g, "o": o}
