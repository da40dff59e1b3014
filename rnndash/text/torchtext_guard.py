"""Keeps torchtext 0.6.0's word vectors from changing the process."""

import contextlib
import io
import ssl
from collections.abc import Iterator


@contextlib.contextmanager
def guarded_torchtext() -> Iterator[None]:
    """A block in which `Vectors` of torchtext 0.6.0 can be used without its side effects.

    It turns the check of certificates off for the whole process and draws progress bars on the
    error output. In this block the unchecked context is the checking one, and nothing is shown.
    """
    default, unchecked = ssl._create_default_https_context, ssl._create_unverified_context
    ssl._create_unverified_context = default  # type: ignore[assignment]
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        ssl._create_default_https_context = default
        ssl._create_unverified_context = unchecked
