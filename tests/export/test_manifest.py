"""Manifests that do not tell the truth."""

import pytest

from rnndash.runs.store import RunStore
from tests.export.archives import assert_refused, describe, good_members, manifest_of, pack


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "elsewhere" / "runs")


@pytest.fixture
def members(tmp_path):
    return good_members(RunStore(tmp_path / "runs"))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"[]", b"{}", b"1", b"[" * 60_000], ids=lambda data: repr(data[:5])
)
def test_manifest_that_is_none_is_refused(members, store, data):
    assert_refused(store, pack(members, data), r"its manifest\.json is damaged")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": 2}, r"newer version of rnndash \(format 2; .* up to 1\)\. Update rnndash"),
        ({"format": "1"}, r"damaged \('1' is not int\)"),
        ({"members": {}}, r"damaged \('\{\}' is not list\)"),
        ({"members": [1]}, "damaged"),
        ({"members": []}, r"it lacks run\.json and journal\.jsonl, without which there is no run"),
        ({"run_id": 1}, r"damaged \('1' is not str\)"),
        ({"run_id": "../20261124-115613-3f9a-rnn"}, r"'\.\./2.*' is no id of a run; one reads 2"),
        ({"run_id": "\u0662\u0660261124-115613-3f9a-rnn"}, "is no id of a run"),
        ({"run_id": "20261124-115613-3f9a-rnn\n"}, "is no id of a run"),
        ({"run_id": "20261124-115613-3f9a-rnn"}, "named after another model than packed_lstm"),
        ({"run_id": "20261124-115613-3f9a-none"}, "is no id of a run; .* its end is one of rnn, "),
    ],
    ids=repr,
)
def test_manifest_with_a_wrong_field_is_refused(members, store, changes, reason):
    assert_refused(store, pack(members, manifest_of(members, **changes)), reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"size": -1}, "its manifest has a wrong size or SHA-256 for"),
        ({"size": True}, "'True' is not int"),
        ({"size": 1}, "is not the file that its manifest describes"),
        ({"sha256": "0"}, "its manifest has a wrong size or SHA-256 for"),
        ({"sha256": "0" * 64}, "is not the file that its manifest describes"),
        ({"name": "run.json"}, "its manifest lists a file twice"),
        ({"name": "manifest.json"}, "its manifest lists a file twice, or itself"),
        (
            {"name": "worker.json"},
            r"lists 'worker\.json'\. An archive of a run holds manifest.json",
        ),
        ({"name": "../../evil"}, r"its manifest lists '\.\./\.\./evil'"),
        ({"name": 1}, "'1' is not str"),
    ],
    ids=repr,
)
def test_manifest_with_a_wrong_member_is_refused(members, store, changes, reason):
    listed = describe(members, **changes)
    assert_refused(store, pack(members, manifest_of(members, members=listed)), reason)


def test_manifest_that_lists_itself_is_refused(members, store):
    data = manifest_of({**members, "manifest.json": b""})
    assert_refused(store, pack(members, data), "its manifest lists a file twice, or itself")


def test_member_that_is_not_listed_is_refused(members, store):
    listed = {name: data for name, data in members.items() if name != "name.txt"}
    reason = r"it holds name\.txt, which its manifest does not list"
    assert_refused(store, pack(members, manifest_of(listed)), reason)


def test_member_that_is_listed_but_missing_is_refused(members, store):
    data = manifest_of(members)
    del members["words.json"]
    reason = r"its manifest lists words\.json, which it does not hold"
    assert_refused(store, pack(members, data), reason)


def test_member_with_other_content_than_listed_is_refused(members, store):
    data = manifest_of(members)
    members["words.json"] = members["words.json"].replace(b"goal", b"gaol")
    reason = r"its words\.json is not the file that its manifest describes"
    assert_refused(store, pack(members, data), reason)
