"""Measures the rounding errors of the compiled kernels.

Training with them and training with PyTorch's own layers, both in 32 bits, are compared with the
same training in 64 bits. All three start from the same weights and read the same minibatches. After
some steps the script prints the difference of the loss from that in 64 bits, and the relative
difference of the embedding, by its norm. Both differences grow in time; those of the compiled
kernels should not grow sooner.

    RNNDASH_DATA_DIR=DIR python -m benchmarks.rounding
"""

import argparse
from dataclasses import replace

import torch
from torch.nn.functional import cross_entropy

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON
from rnndash.environment import read_environment
from rnndash.models import build_model
from rnndash.text.encoded import EncodedCorpus, encode_corpus
from rnndash.text.order import epoch_order, split_rows
from rnndash.text.readers import corpus_reader
from rnndash.training.padding import pad
from rnndash.training.run import Training

PRINTED_STEPS = (10, 30, 100, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000)


def compare(model: ModelKind, seed: int, steps: int, corpus: EncodedCorpus) -> None:
    """Run all three trainings in step, and print the differences of two from the third."""
    config = replace(LESSON.config, corpus=CorpusName.AG_NEWS, seed=seed).for_model(model)
    cpu = torch.device("cpu")
    trainings = [
        Training(config, corpus, device=cpu, compiled=compiled) for compiled in (True, False)
    ]
    torch.manual_seed(seed)
    exact = build_model(config, vocab_size=len(corpus.words), num_class=len(corpus.class_names))
    exact = exact.double()
    optimiser = torch.optim.Adam(exact.parameters(), lr=config.learning_rate, fused=True)
    order = epoch_order(len(corpus.train), seed=seed, epoch=0)
    for step, rows in enumerate(split_rows(order, config.batch_size), start=1):
        losses = [training._minibatch(rows) for training in trainings]
        batch = pad(corpus.train, rows)
        loss = cross_entropy(exact(batch.tokens, batch.lengths), batch.labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step in PRINTED_STEPS:
            off = "".join(f"{abs(other - loss.item()):>12.0e}" for other in losses)
            far = "".join(f"{_distance(t, exact.embedding.weight):>12.0e}" for t in trainings)
            print(f"{model:<14}{step:>6}{loss.item():>10.5f}{off}{far}", flush=True)
        if step >= steps:
            break


def _distance(training: Training, exact: torch.Tensor) -> float:
    embedding = training.checkpoint().weights["embedding.weight"].double()
    return float((embedding - exact.detach()).norm() / exact.detach().norm())


def main() -> None:
    """Read the options, train, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=1_000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    corpus = encode_corpus(
        corpus_reader(replace(LESSON.config, corpus=CorpusName.AG_NEWS), read_environment()).load()
    )
    print(f"{'':<20}{'64 bits':>10}{'loss is off by':>24}{'embedding is off by':>24}")
    names = f"{'compiled':>12}{'PyTorch':>12}"
    print(f"{'model':<14}{'step':>6}{'loss':>10}{names}{names}")
    for model in LESSON.models:
        compare(model, arguments.seed, arguments.steps, corpus)


if __name__ == "__main__":
    main()
