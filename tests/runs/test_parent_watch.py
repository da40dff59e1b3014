"""What a worker reads from its parent process, through a real pipe."""

import os
import threading

import pytest

from rnndash.runs.parent_watch import ParentWatch
from tests.waiting import PATIENCE_S


@pytest.fixture
def starter(monkeypatch):
    """The end of a pipe to write to; what reads standard input reads the other one."""
    reading, writing = os.pipe()
    real, is_open = os.read, True
    monkeypatch.setattr(os, "read", lambda _, size: real(reading, size))

    def tell(data):
        nonlocal is_open
        if data is None:
            is_open = False
            os.close(writing)
        else:
            os.write(writing, data)

    yield tell
    if is_open:
        os.close(writing)
    _end_of_threads()
    os.close(reading)


def _end_of_threads():
    for thread in threading.enumerate():
        if thread.name == "parent-watch":
            thread.join(PATIENCE_S)


def test_first_line_is_reported_however_it_comes(starter):
    parent = ParentWatch()
    starter(b"/home/me/ru")
    starter(b"ns/one\n")
    assert parent.first_line() == "/home/me/runs/one"
    assert not parent.is_gone.is_set()


def test_without_a_line_there_is_nothing_to_do(starter):
    parent = ParentWatch()
    starter(None)
    assert parent.first_line() is None
    assert parent.is_gone.wait(PATIENCE_S)
