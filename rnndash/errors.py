"""Every error that a user can fix, in one tree.

    RnndashError
    ├── ConfigError               a setting outside its limits          (ValueError)
    ├── CorpusError               texts that cannot be used             (ValueError)
    │   └── CorpusUnavailableError  texts that cannot be reached        (ConnectionError)
    ├── CheckpointError           a checkpoint that does not fit        (ValueError)
    ├── VectorsError              word vectors that cannot be used      (ValueError)
    │   └── VectorsUnavailableError word vectors that cannot be reached (ConnectionError)
    ├── UnknownWordError          a word that a vocabulary lacks        (LookupError)
    ├── SequenceError             sequences that make no minibatch      (ValueError)
    ├── BusyError                 one at a time, and another was first  (TimeoutError)
    └── RunError                  a run directory that cannot be used
        ├── RunNotFoundError      no run of that name                   (LookupError)
        ├── RunStateError         not possible in the run's state       (ValueError)
        ├── ArchiveError          an archive of a run that does not fit (ValueError)
        └── StorageError          disk full, read-only, unreadable      (OSError)

A message says what is wrong, what is allowed, what came, and what to do. Pages show these
errors and no others: anything else is a fault of the program and keeps its traceback.
"""

import contextlib
import errno
from collections.abc import Callable, Iterator

MAKE_ROOM = "Make room or set RNNDASH_HOME to a folder that can be written."
"""What to do where a folder of rnndash cannot be written."""
LOCK_ELSEWHERE = (
    "No file can be locked on the file system of that folder. Set RNNDASH_HOME to a folder on "
    "another one, such as a disk of this machine, or have locks enabled where it is a network "
    "drive."
)
"""What to do in place of that where the system refuses locks."""
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP)


class RnndashError(Exception):
    """The root: catch this to catch everything that rnndash raises on purpose."""


class ConfigError(RnndashError, ValueError):
    """A setting has a value outside its limits."""


class CorpusError(RnndashError, ValueError):
    """The texts of a corpus cannot be used."""


class CorpusUnavailableError(CorpusError, ConnectionError):
    """The texts of a corpus are neither on this machine nor reachable."""


class CheckpointError(RnndashError, ValueError):
    """A checkpoint is damaged or belongs to other settings."""


class VectorsError(RnndashError, ValueError):
    """A file of word vectors cannot be used."""


class VectorsUnavailableError(VectorsError, ConnectionError):
    """Word vectors are neither on this machine nor reachable."""


class UnknownWordError(RnndashError, LookupError):
    """The vocabulary of a run does not have the word."""


class SequenceError(RnndashError, ValueError):
    """Sequences of token numbers do not make a minibatch."""


class BusyError(RnndashError, TimeoutError):
    """Only one can do this at a time, and another is doing it."""


class RunError(RnndashError):
    """Something is wrong with a run or with the folder that holds the runs."""


class RunNotFoundError(RunError, LookupError):
    """There is no run of that name."""


class RunStateError(RunError, ValueError):
    """The run's state does not allow what was asked."""


class ArchiveError(RunError, ValueError):
    """An archive of a run cannot be imported, or a run does not fit into one."""


class StorageError(RunError, OSError):
    """A file of a run cannot be written or read."""


@contextlib.contextmanager
def raised_as(make: Callable[[Exception], RnndashError], *kinds: type[Exception]) -> Iterator[None]:
    """Raise the error that `make` gives in place of an exception of these kinds.

    Errors of rnndash come through as they are, although some are of these kinds too: each is an
    OSError, a ValueError or a LookupError as well.
    """
    try:
        yield
    except RnndashError:
        raise
    except kinds as error:
        raise make(error) from error


@contextlib.contextmanager
def storage_errors(
    what: str, to_do: str = MAKE_ROOM, *, also: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Raise a `StorageError` in place of an `OSError`: what failed, why, and what to do.

    Args:
        what: `The run cannot be renamed`, without a full stop.
        to_do: one or two sentences; where the system refuses locks, others take their place.
        also: other exceptions that say that a file cannot be written.
    """

    def make(error: Exception) -> StorageError:
        is_no_lock = isinstance(error, OSError) and error.errno in _NO_LOCKS
        advice = LOCK_ELSEWHERE if is_no_lock else to_do
        return StorageError(f"{what}: {reason_of(error)}. {advice}")

    with raised_as(make, OSError, *also):
        yield


def reason_of(error: Exception) -> str:
    """The system's words for what went wrong, without the number and the path around them."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
