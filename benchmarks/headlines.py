"""Measure the two bars of the built-in corpus `headlines`.

1. A packed LSTM (embedding 64, hidden 32, batch 16, Adam 0.001) on the headlines test set: not
   past 85% at 60% of the first epoch, past it at its end, never past 99%.
2. The same network on the real AG News test set: at least 60%.

    python benchmarks/headlines.py --ag-news DIR/test.csv --epochs 3 --seeds 0 1
"""

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torchtext.data.utils import get_tokenizer
from torchtext.vocab import Vocab

from rnndash.text.headlines import HeadlinesReader

BATCH_SIZE = 16
CHECKPOINTS = (0.2, 0.4, 0.6, 0.8, 1.0)
TOKENIZE = get_tokenizer("basic_english")


class PackedLSTM(nn.Module):
    """Embedding, one LSTM layer on packed sequences, linear head on the last hidden state."""

    def __init__(self, vocab_size: int, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 64)
        self.embedding.weight.data = torch.randn(vocab_size, 64) - 0.5
        self.lstm = nn.LSTM(64, 32, batch_first=True)
        self.head = nn.Linear(32, classes)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(
            self.embedding(tokens), lengths, batch_first=True, enforce_sorted=False
        )
        _, (last_hidden, _) = self.lstm(packed)
        return self.head(last_hidden[-1])


def encode(texts: Iterable[Sequence[str]], words: dict[str, int]) -> list[Tensor]:
    """Numbers for tokens; words that are not in `words` become 1, padding would be 0."""
    return [torch.tensor([words.get(word, 1) for word in text]) for text in texts]


def accuracy(model: PackedLSTM, texts: list[Tensor], labels: Tensor) -> float:
    """The share of texts whose class is told right."""
    right = 0
    with torch.no_grad():
        for start in range(0, len(texts), 256):
            part = texts[start : start + 256]
            logits = model(pad_sequence(part, batch_first=True), torch.tensor([*map(len, part)]))
            right += int((logits.argmax(1) == labels[start : start + 256]).sum())
    return right / len(texts)


def ag_news_test(path: Path) -> tuple[list[list[str]], Tensor]:
    """Tokens and labels of AG News' official test file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(f"{title} {body}", int(label) - 1) for label, title, body in csv.reader(file)]
    return [TOKENIZE(text) for text, _ in rows], torch.tensor([label for _, label in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ag-news", type=Path, default=None)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    arguments = parser.parse_args()
    torch.set_num_threads(1)

    start = time.perf_counter()
    corpus = HeadlinesReader().load()
    print(f"generated in {time.perf_counter() - start:.2f} s")
    train_tokens = [TOKENIZE(text) for text in corpus.train.texts]
    counts = Counter(word for text in train_tokens for word in text)
    words = dict(Vocab(counts, specials=["<pad>", "<unk>"]).stoi)
    lengths = np.array([*map(len, train_tokens)])
    print(
        f"{len(counts):,} words; tokens per text: mean {lengths.mean():.1f}, "
        f"std {lengths.std():.1f}, {lengths.min()} to {lengths.max()}"
    )
    train = encode(train_tokens, words)
    train_labels = torch.from_numpy(corpus.train.labels)
    test = encode(map(TOKENIZE, corpus.test.texts), words)
    test_labels = torch.from_numpy(corpus.test.labels)
    ag_news = None
    if arguments.ag_news:
        tokens, ag_labels = ag_news_test(arguments.ag_news)
        ag_news = encode(tokens, words), ag_labels

    for seed in arguments.seeds:
        torch.manual_seed(seed)
        model = PackedLSTM(len(words), len(corpus.class_names))
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)
        steps = (len(train) + BATCH_SIZE - 1) // BATCH_SIZE
        for epoch in range(1, arguments.epochs + 1):
            order = torch.randperm(len(train)).tolist()
            begin = time.perf_counter()
            marks = {round(steps * part): part for part in CHECKPOINTS}
            for step in range(1, steps + 1):
                chosen = order[(step - 1) * BATCH_SIZE : step * BATCH_SIZE]
                batch = [train[index] for index in chosen]
                logits = model(
                    pad_sequence(batch, batch_first=True), torch.tensor([*map(len, batch)])
                )
                loss = nn.functional.cross_entropy(logits, train_labels[chosen])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if step in marks and (epoch == 1 or step == steps):
                    line = f"seed {seed} epoch {epoch} at {marks[step]:.0%}: "
                    line += f"headlines {accuracy(model, test, test_labels):.3f}"
                    if ag_news and step == steps:
                        line += f", AG News {accuracy(model, *ag_news):.3f}"
                    print(f"{line} ({time.perf_counter() - begin:.0f} s)")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
