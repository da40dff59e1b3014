import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torchtext.vocab import Vocab

import rnndash
from rnndash.errors import CorpusError, CorpusUnavailableError, StorageError
from rnndash.text.corpus import Corpus, LabelledTexts
from rnndash.text.encoded import cache_key, encode_corpus, load_encoded
from rnndash.text.tokens import tokenize
from tests.corpora import small_corpus
from tests.text.given_texts import GivenTexts

WORDS = st.sampled_from(["the", "The", "war", "goal!", "O'Neal", '"', "U.S.", "<unk>", "\n", ";"])
TEXTS = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=20)
PARTS = st.lists(st.tuples(st.integers(0, 3), TEXTS), max_size=8).map(lambda p: [*p, (2, "last")])


def _corpus(train, test, **changes):
    def part(rows):
        return LabelledTexts(
            texts=tuple(text for _, text in rows), labels=np.array([label for label, _ in rows])
        )

    values = {
        "name": "headlines",
        "class_names": ("a", "b", "c", "d"),
        "train": part(train),
        "test": part(test),
        "source": "Made for a test.",
    }
    return Corpus(**(values | changes))


def _rows(texts):
    return [(int(label), texts.row(n).tolist()) for n, label in enumerate(texts.labels)]


def _assert_same(first, second):
    for name in ("name", "class_names", "words", "source", "notes"):
        assert getattr(first, name) == getattr(second, name)
    for part in ("train", "test"):
        for name in ("ids", "offsets", "labels"):
            mine, other = (getattr(getattr(c, part), name) for c in (first, second))
            assert mine.dtype == other.dtype
            assert np.array_equal(mine, other)


@given(PARTS, st.integers(1, 3))
def test_words_are_those_of_the_plain_way(train, min_freq):
    counts = Counter(token for _, text in train for token in tokenize(text))
    expected = Vocab(counts, min_freq=min_freq, specials=["<pad>", "<unk>"]).itos
    encoded = encode_corpus(_corpus(train, [(0, "last")]), min_freq=min_freq)
    assert list(encoded.words) == expected


@given(PARTS, PARTS, st.integers(1, 3))
def test_rows_are_those_of_the_plain_way(train, test, min_freq):
    counts = Counter(token for _, text in train for token in tokenize(text))
    stoi = Vocab(counts, min_freq=min_freq, specials=["<pad>", "<unk>"]).stoi
    encoded = encode_corpus(_corpus(train, test), min_freq=min_freq)
    for part, rows in ((encoded.train, train), (encoded.test, test)):
        plain = [(label, [stoi[token] for token in tokenize(text)]) for label, text in rows]
        assert _rows(part) == [(label, ids) for label, ids in plain if ids]


@given(PARTS)
def test_lengths_are_the_numbers_of_tokens(train):
    lengths = encode_corpus(_corpus(train, [(0, "last")])).train.lengths.tolist()
    assert lengths == [n for _, text in train if (n := len(tokenize(text)))]


@pytest.mark.parametrize(("name", "dtype"), [("ids", "int32"), ("offsets", "int64")])
@pytest.mark.parametrize("part", ["train", "test"])
def test_encoded_texts_have_their_types(part, name, dtype):
    encoded = encode_corpus(small_corpus(train=12, test=4))
    assert getattr(getattr(encoded, part), name).dtype == dtype


def test_word_of_the_test_texts_alone_is_unknown():
    encoded = encode_corpus(_corpus([(0, "war")], [(1, "war goal")]))
    assert _rows(encoded.test) == [(1, [2, 1])]


def test_written_pad_is_an_unknown_word():
    encoded = encode_corpus(_corpus([(0, "the <pad> war")], [(0, "<pad>")]))
    assert 0 not in [*encoded.train.ids, *encoded.test.ids]


def test_blank_texts_are_left_out_and_labels_stay_with_their_texts():
    train = [(3, '"'), (1, "war"), (2, "  "), (0, ""), (2, "goal"), (3, ';:""')]
    encoded = encode_corpus(_corpus(train, [(0, "last")]))
    assert _rows(encoded.train) == [(1, [3]), (2, [2])]


def test_blank_texts_are_noted_after_the_notes_of_the_corpus():
    corpus = _corpus([(0, '"'), (0, "war")], [(0, "x"), (1, " ")], notes=("One row was cut.",))
    notes = encode_corpus(corpus).notes
    assert notes == ("One row was cut.", "2 texts without a single word were left out.")


def test_corpus_without_blank_texts_has_no_note():
    assert encode_corpus(small_corpus(train=12, test=4)).notes == ()


@pytest.mark.parametrize(
    ("train", "test", "counts"),
    [
        ([], [(0, "x")], "0 usable texts to train on and 1 to test on"),
        ([(0, "x")], [(0, '"')], "1 usable texts to train on and 0 to test on"),
        ([], [], "0 usable texts to train on and 0 to test on"),
    ],
)
def test_corpus_without_a_usable_text_is_refused(train, test, counts):
    with pytest.raises(CorpusError, match=counts):
        encode_corpus(_corpus(train, test))


def test_loaded_corpus_equals_the_encoded_one(tmp_path):
    loaded = load_encoded(GivenTexts(), min_freq=2, folder=tmp_path)
    _assert_same(loaded, encode_corpus(small_corpus(train=12, test=4), min_freq=2))


