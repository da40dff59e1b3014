"""AG News from a local copy and from a real server on this machine."""

import hashlib
import http.server
import os
import threading
from pathlib import Path

import pytest

from rnndash.errors import CorpusError, CorpusUnavailableError
from rnndash.text.ag_news import MD5, TEST, TRAIN, AgNewsReader

ROWS = (
    '"3","Oil rises","Prices rose; ""records"", said one."\n'
    '"4","","Whole text in the description with \\\\ and #39;s"\n'
    '"1","NA","null"\n'
    '"2","Final","Café wins 3:2"\n'
)
TEXTS = (
    'Oil rises Prices rose; "records", said one.',
    "Whole text in the description with \\\\ and #39;s",
    "NA null",
    "Final Café wins 3:2",
)


def _write(folder: Path, train: str = ROWS, test: str = ROWS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TRAIN).write_text(train, encoding="utf-8")
    (folder / TEST).write_text(test, encoding="utf-8")
    return folder


def _local(tmp_path, **files) -> AgNewsReader:
    _write(tmp_path / "data" / "ag_news", **files)
    return AgNewsReader(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def site(tmp_path):
    """A server that counts what it is asked for, and may break off in the middle of a file."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(tmp_path / "site"))

        def do_GET(self):
            server.requests.append(self.path)
            if server.break_off:
                self.send_response(200)
                self.send_header("Content-Length", "100000")
                self.end_headers()
                self.wfile.write(b"half")
                self.close_connection = True
                return
            super().do_GET()

        def log_message(self, *arguments):
            """Say nothing."""

    _write(tmp_path / "site")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.requests, server.break_off = [], False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _remote(tmp_path, site, **changes) -> AgNewsReader:
    digest = hashlib.md5(ROWS.encode()).hexdigest()
    values = {
        "data_dir": None,
        "cache_dir": tmp_path / "cache",
        "base_url": f"http://127.0.0.1:{site.server_port}/",
        "md5": {TRAIN: digest, TEST: digest},
    }
    return AgNewsReader(**(values | changes))


def test_local_copy_is_read_exactly(tmp_path):
    corpus = _local(tmp_path).load()
    assert corpus.train.texts == corpus.test.texts == TEXTS
    assert corpus.train.labels.tolist() == [2, 3, 0, 1]
    assert corpus.class_names == ("World", "Sports", "Business", "Sci/Tech")
    assert corpus.notes == ()


def test_local_copy_says_what_it_is_and_how_large(tmp_path):
    source = _local(tmp_path).load().source
    assert source == "AG News, local copy: 4 training and 4 test texts."


def test_rows_that_are_not_ag_news_are_left_out_and_counted(tmp_path):
    bad = '"5","a","b"\n"x","a","b"\n"1","a"\n"1","",""\n\n'
    corpus = _local(tmp_path, train=ROWS + bad).load()
    assert corpus.train.texts == TEXTS
    assert corpus.notes == (
        "5 rows of AG News were left out: they have no text, no class from 1 to 4, or not three "
        "columns.",
    )


@pytest.mark.parametrize("content", ["", "a,b,c\n", "\n"])
def test_file_without_a_usable_row_is_an_error(tmp_path, content):
    with pytest.raises(CorpusError, match=r"test\.csv has no row that is AG News"):
        _local(tmp_path, test=content).load()


def test_file_of_another_kind_is_an_error(tmp_path):
    reader = _local(tmp_path)
    (tmp_path / "data" / "ag_news" / TRAIN).write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(CorpusError, match=r"train\.csv cannot be read as AG News"):
        reader.load()


def test_other_content_has_another_fingerprint(tmp_path):
    before = _local(tmp_path).fingerprint()
    assert _local(tmp_path).fingerprint() == before
    assert _local(tmp_path, test=ROWS + ROWS).fingerprint() != before


def test_download_is_read_and_its_progress_reported(tmp_path, site):
    told = []
    corpus = _remote(tmp_path, site).load(lambda message, share: told.append((message, share)))
    assert corpus.train.texts == TEXTS
    assert corpus.source == "AG News, downloaded and checked: 4 training and 4 test texts."
    shares = [share for message, share in told if message == "Downloading AG News"]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_second_load_asks_the_network_for_nothing(tmp_path, site):
    _remote(tmp_path, site).load()
    assert site.requests == ["/train.csv", "/test.csv"]
    _remote(tmp_path, site).load()
    assert site.requests == ["/train.csv", "/test.csv"]


def test_download_with_other_content_is_refused_and_thrown_away(tmp_path, site):
    with pytest.raises(CorpusError, match=r"train\.csv .* \(its MD5 differs\)"):
        _remote(tmp_path, site, md5=MD5).load()
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_download_cut_off_leaves_nothing_behind(tmp_path, site):
    site.break_off = True
    with pytest.raises(CorpusUnavailableError, match="cannot be downloaded"):
        _remote(tmp_path, site).load()
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
    site.break_off = False
    assert _remote(tmp_path, site).load().train.texts == TEXTS


def test_no_network_names_both_ways_out(tmp_path, site):
    site.shutdown()
    site.server_close()
    with pytest.raises(CorpusUnavailableError) as caught:
        _remote(tmp_path, site, data_dir=tmp_path / "mine").load()
    assert str(caught.value) == (
        "AG News cannot be downloaded (ConnectionError). Either put train.csv and test.csv into a "
        "folder named ag_news and set RNNDASH_DATA_DIR to the folder above it "
        f"({tmp_path / 'mine' / 'ag_news'} has none), or train once with a connection to the "
        "internet. The built-in corpus headlines needs neither."
    )


def test_missing_page_names_both_ways_out(tmp_path, site):
    (tmp_path / "site" / TRAIN).unlink()
    with pytest.raises(CorpusUnavailableError, match="RNNDASH_DATA_DIR"):
        _remote(tmp_path, site).load()


def test_cache_that_cannot_be_written_is_reported(tmp_path, site):
    (tmp_path / "cache").write_text("a file, not a folder")
    with pytest.raises(CorpusError, match="AG News cannot be kept in"):
        _remote(tmp_path, site).load()


def test_download_after_an_empty_data_dir_says_where_it_looked(tmp_path, site):
    corpus = _remote(tmp_path, site, data_dir=tmp_path / "mine").load()
    assert corpus.notes == (
        f"RNNDASH_DATA_DIR has no AG News: {tmp_path / 'mine' / 'ag_news'} was looked into.",
    )


def test_place_of_the_texts_is_known_without_reading_them(tmp_path, site):
    reader = _remote(tmp_path, site)
    assert reader.available() is None
    reader.load()
    assert reader.available() == "Downloaded before."
    assert _local(tmp_path).available() == "Local copy."


@pytest.mark.skipif(
    "RNNDASH_DATA_DIR" not in os.environ, reason="RNNDASH_DATA_DIR names no copy of AG News"
)
def test_real_files_are_read_whole():
    reader = AgNewsReader(data_dir=REAL, cache_dir=REAL)
    corpus = reader.load()
    assert corpus.notes == ()
    assert len(corpus.test) == 7_600


REAL = Path(os.environ.get("RNNDASH_DATA_DIR", "."))
