"""Requests to pause or stop, also those that cannot be read, or not yet."""

import pytest

from rnndash.events import Paused, Stopped
from rnndash.runs.folder import RunFolder
from rnndash.runs.requests import Command, send_command, take_command


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path)


@pytest.mark.parametrize(
    ("command", "event"),
    [(Command.PAUSE, Paused(samples=7)), (Command.STOP, Stopped(samples=7))],
)
def test_request_is_taken_once(folder, command, event):
    send_command(folder, command)
    taken = take_command(folder, 7)
    assert (type(taken), taken.samples) == (type(event), 7)
    assert take_command(folder, 7) is None


@pytest.mark.parametrize("text", ["", "pau", "STOP", "resume"])
def test_text_that_is_no_request_asks_for_nothing(folder, text):
    folder.command.write_text(text)
    assert take_command(folder, 7) is None
    send_command(folder, Command.PAUSE)
    assert isinstance(take_command(folder, 7), Paused)


@pytest.mark.parametrize("method", ["replace", "read_text"])
def test_request_that_another_process_holds_open_is_taken_later(folder, monkeypatch, method):
    def refuse(*_, **__):
        raise PermissionError("another process reads it")

    send_command(folder, Command.STOP)
    with monkeypatch.context() as held:
        held.setattr(f"pathlib.Path.{method}", refuse)
        assert take_command(folder, 7) is None
    assert isinstance(take_command(folder, 7), Stopped)
    assert list(folder.path.iterdir()) == []
