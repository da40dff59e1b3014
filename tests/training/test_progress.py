"""The sums behind a run's curves, against sums over the very same minibatches."""

import pytest

from rnndash.training.checkpoint import Position
from rnndash.training.learner import StepResult
from rnndash.training.progress import WINDOW_SAMPLES, Progress


def _step(correct, loss, *, cells=50, words=40):
    return StepResult(loss=loss, correct=correct, cells=cells, words=words)


def _progress(texts, count):
    """After so many minibatches of `texts` texts; number n has n right answers and the loss n."""
    progress = Progress(Position(train_texts=100_000))
    for number in range(count):
        progress.add(texts, _step(number, float(number)), 2.0 * (number + 1))
    return progress


@pytest.mark.parametrize(
    ("texts", "count", "first"),
    [
        (500, 1, 0),  # fewer texts than a window: all of them
        (500, 2, 0),  # a full window
        (500, 3, 1),  # without the first minibatch there are still 1,000 texts
        (300, 4, 0),  # without the first there would be 900
        (300, 5, 1),
        (999, 2, 0),
        (1_000, 2, 1),
        (1_001, 3, 2),
        (1, 1_500, 500),
    ],
)
def test_window_is_the_fewest_latest_minibatches_of_a_thousand_texts(texts, count, first):
    point = _progress(texts, count).measured(0.5)
    latest = range(first, count)
    assert WINDOW_SAMPLES == 1_000
    assert point.window_accuracy == pytest.approx(sum(latest) / (texts * len(latest)))
    assert point.loss == pytest.approx(sum(latest) / len(latest))


def test_loss_of_a_window_is_the_mean_over_texts_and_not_over_minibatches():
    progress = Progress(Position(train_texts=400))
    progress.add(30, _step(3, 1.0), 1.0)
    progress.add(10, _step(1, 5.0), 2.0)
    assert progress.measured(1.0).loss == pytest.approx((30 * 1.0 + 10 * 5.0) / 40)


def test_running_accuracy_is_over_the_epoch_and_the_window_reaches_back_into_the_last_one():
    progress = _progress(100, 4)
    progress.next_epoch()
    progress.add(50, _step(50, 0.0), 10.0)
    point = progress.measured(1.25)
    assert point.running_accuracy == 1.0
    assert point.window_accuracy == pytest.approx((0 + 1 + 2 + 3 + 50) / 450)
    position = progress.position
    assert (position.epoch, position.step, position.epoch_samples) == (1, 1, 50)
    assert (position.samples, point.samples, point.epoch) == (450, 450, 1.25)


def test_cells_and_words_are_summed_over_all_epochs():
    progress = _progress(100, 2)
    progress.next_epoch()
    progress.add(100, _step(1, 1.0, cells=70, words=45), 9.0)
    assert (progress.position.cells, progress.position.words) == (170, 125)


def test_speed_of_a_point_is_that_since_the_point_before():
    progress = _progress(100, 3)  # 300 texts in 6 seconds
    assert progress.measured(0.1).samples_per_second == pytest.approx(50)
    progress.add(100, _step(1, 1.0), 6.5)
    progress.add(100, _step(1, 1.0), 7.0)
    point = progress.measured(0.2)
    assert point.samples_per_second == pytest.approx(200)
    assert point.seconds == 7.0


def test_point_without_any_time_has_a_finite_speed():
    progress = Progress(Position(train_texts=400))
    progress.add(16, _step(1, 1.0), 0.0)
    assert progress.measured(1.0).samples_per_second == pytest.approx(16 / 1e-9)


def test_saved_position_goes_on_as_if_it_had_never_been_saved():
    whole = _progress(300, 6)
    first = _progress(300, 4)
    second = Progress(first.saved())
    for number in (4, 5):
        second.add(300, _step(number, float(number)), 2.0 * (number + 1))
    assert second.saved() == whole.saved()
    assert second.measured(1.0).window_accuracy == whole.measured(1.0).window_accuracy


def test_saved_position_does_not_change_with_the_run():
    progress = _progress(300, 2)
    saved = progress.saved()
    progress.add(300, _step(1, 1.0), 9.0)
    assert (saved.step, saved.samples, len(saved.window)) == (2, 600, 2)
