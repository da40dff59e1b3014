import dataclasses

import pytest

from rnndash.memory_task.outcomes import Tried, record_of
from rnndash.memory_task.settings import MemoryModel, MemoryTask
from rnndash.ui.inside.memory_table import (
    cell_text,
    describe_running,
    describe_waiting,
    reach_text,
)

TASK = MemoryTask(lengths=(2, 5), models=("rnn",))
LEARNED = Tried(model="rnn", length=2, step=250, accuracy=1.0, is_last=True, seconds=3.0)
BEGUN = Tried(model="rnn", length=5, step=75, accuracy=0.5)


def test_network_that_has_not_begun_has_a_dash():
    assert cell_text(None) == "–"


def test_cell_has_accuracy_and_steps():
    (outcome,) = record_of(TASK, [dataclasses.replace(LEARNED, step=1_250)]).outcomes
    assert cell_text(outcome) == "100% (1,250)"


@pytest.mark.parametrize(("tries", "text"), [([], "–"), ([LEARNED], "2 words")])
def test_reach_is_the_longest_learned_length(tries, text):
    assert reach_text(record_of(TASK, tries), MemoryModel.RNN) == text


@pytest.mark.parametrize(
    ("tries", "text"),
    [
        ([], "Starting"),
        ([LEARNED], "Starting"),
        ([LEARNED, BEGUN], "Simple RNN, 5 words: step 75 of 1,000"),
    ],
)
def test_network_in_training_is_named_with_its_step(tries, text):
    assert describe_running(record_of(TASK, tries)) == text


@pytest.mark.parametrize("is_busy", [False, True])
def test_complete_task_says_how_long_it_took(is_busy):
    record = record_of(dataclasses.replace(TASK, lengths=(2,)), [LEARNED])
    assert describe_waiting(record, is_busy=is_busy).startswith("Trained in 3 s by one core.")


@pytest.mark.parametrize(
    ("is_busy", "start"),
    [(False, "Takes about half a minute"), (True, "Another memory task is in training")],
)
def test_task_that_waits_says_for_what(is_busy, start):
    assert describe_waiting(record_of(TASK, []), is_busy=is_busy).startswith(start)
