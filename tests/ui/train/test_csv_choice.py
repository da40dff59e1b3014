"""A visitor's own file on the Train page."""

import io

import pytest

from rnndash.results import RunState
from rnndash.text.uploads import keep_upload
from rnndash.ui.services import run_queue
from tests.waiting import wait_until_at_rest

ROWS = "".join(f"{c},{w} number {n}\n" for n in range(40) for c, w in (("a", "x"), ("b", "y")))


@pytest.fixture
def upload(environment):
    def upload(content):
        return keep_upload(io.BytesIO(content.encode()), environment / "uploads")

    return upload


def test_csv_without_a_file_asks_for_one(open_page):
    app = open_page("train", corpus="csv")
    assert app.button(key="start").disabled


def test_link_to_an_upload_offers_its_columns(open_page, upload):
    app = open_page("train", corpus="csv", upload=upload("kind,title\n" + ROWS))
    assert app.selectbox(key="label_column").options == ["kind", "title"]
    assert app.selectbox(key="text_column").value == "title"
    assert app.selectbox(key="label_column").value is None
    assert app.button(key="start").disabled


@pytest.mark.slow
def test_upload_is_trained_on(open_page, upload, store):
    link = {"corpus": "csv", "upload": upload("label,text\n" + ROWS), "models": "rnn"}
    app = open_page("train", **link, samples="100", embed_dim="4", hidden_dim="4")
    app.button(key="start").click().run()
    record = wait_until_at_rest(run_queue().store, store.run_ids()[0])
    assert record.state is RunState.FINISHED
    assert record.started.class_names == ("a", "b")


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 63, "g" * 64])
def test_name_that_no_upload_can_have_is_refused(open_page, name):
    app = open_page("train", corpus="csv", upload=name)
    assert "Upload the CSV file again" in app.error[0].value


def test_deleted_upload_shows_an_error(open_page):
    app = open_page("train", corpus="csv", upload="0" * 64)
    assert "cannot be read" in app.error[0].value
