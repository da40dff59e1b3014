import pytest
import torch

from rnndash.errors import CheckpointError
from rnndash.optimiser import Adam


def _train(net, step, steps=25):
    torch.manual_seed(1)
    for _ in range(steps):
        net(torch.randint(0, 50, (8,))).square().mean().backward()
        step()
    return [p.detach().clone() for p in net.parameters()]


def _net():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Embedding(50, 6), torch.nn.Linear(6, 3))


def test_steps_equal_those_of_torch_bit_for_bit():
    ours, theirs = _net(), _net()
    adam = Adam(ours.named_parameters(), learning_rate=0.01)
    reference = torch.optim.Adam(theirs.parameters(), lr=0.01, fused=True)

    def reference_step():
        reference.step()
        reference.zero_grad()

    for mine, other in zip(_train(ours, adam.step), _train(theirs, reference_step), strict=True):
        assert torch.equal(mine, other)


def test_steps_equal_the_formula():
    ours, plain = _net(), _net()
    adam = Adam(ours.named_parameters(), learning_rate=0.01)
    reference = torch.optim.Adam(plain.parameters(), lr=0.01, foreach=False, fused=False)

    def reference_step():
        reference.step()
        reference.zero_grad()

    for mine, other in zip(_train(ours, adam.step), _train(plain, reference_step), strict=True):
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


def test_optimiser_does_not_load_the_compiler_of_torch():
    import subprocess
    import sys

    code = (
        "import sys, torch; from rnndash.optimiser import Adam\n"
        "p = torch.ones(2, requires_grad=True); p.sum().backward()\n"
        "Adam([('p', p)], learning_rate=0.1).step()\n"
        "assert 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
