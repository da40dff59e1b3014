import re
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndash.config.model_kind import ModelKind
from rnndash.errors import SequenceError
from rnndash.inspection.predict import predict
from rnndash.inspection.variants import Fate, Piece
from rnndash.inspection.what_if import (
    compare_edit,
    find_negations,
    leave_one_out,
    move_negation,
    swap_neighbours,
    swap_words,
    token_diff,
)
from tests.inspection.readers import TEXT, WORDS, encoded, made_network, plain_answer

NETWORKS = {kind: made_network(kind) for kind in ModelKind}
LSTM = NETWORKS[ModelKind.LSTM]
texts = st.lists(st.sampled_from(WORDS[2:]), min_size=2, max_size=12)
kinds = st.sampled_from(ModelKind)


def _encoded(text):
    return encoded(text if isinstance(text, str) else " ".join(text))


def _plain(network, text, orders):
    return [plain_answer(network, [text.ids[at] for at in order]) for order in orders]


@settings(max_examples=50, deadline=None)
@given(words=texts, kind=kinds)
def test_word_left_out_is_the_plain_prediction_of_the_shorter_text(words, kind):
    text = _encoded(words)
    orders = [[at for at in range(len(text)) if at != out] for out in range(len(text))]
    after = leave_one_out(NETWORKS[kind], text).after
    assert np.allclose(after, _plain(NETWORKS[kind], text, orders), rtol=0, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(words=texts, kind=kinds)
def test_swap_is_the_plain_prediction_of_the_swapped_text(words, kind):
    text = _encoded(words)
    orders = []
    for at in range(len(text) - 1):
        orders.append([*range(at), at + 1, at, *range(at + 2, len(text))])
    after = swap_neighbours(NETWORKS[kind], text).after
    assert np.allclose(after, _plain(NETWORKS[kind], text, orders), rtol=0, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(words=texts, kind=kinds)
def test_first_answer_is_that_to_the_text_alone(words, kind):
    text = _encoded(words)
    before = leave_one_out(NETWORKS[kind], text).before
    assert np.array_equal(before, predict(NETWORKS[kind], text).probabilities)


def test_left_out_words_are_named():
    done = [variant.done for variant in leave_one_out(LSTM, _encoded("oil prices fall")).variants]
    assert done == ["without “oil”", "without “prices”", "without “fall”"]


def test_left_out_word_that_comes_again_is_named_with_its_place():
    text = _encoded("oil prices and oil")
    assert [variant.done for variant in leave_one_out(LSTM, text).variants] == [
        "without “oil” (word 1)",
        "without “prices”",
        "without “and”",
        "without “oil” (word 4)",
    ]


def test_swapped_words_that_come_again_are_named_with_their_places():
    text = _encoded("oil oil prices")
    assert [variant.done for variant in swap_neighbours(LSTM, text).variants] == [
        "“oil” (word 1) and “oil” (word 2) swapped",
        "“oil” (word 2) and “prices” swapped",
    ]


VARIED = (leave_one_out, swap_neighbours, move_negation)


@settings(max_examples=50, deadline=None)
@given(words=st.lists(st.sampled_from(["oil", "not", "don't"]), min_size=1, max_size=6))
@pytest.mark.parametrize("analysis", VARIED)
def test_no_two_variants_are_called_the_same(analysis, words):
    done = [variant.done for variant in analysis(LSTM, _encoded(["not", "oil", *words])).variants]
    assert len(set(done)) == len(done)


def test_change_is_that_of_the_first_answer_s_probability():
    result = leave_one_out(LSTM, _encoded(TEXT))
    column = int(result.before.argmax())
    assert np.array_equal(result.change, result.after[:, column] - result.before[column])


def test_variants_are_ranked_by_the_size_of_the_change():
    result = leave_one_out(LSTM, _encoded(TEXT))
    sizes = np.abs(result.change[result.ranked])
    assert (np.diff(sizes) <= 0).all()


def test_turned_variants_are_those_with_another_answer():
    result = leave_one_out(LSTM, _encoded(TEXT))
    expected = [row.argmax() != result.before.argmax() for row in result.after]
    assert result.is_turned.tolist() == expected


def test_two_chosen_words_are_swapped():
    result = swap_words(LSTM, _encoded("oil prices fall"), 2, 0)
    (variant,) = result.variants
    assert (variant.done, variant.order) == ("“oil” and “fall” swapped", (2, 1, 0))


@pytest.mark.parametrize(("first", "second"), [(0, 0), (-1, 1), (0, 3)])
def test_pair_that_is_none_is_an_error(first, second):
    message = (
        f"Two different words from 1 to 3 can be swapped; words {first + 1} and {second + 1} came. "
        "Choose another one for one of them."
    )
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        swap_words(LSTM, _encoded("oil prices fall"), first, second)


def _swap_first_with_itself(network, text):
    return swap_words(network, text, 0, 0)


@pytest.mark.parametrize("analysis", [leave_one_out, swap_neighbours, _swap_first_with_itself])
def test_single_word_cannot_be_varied(analysis):
    with pytest.raises(SequenceError, match=r"^The text has one word.*Type at least two\.$"):
        analysis(LSTM, _encoded("oil"))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("oil prices", []),
        ("NOT oil", [range(1)]),
        ("oil never prices no", [range(1, 2), range(3, 4)]),
        ("prices don't fall", [range(1, 4)]),
        ("prices don’t fall", [range(1, 2)]),
        ("it isn't not so", [range(1, 4), range(4, 5)]),
        ("trump 't prices", []),
        ("nothing knots", []),
    ],
)
def test_negations_are_found(text, spans):
    assert list(find_negations(_encoded(text).tokens)) == spans


