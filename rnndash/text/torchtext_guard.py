"""torchtext 0.6.0's word vectors without their side effects on the process."""

import contextlib
import io
import ssl
from collections.abc import Iterator


@contextlib.contextmanager
def guarded_torchtext() -> Iterator[None]:
    """A stretch in which `Vectors` of torchtext 0.6.0 may work.

    It switches the check of certificates off for the whole process, and draws bars on the error
    output. Here it finds the checking context under the name of the other, and nothing is shown.
    """
    default, unchecked = ssl._create_default_https_context, ssl._create_unverified_context
    ssl._create_unverified_context = default  # type: ignore[assignment]
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        ssl._create_default_https_context = default
        ssl._create_unverified_context = unchecked
