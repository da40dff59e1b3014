from dataclasses import dataclass, field

import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.errors import RunStateError
from rnndash.events import Failed
from rnndash.results import RunState
from rnndash.runs.store import Command
from rnndash.ui.legend import nameplate
from rnndash.ui.train.run_cards import show_cards, show_controls
from tests.made_runs import FINISHED
from tests.ui.records import made_held_out, made_points, made_record

ACTIVE = ("queued", "preparing", "running")
RESUMABLE = ("paused", "stopped", "interrupted", "lost")
FOR_GOOD = Failed(reason="NaN.", hint="Smaller.", resumable=False)


@dataclass
class Queue:
    """Writes down what it is asked; refuses the run `gone`."""

    place: int | None = None
    asked: list = field(default_factory=list)

    @property
    def store(self):
        return self

    def position(self, _):
        return self.place

    def command(self, run_id, command):
        self._ask(run_id, command)

    def resume(self, run_id):
        self._ask(run_id, "resume")

    def _ask(self, run_id, what):
        if run_id == "gone":
            raise RunStateError("It is <b>gone</b>.")
        self.asked.append((run_id, what))


def _buttons(screen):
    """Which buttons there are, and whether they can be pressed."""
    return {b.options["key"]: not b.options["disabled"] for b in screen.of("button")}


def _press(screen, key):
    button = screen.widget(key).options
    button["on_click"](*button["args"])


@pytest.mark.parametrize("state", RunState)
def test_card_has_the_buttons_of_its_state(screen, state):
    show_cards([made_record(state=state, failure=FOR_GOOD)], Queue())
    if state in RESUMABLE:
        assert _buttons(screen) == {"resume_rnn": True, "stop_rnn": False}
    else:
        assert _buttons(screen) == {"pause_rnn": state in ACTIVE, "stop_rnn": state in ACTIVE}


def test_failed_run_that_can_be_resumed_offers_it(screen):
    failure = Failed(reason="It died.", hint="Resume it.", resumable=True)
    show_cards([made_record(state=RunState.FAILED, failure=failure)], Queue())
    assert _buttons(screen) == {"resume_rnn": True, "stop_rnn": False}


def test_buttons_over_all_runs_reach_those_that_they_fit(screen):
    states = ("running", "queued", "paused", "finished", "lost")
    records = [made_record(f"c-{state}", state=RunState(state)) for state in states]
    queue = Queue()
    show_controls(records, queue)
    for key in ("pause", "resume", "stop"):
        _press(screen, key)
    assert queue.asked == [
        ("c-running", Command.PAUSE),
        ("c-queued", Command.PAUSE),
        ("c-paused", "resume"),
        ("c-lost", "resume"),
        ("c-running", Command.STOP),
        ("c-queued", Command.STOP),
    ]


def test_buttons_that_fit_no_run_cannot_be_pressed(screen):
    show_controls([made_record(state=RunState.FINISHED)], Queue())
    assert _buttons(screen) == {"pause": False, "resume": False, "stop": False}


@pytest.mark.parametrize(
    ("key", "state", "asked"),
    [
        ("pause_rnn", "running", Command.PAUSE),
        ("stop_rnn", "running", Command.STOP),
        ("resume_rnn", "paused", "resume"),
    ],
)
def test_button_of_a_card_reaches_its_own_run(screen, key, state, asked):
    queue = Queue()
    show_cards([made_record("c-own", state=RunState(state))], queue)
    _press(screen, key)
    assert queue.asked == [("c-own", asked)]


def test_run_that_refuses_is_reported_and_the_others_are_reached(screen):
    queue = Queue()
    show_controls([made_record("gone"), made_record("c-here")], queue)
    _press(screen, "stop")
    assert queue.asked == [("c-here", Command.STOP)]
    assert screen.texts("toast") == ["It is <b>gone</b>."]


