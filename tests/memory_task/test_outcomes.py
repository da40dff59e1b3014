import pytest

from rnndash.memory_task.outcomes import MemoryRecord, Tried, from_line, record_of, to_line
from rnndash.memory_task.settings import MemoryTask

TASK = MemoryTask(lengths=(2, 5), models=("rnn", "lstm"), steps=100)


def _tried(model="rnn", length=2, step=100, accuracy=0.25, **others):
    return Tried(model=model, length=length, step=step, accuracy=accuracy, **others)


def _learned(model, length, accuracy=1.0):
    return _tried(model, length, step=50, accuracy=accuracy, is_last=True)


def test_test_survives_its_line():
    tried = _tried(accuracy=0.5, is_last=True, gradient=1e-30, seconds=1.5)
    assert from_line(to_line(tried)) == tried


def test_field_of_another_version_is_passed_over():
    assert from_line(to_line(_tried()).replace("{", '{"loss":1.2,', 1)) == _tried()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        "nonsense",
        to_line(_tried())[:-5],
        to_line(_tried()).replace("rnn", "mlp"),
        to_line(_tried()).replace("0.25", "1.25"),
        to_line(_tried()).replace("0.25", "NaN"),
        to_line(_tried()).replace("0.25", '"much"'),
        to_line(_tried()).replace(":2,", ":1,"),
    ],
)
def test_damaged_line_is_refused(line):
    with pytest.raises(ValueError, match=r".") as error:
        from_line(line)
    assert error.value


def test_record_without_tests_is_empty():
    record = record_of(TASK, [])
    assert record == MemoryRecord(task=TASK)
    assert (record.progress, record.networks_done, record.is_complete) == (0.0, 0, False)


def test_record_holds_the_latest_test_and_the_gradients_of_both_ends():
    first = _tried(step=0, gradient=0.5)
    last = _tried(step=100, is_last=True, gradient=0.25, accuracy=0.75)
    (outcome,) = record_of(TASK, [first, _tried(step=50), last]).outcomes
    assert (outcome.latest, outcome.gradient_before, outcome.gradient_after) == (last, 0.5, 0.25)


def test_gradient_after_training_is_unknown_before_its_end():
    (outcome,) = record_of(TASK, [_tried(step=0, gradient=0.5)]).outcomes
    assert (outcome.gradient_before, outcome.gradient_after) == (0.5, None)


def test_network_that_began_anew_counts_from_there():
    tries = [_tried(step=0, gradient=0.5), _tried(step=50), _tried(step=0, gradient=0.4)]
    (outcome,) = record_of(TASK, tries).outcomes
    assert (outcome.latest.step, outcome.gradient_before) == (0, 0.4)


def test_trials_of_other_tasks_are_passed_over():
    assert record_of(TASK, [_tried("gru"), _tried(length=80)]).outcomes == ()


def test_progress_counts_words_that_may_be_read():
    record = record_of(TASK, [_learned("rnn", 2), _tried("lstm", 2, step=50)])
    assert record.progress == pytest.approx((2 + 0.5 * 2) / 14)


def test_record_is_complete_when_every_network_is_done():
    record = record_of(TASK, [_learned(*trial) for trial in TASK.trials])
    assert (record.networks_done, record.is_complete, record.progress) == (4, True, 1.0)


@pytest.mark.parametrize(
    ("tries", "reach"),
    [
        ([], None),
        ([_learned("rnn", 2)], 2),
        ([_learned("rnn", 2), _learned("rnn", 5)], 5),
        ([_learned("rnn", 5)], None),
        ([_learned("rnn", 2, 0.6), _learned("rnn", 5)], None),
        ([_learned("lstm", 2)], None),
        ([_tried("rnn", 2, accuracy=1.0)], None),
    ],
)
def test_reach_is_the_length_up_to_which_all_are_learned(tries, reach):
    assert record_of(TASK, tries).reach("rnn") == reach
