"""Standard input as a lifeline: when it ends, whoever started this process is gone."""

import contextlib
import os
import queue
import threading


class Lifeline:
    """Watches standard input from a thread of its own.

    Attributes:
        gone: set once there is nobody left to work for.
    """

    def __init__(self) -> None:
        self.gone = threading.Event()
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._watch, name="lifeline", daemon=True).start()

    def first_line(self) -> str | None:
        """Wait for the line that says what to do; None if it never comes. Call it once."""
        return self._lines.get()

    def _watch(self) -> None:
        """Pass lines on, until the end.

        Reads past `sys.stdin`, whose lock, held by this thread, would spoil the process' exit.
        """
        rest = b""
        with contextlib.suppress(OSError):
            while data := os.read(0, 4096):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._lines.put(os.fsdecode(line))
        self.gone.set()
        self._lines.put(None)
