import pytest
import torch

from rnndash.errors import CheckpointError
from rnndash.kernels.library import load_kernels
from rnndash.training.adam import Adam


def _train(net, step, steps=25):
    torch.manual_seed(1)
    for _ in range(steps):
        net(torch.randint(0, 50, (8,))).square().mean().backward()
        step({name: p.grad for name, p in net.named_parameters()})
        net.zero_grad()
    return [p.detach().clone() for p in net.parameters()]


def _net():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Embedding(50, 6), torch.nn.Linear(6, 3))


def test_steps_equal_those_of_torch_bit_for_bit():
    ours, theirs = _net(), _net()
    adam = Adam(ours.named_parameters(), learning_rate=0.01)
    reference = torch.optim.Adam(theirs.parameters(), lr=0.01, fused=True)
    by_torch = _train(theirs, lambda _: reference.step())
    for mine, other in zip(_train(ours, adam.step), by_torch, strict=True):
        assert torch.equal(mine, other)


def test_steps_equal_the_formula():
    ours, plain = _net(), _net()
    adam = Adam(ours.named_parameters(), learning_rate=0.01)
    reference = torch.optim.Adam(plain.parameters(), lr=0.01, foreach=False, fused=False)
    by_torch = _train(plain, lambda _: reference.step())
    for mine, other in zip(_train(ours, adam.step), by_torch, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-5, atol=1e-6)


def test_state_taken_over_goes_on_the_same():
    whole, cut = _net(), _net()
    adam = Adam(whole.named_parameters(), learning_rate=0.01)
    _train(whole, adam.step, 10)
    first = Adam(cut.named_parameters(), learning_rate=0.01)
    _train(cut, first.step, 10)
    second = Adam(cut.named_parameters(), learning_rate=0.01)
    second.load({name: tensor.clone() for name, tensor in first.state().items()})
    for mine, other in zip(_train(cut, second.step), _train(whole, adam.step), strict=True):
        assert torch.equal(mine, other)


def test_state_of_other_shapes_is_refused():
    adam = Adam(_net().named_parameters(), learning_rate=0.01)
    state = adam.state() | {"mean.0.weight": torch.zeros(49, 6)}
    with pytest.raises(CheckpointError, match=r"no mean of 0\.weight of shape \(50, 6\)"):
        adam.load(state)


@pytest.mark.slow
def test_optimiser_does_not_load_the_compiler_of_torch():
    import subprocess
    import sys

    code = (
        "import sys, torch; from rnndash.training.adam import Adam\n"
        "p = torch.ones(2, requires_grad=True)\n"
        "Adam([('p', p)], learning_rate=0.1).step({'p': torch.ones(2)})\n"
        "assert 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_parameters_without_a_gradient_stay_as_they_are():
    bias, unused = torch.zeros(2, requires_grad=True), torch.ones(2, requires_grad=True)
    adam = Adam([("bias", bias), ("unused", unused)], learning_rate=0.1)
    adam.step({"bias": torch.ones(2)})
    torch.testing.assert_close(bias.detach(), torch.full((2,), -0.1))
    assert torch.equal(unused.detach(), torch.ones(2))
    assert adam.state()["step.unused"] == 0


def test_some_of_the_dense_parameters_are_counted_alone():
    bias, weight, words = (torch.zeros(n, 2).requires_grad_() for n in (1, 2, 3))
    named = [("words", words), ("weight", weight), ("bias", bias)]
    assert load_kernels()
    adam = Adam(named, learning_rate=0.1, lazy="words")
    adam.step({"bias": torch.ones(1, 2), "weight": torch.ones(2, 2)})
    adam.step({"bias": torch.ones(1, 2)})
    assert {name: int(step) for name, step in adam.steps.items()} == {
        "bias": 2,
        "weight": 1,
        "words": 0,
    }


def test_optimiser_without_lazy_updates_has_none():
    adam = Adam([("words", torch.zeros(6, 3))], learning_rate=0.1)
    with pytest.raises(ValueError, match="No parameter of this optimiser is updated lazily"):
        adam.lazy  # noqa: B018
