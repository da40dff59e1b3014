import ssl
import sys

import numpy as np
import pytest
import torch
from torchtext.vocab import Vectors

from rnndash.config.word_vectors import VectorsChoice
from rnndash.environment import read_environment
from rnndash.errors import StorageError, VectorsError
from rnndash.text.torchtext_guard import guarded_torchtext
from rnndash.text.vector_files import choose_file, keep_vectors
from rnndash.text.vectors import load_vectors, read_vectors
from tests.text.vector_texts import some_vectors, vector_lines, write_vectors

WORDS = ("<pad>", "<unk>", "the", "goal", "café", "market", "o'clock")
HAS = some_vectors(["market", "café", "the", "elsewhere"], 4)


@pytest.fixture
def read(tmp_path):
    """Read a file of this content."""

    def read(content, *, words=WORDS, dimension=4, progress=None):
        path = tmp_path / "mine.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        options = {} if progress is None else {"progress": progress}
        return read_vectors(path, words, dimension=dimension, folder=tmp_path / "home", **options)

    return read


def _as_words(found, words=WORDS):
    return {words[row]: found.values[place].tolist() for place, row in enumerate(found.rows)}


def _rounded(vectors, *words):
    return {word: torch.tensor(vectors[word]).tolist() for word in words}


def test_vectors_of_the_vocabulary_are_found_and_no_others(read):
    found = read(vector_lines(HAS))
    assert _as_words(found) == _rounded(HAS, "the", "café", "market")
    assert found.rows.tolist() == [2, 4, 5]
    assert found.values.dtype == np.float32


def test_vectors_equal_those_of_torchtext_alone(read, tmp_path):
    content = vector_lines(some_vectors(WORDS, 4))
    found = read(content)
    with guarded_torchtext():
        alone = Vectors(str(tmp_path / "mine.txt"), cache=str(tmp_path / "cache"))
    expected = alone.get_vecs_by_tokens([WORDS[row] for row in found.rows]).numpy()
    assert np.array_equal(found.values, expected)


def test_heading_of_word2vec_is_no_word(read):
    assert len(read(f"4 4\n{vector_lines(HAS)}")) == 3


def test_padding_and_unknown_word_get_no_vector(read):
    vectors = some_vectors(["<pad>", "<unk>", "goal"], 4)
    assert read(vector_lines(vectors)).rows.tolist() == [3]


def test_word_with_blanks_is_passed_over(read):
    assert len(read("at the 1 2 3 4\n" + vector_lines(HAS))) == 3


def test_words_that_are_no_utf8_are_passed_over(read):
    assert len(read(b"\xff\xfe 1 2 3 4\n" + vector_lines(HAS).encode())) == 3


@pytest.mark.parametrize("end", ["\r\n", " \n", "\n\n"], ids=repr)
def test_ends_of_lines_do_not_matter(read, end):
    assert len(read(vector_lines(HAS).replace("\n", end))) == 3


def test_of_a_word_that_comes_twice_the_last_counts(read):
    assert _as_words(read("goal 1 2 3 4\ngoal 5 6 7 8\n")) == {"goal": [5, 6, 7, 8]}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("goal 1 2 3", "4 numbers"),
        ("goal\t1\t2\t3\t4", "4 numbers"),
        ("other", "4 numbers"),
        ("goal 1 2 three 4", "numbers alone"),
        ("goal 1 2 3 nan", "a vector of finite numbers from -1,000 to 1,000"),
        ("goal 1 2 3 1e39", "a vector of finite numbers from -1,000 to 1,000"),
        ("goal 1 2 3 -1001", "a vector of finite numbers from -1,000 to 1,000"),
        ("x" * 70_000, "4 numbers"),
    ],
    ids=lambda value: value[:20],
)
def test_malformed_line_is_named(read, line, expected):
    with pytest.raises(VectorsError) as caught:
        read(f"{vector_lines(HAS)}\n{line}\nmarket 1 2 3 4\n")
    assert f"Line 6 of the file mine.txt should be a word and {expected}, apart by single" in str(
        caught.value
    )


