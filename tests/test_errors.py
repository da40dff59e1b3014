"""Exceptions of the system, raised as errors of rnndash."""

import errno

import pytest

from rnndash.errors import (
    MAKE_ROOM,
    ArchiveError,
    CorpusUnavailableError,
    RunStateError,
    StorageError,
    raised_as,
    storage_errors,
)


def test_full_disk_is_reported_with_what_failed_and_what_to_do():
    with pytest.raises(StorageError) as caught, storage_errors("The run cannot be kept"):
        raise OSError(errno.ENOSPC, "No space left on device", "/secret/path")
    assert str(caught.value) == f"The run cannot be kept: No space left on device. {MAKE_ROOM}"
    assert isinstance(caught.value.__cause__, OSError)


def test_reason_without_a_number_is_reported_whole():
    message = r"^It cannot be: a reason\. Do this\.$"
    with pytest.raises(StorageError, match=message), storage_errors("It cannot be", "Do this."):
        raise OSError("a reason")


def test_other_kinds_count_where_they_are_named():
    with_others = storage_errors("It cannot be", also=(KeyError,))
    with pytest.raises(StorageError, match="no header"), with_others:
        raise KeyError("no header")
    with pytest.raises(KeyError), storage_errors("It cannot be"):
        raise KeyError("no header")


@pytest.mark.parametrize("error", [CorpusUnavailableError("x"), RunStateError("x")])
def test_error_of_rnndash_comes_through_although_it_is_of_that_kind(error):
    as_archive_error = raised_as(lambda e: ArchiveError(str(e)), OSError, ValueError)
    with pytest.raises(type(error)) as caught, as_archive_error:
        raise error
    assert caught.value is error


def test_block_without_an_error_ends_as_usual():
    done = []
    with storage_errors("It cannot be"):
        done.append(True)
    assert done == [True]
