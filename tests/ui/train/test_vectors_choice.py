"""Word vectors on the Train page."""

import io

import pytest

from rnndash.environment import read_environment
from rnndash.results import RunState
from rnndash.text.vector_files import keep_vectors
from rnndash.ui.services import run_queue
from tests.made_runs import words
from tests.text.vector_texts import some_vectors, vector_lines, write_vectors
from tests.waiting import wait_until_at_rest

SMALL = {"corpus": "ag_news", "models": "rnn", "samples": "400", "hidden_dim": "4"}
HAS = ["the", "goal", "market"]


@pytest.fixture
def mine(data_dir):
    return write_vectors(data_dir / "vectors" / "mine.txt", some_vectors(HAS, 7))


def test_menu_offers_none_the_files_of_the_server_glove_and_an_own_file(open_page, mine):
    write_vectors(mine.parent / "glove.6B.50d.txt", some_vectors(HAS, 50))
    options = open_page("train").selectbox(key="vectors").options
    assert options == [
        "None: start from random numbers",
        "mine.txt (on the server)",
        "glove.6B.50d (on the server)",
        "glove.6B.100d (download, 862 MB)",
        "glove.6B.200d (download, 862 MB)",
        "glove.6B.300d (download, 862 MB)",
        "A file of your own",
    ]


def test_form_begins_without_vectors_and_nothing_to_freeze(open_page):
    app = open_page("train")
    assert app.session_state.vectors == "none"
    assert app.toggle(key="freeze_vectors").disabled
    assert not app.selectbox(key="embed_dim").disabled


def test_size_of_a_download_and_its_alternative_are_shown_before_it(open_page):
    app = open_page("train")
    app.selectbox(key="vectors").set_value("glove.6B.100d").run()
    (told,) = [text for text in words(app.caption) if "RNNDASH_DATA_DIR" in text]
    assert "Training starts with a download of 862 MB, once for all four sets" in told
    assert "glove.6B.100d.txt` (347 MB" in told


def test_embedding_size_follows_the_vectors(open_page):
    app = open_page("train")
    app.selectbox(key="vectors").set_value("glove.6B.100d").run()
    assert app.session_state.embed_dim == 100
    assert app.selectbox(key="embed_dim").disabled
    assert app.session_state.preset == "custom"
    assert app.query_params["vectors"] == "glove.6B.100d"


def test_size_that_no_menu_has_is_followed_too(open_page, mine):
    app = open_page("train", vectors="mine.txt")
    assert app.session_state.embed_dim == 7
    assert not app.button(key="start").disabled


def test_size_is_a_usual_one_again_without_the_vectors(open_page, mine):
    app = open_page("train", vectors="mine.txt")
    app.selectbox(key="vectors").set_value("none").run()
    assert app.session_state.embed_dim == 64
    assert not app.selectbox(key="embed_dim").disabled


def test_preset_takes_the_vectors_away(open_page, mine):
    app = open_page("train", vectors="mine.txt", freeze_vectors="true")
    app.segmented_control(key="preset").set_value("quick").run()
    assert app.session_state.vectors == "none"
    assert app.session_state.embed_dim == 64
    assert not app.session_state.freeze_vectors


@pytest.mark.slow
def test_run_starts_from_the_vectors_of_the_link(open_page, mine, store):
    app = open_page("train", vectors="mine.txt", freeze_vectors="true", **SMALL)
    app.button(key="start").click().run()
    (run_id,) = store.run_ids()
    record = wait_until_at_rest(run_queue().store, run_id)
    assert record.state is RunState.FINISHED
    assert (record.config.vectors.name, record.config.vectors.is_frozen) == ("mine.txt", True)
    assert record.config.embed_dim == 7
    app.run()
    assert any("3 of 22 words start from the word vectors mine.txt" in w for w in words(app.info))


def test_file_of_a_visitor_is_asked_for(open_page):
    app = open_page("train", vectors="upload")
    assert "Choose a file of word vectors." in words(app.info)
    assert app.button(key="start").disabled


def test_link_to_a_file_in_the_store_uses_it(open_page, environment):
    content = io.BytesIO(vector_lines(some_vectors(HAS, 8)).encode())
    sha256 = keep_vectors(content, "mine.txt", read_environment()).sha256
    app = open_page("train", vectors="upload", vectors_upload=sha256)
    assert app.session_state.embed_dim == 8
    assert not app.button(key="start").disabled


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "0" * 63])
def test_name_that_no_file_can_have_is_refused(open_page, sha256):
    app = open_page("train", vectors="upload", vectors_upload=sha256)
    assert any("64 hexadecimal digits" in text for text in words(app.error))
    assert app.button(key="start").disabled


def test_file_without_vectors_shows_an_error(open_page, mine):
    mine.write_bytes(b"PK\x03\x04")
    app = open_page("train", vectors="mine.txt")
    assert any("Only the text form of GloVe and word2vec" in text for text in words(app.error))
    assert app.button(key="start").disabled


def test_link_to_missing_vectors_shows_a_warning(open_page):
    app = open_page("train", vectors="theirs.txt")
    assert "The word vectors theirs.txt of this link are not on this server." in words(app.warning)
    assert app.session_state.vectors == "none"
