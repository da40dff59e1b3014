"""The progress of a run: how many texts it has read, and the sums that its curves show."""

from collections import deque
from dataclasses import replace

from rnndash.events import Measured
from rnndash.training.checkpoint import Position
from rnndash.training.learner import StepResult

WINDOW_SAMPLES = 1_000
"""Texts over which the window's accuracy and the loss are averaged, at least."""


class Progress:
    """Sums up minibatches.

    Args:
        position: how far the run has come; it is updated in place.
    """

    def __init__(self, position: Position) -> None:
        self.position = position
        self._window = deque(position.window)
        self._window_texts = sum(texts for texts, _, _ in self._window)

    def add(self, texts: int, result: StepResult, seconds: float) -> None:
        """Add a minibatch of so many texts, done `seconds` after training began."""
        position = self.position
        position.step += 1
        position.samples += texts
        position.epoch_samples += texts
        position.epoch_correct += result.correct
        position.cells += result.cells
        position.words += result.words
        position.seconds = seconds
        self._window.append((texts, result.correct, result.loss * texts))
        self._window_texts += texts
        while self._window_texts - self._window[0][0] >= WINDOW_SAMPLES:
            self._window_texts -= self._window.popleft()[0]

    def next_epoch(self) -> None:
        """Start the sums of the next epoch at zero."""
        self.position.epoch += 1
        self.position.step = self.position.epoch_samples = self.position.epoch_correct = 0

    def measured(self, epoch: float) -> Measured:
        """A point of the curves; its speed is the one since the previous point.

        Args:
            epoch: epochs done, with a fraction for the present one.
        """
        position = self.position
        seconds = position.seconds - position.point_seconds
        speed = (position.samples - position.point_samples) / max(seconds, 1e-9)
        position.point_samples, position.point_seconds = position.samples, position.seconds
        return Measured(
            samples=position.samples,
            epoch=epoch,
            seconds=position.seconds,
            running_accuracy=position.epoch_correct / position.epoch_samples,
            window_accuracy=sum(right for _, right, _ in self._window) / self._window_texts,
            loss=sum(loss for _, _, loss in self._window) / self._window_texts,
            samples_per_second=speed,
        )

    def saved(self) -> Position:
        """A copy of the position, with the window, for a checkpoint."""
        return replace(self.position, window=list(self._window))