def test_second_load_equals_the_first(tmp_path):
    first = load_encoded(GivenTexts(), min_freq=1, folder=tmp_path)
    _assert_same(load_encoded(GivenTexts(), min_freq=1, folder=tmp_path), first)


def test_second_load_does_not_read_the_texts(tmp_path):
    reader = GivenTexts()
    for _ in range(2):
        load_encoded(reader, min_freq=1, folder=tmp_path)
    assert reader.loads == 1


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize("loads", [1, 2])
def test_loaded_ids_are_memory_mapped(tmp_path, part, loads):
    for _ in range(loads):
        corpus = load_encoded(GivenTexts(), min_freq=1, folder=tmp_path)
    assert isinstance(getattr(corpus, part).ids, np.memmap)


def test_nothing_but_the_corpus_and_its_lock_is_left_in_the_folder(tmp_path):
    load_encoded(GivenTexts(), min_freq=1, folder=tmp_path)
    key = f"headlines-{cache_key(GivenTexts(), 1)}"
    assert {path.name for path in tmp_path.iterdir()} <= {key, f"{key}.lock"}


@pytest.mark.parametrize("damage", ["missing", "empty", "half", "zeros"])
@pytest.mark.parametrize(
    "name",
    [
        "about.json",
        "words.json",
        *(
            f"{part}-{name}.npy"
            for part in ("train", "test")
            for name in ("ids", "offsets", "labels")
        ),
    ],
)
def test_damaged_corpus_is_built_anew(tmp_path, name, damage):
    whole = load_encoded(GivenTexts(), min_freq=1, folder=tmp_path)
    (path,) = tmp_path.glob(f"*/{name}")
    content = path.read_bytes()
    path.unlink()  # not overwritten: what is mapped must not shrink
    if damage != "missing":
        half = len(content) // 2
        path.write_bytes({"empty": b"", "half": content[:half], "zeros": bytes(half)}[damage])
    _assert_same(load_encoded(GivenTexts(), min_freq=1, folder=tmp_path), whole)


def test_about_file_without_its_fields_is_built_anew(tmp_path):
    whole = load_encoded(GivenTexts(), min_freq=1, folder=tmp_path)
    (path,) = tmp_path.glob("*/about.json")
    path.write_text("{}")
    _assert_same(load_encoded(GivenTexts(), min_freq=1, folder=tmp_path), whole)


def test_folder_that_is_a_file_is_a_storage_error(tmp_path):
    folder = tmp_path / "corpora"
    folder.write_text("")
    with pytest.raises(StorageError, match=r"cannot be kept in .*corpora: .* set RNNDASH_HOME"):
        load_encoded(GivenTexts(), min_freq=1, folder=folder)


def test_folder_below_a_file_is_a_storage_error(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(StorageError, match="cannot be kept in"):
        load_encoded(GivenTexts(), min_freq=1, folder=tmp_path / "home" / "corpora")


@pytest.mark.parametrize(
    "error",
    [
        CorpusError("No column of texts."),
        CorpusUnavailableError("No connection."),
        StorageError("The download cannot be kept."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_error_of_the_reader_passes_through(tmp_path, error):
    with pytest.raises(type(error)) as caught:
        load_encoded(GivenTexts(error=error), min_freq=1, folder=tmp_path)
    assert caught.value is error


def test_load_after_a_failed_one_succeeds(tmp_path):
    with pytest.raises(CorpusError):
        load_encoded(GivenTexts(error=CorpusError("Away.")), min_freq=1, folder=tmp_path)
    assert len(load_encoded(GivenTexts(), min_freq=1, folder=tmp_path).train) == 12


def test_progress_tells_what_is_being_done(tmp_path):
    told = []
    load_encoded(
        GivenTexts(), min_freq=1, folder=tmp_path, progress=lambda message, _: told.append(message)
    )
    assert told == ["Waiting for the texts", "Encoding the texts"]


@pytest.mark.parametrize(
    ("reader", "min_freq"),
    [(GivenTexts(), 2), (GivenTexts(content="0b"), 1), (GivenTexts(name="csv"), 1)],
    ids=["min_freq", "content", "name"],
)
def test_what_shapes_the_encoding_shapes_the_key(reader, min_freq):
    assert cache_key(reader, min_freq) != cache_key(GivenTexts(), 1)


def test_same_content_and_settings_have_the_same_key():
    assert cache_key(GivenTexts(), 3) == cache_key(GivenTexts(), 3)


PROCESS = """
import sys, time
from pathlib import Path
from rnndash.text.encoded import load_encoded
from tests.text.given_texts import GivenTexts

folder, me, processes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

class Reader(GivenTexts):
    def load(self, progress):
        with (folder / "loads").open("a") as file:
            file.write(me)
        while len(list(folder.glob("*.here"))) < processes:
            time.sleep(0.01)
        return super().load(progress)

def arrive(message, fraction):
    (folder / f"{me}.here").touch()

print(len(load_encoded(Reader(), min_freq=1, folder=folder / "corpora", progress=arrive).train))
"""


@pytest.mark.slow
def test_processes_that_ask_at_once_encode_once(tmp_path):
    """The one that reads waits until all the others have found nothing and asked for the texts."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(tmp_path), str(number), "3"],
            cwd=Path(rnndash.__file__).parents[1],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    outputs = [process.communicate()[0].strip() for process in processes]
    assert (outputs, len((tmp_path / "loads").read_text())) == (["12"] * 3, 1)
