"""The download of GloVe as torchtext does it, from a real server on this machine."""

import hashlib
import http.server
import io
import threading
import zipfile

import pytest
from torchtext.vocab import GloVe

from rnndash.config.word_vectors import GLOVE_DOWNLOAD_MB, GLOVE_SETS, GLOVE_URL
from rnndash.errors import StorageError, VectorsError, VectorsUnavailableError
from rnndash.text import glove
from rnndash.text.glove import GloveDownload
from tests.text.vector_texts import some_vectors, vector_lines
from tests.waiting import PATIENCE_S

NAME = "glove.6B.50d"
LINES = vector_lines(some_vectors(["the", "goal"], 50))


def _archive(names=tuple(GLOVE_SETS)):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(f"{name}.txt", LINES)
    return file.getvalue()


ARCHIVE = _archive()


@pytest.fixture
def site():
    """A server of one file; it counts what it is asked for, and may break off in the middle."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            server.requests.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(server.content)))
            self.end_headers()
            self.wfile.write(server.content[: 100 if server.breaks_off else None])

        def log_message(self, *arguments):
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.requests, server.content, server.breaks_off = [], ARCHIVE, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def download(site, tmp_path, monkeypatch):
    monkeypatch.setattr(glove, "_TICK_S", 0.02)
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def download(**changes):
        values = {
            "folder": tmp_path / "home",
            "url": f"http://127.0.0.1:{site.server_port}/data/glove.6B.zip",
            "sha256": hashlib.sha256(ARCHIVE).hexdigest(),
            "size": len(ARCHIVE),
            "room": 0,
        }
        return GloveDownload(**(values | changes))

    return download


def _names(folder):
    return {path.name for path in folder.iterdir()}


def test_address_is_torchtexts_own_by_a_checked_connection():
    assert GloVe.url["6B"].replace("http:", "https:") == GLOVE_URL
    assert round(glove.SIZE / 1e6) == GLOVE_DOWNLOAD_MB


def test_set_is_downloaded_and_unpacked_once(download, site, tmp_path):
    path = download().fetch(NAME)
    assert path == tmp_path / "home" / "glove.6B.50d.txt"
    assert path.read_text() == LINES
    assert download().fetch(NAME) == path
    assert site.requests == ["/data/glove.6B.zip"]


def test_archive_is_kept_for_other_sets_and_nothing_else(download, site, tmp_path):
    download().fetch(NAME)
    download().fetch("glove.6B.300d")
    assert len(site.requests) == 1
    assert _names(tmp_path / "home") - {"glove.lock"} == {
        "glove.6B.zip",
        "glove.6B.50d.txt",
        "glove.6B.300d.txt",
    }


def test_progress_tells_size_and_share(download):
    told = []
    download(size=10 * len(ARCHIVE)).fetch(NAME, lambda *news: told.append(news))
    assert {message for message, _ in told} == {"Downloading GloVe, 0 MB"}
    assert all(0 <= share <= 0.1 for _, share in told)


def test_other_content_is_thrown_away(download, site, tmp_path):
    site.content = _archive(("glove.6B.50d", "more"))
    with pytest.raises(
        VectorsError, match=r"Another file than GloVe's archive came from http://127"
    ):
        download().fetch(NAME)
    assert _names(tmp_path / "home") <= {"glove.lock"}


def test_archive_without_the_set_is_thrown_away(download, site, tmp_path):
    site.content = _archive(("readme",))
    with pytest.raises(VectorsError, match="was thrown away"):
        download(sha256=hashlib.sha256(site.content).hexdigest()).fetch(NAME)
    assert _names(tmp_path / "home") <= {"glove.lock"}


@pytest.mark.parametrize("content", [b"<html>Log in first</html>", b""], ids=["a page", "nothing"])
def test_what_is_no_archive_is_thrown_away(download, site, tmp_path, content):
    site.content = content
    with pytest.raises(VectorsUnavailableError, match=r"cannot be downloaded \(BadZipFile\)"):
        download().fetch(NAME)
    assert _names(tmp_path / "home") <= {"glove.lock"}


def test_download_that_breaks_off_leaves_nothing_and_can_be_tried_again(download, site, tmp_path):
    site.breaks_off = True
    with pytest.raises(VectorsUnavailableError, match="ContentTooShortError"):
        download().fetch(NAME)
    assert _names(tmp_path / "home") <= {"glove.lock"}
    site.breaks_off = False
    assert download().fetch(NAME).read_text() == LINES


def test_no_network_names_the_ways_out(download, site, tmp_path):
    site.shutdown()
    site.server_close()
    with pytest.raises(VectorsUnavailableError) as caught:
        download(local_dir=tmp_path / "data" / "vectors").fetch(NAME)
    assert str(caught.value) == (
        "glove.6B.50d cannot be downloaded (URLError). Either put glove.6B.50d.txt into a folder "
        "named vectors and set RNNDASH_DATA_DIR to the folder above it "
        f"({tmp_path / 'data' / 'vectors'} has none), or train once with a connection to the "
        "internet. Without word vectors neither is needed."
    )


def test_server_that_falls_silent_is_given_up(download, site, monkeypatch):
    monkeypatch.setattr(glove, "_SILENT_S", 0.1)
    waits = threading.Event()
    monkeypatch.setattr("torchtext.vocab.urlretrieve", lambda *_, **__: waits.wait(PATIENCE_S))
    with pytest.raises(VectorsUnavailableError, match=r"cannot be downloaded \(TimeoutError\)"):
        download().fetch(NAME)
    waits.set()


def test_whoever_hears_of_the_progress_can_end_it(download, monkeypatch, tmp_path):
    def leave(message, fraction):
        raise KeyboardInterrupt

    download().fetch(NAME)
    with pytest.raises(KeyboardInterrupt):
        download().fetch("glove.6B.100d", leave)
    assert _names(tmp_path / "home") >= {"glove.6B.50d.txt", "glove.6B.zip"}


def test_machine_without_room_is_reported_before_anything_is_fetched(download, site):
    with pytest.raises(StorageError, match=r"takes 1,?000,?000\.0 GB in .*; .* GB are free"):
        download(room=10**15).fetch(NAME)
    assert site.requests == []


def test_folder_that_cannot_be_made_is_reported(download, tmp_path):
    (tmp_path / "home").write_text("a file, not a folder")
    with pytest.raises(StorageError, match="GloVe cannot be kept in"):
        download().fetch(NAME)
