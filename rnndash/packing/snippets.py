"""Code that goes wrong with padded and packed sequences, and the code to write in its place.

The packing page shows the body of each function and runs it with a `print` of its own. So a body
uses nothing but `torch`, `nn` and the functions of `torch.nn.utils.rnn`. Networks whose outputs
are printed are frozen: otherwise PyTorch would print the names of gradient functions beside them.

Letters: B rows, T time steps, E numbers for a token, H hidden units.
"""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def unsorted_wrong() -> None:
    tokens = torch.tensor([[9, 0, 0], [1, 2, 3], [6, 7, 0]])
    lengths = torch.tensor([1, 3, 2])
    packed = pack_padded_sequence(tokens, lengths, batch_first=True)
    print(packed.data)


def unsorted_right() -> None:
    tokens = torch.tensor([[9, 0, 0], [1, 2, 3], [6, 7, 0]])
    lengths = torch.tensor([1, 3, 2])
    packed = pack_padded_sequence(tokens, lengths, batch_first=True, enforce_sorted=False)
    print(packed.data)
    print(packed.sorted_indices)
    outputs, _ = pad_packed_sequence(packed, batch_first=True)
    print(outputs)


def batch_first_wrong() -> None:
    tokens = torch.tensor([[1, 2, 3], [6, 7, 8], [9, 0, 0]])  # (B, T)
    lengths = torch.tensor([3, 3, 1])
    packed = pack_padded_sequence(tokens, lengths)
    print(packed.data)


def batch_first_right() -> None:
    tokens = torch.tensor([[1, 2, 3], [6, 7, 8], [9, 0, 0]])  # (B, T)
    lengths = torch.tensor([3, 3, 1])
    packed = pack_padded_sequence(tokens, lengths, batch_first=True)
    print(packed.data)


def device_wrong() -> None:
    device = "meta"  # in place of "cuda"
    tokens = torch.tensor([[1, 2, 3], [6, 7, 0]], device=device)
    lengths = torch.tensor([3, 2], device=device)
    packed = pack_padded_sequence(tokens, lengths, batch_first=True)
    print(packed.data)


def device_right() -> None:
    device = "cpu"  # or "cuda"
    tokens = torch.tensor([[1, 2, 3], [6, 7, 0]], device=device)
    lengths = torch.tensor([3, 2])  # made on the CPU, and left there
    packed = pack_padded_sequence(tokens, lengths, batch_first=True)
    print(packed.data)


def too_long_wrong() -> None:
    x = torch.randn(2, 3, 4)  # (B, T, E), so no length above 3
    packed = pack_padded_sequence(x, torch.tensor([5, 2]), batch_first=True)
    print(packed.data.shape[0], "tokens in data")
    print(int(packed.batch_sizes.sum()), "tokens in batch_sizes")
    lstm = nn.LSTM(4, 2, batch_first=True)
    lstm(packed)


def too_long_right() -> None:
    x = torch.randn(2, 3, 4)  # (B, T, E), so no length above 3
    packed = pack_padded_sequence(x, torch.tensor([3, 2]), batch_first=True)
    print(packed.data.shape[0], "tokens in data")
    print(int(packed.batch_sizes.sum()), "tokens in batch_sizes")
    lstm = nn.LSTM(4, 2, batch_first=True)
    _, (h_n, _) = lstm(packed)
    print(h_n.shape)


def too_short_wrong() -> None:
    tokens = torch.tensor([[1, 2, 3, 4, 5], [6, 7, 8, 0, 0]])
    lengths = torch.tensor([4, 2])
    packed = pack_padded_sequence(tokens, lengths, batch_first=True)
    print(packed.data)


def too_short_right() -> None:
    tokens = torch.tensor([[1, 2, 3, 4, 5], [6, 7, 8, 0, 0]])
    lengths = (tokens != 0).sum(dim=1)
    packed = pack_padded_sequence(tokens, lengths, batch_first=True)
    print(packed.data)


def empty_row_wrong() -> None:
    tokens = torch.tensor([[1, 2, 3], [0, 0, 0], [6, 7, 0]])
    lengths = torch.tensor([3, 0, 2])
    packed = pack_padded_sequence(tokens, lengths, batch_first=True, enforce_sorted=False)
    print(packed.data)


