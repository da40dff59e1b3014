"""The lesson's training loop, as in its notebook: the baseline of the measurement.

It tokenises and encodes each text at every visit, makes a tensor for each text, and Adam of
`torch.optim` updates the embedding of every word after every minibatch. The networks are written
here in plain PyTorch, so that the baseline stays the same when the dashboard's networks change.

Letters: B texts, T time steps, E embedding, H hidden units, C classes.
"""

import contextlib
import io
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.data import DataLoader

from rnndash import lesson
from rnndash.bench.report import LessonLoop
from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON_MODELS
from rnndash.config.run_config import RunConfig
from rnndash.errors import ConfigError
from rnndash.text.corpus import Corpus
from rnndash.text.tokens import build_vocabulary


class Vocabulary(Protocol):
    """The part of torchtext's `Vocab` that the loop uses."""

    itos: Sequence[str]
    stoi: Mapping[str, int]

    def __len__(self) -> int: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class LessonTexts:
    """Training texts of any corpus, as the lesson's `load_dataset` returns them.

    Attributes:
        examples: label, from 1, and text; texts without words are left out.
        classes: C.
    """

    examples: Sequence[lesson.Example]
    vocabulary: Vocabulary
    classes: int


class LessonRNN(nn.Module):
    """The lesson's `RNNClassifier`."""

    def __init__(self, vocab_size: int, embed_dim: int, hidden_dim: int, num_class: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.rnn = nn.RNN(embed_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_class)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`(B, T)` int64 to `(B, C)`."""
        x, _ = self.rnn(self.embedding(x))  # (B, T, H)
        logits: torch.Tensor = self.fc(x.mean(dim=1))
        return logits


class LessonLSTM(nn.Module):
    """The lesson's `LSTMClassifier`, and with lengths its `LSTMPackClassifier`."""

    def __init__(self, vocab_size: int, embed_dim: int, hidden_dim: int, num_class: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.embedding.weight.data = torch.randn_like(self.embedding.weight.data) - 0.5
        self.rnn = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_class)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """`(B, T)` and, for the packed one, `(B,)`, both int64, to `(B, C)`."""
        x = self.embedding(x)  # (B, T, E)
        if lengths is None:
            _, (h, _) = self.rnn(x)
        else:
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            packed, (h, _) = self.rnn(packed)
            pad_packed_sequence(packed, batch_first=True)  # as in the lesson, which drops it too
        logits: torch.Tensor = self.fc(h[-1])
        return logits


def load_texts(corpus: Corpus) -> LessonTexts:
    """Tokenise all training texts and build their vocabulary."""
    counts: Counter[str] = Counter()
    examples = []
    for text, label in zip(corpus.train.texts, corpus.train.labels.tolist(), strict=True):
        if tokens := lesson.tokenizer(text):
            counts.update(tokens)
            examples.append((label + 1, text))
    return LessonTexts(
        examples=examples,
        vocabulary=build_vocabulary(counts),
        classes=len(corpus.class_names),
    )


def run_lesson_loop(config: RunConfig, texts: LessonTexts, rows: Sequence[int]) -> LessonLoop:
    """Train a new network on these texts, in this order, and measure the time of the loop.

    Args:
        config: its `samples` and `seed` are not used.
    """
    net = lesson_network(config, texts).to(lesson.device)
    collate = lesson.pad_length if config.model.is_packed else lesson.padify
    loader: DataLoader[lesson.Example] = DataLoader(
        [texts.examples[row] for row in rows],  # type: ignore[arg-type]
        batch_size=config.batch_size,
        collate_fn=partial(collate, voc=texts.vocabulary),
    )
    with contextlib.redirect_stdout(io.StringIO()):  # the lines of the lesson
        begun = time.perf_counter()
        if config.model.is_packed:
            lesson.train_epoch_emb(net, loader, lr=config.learning_rate, use_pack_sequence=True)
        else:
            lesson.train_epoch(net, loader, lr=config.learning_rate)
        seconds = time.perf_counter() - begun
    return LessonLoop(samples=len(rows), seconds=seconds)


def lesson_network(config: RunConfig, texts: LessonTexts) -> nn.Module:
    """A new network of the lesson for these texts."""
    sizes = (len(texts.vocabulary), config.embed_dim, config.hidden_dim, texts.classes)
    match config.model:
        case ModelKind.RNN:
            return LessonRNN(*sizes)
        case ModelKind.LSTM | ModelKind.PACKED_LSTM:
            return LessonLSTM(*sizes)
        case _:
            raise ConfigError(
                f"The lesson has {', '.join(LESSON_MODELS)}; {config.model} came. Choose one of "
                "these."
            )
