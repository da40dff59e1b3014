import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.utils.rnn import pad_sequence

from rnndash.text.encoded import EncodedTexts
from rnndash.training.padding import pad

ROWS = st.lists(st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=9), min_size=1)


def _encoded(rows):
    return EncodedTexts(
        ids=np.concatenate([np.array(row, dtype=np.int32) for row in rows]),
        offsets=np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
        labels=np.arange(len(rows)),
    )


@st.composite
def _texts_and_choice(draw):
    rows = draw(ROWS)
    choice = draw(st.lists(st.integers(0, len(rows) - 1), min_size=1))
    return rows, choice


@given(_texts_and_choice())
def test_padded_tokens_equal_those_of_pad_sequence(drawn):
    rows, choice = drawn
    expected = pad_sequence([torch.tensor(rows[n]) for n in choice], batch_first=True)
    assert torch.equal(pad(_encoded(rows), np.array(choice)).tokens, expected)


@given(_texts_and_choice())
def test_lengths_are_those_of_the_chosen_texts(drawn):
    rows, choice = drawn
    lengths = pad(_encoded(rows), np.array(choice)).lengths
    assert lengths.tolist() == [len(rows[n]) for n in choice]


@given(_texts_and_choice())
def test_labels_come_in_the_order_asked_for(drawn):
    rows, choice = drawn
    assert pad(_encoded(rows), np.array(choice)).labels.tolist() == choice


@pytest.mark.parametrize("name", ["tokens", "lengths", "labels"])
def test_batch_is_int64(name):
    batch = pad(_encoded([[5, 6], [7]]), np.array([0, 1]))
    assert getattr(batch, name).dtype == torch.int64


def test_batch_from_a_memory_map_equals_one_from_memory(tmp_path):
    texts = _encoded([[5, 6, 7], [8], [9, 10]])
    np.save(tmp_path / "ids.npy", texts.ids)
    mapped = EncodedTexts(
        ids=np.load(tmp_path / "ids.npy", mmap_mode="r"), offsets=texts.offsets, labels=texts.labels
    )
    rows = np.array([2, 0])
    assert torch.equal(pad(mapped, rows).tokens, pad(texts, rows).tokens)


def test_moved_batch_keeps_its_lengths_on_the_cpu():
    batch = pad(_encoded([[5, 6], [7]]), np.array([0, 1])).to(torch.device("meta"))
    places = (batch.tokens.device.type, batch.labels.device.type, batch.lengths.device.type)
    assert places == ("meta", "meta", "cpu")
