import gc
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from rnndash.events import (
    Checkpointed,
    Event,
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


LINES = [
    '{"event":"queued","time":1.0}',
    '{"event":"preparing","time":1.0,"message":"Encoding the texts","fraction":0.5}',
    '{"event":"started","time":2.0,"device":"CPU, 1 thread","parameters":10,"vocabulary":5,'
    '"class_names":["a","b"],"train_texts":3,"test_texts":2,"samples_total":3,'
    '"source":"Made for a test.","notes":["One row was left out."],"resumed_at":0,"worker":""}',
    '{"event":"reported","time":3.0,"epoch":1,"samples":3200,"accuracy":0.3090625}',
    '{"event":"measured","time":3.0,"samples":3200,"epoch":0.5,"seconds":1.5,'
    '"running_accuracy":0.3,"window_accuracy":0.4,"loss":1.1,"samples_per_second":2000.0}',
    '{"event":"heldout","time":3.0,"samples":3200,"epoch":0.5,"seconds":1.5,"texts":80,'
    '"accuracy":0.5,"loss":1.0}',
    '{"event":"checkpointed","time":3.0,"samples":3200}',
    '{"event":"paused","time":3.0,"samples":3200}',
    '{"event":"stopped","time":3.0,"samples":3200}',
    '{"event":"interrupted","time":3.0,"samples":3200,'
    '"reason":"The program that started it was closed."}',
    '{"event":"finished","time":4.0,"samples":6400,"seconds":3.0,"running_accuracy":0.6,'
    '"test_accuracy":0.7,"test_loss":0.9,"confusion":[[1,0],[1,2]],"padding_share":0.25,'
    '"peak_memory_mb":300.0}',
    '{"event":"failed","time":4.0,"reason":"It died.","hint":"Resume.","resumable":true,'
    '"step":null,"exit_code":-9,"details":""}',
]
"""The same as every version up to now has written them."""
NAMES = [type(event).__name__ for event in EVENTS]
each_written = pytest.mark.parametrize(
    ("event", "line"), list(zip(EVENTS, LINES, strict=True)), ids=NAMES
)


@each_written
def test_event_is_written_as_ever(event, line):
    assert to_line(event) == line


@each_written
def test_line_of_an_old_journal_is_read(event, line):
    assert from_line(line) == event


@pytest.mark.parametrize("event", EVENTS, ids=NAMES)
def test_event_cannot_be_changed(event):
    with pytest.raises(AttributeError, match="immutable"):
        event.time = 0.0


def test_event_knows_when_it_was_made(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.5)
    assert Queued().time == 1_700_000_000.5


def test_event_that_is_not_for_a_journal_is_refused():
    with pytest.raises(TypeError, match=r"A journal keeps checkpointed, failed, .*; Event"):
        to_line(Event())


def test_reported_line_reads_as_in_the_lesson():
    assert Reported(epoch=1, samples=3200, accuracy=0.3090625).line == "3200: acc=0.3090625"


def test_unknown_event_is_passed_over():
    assert from_line('{"event":"celebrated","time":1.0}') is None


def test_unknown_field_is_passed_over():
    values = json.loads(to_line(EVENTS[6])) | {"mood": "good"}
    assert from_line(json.dumps(values)) == EVENTS[6]


def test_name_of_the_event_may_stand_anywhere():
    assert from_line('{"time":3.0,"samples":3200,"event":"paused"}') == EVENTS[7]


NEEDED = [
    (type(event).__name__, field.name)
    for event in EVENTS
    for field in structs.fields(event)
    if field.required or field.name == "time"
]


@pytest.mark.parametrize(("event", "name"), NEEDED)
def test_line_without_a_field_is_damaged(event, name):
    values = json.loads(LINES[NAMES.index(event)])
    del values[name]
    with pytest.raises(ValueError, match=f"missing required field `{name}`"):
        from_line(json.dumps(values))


def test_line_without_what_has_a_default_is_read():
    line = '{"event":"failed","time":4.0,"reason":"It died.","hint":"Resume.","resumable":true}'
    assert from_line(line) == structs.replace(EVENTS[-1], exit_code=None)


def test_whole_number_is_read_as_the_fraction_that_is_meant():
    line = '{"event":"reported","time":3,"epoch":1,"samples":16,"accuracy":1}'
    event = from_line(line)
    assert (event.accuracy, type(event.accuracy), type(event.time)) == (1, float, float)


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        (EVENTS[3], {"samples": "3200"}),
        (EVENTS[3], {"samples": 3200.0}),  # has never been written
        (EVENTS[3], {"samples": True}),
        (EVENTS[3], {"accuracy": "0.5"}),
        (EVENTS[3], {"time": None}),
        (EVENTS[1], {"message": 1}),
        (EVENTS[2], {"class_names": "ab"}),
        (EVENTS[2], {"class_names": ["a", 1]}),
        (EVENTS[10], {"confusion": [1, 2]}),
        (EVENTS[11], {"resumable": 1}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_value_of_another_type_is_damaged(event, changes):
    line = json.dumps(json.loads(to_line(event)) | changes)
    with pytest.raises(ValueError, match=next(iter(changes))):
        from_line(line)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[]", "Expected `object`, got `array`"),
        ("7", "Expected `object`, got `int`"),
        ("{}", "missing required field `event`"),
        ('{"event":7}', "Expected `str`"),
        ('{"event":"paused","time":1.0} ,', "Extra data"),
    ],
)
def test_damaged_line_is_a_value_error(line, reason):
    with pytest.raises(ValueError, match=reason):
        from_line(line)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("event", [EVENTS[0], EVENTS[4]], ids=["time", "loss"])
