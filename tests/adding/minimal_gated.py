"""The minimal gated unit, after Zhou et al. (2016), with the reset outside the product.

    f_t = sigmoid(W_if x_t + b_if + W_hf h_(t-1) + b_hf)      forget gate
    n_t = tanh(W_in x_t + b_in + f_t * (W_hn h_(t-1) + b_hn)) candidate
    h_t = f_t * h_(t-1) + (1 - f_t) * n_t
    logits = W h_last + b

Padded, h_last is the state after the pads. Packed, it is the state after the last real word.
Letters: B texts, T time steps, E embedding, H hidden units, L layers, D directions, C classes.
"""

from typing import ClassVar

import torch
from torch import nn

from rnndash.config.cell import Cell
from rnndash.config.model_kind import Readout
from rnndash.models.trace import CellWeights, DirectionTrace, State, trace_layers


class MGULayers(nn.Module):
    """Layers of minimal gated units; torch.nn has none. Weights are named as in `nn.GRU`."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        batch_first: bool = True,  # noqa: ARG002
        bidirectional: bool = False,
    ) -> None:
        super().__init__()
        self.hidden_size, self.num_layers = hidden_size, num_layers
        self.bidirectional = bidirectional
        for layer in range(num_layers):
            width = hidden_size * (1 + bidirectional) if layer else input_size
            for end in ("", "_reverse")[: 1 + bidirectional]:
                for name, *size in (
                    ("weight_ih", 2 * hidden_size, width),
                    ("weight_hh", 2 * hidden_size, hidden_size),
                    ("bias_ih", 2 * hidden_size),
                    ("bias_hh", 2 * hidden_size),
                ):
                    weight = torch.empty(size).uniform_(-(hidden_size**-0.5), hidden_size**-0.5)
                    self.register_parameter(f"{name}_l{layer}{end}", nn.Parameter(weight))

    def forward(
        self, x: torch.Tensor | nn.utils.rnn.PackedSequence
    ) -> tuple[torch.Tensor | nn.utils.rnn.PackedSequence, torch.Tensor]:
        """From `(B, T, E)` or a packed sequence: outputs in the same form, and `(L*D, B, H)`."""
        is_packed = isinstance(x, nn.utils.rnn.PackedSequence)
        if isinstance(x, nn.utils.rnn.PackedSequence):
            x, lengths = nn.utils.rnn.pad_packed_sequence(x, batch_first=True)
        else:
            lengths = torch.full((len(x),), x.shape[1])
        final = []
        for layer in range(self.num_layers):
            ways = [
                self._read(x, lengths, f"l{layer}{end}", is_backward=bool(end))
                for end in ("", "_reverse")[: 1 + self.bidirectional]
            ]
            x = torch.cat([outputs for outputs, _ in ways], dim=2)  # (B, T, D*H)
            final += [h for _, h in ways]
        if not is_packed:
            return x, torch.stack(final)
        packed = nn.utils.rnn.pack_padded_sequence(
            x, lengths, batch_first=True, enforce_sorted=False
        )
        return packed, torch.stack(final)

    def _read(
        self, x: torch.Tensor, lengths: torch.Tensor, place: str, *, is_backward: bool
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """One direction of one layer: outputs `(B, T, H)` and the last state `(B, H)`."""
        w_ih, w_hh, b_ih, b_hh = (
            getattr(self, f"{name}_{place}")
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        h = x.new_zeros(len(x), self.hidden_size)
        outputs = [h] * x.shape[1]
        for t in range(x.shape[1] - 1, -1, -1) if is_backward else range(x.shape[1]):
            x_f, x_n = (x[:, t] @ w_ih.T + b_ih).chunk(2, dim=1)
            h_f, h_n = (h @ w_hh.T + b_hh).chunk(2, dim=1)
            f = torch.sigmoid(x_f + h_f)
            new = f * h + (1 - f) * torch.tanh(x_n + f * h_n)
            h = torch.where((t < lengths)[:, None], new, h)
            outputs[t] = h
        return torch.stack(outputs, dim=1), h


class MGUClassifier(nn.Module):
    """Classifies a text by the top layer's last hidden state, of both directions if there are two.

    Args:
        vocab_size: number of words, padding and unknown word included.
        num_class: C.
        packed: step over real words alone, by a packed sequence.
    """

    cell: ClassVar[Cell] = Cell.MGU
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
        with torch.no_grad():  # as the LSTM's
            self.embedding.weight.copy_(torch.randn_like(self.embedding.weight) - 0.5)
        self.rnn = MGULayers(embed_dim, hidden_dim, num_layers, bidirectional=bidirectional)
        self.fc = nn.Linear(hidden_dim * (2 if bidirectional else 1), num_class)

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Answer for a padded batch: `(B, C)` logits of `(B, T)` tokens."""
        logits: torch.Tensor = self.fc(self.read(tokens, lengths))
        return logits

    def read(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The state from which `forward` answers: `(B, D*H)`."""
        x = self.embedding(tokens)  # (B, T, E)
        if self.packed:
            x = nn.utils.rnn.pack_padded_sequence(
                x, lengths, batch_first=True, enforce_sorted=False
            )
        _, h = self.rnn(x)  # (L*D, B, H)
        return torch.cat((h[-2], h[-1]), dim=1) if self.rnn.bidirectional else h[-1]

    def trace(self, x: torch.Tensor) -> tuple[DirectionTrace, ...]:
        """All states and gates while it reads one text, `(T, E)`."""
        return trace_layers(self.rnn, x, self.step, self.cell)

    @staticmethod
    def step(
        from_input: torch.Tensor, before: State, weights: CellWeights
    ) -> tuple[State, dict[str, torch.Tensor]]:
        """One step of the equations above; the rows of f and n stand below each other."""
        (h,) = before
        x_f, x_n = from_input.chunk(2, dim=-1)
        h_f, h_n = weights.from_state(h).chunk(2, dim=-1)
        f = torch.sigmoid(x_f + h_f)
        n = torch.tanh(x_n + f * h_n)
        return (f * h + (1 - f) * n,), {"f": f, "n": n}
