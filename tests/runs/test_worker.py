"""Parts of the worker, in this process."""

import threading

import pytest

from rnndash.config.run_config import RunConfig
from rnndash.events import Checkpointed, Finished, Interrupted, Measured, Paused, Stopped
from rnndash.runs import worker
from rnndash.runs.folder import RunFolder
from rnndash.runs.requests import Command
from rnndash.training.checkpoint import load_checkpoint
from rnndash.training.run import Training
from tests.corpora import small_encoded_corpus


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path)


@pytest.fixture
def training():
    config = RunConfig(model="rnn", samples=128, batch_size=32, embed_dim=4, hidden_dim=4)
    return Training(config, small_encoded_corpus())


def _train(training, folder, *, parent_is_gone=None, on_event=None):
    events = []

    def journal(event):
        events.append(event)
        if on_event is not None:
            on_event(event)

    worker._train(training, folder, journal, parent_is_gone or threading.Event())
    return events


def test_checkpoint_is_due_at_least_every_half_minute():
    assert worker.CHECKPOINT_EVERY_S <= 30


def test_checkpoint_is_written_whenever_it_is_due(training, folder, monkeypatch):
    monkeypatch.setattr(worker, "CHECKPOINT_EVERY_S", 0.0)
    events = _train(training, folder)
    saved = [event.samples for event in events if isinstance(event, Checkpointed)]
    assert saved[:4] == [32, 64, 96, 128]


def test_checkpoint_is_written_before_the_end_is_reported(training, folder):
    *_, saved, finished = _train(training, folder)
    assert isinstance(saved, Checkpointed)
    assert isinstance(finished, Finished)
    assert load_checkpoint(folder.checkpoint).position.samples == 128


@pytest.mark.parametrize(("command", "kind"), [(Command.PAUSE, Paused), (Command.STOP, Stopped)])
def test_command_is_obeyed_after_the_present_minibatch(training, folder, command, kind):
    def ask(event):
        if isinstance(event, Measured) and event.samples == 64:
            folder.command.write_text(command)

    *_, saved, last = _train(training, folder, on_event=ask)
    assert (saved.samples, last) == (64, kind(time=last.time, samples=64))
    assert not folder.command.exists()


def test_worker_whose_parent_is_gone_saves_and_ends(training, folder):
    gone = threading.Event()
    gone.set()
    *_, saved, last = _train(training, folder, parent_is_gone=gone)
    assert isinstance(last, Interrupted)
    assert load_checkpoint(folder.checkpoint).position.samples == saved.samples == 32


def test_stop_requested_while_texts_are_prepared_ends_the_worker_at_once(folder):
    events = []
    report = worker._reporter(folder, events.append, threading.Event())
    report("Downloading", 0.1)
    folder.command.write_text(Command.STOP)
    with pytest.raises(worker.StopRequested) as request:
        report("Downloading", 0.2)
    assert [event.fraction for event in events] == [0.1]
    assert request.value.event == Stopped(time=request.value.event.time, samples=0)
    assert not folder.command.exists()