def test_number_that_is_not_finite_is_refused(event, number):
    name = "time" if event is EVENTS[0] else "loss"
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_line(structs.replace(event, **{name: number}))


def _block(*lines):
    return "".join(f"{line}\n" for line in lines).encode()


def test_many_lines_are_read_in_one_go(monkeypatch):
    monkeypatch.setattr("rnndash.events.from_line", pytest.fail)
    assert from_lines(_block(*LINES)) == (EVENTS, 0)


def test_collector_of_garbage_passes_over_what_was_read():
    events, _ = from_lines(_block(*LINES))
    assert not any(map(gc.is_tracked, events))


def test_no_lines_are_no_events():
    assert from_lines(b"") == ([], 0)


def test_lines_of_another_version_are_not_damaged():
    strange = ['{"event":"celebrated","time":1.0}', LINES[0].replace("}", ',"mood":"good"}')]
    assert from_lines(_block(LINES[-1], *strange)) == ([EVENTS[-1], EVENTS[0]], 0)


def test_text_that_is_half_a_character_is_read_as_it_was_written():
    """The bytes of a path that is no UTF-8, as Python names them, in a message."""
    event = structs.replace(EVENTS[-1], reason="caf\udce9 is no folder")
    assert from_lines(_block(to_line(event), LINES[0])) == ([event, EVENTS[0]], 0)


TWO_IN_A_LINE = LINES[0] + LINES[0]
HALVES = ['{"event":"queued",', '"time":1.0}']
DAMAGED = [
    "",
    " ",
    "{",
    "7",
    "[]",
    "{}",
    '{"event":7}',
    '{"event":"queued"}',
    '{"event":"paused","time":1.0}',
    '{"event":"paused","time":1.0,"samples":"16"}',
    *HALVES,
    '{"a":1},{"b":2}',
    TWO_IN_A_LINE,
]
STRANGE = ['{"event":"celebrated"}', LINES[7].replace("{", '{"mood":"good",')]


def _one_by_one(lines):
    events, damaged = [], 0
    for line in lines:
        try:
            events.append(from_line(line))
        except ValueError:
            damaged += 1
    return [event for event in events if event is not None], damaged


@given(st.lists(st.sampled_from([*LINES, *STRANGE, *DAMAGED]), max_size=12))
def test_many_lines_at_once_give_what_each_gives_alone(lines):
    assert from_lines(_block(*lines)) == _one_by_one(lines)


@pytest.mark.parametrize("line", DAMAGED)
def test_damaged_line_among_others_is_counted(line):
    assert from_lines(_block(LINES[0], line, LINES[-1])) == ([EVENTS[0], EVENTS[-1]], 1)


@pytest.mark.parametrize(
    "lines",
    [
        [TWO_IN_A_LINE, ""],
        ["", TWO_IN_A_LINE],
        [TWO_IN_A_LINE, '{"event":"queued",', '"time":1.0}'],
    ],
    ids=["before an empty line", "after an empty line", "before one in two lines"],
)
def test_two_events_in_a_line_are_damaged_even_if_the_numbers_agree(lines):
    assert from_lines(_block(*lines, LINES[-1])) == ([EVENTS[-1]], len(lines))


@pytest.mark.parametrize(
    "noise",
    [
        b"\xff\xfe",
        b"\0",
        b"[" * 100_000,
        b'{"event":"queued","time":1.0,"mood":' + b"[" * 100_000,
        b'{"event":"queued","time":1.0,"mood":"\xff"}',
        b'{"event":"paused"',
    ],
    ids=lambda noise: repr(noise[:50]),
)
def test_line_of_noise_spoils_no_other(noise):
    lines = [to_line(EVENTS[0]).encode(), noise, to_line(EVENTS[-1]).encode()]
    assert from_lines(b"\n".join(lines) + b"\n") == ([EVENTS[0], EVENTS[-1]], 1)