def test_malformed_line_reads_in_full(read):
    with pytest.raises(VectorsError) as caught:
        read("goal 1 2 3\n")
    assert str(caught.value) == (
        "Line 1 of the file mine.txt should be a word and 4 numbers, apart by single blanks; it "
        "begins 'goal 1 2 3\\n'. Correct or remove that line, or choose a file in the text form of "
        "GloVe or word2vec."
    )


def test_file_without_any_of_the_words_is_refused(read):
    with pytest.raises(VectorsError, match=r"mine\.txt has none of the 5 words of the texts"):
        read(vector_lines(some_vectors(["Goal", "MARKET"], 4)))


def test_nothing_is_left_behind_and_no_pickle_is_loaded(read, tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a pickle was loaded")

    monkeypatch.setattr(torch, "load", refuse)
    read(vector_lines(HAS))
    assert list((tmp_path / "home").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".pt"] == []


def test_pickle_that_somebody_put_beside_the_file_is_not_looked_at(read, tmp_path):
    (tmp_path / "mine.txt.pt").write_bytes(b"\x80\x04cos\nsystem\n.")
    assert len(read(vector_lines(HAS))) == 3


def test_checks_of_certificates_stay_on(read):
    before = ssl._create_default_https_context, ssl._create_unverified_context
    read(vector_lines(HAS))
    assert (ssl._create_default_https_context, ssl._create_unverified_context) == before
    with guarded_torchtext():
        assert ssl._create_unverified_context is before[0]


def test_torchtext_draws_no_bars(read, capsys):
    read(vector_lines(HAS))
    assert capsys.readouterr() == ("", "")


def test_progress_goes_up_to_the_whole(read, monkeypatch):
    monkeypatch.setattr("rnndash.text.vectors._NEWS_EVERY", 100)
    told = []
    read(vector_lines(HAS), progress=lambda message, share: told.append((message, share)))
    assert {message for message, _ in told} == {"Reading the word vectors"}
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], len(shares)) == (0, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such folders")
def test_folder_that_cannot_be_written_is_reported(tmp_path):
    path = write_vectors(tmp_path / "mine.txt", HAS)
    (tmp_path / "home").write_text("a file, not a folder")
    with pytest.raises(StorageError, match="cannot be read through"):
        read_vectors(path, WORDS, dimension=4, folder=tmp_path / "home")


def test_file_of_the_data_dir_is_loaded_by_its_content(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path))
    path = write_vectors(tmp_path / "vectors" / "mine.txt", HAS)
    found = load_vectors(choose_file(path), WORDS, read_environment())
    assert _as_words(found) == _rounded(HAS, "the", "café", "market")


def test_file_that_was_given_is_loaded_from_the_store(tmp_path):
    path = write_vectors(tmp_path / "mine.txt", HAS)
    with path.open("rb") as file:
        choice = keep_vectors(file, "mine.txt", read_environment())
    path.unlink()
    assert len(load_vectors(choice, WORDS, read_environment())) == 3


def test_glove_set_is_read_from_the_data_dir_before_any_download(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path))
    write_vectors(tmp_path / "vectors" / "glove.6B.50d.txt", some_vectors(["goal"], 50))
    choice = VectorsChoice(name="glove.6B.50d", dimension=50)
    assert load_vectors(choice, WORDS, read_environment()).rows.tolist() == [3]


def test_file_whose_content_has_changed_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path))
    path = write_vectors(tmp_path / "vectors" / "mine.txt", HAS)
    choice = choose_file(path)
    write_vectors(path, some_vectors(["goal"], 4))
    with pytest.raises(VectorsError, match=r"mine\.txt is not on this machine any more, or its"):
        load_vectors(choice, WORDS, read_environment())
