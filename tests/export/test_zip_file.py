"""Zip files that are no archives of runs, or that are out for harm."""

import io
import stat
import struct
import zipfile

import pytest

from rnndash.errors import ArchiveError
from rnndash.export.archive import import_run
from rnndash.runs.store import RunStore
from tests.export.archives import (
    RUN_ID,
    assert_refused,
    good_members,
    import_bytes,
    manifest_of,
    pack,
)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "elsewhere" / "runs")


@pytest.fixture
def members(tmp_path):
    return good_members(RunStore(tmp_path / "runs"))


def test_archive_made_by_hand_is_taken_in(members, store):
    assert import_bytes(store, pack(members)) == RUN_ID


@pytest.mark.parametrize(
    "name",
    [
        "evil.txt",
        "worker.json",
        "../evil",
        "../../run.json",
        "/etc/evil",
        "C:\\evil",
        "folder/",
        "folder/run.json",
        "RUN.JSON",
    ],
)
def test_name_that_does_not_belong_is_refused(members, store, name):
    data = pack({**members, name: b""}, manifest_of(members))
    assert_refused(
        store, data, r"it holds '.*'\. An archive of a run holds manifest.json, run.json"
    )


def test_name_that_goes_on_behind_a_zero_is_refused(members, store):
    data = pack({**members, "run.json.evil": b""}, manifest_of(members))
    data = data.replace(b"run.json.evil", b"run.json\0evil")
    assert_refused(store, data, r"it holds 'run\.json\\x00evil'")


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")  # the warning of who writes it
def test_name_that_comes_twice_is_refused(members, store):
    file = io.BytesIO(pack(members))
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("run.json", b"{}")
    assert_refused(store, file.getvalue(), r"it holds run\.json twice")


def _changing(name, **changes):
    def change(entry):
        if entry.filename == name:
            for attribute, value in changes.items():
                setattr(entry, attribute, value)

    return change


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFCHR, stat.S_IFIFO])
def test_member_that_is_no_plain_file_is_refused(members, store, kind):
    change = _changing("words.json", external_attr=(kind | 0o777) << 16)
    assert_refused(store, pack(members, change=change), r"words\.json is a link, a folder or")


def test_encrypted_member_is_refused(members, store):
    data = bytearray(pack(members))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert_refused(store, bytes(data), "is encrypted; archives of runs have no password")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(members, store, method):
    change = _changing("words.json", compress_type=method)
    reason = rf"words\.json is packed by method {method}; stored \(0\) and deflated \(8\)"
    assert_refused(store, pack(members, change=change), reason)


def test_member_that_unpacks_past_its_limit_is_refused(members, store):
    data = pack({**members, "words.json": b"[" + b" " * 2**24 + b"]"})
    assert len(data) < 100_000
    reason = r"words\.json is too large: up to 16 MiB are allowed, and 1,024 MiB for all"
    assert_refused(store, data, reason)


def test_manifest_that_unpacks_past_its_limit_is_refused(members, store):
    reason = r"manifest\.json is too large: up to 64 KiB are allowed"
    assert_refused(store, pack(members, b" " * 2**20), reason)


def test_member_that_declares_less_than_it_unpacks_to_is_refused(members, store):
    data = pack({**members, "words.json": b" " * 7_777_777})
    data = data.replace(struct.pack("<L", 7_777_777), struct.pack("<L", 7))
    assert_refused(store, data, r"words\.json cannot be unpacked \(Bad CRC-32")


def test_member_that_declares_more_than_it_unpacks_to_is_refused(members, store):
    data = pack({**members, "words.json": b" " * 7_777_777})
    data = data.replace(struct.pack("<L", 7_777_777), struct.pack("<L", 9_999_999))
    assert_refused(store, data, r"its words\.json")


def test_archive_that_is_too_large_is_refused_unread(store):
    class Endless(io.BytesIO):
        def seek(self, *_):
            return 2**40

    with pytest.raises(ArchiveError, match="it is larger than 1,024 MiB"):
        import_run(store, Endless())


def test_archive_with_a_long_list_of_contents_is_refused_unread(store, monkeypatch):
    data = pack({f"{number}.txt": b"" for number in range(1000)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert_refused(store, data, "it lists far more than 7 files")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is not a whole zip file"),
        (b"text,label\nhello,world\n" * 10, "it does not end as a plain zip file does"),
        (b"PK\5\6" + b"\0" * 18, r"it has no manifest\.json, so it is not an archive of a run"),
    ],
    ids=["nothing", "another file", "empty zip file"],
)
def test_file_that_is_no_archive_is_refused(store, data, reason):
    assert_refused(store, data, reason)


def test_archive_with_a_comment_is_refused(members, store):
    data = pack(members)[:-2] + b"\5\0hello"
    assert_refused(store, data, "it does not end as a plain zip file does")


def test_archive_whose_list_of_contents_stands_in_an_extension_is_refused(members, store):
    data = pack(members)
    data = data[:-22] + b"PK\6\7" + bytes(16) + data[-22:]
    assert_refused(store, data, "it does not end as a plain zip file does")


def test_refusal_says_what_to_do(store):
    assert_refused(store, b"", "Nothing was changed; if you trust .* have it exported once more")
