from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndash.memory_task.sequences import (
    CLASS_WORDS,
    NOISE_WORDS,
    WORDS,
    Sequences,
    draw_sequences,
    held_out_sequences,
    training_batches,
)
from rnndash.memory_task.settings import MemoryTask

drawn = given(seed=st.integers(0, 2**32), count=st.integers(1, 40), length=st.integers(2, 30))


def _draw(seed, count, length):
    return draw_sequences(np.random.default_rng(seed), count, length)


@drawn
def test_class_is_the_first_word(seed, count, length):
    sequences = _draw(seed, count, length)
    assert sequences.tokens.shape == (count, length)
    assert sequences.tokens[:, 0].tolist() == sequences.labels.tolist()
    assert set(sequences.labels.tolist()) <= set(range(len(CLASS_WORDS)))


@drawn
def test_all_other_words_are_noise(seed, count, length):
    others = _draw(seed, count, length).tokens[:, 1:]
    assert {WORDS[number] for number in others.ravel()} <= set(NOISE_WORDS)


def test_no_word_is_both_a_class_and_noise():
    assert len(set(WORDS)) == len(WORDS) == 24


def test_noise_is_alike_in_all_classes():
    """Shares over 50,000 sequences; each class has about 12,500 · 4 words of noise."""
    sequences = _draw(0, 50_000, 5)
    for label in range(len(CLASS_WORDS)):
        words = sequences.tokens[sequences.labels == label, 1:]
        shares = np.bincount(words.ravel(), minlength=len(WORDS))[len(CLASS_WORDS) :] / words.size
        assert shares == pytest.approx(1 / len(NOISE_WORDS), abs=0.005)


def test_classes_come_equally_often():
    labels = _draw(0, 50_000, 2).labels
    assert np.bincount(labels) / len(labels) == pytest.approx(0.25, abs=0.01)


def test_training_batches_are_new_each_and_the_same_again():
    task = MemoryTask(steps=3)
    first, second, third = (batch.tokens for batch in training_batches(task, 20))
    again = next(training_batches(task, 20)).tokens
    assert not np.array_equal(first, second)
    assert not np.array_equal(second, third)
    assert np.array_equal(first, again)


def test_held_out_sequences_are_none_of_the_training_sequences():
    task = MemoryTask(steps=200)
    learned = {tuple(row) for batch in training_batches(task, 20) for row in batch.tokens.tolist()}
    held_out = {tuple(row) for row in held_out_sequences(task, 20).tokens.tolist()}
    assert learned & held_out == set()


def test_other_seed_and_other_length_give_other_sequences():
    def start(seed, length):
        (batch,) = islice(training_batches(MemoryTask(seed=seed), length), 1)
        return batch.tokens[:, :5].tolist()

    assert len({str(start(seed, length)) for seed in (0, 1) for length in (5, 10)}) == 4


def test_sequence_can_be_read():
    sequences = Sequences(tokens=np.array([[0, 4, 23]]), labels=np.array([0]))
    assert sequences.words(0) == ("north", "the", "be")
