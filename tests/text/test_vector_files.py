import hashlib
import io
import pickle

import pytest
import torch

from rnndash.config.word_vectors import glove_choice
from rnndash.environment import read_environment
from rnndash.errors import ConfigError, VectorsError
from rnndash.text import vector_files
from rnndash.text.vector_files import (
    choose_file,
    find_vectors,
    keep_vectors,
    kept_vectors,
    list_vector_files,
    read_dimension,
)
from tests.text.vector_texts import some_vectors, vector_lines, write_vectors

CONTENT = vector_lines(some_vectors(["goal", "market"], 4)).encode()


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_text_files_of_the_folder_are_listed_by_name(data_dir):
    for name in ("b.txt", "a.vec", "c.zip", "a.txt.pt", ".hidden.txt"):
        _write(data_dir / "vectors" / name, CONTENT)
    (data_dir / "vectors" / "folder.txt").mkdir()
    assert [path.name for path in list_vector_files(read_environment())] == ["a.vec", "b.txt"]


def test_without_a_folder_nothing_is_listed(data_dir):
    assert list_vector_files(read_environment()) == ()


def test_choice_of_a_file_names_content_and_dimension(tmp_path):
    choice = choose_file(_write(tmp_path / "mine.txt", CONTENT), is_frozen=True)
    assert (choice.name, choice.dimension, choice.is_frozen) == ("mine.txt", 4, True)
    assert choice.sha256 == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize(
    ("content", "dimension"),
    [
        (CONTENT, 4),
        (b"2 4\n" + CONTENT, 4),
        (b"the 1 2 3 \r\n", 3),
        (b"the" + b" 0" * 300 + b"\n", 300),
    ],
    ids=["glove", "word2vec", "blanks at the end", "300"],
)
def test_dimension_is_that_of_the_first_vector(tmp_path, content, dimension):
    assert read_dimension(_write(tmp_path / "mine.txt", content)) == dimension


@pytest.mark.parametrize(
    "content",
    [b"", b"the\n", b"the 1 2\n", b"the" + b" 0" * 301 + b"\n", b"word 4\nthe 1 2 3 4\n"],
    ids=["empty", "no number", "2 numbers", "301 numbers", "heading that is none"],
)
def test_file_of_another_dimension_is_refused(tmp_path, content):
    with pytest.raises(VectorsError, match="have from 3 to 300 numbers for a word, apart by"):
        read_dimension(_write(tmp_path / "mine.txt", content))


def _saved(value):
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (_saved([1]), "a ZIP archive or a file of PyTorch"),
        (pickle.dumps({"the": 1}), "a pickle"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"3 4\0", "no text file"),
        (b"x" * 100_000, "no text file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_text_is_never_opened(tmp_path, content, kind):
    with pytest.raises(VectorsError, match=f"is {kind}. Only the text form of GloVe and word2vec"):
        read_dimension(_write(tmp_path / "mine.txt", content))


def test_binary_word2vec_file_is_refused(tmp_path):
    content = b"3000000 300\n</s> " + bytes(range(1, 200)) * 6
    with pytest.raises(VectorsError, match="3 to 300 numbers"):
        read_dimension(_write(tmp_path / "mine.bin", content))


def test_file_past_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(vector_files, "MAX_BYTES", 10)
    with pytest.raises(VectorsError, match=r"mine\.txt has 0\.0 GB; at most 0 GB are read"):
        read_dimension(_write(tmp_path / "mine.txt", CONTENT))


def test_missing_file_is_named(tmp_path):
    with pytest.raises(VectorsError, match=r"none\.txt cannot be read: No such file"):
        choose_file(tmp_path / "none.txt")


def test_file_that_was_given_is_kept_under_its_hash(environment):
    choice = keep_vectors(io.BytesIO(CONTENT), "mine.txt", read_environment())
    assert (environment / "vectors" / f"{choice.sha256}.txt").read_bytes() == CONTENT
    assert kept_vectors(choice.sha256, "mine.txt", read_environment()) == choice
    assert find_vectors(choice, read_environment()).name == f"{choice.sha256}.txt"


def test_file_that_is_given_past_the_limit_is_not_kept(environment):
    with pytest.raises(VectorsError, match="The file is larger than 0 MB"):
        keep_vectors(io.BytesIO(CONTENT), "mine.txt", read_environment(), most_bytes=10)
    assert list((environment / "vectors").iterdir()) == []


def test_file_that_is_given_and_is_no_text_is_not_kept(environment):
    with pytest.raises(VectorsError, match="is a pickle"):
        keep_vectors(io.BytesIO(pickle.dumps(1)), "mine.txt", read_environment())
    assert list((environment / "vectors").iterdir()) == []


def test_file_that_is_not_in_the_store_is_an_error():
    with pytest.raises(VectorsError, match="cannot be read"):
        kept_vectors("0" * 64, "mine.txt", read_environment())


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "0" * 63, "", None])
def test_name_that_no_kept_file_can_have_is_refused(sha256):
    with pytest.raises(ConfigError):
        kept_vectors(sha256, "mine.txt", read_environment())


def test_local_copy_of_a_glove_set_goes_before_a_downloaded_one(data_dir, environment):
    choice = glove_choice("glove.6B.50d")
    assert find_vectors(choice, read_environment()) is None
    downloaded = write_vectors(environment / "vectors" / "glove.6B.50d.txt", {})
    assert find_vectors(choice, read_environment()) == downloaded
    local = write_vectors(data_dir / "vectors" / "glove.6B.50d.txt", {})
    assert find_vectors(choice, read_environment()) == local