@pytest.mark.parametrize(
    ("fields", "share", "text"),
    [
        ({"state": RunState.QUEUED}, 0.0, "Starting"),
        ({"state": RunState.PREPARING, "message": "Reading"}, 0.0, "Reading"),
        (
            {"state": RunState.PREPARING, "message": "Reading", "fraction": 0.5},
            0.5,
            "Reading (50%)",
        ),
        ({"state": RunState.PREPARING, "message": "a", "fraction": 1.5}, 1.0, "a (150%)"),
        ({"state": RunState.PREPARING, "message": "a", "fraction": -0.5}, 0.0, "a (-50%)"),
        ({"points": made_points(2.0)}, 0.5, "200 of 400 texts"),
        ({"points": made_points(2.0, 4.0)}, 1.0, "Testing on all test texts"),
        (
            {"points": made_points(2.0, 4.0), "state": RunState.STOPPED},
            1.0,
            "400 of 400 texts",
        ),
        ({"state": RunState.FINISHED, "points": made_points(2.0)}, 1.0, "200 of 400 texts"),
        ({"samples": 120_000}, 0.0, "0 of 120,000 texts"),
    ],
)
def test_progress_says_where_the_run_stands(screen, fields, share, text):
    show_cards([made_record(**fields)], Queue())
    (bar,) = screen.of("progress")
    assert (bar.label, bar.options["text"].replace("\\", "")) == (share, text)


def test_waiting_run_says_its_place_in_the_queue(screen):
    show_cards([made_record(state=RunState.QUEUED)], Queue(place=3))
    assert screen.of("progress")[0].options["text"] == "Number 3 in the queue"


@pytest.mark.parametrize(
    ("fields", "pace"),
    [
        ({}, "Speed and time left appear with the first points of the curve."),
        ({"points": made_points(2.0)}, "100 texts/s · 2 s left"),
        ({"points": made_points(1.0, 3.0), "samples": 40_000}, "100 texts/s · 6 min 36 s left"),
        ({"points": made_points(2.0), "state": RunState.PAUSED}, "100 texts/s · 2 s of training"),
        (
            {"points": made_points(1.0, 1.1), "state": RunState.FINISHED},
            "2,000 texts/s · 1 s of training",
        ),
    ],
)
def test_pace_is_of_the_last_points(screen, fields, pace):
    show_cards([made_record(**fields)], Queue())
    assert screen.texts("caption") == [ModelKind.RNN.description, pace]


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        ({}, [("Running accuracy", "–"), ("Held-out accuracy", "–")]),
        (
            {"points": made_points(2.0), "held_out": made_held_out(0.5, 0.75)},
            [("Running accuracy", "51.0%"), ("Held-out accuracy", "75.0%")],
        ),
        (
            {"points": made_points(2.0), "finished": FINISHED, "state": RunState.FINISHED},
            [("Running accuracy", "51.0%"), ("Test accuracy", "81.2%")],
        ),
    ],
)
def test_card_shows_the_accuracies_that_are_known(screen, fields, numbers):
    show_cards([made_record(**fields)], Queue())
    shown = [(metric.label, metric.options["args_after"][0]) for metric in screen.of("metric")]
    assert shown == numbers


def test_failure_is_shown_with_its_hint_and_the_workers_output(screen):
    failure = Failed(reason="It *died*.", hint="Resume it.", resumable=True, details="<b>last")
    show_cards([made_record(state=RunState.FAILED, failure=failure)], Queue())
    assert screen.texts("error") == ["It *died*. Resume it."]
    assert screen.of("code")[0].label == "<b>last"


def test_failure_that_was_resumed_is_not_shown(screen):
    show_cards([made_record(state=RunState.RUNNING, failure=FOR_GOOD)], Queue())
    assert not screen.of("error")


@pytest.mark.parametrize("state", RunState)
def test_only_lost_and_interrupted_runs_are_warned_of(screen, state):
    show_cards([made_record(state=state)], Queue())
    is_warned = state in (RunState.LOST, RunState.INTERRUPTED)
    assert screen.texts("warning") == ([state.meaning] if is_warned else [])
    assert [(b.label, b.options["help"]) for b in screen.of("badge")] == [
        (state.value, state.meaning)
    ]


@pytest.mark.parametrize("kind", ModelKind)
def test_nameplate_has_the_models_name_and_stroke(kind):
    html = nameplate(kind)
    assert f"<strong>{kind.label}</strong>" in html
    assert f"border-top:4px {kind.style.border} {kind.style.light}" in html
