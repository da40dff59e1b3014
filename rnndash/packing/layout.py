"""The layout of a minibatch, padded and packed, as PyTorch computes it.

Letters: B rows, T time steps, N tokens of all rows together.
"""

import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_sequence

from rnndash.packing.minibatch import BatchLayout, Rows
from rnndash.text.special_tokens import PAD_INDEX

_MOST_LINES = 12
_MOST_WIDTH = 76
"""Larger batches are described in a comment of the code."""
_IMPORTS = "import torch\nfrom torch.nn.utils.rnn import pack_padded_sequence\n\n"
_PACK = """\
packed = pack_padded_sequence(
    tokens, lengths, batch_first=True, enforce_sorted=False
)"""


def lay_out(rows: Rows) -> BatchLayout:
    """Pad the rows, at least one, and pack them by `pack_padded_sequence`.

    PyTorch itself says where each number goes: the numbers of the cells are packed by the same
    call.
    """
    lengths = torch.from_numpy(rows.lengths)  # (B,)
    tokens = pad_sequence(
        [torch.tensor(row) for row in rows.ids], batch_first=True, padding_value=PAD_INDEX
    )  # (B, T)
    packed = _tensors(_pack(tokens, lengths))
    steps = tokens.shape[1]
    cells = _pack(torch.arange(tokens.numel()).reshape(tokens.shape), lengths).data  # (N,)
    places = torch.full((tokens.numel(),), -1)
    places[cells] = torch.arange(len(cells))
    return BatchLayout(
        padded=tokens.numpy(),
        lengths=lengths.numpy(),
        data=packed["data"].numpy(),
        batch_sizes=packed["batch_sizes"].numpy(),
        sorted_indices=packed["sorted_indices"].numpy(),
        unsorted_indices=packed["unsorted_indices"].numpy(),
        packed_rows=(cells // steps).numpy(),
        packed_steps=(cells % steps).numpy(),
        places=places.reshape(tokens.shape).numpy(),
        padded_bytes=_bytes(tokens, lengths),
        packed_bytes=_bytes(*packed.values()),
        call=_call(tokens, lengths),
        printed=_printed(packed),
    )


def _pack(padded: torch.Tensor, lengths: torch.Tensor) -> PackedSequence:
    return pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False)


def _tensors(packed: PackedSequence) -> dict[str, torch.Tensor]:
    """Its four fields by name; without `enforce_sorted` none of them is None."""
    fields = zip(packed._fields, packed, strict=True)
    return {name: tensor for name, tensor in fields if tensor is not None}


def _bytes(*tensors: torch.Tensor) -> int:
    return sum(tensor.nelement() * tensor.element_size() for tensor in tensors)


def _call(tokens: torch.Tensor, lengths: torch.Tensor) -> str:
    """The lines to paste; a large batch is described instead of written out."""
    lines = [f"    {row}," for row in tokens.tolist()] if len(tokens) <= _MOST_LINES else []
    if lines and max(map(len, lines)) <= _MOST_WIDTH:
        written = "\n".join(["tokens = torch.tensor([", *lines, "])"])
        return f"{_IMPORTS}{written}\nlengths = torch.tensor({lengths.tolist()})\n{_PACK}"
    rows, steps = tokens.shape
    return (
        f"{_IMPORTS}"
        f"# tokens:  ({rows}, {steps}) int64, one row for each text, filled up with {PAD_INDEX}\n"
        f"# lengths: ({rows},) int64 on the CPU, the real tokens of each row\n"
        f"{_PACK}"
    )


def _printed(packed: dict[str, torch.Tensor]) -> str:
    """What `print` shows of the packed sequence, one field a line."""
    lines = ["PackedSequence("]
    for name, tensor in packed.items():
        start = f"    {name}="
        lines.append(start + f"{tensor},".replace("\n", "\n" + " " * len(start)))
    return "\n".join([*lines, ")"])
