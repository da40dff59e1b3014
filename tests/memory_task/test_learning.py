from dataclasses import replace

import pytest
import torch

from rnndash.memory_task.learning import (
    LastStateRNN,
    build_memory_model,
    first_word_gradient,
    learn,
    learn_one,
)
from rnndash.memory_task.outcomes import record_of
from rnndash.memory_task.sequences import WORDS, held_out_sequences
from rnndash.memory_task.settings import MemoryModel, MemoryTask

pytestmark = pytest.mark.slow

each_model = pytest.mark.parametrize("model", list(MemoryModel))


@each_model
def test_two_words_are_learned_by_every_network(model):
    *_, last = learn_one(MemoryTask(), model, 2)
    assert last.is_last
    assert last.accuracy >= 0.99
    assert last.step < 200


def test_forty_words_are_learned_by_the_open_lstm_and_not_by_the_others():
    task = MemoryTask(lengths=(40,), steps=200)
    record = record_of(task, learn(task))
    assert {o.latest.model: o.has_learned for o in record.outcomes} == {
        "rnn": False,
        "lstm": False,
        "open_lstm": True,
    }


@each_model
def test_test_comes_first_last_and_in_between(model):
    tries = list(learn_one(MemoryTask(steps=60, batch_size=1, learning_rate=0.000_1), model, 5))
    assert [tried.step for tried in tries] == [0, 25, 50, 60]
    assert [tried.is_last for tried in tries] == [False, False, False, True]
    assert [tried.gradient is not None for tried in tries] == [True, False, False, True]


def test_equal_settings_give_equal_numbers():
    task = MemoryTask(lengths=(2, 5), models=("rnn", "open_lstm"), steps=50)
    first, second = ([replace(tried, seconds=0.0) for tried in learn(task)] for _ in range(2))
    assert first == second


def test_trial_does_not_depend_on_the_others():
    def outcome(**settings):
        task = MemoryTask(steps=50, **settings)
        return [replace(t, seconds=0.0) for t in learn(task) if (t.model, t.length) == ("rnn", 5)]

    assert outcome(lengths=(2, 5), models=("lstm", "rnn")) == outcome(lengths=(5,), models=("rnn",))


def test_known_trials_are_left_out():
    task = MemoryTask(lengths=(2, 5), models=("rnn",), steps=25)
    assert {tried.length for tried in learn(task, known={("rnn", 2)})} == {5}


def test_torchs_random_state_is_left_as_it_was():
    before = torch.get_rng_state()
    list(learn(MemoryTask(lengths=(2,), models=("rnn",), steps=5)))
    assert torch.equal(torch.get_rng_state(), before)


def test_simple_rnn_answers_from_its_last_state():
    network = LastStateRNN(len(WORDS), 3, 5, 4)
    tokens = torch.tensor([[0, 5, 6]])
    outputs, _ = network.rnn(network.embedding(tokens))
    assert torch.equal(network.read(tokens, torch.tensor([3])), outputs[:, -1])


def test_forget_gate_starts_at_the_given_bias():
    network = build_memory_model("open_lstm", MemoryTask(forget_bias=2.0))
    hidden = network.rnn.hidden_size
    both = network.rnn.bias_ih_l0 + network.rnn.bias_hh_l0
    assert torch.all(both[hidden : 2 * hidden] == 2.0)


def test_open_lstm_is_elsewhere_the_lstm_that_pytorch_starts():
    plain, opened = (build_memory_model(model, MemoryTask()) for model in ("lstm", "open_lstm"))
    names = [n for n, p in opened.named_parameters() if not torch.equal(p, plain.get_parameter(n))]
    assert names == ["rnn.bias_ih_l0", "rnn.bias_hh_l0"]


@each_model
def test_gradient_at_the_first_word_is_what_backward_gives(model):
    task = MemoryTask()
    network = build_memory_model(model, task)
    sequences = held_out_sequences(task, 3)
    x = network.embedding(torch.from_numpy(sequences.tokens[:64])).detach().requires_grad_()
    answers = network.fc(network.rnn(x)[0][:, -1])
    labels = torch.from_numpy(sequences.labels[:64])
    torch.nn.functional.cross_entropy(answers, labels).backward(inputs=[x])
    expected = float(x.grad[:, 0].norm() / x.grad[:, 2].norm())
    assert first_word_gradient(network, sequences) == pytest.approx(expected, rel=1e-4)
    assert all(p.grad is None for p in network.parameters())
    assert network.fc.weight.dtype == torch.float32


def test_gradient_vanishes_before_training_unless_the_gate_is_open():
    task = MemoryTask()
    sequences = held_out_sequences(task, 80)
    shares = {
        model: first_word_gradient(build_memory_model(model, task), sequences)
        for model in MemoryModel
    }
    assert shares["open_lstm"] > 0.1
    assert max(shares["rnn"], shares["lstm"], shares["gru"]) < 1e-10


def test_gradient_that_is_nothing_is_none():
    network = build_memory_model("rnn", MemoryTask())
    torch.nn.init.zeros_(network.rnn.weight_hh_l0)
    assert first_word_gradient(network, held_out_sequences(MemoryTask(), 5)) is None
