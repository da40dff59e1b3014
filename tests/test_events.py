import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    from_line,
    from_lines,
    to_line,
)

EVENTS = [
    Queued(time=1.0),
    Preparing(time=1.0, message="Encoding the texts", fraction=0.5),
    Started(
        time=2.0,
        device="CPU, 1 thread",
        parameters=10,
        vocabulary=5,
        class_names=("a", "b"),
        train_texts=3,
        test_texts=2,
        samples_total=3,
        source="Made for a test.",
        notes=("One row was left out.",),
    ),
    Reported(time=3.0, epoch=1, samples=3200, accuracy=0.3090625),
    Measured(
        time=3.0,
        samples=3200,
        epoch=0.5,
        seconds=1.5,
        running_accuracy=0.3,
        window_accuracy=0.4,
        loss=1.1,
        samples_per_second=2000.0,
    ),
    HeldOut(time=3.0, samples=3200, epoch=0.5, seconds=1.5, texts=80, accuracy=0.5, loss=1.0),
    Checkpointed(time=3.0, samples=3200),
    Paused(time=3.0, samples=3200),
    Stopped(time=3.0, samples=3200),
    Interrupted(time=3.0, samples=3200, reason="The program that started it was closed."),
    Finished(
        time=4.0,
        samples=6400,
        seconds=3.0,
        running_accuracy=0.6,
        test_accuracy=0.7,
        test_loss=0.9,
        confusion=((1, 0), (1, 2)),
        padding_share=0.25,
        peak_memory_mb=300.0,
    ),
    Failed(time=4.0, reason="It died.", hint="Resume.", resumable=True, exit_code=-9),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_event_written_and_read_is_the_same(event):
    assert from_line(to_line(event)) == event


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_event_takes_one_line(event):
    assert "\n" not in to_line(event)


def test_reported_line_reads_as_in_the_lesson():
    assert Reported(epoch=1, samples=3200, accuracy=0.3090625).line == "3200: acc=0.3090625"


def test_unknown_event_is_passed_over():
    assert from_line('{"event":"celebrated","time":1.0}') is None


def test_unknown_field_is_passed_over():
    values = json.loads(to_line(EVENTS[6])) | {"mood": "good"}
    assert from_line(json.dumps(values)) == EVENTS[6]


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "7", "{}", '{"event":7}', '{"event":"paused","time":1.0}']
)
def test_damaged_line_is_a_value_error(line):
    with pytest.raises(ValueError, match=r"not an event|without samples|Expecting|Extra"):
        from_line(line)


def test_number_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_line(Failed(time=float("nan"), reason="", hint="", resumable=False))


DAMAGED = [
    "",
    "{",
    "7",
    "[]",
    "{}",
    '{"event":7}',
    '{"event":"paused","time":1.0}',
    '{"a":1},{"b":2}',
]


def _one_by_one(lines):
    events, damaged = [], 0
    for line in lines:
        try:
            events.append(from_line(line))
        except (ValueError, TypeError):
            damaged += 1
    return events, damaged


@given(st.lists(st.sampled_from([*map(to_line, EVENTS), *DAMAGED]), max_size=12))
def test_many_lines_at_once_give_what_each_gives_alone(lines):
    data = "".join(f"{line}\n" for line in lines).encode()
    assert from_lines(data) == _one_by_one(lines)


@pytest.mark.parametrize("noise", [b"\xff\xfe", b"\0", b"[" * 100_000, b'{"event":"paused"'])
def test_line_of_noise_spoils_no_other(noise):
    lines = [to_line(EVENTS[0]).encode(), noise, to_line(EVENTS[-1]).encode()]
    assert from_lines(b"\n".join(lines) + b"\n") == ([EVENTS[0], EVENTS[-1]], 1)
