"""The functions and networks of the lesson's notebook, so that its cells run on this package.

    from rnndash.lesson import *

Put this line where the notebook imports its own module, and run every cell unchanged. A batch of
the lesson is a list of `(label, text)` with labels from 1. A minibatch is a tuple of tensors with
labels from 0. Unlike in the lesson, padding has index 0 and unknown words have index 1.

Letters: B texts, T time steps, M words of all texts together, C classes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torchtext.data.utils import ngrams_iterator
from torchtext.vocab import Vocab

from rnndash import models
from rnndash.environment import read_environment
from rnndash.errors import CorpusError
from rnndash.text.ag_news import AgNewsReader
from rnndash.text.corpus import LabelledTexts
from rnndash.text.special_tokens import PAD_INDEX, UNKNOWN_INDEX
from rnndash.text.tokens import build_vocabulary, tokenize

__all__ = [
    "LSTMClassifier",
    "LSTMPackClassifier",
    "RNNClassifier",
    "device",
    "encode",
    "load_dataset",
    "offsetify",
    "pad_length",
    "padify",
    "tokenizer",
    "train_epoch",
    "train_epoch_emb",
    "vocab",
]

Tokenizer = Callable[[str], list[str]]
LossFunction = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Example = tuple[int, str]
"""A label, from 1, and a text."""

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
tokenizer: Tokenizer = tokenize
"""torchtext's `basic_english`."""

vocab: Vocab | None = None
"""The vocabulary of the latest `load_dataset`; None before the first."""

_CROSS_ENTROPY = nn.CrossEntropyLoss()


def load_dataset(
    ngrams: int = 1, min_freq: int = 1
) -> tuple[list[Example], list[Example], list[str], Vocab]:
    """Load AG News and build its vocabulary.

    The texts are those of the dashboard: from the folder `RNNDASH_DATA_DIR`, or else downloaded
    once.

    Args:
        ngrams: the vocabulary also counts sequences of up to this many words, as the lesson does
            for its bags of n-grams.
        min_freq: words that occur less often in the training texts are left out.

    Returns:
        Training examples, test examples, the class names in the order of the labels, and the
        vocabulary. The functions of this module use this vocabulary until the next call.

    Raises:
        CorpusError: the texts cannot be found or used.
        StorageError: a download cannot be stored.
    """
    global vocab
    print("Loading dataset...")
    environment = read_environment()
    reader = AgNewsReader(data_dir=environment.data_dir, cache_dir=environment.downloads_dir)
    corpus = reader.load()
    print("Building vocab...")
    counts: Counter[str] = Counter()
    for text in corpus.train.texts:
        counts.update(ngrams_iterator(tokenizer(text), ngrams))
    vocab = build_vocabulary(counts, min_freq)
    return _examples(corpus.train), _examples(corpus.test), list(corpus.class_names), vocab


def _examples(part: LabelledTexts) -> list[Example]:
    return list(zip((part.labels + 1).tolist(), part.texts, strict=True))


def encode(
    x: str, voc: Vocab | None = None, unk: int = UNKNOWN_INDEX, tokenizer: Tokenizer = tokenizer
) -> list[int]:
    """The word indices of a text; words that are not in the vocabulary get the index `unk`.

    Args:
        voc: the vocabulary; None uses that of the latest `load_dataset`.

    Raises:
        CorpusError: there is no vocabulary yet.
    """
    known = vocab if voc is None else voc
    if known is None:
        raise CorpusError(
            "There is no vocabulary to encode with. Call load_dataset() first, or pass one as voc."
        )
    return [known.stoi.get(token, unk) for token in tokenizer(x)]


def padify(
    b: Sequence[Example], voc: Vocab | None = None, tokenizer: Tokenizer = tokenizer
) -> tuple[torch.Tensor, torch.Tensor]:
    """A `collate_fn` for networks that read padded rows.

    Returns:
        Labels `(B,)` and word indices `(B, T)`, each row padded with 0; all int64. A text without
        words becomes one unknown word.
    """
    return _labels(b), _padded(_rows(b, voc, tokenizer))


