import pytest

from rnndash.config.run_config import RunConfig
from rnndash.events import (
    Checkpointed,
    Failed,
    Finished,
    HeldOut,
    Interrupted,
    Measured,
    Paused,
    Preparing,
    Queued,
    Reported,
    Started,
    Stopped,
)
from rnndash.results import RunState
from rnndash.runs.history import RunHistory
from rnndash.runs.run_id import RunId

RUN_ID = RunId.parse("20261124-115613-3f9a-rnn")


def _started(**changes):
    values = {
        "device": "CPU, 1 thread",
        "parameters": 10,
        "vocabulary": 5,
        "class_names": ("a", "b"),
        "train_texts": 300,
        "test_texts": 20,
        "samples_total": 600,
        "source": "Made for a test.",
    }
    return Started(**(values | changes))


def _measured(samples, seconds=None):
    return Measured(
        samples=samples,
        epoch=samples / 300,
        seconds=samples / 100 if seconds is None else seconds,
        running_accuracy=0.5,
        window_accuracy=0.5,
        loss=1.0,
        samples_per_second=100.0,
    )


def _held_out(samples):
    return HeldOut(
        samples=samples, epoch=samples / 300, seconds=1.0, texts=20, accuracy=0.5, loss=1.0
    )


FINISHED = Finished(
    samples=600,
    seconds=6.0,
    running_accuracy=0.8,
    test_accuracy=0.9,
    test_loss=0.3,
    confusion=((9, 1), (1, 9)),
    padding_share=0.2,
    peak_memory_mb=300.0,
)
DIED = Failed(reason="It died.", hint="Resume.", resumable=True, exit_code=-9)
EXPLODED = Failed(reason="The loss became nan.", hint="Smaller rate.", resumable=False, step=3)


def _record(*events):
    config = RunConfig(model="rnn", samples=300, epochs=2)
    history = RunHistory(run_id=RUN_ID, created=1.0, config=config)
    history.apply(events)
    return history.record()


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (Queued(), RunState.QUEUED),
        (Preparing(message="Loading PyTorch"), RunState.PREPARING),
        (_started(), RunState.RUNNING),
        (Checkpointed(samples=1), RunState.RUNNING),
        (Paused(samples=1), RunState.PAUSED),
        (Stopped(samples=1), RunState.STOPPED),
        (Interrupted(samples=1, reason=""), RunState.INTERRUPTED),
        (FINISHED, RunState.FINISHED),
        (DIED, RunState.FAILED),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, RunState) else value.value,
)
def test_last_event_decides_the_state(last, state):
    assert _record(Queued(), _started(), last).state is state


@pytest.mark.parametrize(
    ("last", "can_resume"),
    [
        (Queued(), False),
        (_started(), False),
        (Paused(samples=1), True),
        (Stopped(samples=1), True),
        (Interrupted(samples=1, reason=""), True),
        (DIED, True),
        (EXPLODED, False),
        (FINISHED, False),
    ],
    ids=lambda value: getattr(value, "reason", None) or type(value).__name__,
)
def test_run_can_be_resumed_unless_at_work_or_done(last, can_resume):
    assert _record(Queued(), _started(), last).can_resume is can_resume


def test_resumed_run_forgets_what_lay_after_its_checkpoint():
    record = _record(
        _started(),
        _measured(100),
        _held_out(100),
        Reported(epoch=1, samples=200, accuracy=0.5),
        _measured(200),
        _measured(300),
        _held_out(300),
        Reported(epoch=2, samples=100, accuracy=0.5),
        _measured(400),
        DIED,
        Queued(),
        _started(resumed_at=200),
    )
    assert [p.samples for p in record.points] == [100, 200]
    assert [p.samples for p in record.held_out] == [100]
    assert [line.samples for line in record.lines] == [200]


def test_resumed_run_keeps_what_was_measured_at_its_checkpoint():
    record = _record(
        _started(samples_total=601),  # an epoch and a half text: whole texts count
        _held_out(200),
        _held_out(201),
        Reported(epoch=2, samples=100, accuracy=0.5),
        Reported(epoch=2, samples=101, accuracy=0.5),
        Queued(),
        _started(resumed_at=400),
        _started(resumed_at=200),
    )
    assert [p.samples for p in record.held_out] == [200]
    record = _record(
        _started(samples_total=601),
        Reported(epoch=2, samples=100, accuracy=0.5),
        Reported(epoch=2, samples=101, accuracy=0.5),
        _started(resumed_at=400),
    )
    assert [line.samples for line in record.lines] == [100]


def test_run_that_nothing_is_known_of_has_no_message_and_no_damage():
    record = _record()
    assert (record.message, record.fraction, record.damaged_lines) == ("", None, 0)


def test_preparing_run_says_what_it_does():
    record = _record(Preparing(message="Downloading", fraction=0.25))
    assert (record.message, record.fraction) == ("Downloading", 0.25)


def test_lines_of_a_second_epoch_come_after_those_of_the_first():
    record = _record(
        _started(),
        Reported(epoch=1, samples=200, accuracy=0.5),
        Reported(epoch=2, samples=200, accuracy=0.6),
        DIED,
        Queued(),
        _started(resumed_at=480),
    )
    assert [(line.epoch, line.samples) for line in record.lines] == [(1, 200)]


def test_queued_again_forgets_the_failure():
    assert _record(_started(), DIED, Queued()).failure is None


def test_progress_and_time_left_follow_the_latest_points():
    record = _record(_started(), _measured(100), _measured(200))
    assert record.progress == pytest.approx(1 / 3)
    assert record.samples_per_second == pytest.approx(100)
    assert record.seconds_left == pytest.approx(4)


def test_time_left_is_unknown_while_paused():
    record = _record(_started(), _measured(100), _measured(200), Paused(samples=200))
    assert record.seconds_left is None


def test_record_names_its_run_and_comparison():
    record = _record()
    assert (record.run_id, record.comparison) == (str(RUN_ID), "20261124-115613-3f9a")


def test_total_before_the_start_is_what_the_settings_ask_for():
    assert _record(Queued()).samples_total == 600
