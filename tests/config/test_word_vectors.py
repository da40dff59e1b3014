import json

import pytest

from rnndash.config.run_config import RunConfig
from rnndash.config.word_vectors import GLOVE_SETS, VectorsChoice, glove_choice
from rnndash.errors import ConfigError

SHA256 = "0123456789abcdef" * 4
MINE = VectorsChoice(name="mine.txt", dimension=8, sha256=SHA256, is_frozen=True)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".hidden", "a/b.txt", "a\\b.txt", "C:x.txt", "x" * 201, "a\nb", "\ud800", None],
    ids=repr,
)
def test_name_that_could_lead_elsewhere_is_refused(name):
    with pytest.raises(ConfigError, match="have the name of a file, without folders"):
        VectorsChoice(name=name, dimension=8, sha256=SHA256)


@pytest.mark.parametrize("dimension", [0, 2, 301, True, 50.0, "50", None], ids=repr)
def test_dimension_outside_its_limits_is_refused(dimension):
    with pytest.raises(ConfigError, match=r"from 3 to 300 numbers for a word; mine\.txt has"):
        VectorsChoice(name="mine.txt", dimension=dimension, sha256=SHA256)


@pytest.mark.parametrize("sha256", ["", "../x", SHA256[1:], SHA256.upper(), SHA256 + "\n", 1])
def test_hash_that_is_none_is_refused(sha256):
    with pytest.raises(ConfigError, match="64 hexadecimal digits"):
        VectorsChoice(name="mine.txt", dimension=8, sha256=sha256)


def test_frozen_that_is_not_true_or_false_is_refused():
    with pytest.raises(ConfigError, match="is_frozen must be true or false; it is 1"):
        VectorsChoice(name="mine.txt", dimension=8, sha256=SHA256, is_frozen=1)


@pytest.mark.parametrize(("name", "dimension"), [("mine.txt", 8), ("glove.6B.50d", 100)])
def test_vectors_without_a_file_have_to_be_a_glove_set(name, dimension):
    with pytest.raises(ConfigError, match=r"without a file are one of glove\.6B\.50d, glove"):
        VectorsChoice(name=name, dimension=dimension)


def test_glove_set_of_no_such_name_is_refused():
    with pytest.raises(ConfigError, match=r"The sets of GloVe are .*; 'glove\.9B' is none"):
        glove_choice("glove.9B")


@pytest.mark.parametrize("name", GLOVE_SETS)
def test_glove_set_has_the_dimension_of_its_name(name):
    assert name.endswith(f".{glove_choice(name).dimension}d")


def test_file_of_a_glove_set_is_a_text():
    assert glove_choice("glove.6B.50d").file_name == "glove.6B.50d.txt"
    assert MINE.file_name == "mine.txt"


@pytest.mark.parametrize("choice", [MINE, glove_choice("glove.6B.300d")], ids=lambda c: c.name)
def test_config_with_vectors_read_back_from_json_is_the_same(choice):
    config = RunConfig(model="rnn", embed_dim=choice.dimension, vectors=choice)
    assert RunConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_config_without_vectors_is_written_as_before_there_were_any():
    assert "vectors" not in RunConfig(model="rnn").to_json()


def test_embedding_of_another_size_is_refused():
    with pytest.raises(ConfigError) as caught:
        RunConfig(model="rnn", vectors=MINE)
    assert str(caught.value) == (
        "Embedding size (embed_dim) must be 8, the numbers of a word in mine.txt; it is 64. "
        "Choose that size, or no word vectors."
    )


@pytest.mark.parametrize(
    "vectors",
    ["glove.6B.50d", [], {}, {"name": "glove.6B.50d"}, {"name": "a", "dimension": 8, "path": "b"}],
    ids=repr,
)
def test_json_with_a_damaged_choice_is_refused(vectors):
    with pytest.raises(ConfigError, match="The choice of word vectors has the fields name"):
        RunConfig.from_json({"model": "rnn", "embed_dim": 50, "vectors": vectors})


def test_note_tells_how_many_words_were_found():
    assert MINE.note(1_234, 35_120) == (
        "1,234 of 35,120 words start from the word vectors mine.txt; the embedding is frozen."
    )
    assert glove_choice("glove.6B.50d").note(None, 9) == (
        "Words start from the word vectors glove.6B.50d; training goes on from there."
    )