def pad_length(
    b: Sequence[Example], voc: Vocab | None = None, tokenizer: Tokenizer = tokenizer
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A `collate_fn` for networks that pack their rows.

    Returns:
        The tensors of `padify`, and the lengths `(B,)` int64. A text without words becomes one
        unknown word, since a row of length 0 cannot be packed.
    """
    rows = _rows(b, voc, tokenizer)
    return _labels(b), _padded(rows), _lengths(rows)


def offsetify(
    b: Sequence[Example], voc: Vocab | None = None, tokenizer: Tokenizer = tokenizer
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A `collate_fn` for `torch.nn.EmbeddingBag`.

    Returns:
        Labels `(B,)`, the word indices of all texts `(M,)`, and the index at which each text begins
        `(B,)`; all int64. A text without words becomes one unknown word.
    """
    rows = _rows(b, voc, tokenizer)
    lengths = _lengths(rows)
    return _labels(b), torch.cat(rows), lengths.cumsum(dim=0) - lengths


def _labels(examples: Sequence[Example]) -> torch.Tensor:
    return torch.tensor([label - 1 for label, _ in examples])


def _rows(
    examples: Sequence[Example], voc: Vocab | None, tokenizer: Tokenizer
) -> list[torch.Tensor]:
    return [
        torch.tensor(encode(text, voc, tokenizer=tokenizer) or [UNKNOWN_INDEX])
        for _, text in examples
    ]


def _padded(rows: list[torch.Tensor]) -> torch.Tensor:
    return pad_sequence(rows, batch_first=True, padding_value=PAD_INDEX)


def _lengths(rows: list[torch.Tensor]) -> torch.Tensor:
    return torch.tensor([len(row) for row in rows])


def train_epoch(
    net: nn.Module,
    dataloader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    lr: float = 0.01,
    optimizer: torch.optim.Optimizer | None = None,
    loss_fn: LossFunction = _CROSS_ENTROPY,
    epoch_size: int | None = None,
    report_freq: int = 200,
) -> tuple[float, float]:
    """Train one epoch on minibatches of labels and features; the logits are `net(features)`.

    Prints the running accuracy, over all examples so far, every `report_freq` minibatches.

    Args:
        lr: the learning rate of Adam; not used if an `optimizer` is given.
        epoch_size: stop once more than this many examples were read; None reads all.

    Returns:
        The sum of the minibatches' mean losses, divided by the number of examples (so it falls
        with the batch size, as in the lesson), and the running accuracy at the end.

    Raises:
        CorpusError: the dataloader has no example.
    """
    batches = ((labels, (features.to(device),)) for labels, features in dataloader)
    return _train(net, batches, lr, optimizer, loss_fn, epoch_size, report_freq)


def train_epoch_emb(
    net: nn.Module,
    dataloader: Iterable[tuple[torch.Tensor, torch.Tensor, torch.Tensor]],
    lr: float = 0.01,
    optimizer: torch.optim.Optimizer | None = None,
    loss_fn: LossFunction = _CROSS_ENTROPY,
    epoch_size: int | None = None,
    report_freq: int = 200,
    use_pack_sequence: bool = False,
) -> tuple[float, float]:
    """The same as `train_epoch` for networks that are called as `net(text, offsets_or_lengths)`.

    Args:
        use_pack_sequence: the third tensor of a minibatch holds lengths, which packing needs on
            the CPU; otherwise it goes to the device with the others.

    Raises:
        CorpusError: the dataloader has no example.
    """
    offsets_device = torch.device("cpu") if use_pack_sequence else device
    batches = (
        (labels, (text.to(device), offsets.to(offsets_device)))
        for labels, text, offsets in dataloader
    )
    return _train(net, batches, lr, optimizer, loss_fn, epoch_size, report_freq)


def _train(
    net: nn.Module,
    batches: Iterable[tuple[torch.Tensor, tuple[torch.Tensor, ...]]],
    lr: float,
    optimizer: torch.optim.Optimizer | None,
    loss_fn: LossFunction,
    epoch_size: int | None,
    report_freq: int,
) -> tuple[float, float]:
    """The training loop of both. The sums stay on the device, so the loop does not wait for it."""
    optimizer = optimizer or torch.optim.Adam(net.parameters(), lr=lr)
    if isinstance(loss_fn, nn.Module):
        loss_fn = loss_fn.to(device)
    net.train()
    count = 0
    total_loss = torch.zeros((), device=device)
    correct = torch.zeros((), dtype=torch.int64, device=device)
    for step, (labels, inputs) in enumerate(batches, start=1):
        labels = labels.to(device)
        optimizer.zero_grad()
        logits = net(*inputs)  # (B, C)
        loss = loss_fn(logits, labels)
        torch.autograd.backward(loss)
        optimizer.step()
        total_loss += loss.detach()
        correct += (logits.argmax(dim=1) == labels).sum()
        count += len(labels)
        if step % report_freq == 0:
            print(f"{count}: acc={correct.item() / count}")
        if epoch_size and count > epoch_size:
            break
    if not count:
        raise CorpusError(
            "The dataloader has no example to train on; at least one is needed. "
            "Give it a data set that is not empty."
        )
    return total_loss.item() / count, correct.item() / count


class RNNClassifier(models.ElmanClassifier):
    """The lesson's simple recurrent network, called as `net(x)` with `(B, T)` int64."""

    def __init__(self, vocab_size: int, embed_dim: int, hidden_dim: int, num_class: int) -> None:
        super().__init__(vocab_size, embed_dim, hidden_dim, num_class)

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Logits `(B, C)` from the mean of the outputs; lengths are not used."""
        return super().forward(tokens, _full_lengths(tokens) if lengths is None else lengths)


class LSTMClassifier(models.LSTMClassifier):
    """The lesson's LSTM on padded rows, called as `net(x)` with `(B, T)` int64."""

    def __init__(self, vocab_size: int, embed_dim: int, hidden_dim: int, num_class: int) -> None:
        super().__init__(vocab_size, embed_dim, hidden_dim, num_class)

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Logits `(B, C)` from the last hidden state, which is the state after the pads."""
        return super().forward(tokens, _full_lengths(tokens) if lengths is None else lengths)


class LSTMPackClassifier(models.LSTMClassifier):
    """The lesson's LSTM on packed rows, called as `net(x, lengths)`; lengths on the CPU."""

    def __init__(self, vocab_size: int, embed_dim: int, hidden_dim: int, num_class: int) -> None:
        super().__init__(vocab_size, embed_dim, hidden_dim, num_class, packed=True)


def _full_lengths(tokens: torch.Tensor) -> torch.Tensor:
    """The lengths `(B,)` of rows that are read to the end, pads included."""
    return torch.full((tokens.shape[0],), tokens.shape[1])
