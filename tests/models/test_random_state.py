import threading

import pytest
import torch

from rnndash.models.random_state import own_random_state


def test_block_draws_what_its_seed_gives():
    with own_random_state(3):
        drawn = torch.randn(5)
    expected = torch.randn(5, generator=torch.Generator().manual_seed(3))
    assert torch.equal(drawn, expected)


def test_global_state_is_put_back():
    before = torch.get_rng_state()
    with own_random_state(3):
        torch.randn(5)
    assert torch.equal(torch.get_rng_state(), before)


def _draw_and_fail():
    with own_random_state(3):
        torch.randn(5)
        raise KeyError


def test_global_state_is_put_back_after_an_error():
    before = torch.get_rng_state()
    with pytest.raises(KeyError):
        _draw_and_fail()
    assert torch.equal(torch.get_rng_state(), before)


def test_threads_do_not_draw_each_other_s_numbers():
    drawn = []

    def draw():
        with own_random_state(3):
            drawn.append(torch.cat([torch.randn(50) for _ in range(20)]))

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(torch.equal(numbers, drawn[0]) for numbers in drawn)