def _variants(text, **choice):
    encoded = _encoded(text)
    result = move_negation(LSTM, encoded, **choice)
    return [
        (variant.done, " ".join(encoded.picked(variant.order).tokens))
        for variant in result.variants
    ]


def test_negation_is_moved_to_every_other_place():
    assert _variants("oil not fall") == [
        ("“not” before “oil”", "not oil fall"),
        ("“not” at the end", "oil fall not"),
    ]


def test_contracted_negation_moves_as_a_whole():
    assert _variants("prices don't fall") == [
        ("“don ' t” before “prices”", "don ' t prices fall"),
        ("“don ' t” at the end", "prices fall don ' t"),
    ]


def test_negation_and_words_that_come_again_are_reported_with_their_places():
    assert _variants("oil don't oil don't") == [
        ("“don ' t” (words 2 to 4) before “oil” (word 1)", "don ' t oil oil don ' t"),
        ("“don ' t” (words 2 to 4) before “don” (word 6)", "oil oil don ' t don ' t"),
        ("“don ' t” (words 2 to 4) before “'” (word 7)", "oil oil don don ' t ' t"),
        ("“don ' t” (words 2 to 4) before “t” (word 8)", "oil oil don ' don ' t t"),
        ("“don ' t” (words 2 to 4) at the end", "oil oil don ' t don ' t"),
    ]


def test_second_negation_can_be_chosen():
    assert _variants("no oil not", number=1) == [
        ("“not” before “no”", "not no oil"),
        ("“not” before “oil”", "no not oil"),
    ]


@pytest.mark.parametrize("kind", ModelKind)
def test_moved_negation_is_the_plain_prediction_of_that_text(kind):
    text = _encoded("oil prices don't fall as markets wait")
    result = move_negation(NETWORKS[kind], text)
    orders = [variant.order for variant in result.variants]
    plain = _plain(NETWORKS[kind], text, orders)
    assert np.allclose(result.after, plain, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        ("oil", 0, "The text has no negation (not, no, never or one with n't). Type one."),
        ("not oil", 1, "The text has 1 negations (not, no, never or one with n't); number 2 is"),
        ("not", 0, "The text has no word beside its negation, so it cannot be moved. Type other"),
    ],
)
def test_negation_that_cannot_be_moved_is_an_error(text, number, message):
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}"):
        move_negation(LSTM, _encoded(text), number=number)


def test_edit_is_reported_word_by_word():
    assert token_diff(("oil", "prices", "fall"), ("oil", "shares", "fall", "today")) == (
        Piece(fate=Fate.KEPT, tokens=("oil",)),
        Piece(fate=Fate.TAKEN_OUT, tokens=("prices",)),
        Piece(fate=Fate.PUT_IN, tokens=("shares",)),
        Piece(fate=Fate.KEPT, tokens=("fall",)),
        Piece(fate=Fate.PUT_IN, tokens=("today",)),
    )


@settings(max_examples=100, deadline=None)
@given(first=texts, second=texts)
def test_both_texts_can_be_read_off_the_pieces(first, second):
    pieces = token_diff(first, second)

    def words(*fates):
        return list(chain.from_iterable(piece.tokens for piece in pieces if piece.fate in fates))

    read = (words(Fate.KEPT, Fate.TAKEN_OUT), words(Fate.KEPT, Fate.PUT_IN))
    assert read == (first, second)


@pytest.mark.parametrize("kind", ModelKind)
def test_edit_s_change_is_between_both_plain_predictions(kind):
    first, second = _encoded("oil prices fall"), _encoded("oil prices do not fall")
    change = compare_edit(NETWORKS[kind], first, second).change
    expected = plain_answer(NETWORKS[kind], second.ids) - plain_answer(NETWORKS[kind], first.ids)
    assert np.array_equal(change, expected)
