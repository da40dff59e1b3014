from collections import Counter
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnndash.text.special_tokens import PAD_INDEX, UNKNOWN_INDEX
from rnndash.text.tokens import (
    TEXT_END,
    build_vocabulary,
    tokenize,
    tokenize_all,
    word_indices,
)

WHITE_SPACE = "".join(chr(code) for code in range(0x110000) if chr(code).isspace())
PIECES = st.sampled_from(
    [*"'\".,()!?;:<>/Σσςİıß\0\\&", *WHITE_SPACE, "br", "<br />", "<BR />", "<br\n/>", "ΟΔΟΣ", "a"]
)
TEXTS = st.text() | st.lists(PIECES).map("".join) | st.text(alphabet="Ab'\".<br />\nΣ ")


def _tokens_of_each(texts):
    """What `tokenize_all` gives, cut at the ends of the texts."""
    rows, row = [], []
    for token in chain.from_iterable(piece.to_pylist() for piece in tokenize_all(texts)):
        if token == TEXT_END:
            rows.append(row)
            row = []
        elif token:
            row.append(token)
    assert not row, "tokens after the end of the last text"
    return rows


@given(st.lists(TEXTS))
@example(["first <br", "/> second"])
@example(["a<br\n/>b", "a<br />b", "a<br \n/>b"])
@example(["ΟΔΟΣ", "ΟΔΟΣ\nΟΔΟΣ", "ΑΣ'Α ΑΣ.Α"])
@example(["", '"', "\n", "\r\n", "\0", "a\0b"])
def test_many_texts_give_the_tokens_of_each_text_alone(texts):
    assert _tokens_of_each(texts) == [tokenize(text) for text in texts]


@pytest.mark.parametrize("character", WHITE_SPACE, ids=lambda c: f"U+{ord(c):04X}")
def test_white_space_parts_tokens_as_in_basic_english(character):
    assert _tokens_of_each([f"a{character}b"]) == [tokenize(f"a{character}b")]


def test_every_character_of_unicode_gives_the_tokens_of_basic_english():
    texts = [
        " x".join(chr(code) for code in range(start, start + 4096) if not 0xD800 <= code <= 0xDFFF)
        for start in range(0, 0x110000, 4096)
    ]
    assert _tokens_of_each(texts) == [tokenize(text) for text in texts]


@pytest.mark.parametrize("size", [0, 1, 1_023, 1_024, 1_025, 2_049])
def test_any_number_of_texts_ends_as_many_texts(size):
    texts = [f"text {number}" for number in range(size)]
    assert _tokens_of_each(texts) == [["text", str(number)] for number in range(size)]


@given(TEXTS)
def test_token_is_never_the_mark_of_a_text_end(text):
    assert TEXT_END not in tokenize(text)


def test_padding_is_index_0():
    assert build_vocabulary(Counter("aab")).itos[PAD_INDEX] == "<pad>"


def test_unknown_word_has_index_1():
    assert build_vocabulary(Counter("aab")).stoi["c"] == UNKNOWN_INDEX == 1


def test_words_stand_by_frequency_then_alphabet():
    assert build_vocabulary(Counter("bbccadd")).itos[2:] == ["b", "c", "d", "a"]


def test_word_below_minimum_frequency_is_unknown():
    assert build_vocabulary(Counter("aab"), min_freq=2).itos == ["<pad>", "<unk>", "a"]


def test_word_indices_invert_the_vocabulary():
    vocabulary = build_vocabulary(Counter("aab"))
    assert word_indices(vocabulary.itos) == {"<unk>": 1, "a": 2, "b": 3}


def test_written_pad_is_no_word_of_the_vocabulary():
    vocabulary = build_vocabulary(Counter(["<pad>", "a"]))
    assert word_indices(vocabulary.itos).get("<pad>", UNKNOWN_INDEX) == UNKNOWN_INDEX
