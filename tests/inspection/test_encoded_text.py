"""A text's words, and their numbers in a network's vocabulary."""

import pytest

from rnndash.inspection.encoded_text import TokenizedText

INDEX = {"<pad>": 0, "<unk>": 1, "war": 2, "goal": 3}


def test_unknown_word_has_the_number_of_the_unknown_word_and_never_that_of_padding():
    text = TokenizedText(tokens=("goal", "zyzzyva", "war", "Goal"), words_in_all=4)
    assert text.encode(INDEX).ids == (3, 1, 2, 1)


def test_encoded_text_keeps_its_words_and_how_many_there_were():
    encoded = TokenizedText(tokens=("war", "goal"), words_in_all=7).encode(INDEX)
    assert (encoded.tokens, encoded.words_in_all) == (("war", "goal"), 7)


@pytest.mark.parametrize(("tokens", "words_in_all"), [((), 0), (("war", "goal"), 1)])
def test_text_without_words_or_with_fewer_than_it_shows_is_refused(tokens, words_in_all):
    with pytest.raises(ValueError, match=rf"{len(tokens)} came"):
        TokenizedText(tokens=tokens, words_in_all=words_in_all)
