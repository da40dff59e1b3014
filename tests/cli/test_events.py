"""What the command line prints of each event."""

import argparse
import json

import pytest

from rnndash.cli.events import print_event
from rnndash.config.run_config import RunConfig
from rnndash.events import Failed, Preparing, Queued, Reported
from rnndash.results import RunRecord, RunState
from tests.made_runs import FINISHED, HELD_OUT, POINT, STARTED

RECORD = RunRecord(
    run_id="20261124-120000-abcd-rnn",
    comparison="20261124-120000-abcd",
    created=1.0,
    config=RunConfig(model="rnn"),
    state=RunState.RUNNING,
)
REPORTED = Reported(epoch=1, samples=3_200, accuracy=0.309)
FAILED = Failed(reason="It broke.", hint="Mend it.", resumable=True)


def _printed(event, capsys, *, json=False, verbose=False):
    print_event(event, RECORD, argparse.Namespace(json=json, verbose=verbose))
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("event", "name", "samples", "accuracy"),
    [
        (Queued(), "queued", None, None),
        (STARTED, "started", 0, None),
        (POINT, "measured", 200, 0.625),
        (HELD_OUT, "heldout", 200, None),
        (REPORTED, "reported", 3_200, 0.309),
        (FINISHED, "finished", 400, 0.7),
    ],
)
def test_event_as_json_says_what_was_read_and_how_well(event, name, samples, accuracy, capsys):
    assert json.loads(_printed(event, capsys, json=True)) == {
        "run": RECORD.run_id,
        "model": "rnn",
        "event": name,
        "samples": samples,
        "accuracy": accuracy,
    }


def test_failure_as_json_says_why_and_what_to_do(capsys):
    line = json.loads(_printed(FAILED, capsys, json=True))
    assert (line["reason"], line["hint"], line["samples"]) == ("It broke.", "Mend it.", None)


@pytest.mark.parametrize(
    ("event", "brief", "verbose"),
    [
        (STARTED, "rnn  3 rows were left out.\n", "rnn  Made for a test.\n"),
        (FAILED, "rnn  failed: It broke. Mend it.\n", ""),
        (REPORTED, "", "rnn  3200: acc=0.309\n"),
        (Preparing(message="Opening the texts"), "", "rnn  Opening the texts\n"),
        (POINT, "", ""),
    ],
)
def test_lines_of_an_event_with_and_without_verbose(event, brief, verbose, capsys):
    assert _printed(event, capsys) == brief
    assert _printed(event, capsys, verbose=True) == brief + verbose
