"""Training on the memory task, as an iterator of tests. Nothing is printed or written.

Letters: B sequences, T words in each, E embedding, H hidden units, C classes.
"""

import copy
import time
from collections.abc import Collection, Iterator
from typing import assert_never

import torch
from torch.nn.functional import cross_entropy

from rnndash.memory_task.outcomes import ENOUGH, Tried
from rnndash.memory_task.sequences import (
    CLASS_WORDS,
    WORDS,
    Sequences,
    held_out_sequences,
    training_batches,
)
from rnndash.memory_task.settings import MemoryModel, MemoryTask
from rnndash.models import Classifier, ElmanClassifier, GRUClassifier, LSTMClassifier
from rnndash.models.random_state import own_random_state
from rnndash.training.adam import Adam

TEST_EVERY = 25
"""Minibatches between two tests."""
EMBED_DIM = 16
_GRADIENT_SEQUENCES = 64


class LastStateRNN(ElmanClassifier):
    """The simple RNN, answering from its last state.

    Elsewhere it answers from the mean of all outputs. That mean includes the state after the first
    word, so no memory would be needed.
    """

    def read(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """The state from which `forward` answers: `(B, H)`."""
        _, h = self.rnn(self.embedding(tokens))  # (1, B, H)
        last: torch.Tensor = h[-1]
        return last


def build_memory_model(model: MemoryModel, task: MemoryTask) -> Classifier:
    """A fresh network; equal seeds give equal weights. Does not change torch's random state."""
    sizes = (len(WORDS), EMBED_DIM, task.hidden_dim, len(CLASS_WORDS))
    with own_random_state(task.seed):
        match model:
            case MemoryModel.RNN:
                return LastStateRNN(*sizes)
            case MemoryModel.LSTM:
                return LSTMClassifier(*sizes)
            case MemoryModel.OPEN_LSTM:
                return _opened(LSTMClassifier(*sizes), task.forget_bias)
            case MemoryModel.GRU:
                return GRUClassifier(*sizes)
            case _:
                assert_never(model)


def learn(task: MemoryTask, *, known: Collection[tuple[MemoryModel, int]] = ()) -> Iterator[Tried]:
    """Train a fresh network for each model and length, shortest first, and test it in between.

    Args:
        known: trials to leave out.
    """
    for model, length in task.trials:
        if (model, length) not in known:
            yield from learn_one(task, model, length)


def learn_one(task: MemoryTask, model: MemoryModel, length: int) -> Iterator[Tried]:
    """Train one network until it has learned the task or its steps are used up."""
    start = time.perf_counter()
    network = build_memory_model(model, task)
    optimiser = Adam(network.named_parameters(), learning_rate=task.learning_rate)
    held_out = held_out_sequences(task, length)

    def tested(step: int) -> Tried:
        accuracy = _accuracy(network, held_out)
        is_last = step == task.steps or (step > 0 and accuracy >= ENOUGH)
        return Tried(
            model=model,
            length=length,
            step=step,
            accuracy=accuracy,
            is_last=is_last,
            gradient=first_word_gradient(network, held_out) if is_last or step == 0 else None,
            seconds=time.perf_counter() - start,
        )

    yield tested(0)
    for step, batch in enumerate(training_batches(task, length), start=1):
        logits = network(torch.from_numpy(batch.tokens), _lengths(batch))  # (B, C)
        optimiser.descend(cross_entropy(logits, torch.from_numpy(batch.labels)))
        if step % TEST_EVERY == 0 or step == task.steps:
            tried = tested(step)
            yield tried
            if tried.is_last:
                return


def first_word_gradient(network: Classifier, sequences: Sequences) -> float | None:
    """Size of the loss's gradient at the first word's embedding, over its size at the last word's.

    Computed in float64, since it gets small. The network's parameters and gradients do not
    change.

    Returns:
        None where one of the two is 0 or not finite.
    """
    tokens = torch.from_numpy(sequences.tokens[:_GRADIENT_SEQUENCES])
    labels = torch.from_numpy(sequences.labels[:_GRADIENT_SEQUENCES])
    exact = copy.deepcopy(network)
    exact.double()
    x = exact.embedding(tokens).detach().requires_grad_()  # (B, T, E)
    outputs, _ = exact.rnn(x)  # (B, T, H)
    (gradient,) = torch.autograd.grad(cross_entropy(exact.fc(outputs[:, -1]), labels), x)
    first, last = (float(gradient[:, place].norm()) for place in (0, -1))
    share = first / last if last > 0 else 0.0
    return share if 0 < share < float("inf") else None


def _opened(network: LSTMClassifier, forget_bias: float) -> LSTMClassifier:
    """Start the forget gate at sigmoid(forget_bias), so that the cell state lasts.

    A bias of 1 is the advice of Jozefowicz, Zaremba and Sutskever, "An empirical exploration of
    recurrent network architectures" (2015); Tallec and Ollivier, "Can recurrent neural networks
    warp time?" (2018), go up to log T, which is 4.4 for 80 steps. A bias of 6 leaves 82% after 80
    steps. PyTorch stacks the gates i, f, g, o, and has two biases, which it adds.
    """
    hidden = network.rnn.hidden_size
    forget = slice(hidden, 2 * hidden)
    with torch.no_grad():
        network.rnn.get_parameter("bias_ih_l0")[forget] = forget_bias
        network.rnn.get_parameter("bias_hh_l0")[forget] = 0.0
    return network


@torch.no_grad()
def _accuracy(network: Classifier, sequences: Sequences) -> float:
    logits = network(torch.from_numpy(sequences.tokens), _lengths(sequences))  # (B, C)
    right = logits.argmax(dim=1) == torch.from_numpy(sequences.labels)
    return float(right.double().mean())


def _lengths(sequences: Sequences) -> torch.Tensor:
    """`(B,)` int64, as `forward` takes it; none of these networks uses it."""
    return torch.full((len(sequences.labels),), sequences.tokens.shape[1])
