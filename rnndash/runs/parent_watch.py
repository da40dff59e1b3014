"""Standard input of a worker: its task in one line, and its end once the parent process is gone."""

import contextlib
import os
import queue
import threading


class ParentWatch:
    """Reads standard input in a thread of its own.

    Attributes:
        is_gone: set as soon as standard input has ended: the parent closed it, or has ended.
    """

    def __init__(self) -> None:
        self.is_gone = threading.Event()
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._watch, name="parent-watch", daemon=True).start()

    def first_line(self) -> str | None:
        """Wait for the line that says what to do; None if it never comes. Call it once."""
        return self._lines.get()

    def _watch(self) -> None:
        """Pass lines on, until the end.

        Reads without `sys.stdin`, whose lock, held by this thread, would make the process' exit
        fail.
        """
        rest = b""
        with contextlib.suppress(OSError):
            while data := os.read(0, 4096):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._lines.put(os.fsdecode(line))
        self.is_gone.set()
        self._lines.put(None)