def empty_row_right() -> None:
    tokens = torch.tensor([[1, 2, 3], [0, 0, 0], [6, 7, 0]])
    lengths = torch.tensor([3, 0, 2])
    has_words = lengths > 0
    packed = pack_padded_sequence(
        tokens[has_words],
        lengths[has_words],
        batch_first=True,
        enforce_sorted=False,
    )
    print(packed.data)


def after_pads_wrong() -> None:
    tokens = torch.tensor([[1, 2, 3, 4, 5], [9, 0, 0, 0, 0]])
    embedding = nn.Embedding(10, 4, padding_idx=0).requires_grad_(False)
    lstm = nn.LSTM(4, 2, batch_first=True).requires_grad_(False)
    _, (h_n, _) = lstm(embedding(tokens))
    print("in the batch:", h_n[0, 1])
    _, (h_n, _) = lstm(embedding(tokens[1:, :1]))
    print("alone:       ", h_n[0, 0])


def after_pads_right() -> None:
    tokens = torch.tensor([[1, 2, 3, 4, 5], [9, 0, 0, 0, 0]])
    embedding = nn.Embedding(10, 4, padding_idx=0).requires_grad_(False)
    lstm = nn.LSTM(4, 2, batch_first=True).requires_grad_(False)
    packed = pack_padded_sequence(embedding(tokens), torch.tensor([5, 1]), batch_first=True)
    _, (h_n, _) = lstm(packed)
    print("in the batch:", h_n[0, 1])
    _, (h_n, _) = lstm(embedding(tokens[1:, :1]))
    print("alone:       ", h_n[0, 0])


def last_step_wrong() -> None:
    x, lengths = torch.randn(3, 5, 4), torch.tensor([5, 3, 1])
    lstm = nn.LSTM(4, 2, batch_first=True).requires_grad_(False)
    outputs, _ = lstm(pack_padded_sequence(x, lengths, batch_first=True))
    outputs, _ = pad_packed_sequence(outputs, batch_first=True)
    print(outputs[:, -1])


def last_step_right() -> None:
    x, lengths = torch.randn(3, 5, 4), torch.tensor([5, 3, 1])
    lstm = nn.LSTM(4, 2, batch_first=True).requires_grad_(False)
    outputs, (h_n, _) = lstm(pack_padded_sequence(x, lengths, batch_first=True))
    outputs, _ = pad_packed_sequence(outputs, batch_first=True)
    print(h_n[-1])
    print(outputs[torch.arange(3), lengths - 1])


def backward_half_wrong() -> None:
    x, lengths = torch.randn(3, 5, 4), torch.tensor([5, 3, 1])
    lstm = nn.LSTM(4, 2, batch_first=True, bidirectional=True).requires_grad_(False)
    outputs, (h_n, _) = lstm(pack_padded_sequence(x, lengths, batch_first=True))
    outputs, _ = pad_packed_sequence(outputs, batch_first=True)  # (B, T, 2*H)
    print(outputs[torch.arange(3), lengths - 1, 2:])
    print(h_n[1])


def backward_half_right() -> None:
    x, lengths = torch.randn(3, 5, 4), torch.tensor([5, 3, 1])
    lstm = nn.LSTM(4, 2, batch_first=True, bidirectional=True).requires_grad_(False)
    outputs, (h_n, _) = lstm(pack_padded_sequence(x, lengths, batch_first=True))
    outputs, _ = pad_packed_sequence(outputs, batch_first=True)  # (B, T, 2*H)
    print(outputs[:, 0, 2:])
    print(h_n[1])


def shared_index_wrong() -> None:
    numbers = {"oil": 1, "soars": 2}  # padding: 0, any other word: 0
    text = ["oil", "zooms", "soars"]
    tokens = torch.tensor([numbers.get(word, 0) for word in text])
    embedding = nn.Embedding(3, 2, padding_idx=0)
    embedding(tokens).sum().backward()
    print(tokens)
    print(embedding(tokens).detach())
    print(embedding.weight.grad)


def shared_index_right() -> None:
    numbers = {"oil": 2, "soars": 3}  # padding: 0, any other word: 1
    text = ["oil", "zooms", "soars"]
    tokens = torch.tensor([numbers.get(word, 1) for word in text])
    embedding = nn.Embedding(4, 2, padding_idx=0)
    embedding(tokens).sum().backward()
    print(tokens)
    print(embedding(tokens).detach())
    print(embedding.weight.grad)
