"""Lazy Adam against dense Adam, and what it promises of itself."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnndash.errors import CheckpointError
from rnndash.kernels.library import load_kernels
from rnndash.training.adam import Adam


def _lazy_adam(weights, learning_rate=0.01, epsilon=1e-8):
    parameters = [("words", weights)]
    assert load_kernels()
    return Adam(parameters, learning_rate=learning_rate, epsilon=epsilon, lazy="words")


def _gradient(step, size, rows, scale=1.0):
    """`(rows, size)`, the same at every call."""
    generator = torch.Generator().manual_seed(step)
    return scale * torch.randn(len(rows), size, generator=generator)


def _train(adam, patterns, size, scale=1.0, first=0):
    for step, rows in enumerate(patterns, start=first):
        rows = torch.tensor(rows, dtype=torch.int64)
        adam.lazy.gather(rows)
        adam.lazy.step(rows, _gradient(step, size, rows, scale))


def _dense(weights, patterns, size, scale=1.0, learning_rate=0.01):
    reference = torch.optim.Adam([weights], lr=learning_rate)
    for step, rows in enumerate(patterns):
        weights.grad = torch.zeros_like(weights)
        weights.grad[rows] = _gradient(step, size, rows, scale)
        reference.step()
    return reference.state[weights]


def _words(count, size):
    return torch.randn(count, size, generator=torch.Generator().manual_seed(9)).requires_grad_()


@given(
    seed=st.integers(0, 10_000),
    steps=st.integers(1, 250),
    size=st.integers(1, 20),
    scale=st.sampled_from([1.0, 1e-3, 1e-7, 1e-12]),
    learning_rate=st.sampled_from([1e-5, 1e-3, 0.1]),
)
@settings(max_examples=15)
def test_rows_move_as_in_dense_adam(seed, steps, size, scale, learning_rate):
    rng = np.random.default_rng(seed)
    often = rng.random(12) ** 4  # from nearly never to nearly always; the last row never
    often[-1] = 0
    patterns = [np.flatnonzero(rng.random(12) < often).tolist() for _ in range(steps)]
    ours, theirs = _words(12, size), _words(12, size)
    adam = _lazy_adam(ours, learning_rate)
    _train(adam, patterns, size, scale)
    adam.apply_missed_steps()
    state = adam.state()
    dense = _dense(theirs, patterns, size, scale, learning_rate)
    atol = 1e-6 + 1e-4 * learning_rate
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=atol)
    torch.testing.assert_close(state["square.words"], dense["exp_avg_sq"], rtol=1e-4, atol=1e-30)
    assert torch.equal(ours[-1], _words(12, size)[-1])
    assert state["step.words"] == steps


@pytest.mark.parametrize("before", [1, 120, 900])
@pytest.mark.parametrize("gap", [1, 2, 8, 99, 100, 101, 3_000])
def test_row_without_a_gradient_for_long_moves_as_in_dense_adam(gap, before):
    patterns = [*[[0, 1]] * before, [1, 2], *[[3]] * gap, [1, 2]]
    ours, theirs = _words(4, 5), _words(4, 5)
    adam = _lazy_adam(ours)
    _train(adam, patterns, 5)
    adam.apply_missed_steps()
    state = adam.state()
    dense = _dense(theirs, patterns, 5)
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=2e-6)
    torch.testing.assert_close(state["mean.words"], dense["exp_avg"], rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(state["square.words"], dense["exp_avg_sq"], rtol=1e-3, atol=1e-12)


@given(cuts=st.lists(st.integers(1, 399), max_size=6, unique=True), scale=st.floats(1e-12, 10))
@settings(max_examples=8)
@example(cuts=list(range(1, 400)), scale=1.0)
def test_missed_steps_applied_in_pieces_give_the_same_to_rounding(cuts, scale):
    patterns = _patterns(400)
    whole, cut = _words(60, 9), _words(60, 9)
    adam, pieced = _lazy_adam(whole), _lazy_adam(cut)
    _train(adam, patterns, 9, scale)
    for start, end in itertools.pairwise([0, *sorted(cuts), len(patterns)]):
        _train(pieced, patterns[start:end], 9, scale, first=start)
        pieced.apply_missed_steps()
    adam.apply_missed_steps()
    torch.testing.assert_close(whole, cut, rtol=0, atol=3e-6)


@pytest.mark.parametrize("size", [9, 64, 100])
def test_peeking_changes_nothing_and_gives_what_applying_missed_steps_gives(size):
    expected, peeked_at = _lazy_adam(_words(60, size)), _lazy_adam(_words(60, size))
    for step, rows in enumerate(_patterns(400)):
        for adam in (expected, peeked_at):
            _train(adam, [rows], size, first=step)
        seen = peeked_at.up_to_date()["words"]
        assert torch.equal(peeked_at.lazy.peek(torch.tensor([5, 2])), seen[[5, 2]])
        peeked_at.state()
    _equal_states(expected, peeked_at)
    expected.apply_missed_steps()
    assert torch.equal(seen, expected.parameters["words"])


def _patterns(steps):
    rng = np.random.default_rng(1)
    return [sorted({3, *rng.choice(60, size=2).tolist()}) for _ in range(steps)]


def _equal_states(adam, other):
    assert torch.equal(adam.parameters["words"], other.parameters["words"])
    state, others = adam.state(), other.state()
    assert state.keys() == others.keys()
    assert all(torch.equal(tensor, others[name]) for name, tensor in state.items())


def _copied(adam):
    """The state, as a checkpoint keeps it, and the parameter as it shows it."""
    state = {name: tensor.detach().clone() for name, tensor in adam.state().items()}
    return state, adam.up_to_date()["words"].requires_grad_()


@pytest.mark.parametrize("at", [40, 300])
def test_state_of_rows_taken_over_goes_on_the_same(at):
    patterns = _patterns(450)
    whole, first = _lazy_adam(_words(60, 4)), _lazy_adam(_words(60, 4))
    _train(whole, patterns, 4)
    _train(first, patterns[:at], 4)
    state, words = _copied(first)
    second = _lazy_adam(words)
    second.load(state)
    _train(second, patterns[at:], 4, first=at)
    _equal_states(whole, second)


@pytest.mark.parametrize("part", ["behind", "lagging"])
def test_state_of_rows_of_other_shapes_is_refused(part):
    first = _lazy_adam(_words(60, 4))
    _train(first, _patterns(20), 4)
    state, words = _copied(first)
    with pytest.raises(CheckpointError, match=rf"no {part} of words of shape \(60"):
        _lazy_adam(words).load(state | {f"{part}.words": torch.zeros(59)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("behind.words", torch.full((60,), 21)),
        ("behind.words", torch.full((60,), -1)),
        ("behind.words", torch.zeros(60)),
        ("step.words", torch.tensor(-3.0)),
        ("step.words", torch.tensor(float("inf"))),
        ("step.words", torch.tensor(2.5)),
        ("step.words", torch.tensor(1e30)),
    ],
    ids=["too far", "ahead", "no whole numbers", "negative", "endless", "half", "too many"],
)
@pytest.mark.parametrize("is_lazy", [True, False])
def test_state_of_rows_that_cannot_be_true_is_refused(name, value, is_lazy):
    """The kernels would read outside of their table."""
    first = _lazy_adam(_words(60, 4))
    _train(first, _patterns(20), 4)
    state, words = _copied(first)
    second = _lazy_adam(words) if is_lazy else Adam([("words", words)], learning_rate=0.01)
    with pytest.raises(CheckpointError, match=r"says that words has made .* is damaged"):
        second.load(state | {name: value})


def test_state_of_lazy_adam_is_taken_over_by_a_dense_optimiser():
    steps, size = 300, 4
    first = _lazy_adam(_words(60, size))
    _train(first, _patterns(steps), size)
    state, words = _copied(first)
    dense = Adam([("words", words)], learning_rate=0.01)
    dense.load(state)
    first.apply_missed_steps()
    for name in ("mean.words", "square.words", "step.words"):
        torch.testing.assert_close(dense.state()[name], first.state()[name], rtol=1e-5, atol=1e-30)
    gradient = torch.ones(60, size)
    dense.step({"words": gradient})
    first.lazy.step(torch.arange(60), gradient)
    torch.testing.assert_close(words, first.parameters["words"], rtol=0, atol=1e-6)


def test_state_of_a_dense_optimiser_is_taken_over_by_lazy_adam():
    gradient = torch.ones(60, 4)
    dense, lazy = Adam([("words", _words(60, 4))], learning_rate=0.01), _lazy_adam(_words(60, 4))
    dense.step({"words": gradient})
    state = {name: tensor.clone() for name, tensor in dense.state().items()}
    lazy.parameters["words"].data.copy_(dense.parameters["words"])
    lazy.load(state)
    dense.step({"words": gradient})
    lazy.lazy.step(torch.arange(60), gradient)
    torch.testing.assert_close(lazy.parameters["words"], dense.parameters["words"])


@pytest.mark.parametrize("size", [9, 64, 100])
def test_step_of_rows_that_lag_behind_is_that_of_rows_gathered_before(size):
    gathered, unread = _lazy_adam(_words(60, size)), _lazy_adam(_words(60, size))
    for step, rows in enumerate(_patterns(400)):
        _train(gathered, [rows], size, first=step)
        rows = torch.tensor(rows)
        unread.lazy.step(rows, _gradient(step, size, rows))
    _equal_states(gathered, unread)


def test_rows_gathered_without_a_step_stay_as_they_are():
    words = _words(6, 3)
    adam = _lazy_adam(words)
    adam.lazy.gather(torch.tensor([1, 2]))
    adam.step({})
    assert torch.equal(words, _words(6, 3))
    assert adam.state()["step.words"] == 0


def test_rows_gathered_without_a_step_move_as_if_they_had_not_been():
    expected, adam = _lazy_adam(_words(60, 9)), _lazy_adam(_words(60, 9))
    for step, rows in enumerate(_patterns(200)):
        adam.lazy.gather(torch.tensor([4, 5, *rows]).unique())
        for each in (expected, adam):
            _train(each, [rows], 9, first=step)
    for each in (expected, adam):
        each.apply_missed_steps()
    torch.testing.assert_close(expected.parameters["words"], adam.parameters["words"])


def test_rows_that_never_had_a_gradient_are_not_moved_at_all():
    words = _words(6, 3)
    words.data[4] = float("inf")  # which any step would make none
    adam = _lazy_adam(words)
    _train(adam, [[0], [1], [0]], 3)
    assert torch.equal(adam.lazy.peek(torch.tensor([4, 5])), words[4:])
    adam.apply_missed_steps()
    assert torch.equal(words[2:], _words(6, 3)[2:].index_fill(0, torch.tensor([2]), float("inf")))
