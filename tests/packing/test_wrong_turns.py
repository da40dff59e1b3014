import inspect
import runpy

import pytest
import torch

from rnndash.packing import snippets
from rnndash.packing.wrong_turns import wrong_turns

TURNS = {turn.key: turn for turn in wrong_turns()}
each_turn = pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
RAISING = {"unsorted", "device", "too_long", "empty_row"}


def _tensors(output):
    """The tensors that were printed, without what was printed before each."""
    return [part.strip() for part in output.split("tensor(")[1:]]


def test_every_snippet_is_shown():
    functions = inspect.getmembers(snippets, inspect.isfunction)
    own = [name for name, f in functions if f.__module__ == snippets.__name__]
    assert len(own) == 2 * len(TURNS)


@each_turn
def test_mistake_raises_an_error_where_it_says_so(turn):
    assert turn.wrong.is_error == (turn.key in RAISING)


@each_turn
def test_right_way_raises_no_error(turn):
    assert not turn.right.is_error


@each_turn
def test_mistake_gives_something_else_than_the_right_way(turn):
    assert turn.wrong.output != turn.right.output


@each_turn
def test_code_and_output_fit_on_a_page(turn):
    lines = [*turn.wrong.code.splitlines(), *turn.right.code.splitlines()]
    assert max(map(len, lines)) <= 96
    assert len(turn.wrong.output.splitlines()) <= 10


@each_turn
def test_right_code_runs_when_pasted(turn, tmp_path, capsys):
    head = inspect.getsource(snippets).partition('"""\n\nimport')[2].partition("\n\n\n")[0]
    (tmp_path / "pasted.py").write_text(f"import{head}\n{turn.right.code}\n")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        runpy.run_path(str(tmp_path / "pasted.py"))
    assert capsys.readouterr().out.strip() == turn.right.output


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("unsorted", "RuntimeError: `lengths` array must be sorted in decreasing order"),
        ("device", "RuntimeError: 'lengths' argument should be a 1D CPU int64 tensor"),
        ("empty_row", "RuntimeError: Length of all samples has to be greater than 0"),
        ("too_long", "RuntimeError: start (5) + length (1) exceeds dimension size (5)."),
    ],
)
def test_error_is_shown_in_pytorch_s_own_words(key, words):
    assert TURNS[key].wrong.output.splitlines()[-1].startswith(words)


@pytest.mark.parametrize(
    ("key", "wrong", "right"),
    [
        ("batch_first", "tensor([1, 2, 3, 6, 7, 9, 0])", "tensor([1, 6, 9, 2, 7, 3, 8])"),
        ("too_short", "tensor([1, 6, 2, 7, 3, 4])", "tensor([1, 6, 2, 7, 3, 8, 4, 5])"),
    ],
)
def test_silent_mistake_packs_other_words(key, wrong, right):
    assert (TURNS[key].wrong.output, TURNS[key].right.output) == (wrong, right)


def test_too_long_lengths_count_tokens_that_are_not_there():
    lines = TURNS["too_long"].wrong.output.splitlines()
    assert lines[:2] == ["5 tokens in data", "7 tokens in batch_sizes"]


def test_sorting_inside_gives_the_rows_back_in_their_own_order():
    assert TURNS["unsorted"].right.output == (
        "tensor([1, 6, 9, 2, 7, 3])\n"
        "tensor([1, 2, 0])\n"
        "tensor([[9, 0, 0],\n        [1, 2, 3],\n        [6, 7, 0]])"
    )


def test_last_column_of_unpacked_outputs_is_zero_but_for_the_longest_row():
    rows = TURNS["last_step"].wrong.output.splitlines()
    assert ["0.0000,  0.0000" in row for row in rows] == [False, True, True]


@pytest.mark.parametrize("key", ["last_step", "backward_half", "after_pads"])
def test_right_way_prints_the_same_state_twice(key):
    first, second = _tensors(TURNS[key].right.output.replace("\nalone:", ""))
    assert first == second


@pytest.mark.parametrize("key", ["backward_half", "after_pads"])
def test_mistake_prints_two_states_that_differ(key):
    first, second = _tensors(TURNS[key].wrong.output.replace("\nalone:", ""))
    assert first != second


def test_unknown_word_at_the_padding_s_index_is_zero_and_gets_no_gradient():
    _, vectors, gradient = _tensors(TURNS["shared_index"].wrong.output)
    assert vectors.splitlines()[1].split() == ["[", "0.0000,", "0.0000],"]
    assert gradient.splitlines()[0] == "[[0., 0.],"


def test_unknown_word_with_an_index_of_its_own_gets_a_gradient():
    gradient = _tensors(TURNS["shared_index"].right.output)[2]
    assert [line.strip(" [],)") for line in gradient.splitlines()][:2] == ["0., 0.", "1., 1."]


def test_outputs_are_the_same_each_time():
    assert {turn.key: turn for turn in wrong_turns()} == TURNS


def test_global_random_state_is_left_alone():
    before = torch.get_rng_state()
    wrong_turns()
    assert torch.equal(torch.get_rng_state(), before)


def test_nothing_is_written_to_the_terminal(capsys):
    wrong_turns()
    assert capsys.readouterr().out == ""
