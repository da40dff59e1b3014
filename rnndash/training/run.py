"""Training as an iterator of events.

    for event in train(config, corpus): ...

Equal settings on equal texts give equal numbers on one machine, bit for bit, also when a run
was cut into pieces by checkpoints. Nothing is printed and no file is touched here.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.config.run_config import RunConfig
from rnndash.errors import CheckpointError, VectorsError
from rnndash.events import Event, Failed, Finished, HeldOut, Reported, Started
from rnndash.models import build_model
from rnndash.results import Predictions
from rnndash.text.encoded import EncodedCorpus
from rnndash.text.order import epoch_order, split_rows
from rnndash.text.special_tokens import UNKNOWN_INDEX
from rnndash.text.vectors import FoundVectors
from rnndash.training.checkpoint import Checkpoint, Position
from rnndash.training.device import choose_device, peak_memory_mb
from rnndash.training.evaluation import Evaluator
from rnndash.training.learner import new_learner
from rnndash.training.progress import Progress

REPORT_EVERY = 200
"""Minibatches between two lines of the lesson."""
CURVE_POINTS = 100
HELD_OUT_POINTS_PER_EPOCH = 10
HELD_OUT_TEXTS = 1_000


class Stepped(Event, frozen=True, kw_only=True):
    """A minibatch is done and its reports were given: now the run can be stopped or saved.

    It is never written into a journal.
    """


def train(
    config: RunConfig, corpus: EncodedCorpus, *, vectors: FoundVectors | None = None
) -> Iterator[Event]:
    """Train a new model from beginning to end.

    Seeds torch's global random state.
    """
    for event in Training(config, corpus, vectors=vectors).events():
        if not isinstance(event, Stepped):
            yield event


class Training:
    """A training run: its model, its optimiser and its progress.

    While it trains, embeddings of words that have not been read for a while lag behind in `model`;
    `checkpoint` gives all weights up to date.

    Args:
        checkpoint: where to resume; None starts a new run.
        vectors: of the words of the corpus, if the settings ask for word vectors. A checkpoint
            has them already.
        compiled: use compiled kernels where there are any: on a CPU, where numba is installed.
            They are several times as fast as PyTorch's own kernels, and equal them to rounding.

    Raises:
        CheckpointError: the checkpoint belongs to other settings or other texts.
        VectorsError: word vectors are missing, or came although none are needed.
    """

    def __init__(
        self,
        config: RunConfig,
        corpus: EncodedCorpus,
        *,
        device: torch.device | None = None,
        checkpoint: Checkpoint | None = None,
        vectors: FoundVectors | None = None,
        compiled: bool = True,
    ) -> None:
        if (config.vectors is None or checkpoint is not None) != (vectors is None):
            raise VectorsError(
                "A fresh run whose settings name word vectors needs them, and no other run does. "
                "Load them with rnndash.text.vectors.load_vectors."
            )
        self.config = config
        self.corpus = corpus
        self.device = device or choose_device()
        if self.device.type == "cuda":
            torch.use_deterministic_algorithms(True)
        torch.manual_seed(config.seed)
        model = build_model(
            config,
            vocab_size=len(corpus.words),
            num_class=len(corpus.class_names),
            vectors=vectors,
        )
        self.model = model.to(self.device)
        self._learner = new_learner(
            self.model,
            learning_rate=config.learning_rate,
            device=self.device,
            compiled=compiled,
        )
        self.optimiser = self._learner.optimiser
        self.vectors_found = None if vectors is None else len(vectors)
        self._progress = Progress(Position(train_texts=len(corpus.train)))
        self.test_predictions: Predictions | None = None
        """To the test texts, once the run has finished."""
        if checkpoint is not None:
            self._take_over(checkpoint)
        self._clock = time.perf_counter() - self.position.seconds
        self.epoch_size = min(config.samples, len(corpus.train))
        self.steps_per_epoch = math.ceil(self.epoch_size / config.batch_size)
        self.steps_total = self.steps_per_epoch * config.epochs

    @property
    def position(self) -> Position:
        """How far the run has come."""
        return self._progress.position

    @property
    def steps_done(self) -> int:
        """Minibatches done since the start of the run."""
        return self.position.epoch * self.steps_per_epoch + self.position.step

    def checkpoint(self) -> Checkpoint:
        """The state of the run between two events. Save it before you ask for the next event."""
        return Checkpoint(
            config=self.config,
            position=self._progress.saved(),
            weights=self.model.state_dict() | self.optimiser.up_to_date(),
            optimiser=self.optimiser.state(),
            random_state=torch.get_rng_state(),
            vectors_found=self.vectors_found,
        )

    def events(self) -> Iterator[Event]:
        """Train from the present position to the end. Ends with `Finished` or `Failed`."""
        yield self._started()
        self._clock = time.perf_counter() - self.position.seconds
        while True:
            for rows in self._remaining_batches():
                loss = self._minibatch(rows)
                if not math.isfinite(loss):
                    yield self._not_finite(loss)
                    return
                yield from self._reports()
                yield Stepped()
            if self.position.epoch + 1 == self.config.epochs:
                break
            self._progress.next_epoch()
        yield from self._finish()

    def _take_over(self, checkpoint: Checkpoint) -> None:
        if checkpoint.config != self.config:
            raise CheckpointError(
                "The checkpoint was made with other settings than the run has. Start a new run."
            )
        if checkpoint.position.train_texts != len(self.corpus.train):
            raise CheckpointError(
                f"The checkpoint was made on {checkpoint.position.train_texts:,} training texts; "
                f"now there are {len(self.corpus.train):,}. Use the same texts again, or start a "
                "new run."
            )
        try:
            self.model.load_state_dict(checkpoint.weights)
        except RuntimeError as error:
            raise CheckpointError(
                "The weights of the checkpoint do not fit the model: they belong to other texts. "
                f"Use the same texts again, or start a new run. PyTorch says: {error}"
            ) from error
        self.optimiser.load(checkpoint.optimiser)
        self._progress = Progress(replace(checkpoint.position))
        self.vectors_found = checkpoint.vectors_found
        torch.set_rng_state(checkpoint.random_state)

    def _remaining_batches(self) -> list[NDArray[np.int64]]:
        order = epoch_order(
            len(self.corpus.train), seed=self.config.seed, epoch=self.position.epoch
        )
        batches = split_rows(order[: self.epoch_size], self.config.batch_size)
        return list(batches)[self.position.step :]

    def _minibatch(self, rows: NDArray[np.int64]) -> float:
        """One update of the weights, unless the loss, which is returned, is not finite."""
        result = self._learner.train_step(self.corpus.train, rows)
        if not math.isfinite(result.loss):
            return result.loss
        self._progress.add(len(rows), result, time.perf_counter() - self._clock)
        return result.loss

    def _reports(self) -> Iterator[Event]:
        """The reports that are due after this minibatch."""
        position, done = self.position, self.steps_done
        is_epoch_end = position.step == self.steps_per_epoch
        if position.step % REPORT_EVERY == 0:
            yield Reported(
                epoch=position.epoch + 1,
                samples=position.epoch_samples,
                accuracy=position.epoch_correct / position.epoch_samples,
            )
        if done % max(1, self.steps_total // CURVE_POINTS) == 0 or is_epoch_end:
            yield self._progress.measured(self._epochs_done())
        held_out_every = max(1, self.steps_per_epoch // HELD_OUT_POINTS_PER_EPOCH)
        if position.step % held_out_every == 0 or is_epoch_end:
            yield self._held_out()

    def _held_out(self) -> HeldOut:
        """Test on a sample that is the same for all runs on these texts, whatever their seed."""
        sample = np.random.default_rng(0).permutation(len(self.corpus.test))[:HELD_OUT_TEXTS]
        evaluator = Evaluator(len(self.corpus.class_names))
        for logits_and_labels in self._predict(sample):
            evaluator.add(*logits_and_labels)
        evaluation = evaluator.result()
        return HeldOut(
            samples=self.position.samples,
            epoch=self._epochs_done(),
            seconds=self.position.seconds,
            texts=len(sample),
            accuracy=evaluation.accuracy,
            loss=evaluation.loss,
        )

    def _finish(self) -> Iterator[Event]:
        """Test on all test texts. A run stopped meanwhile is tested again when it resumes."""
        self.optimiser.apply_missed_steps()
        evaluator = Evaluator(len(self.corpus.class_names), digest=self.corpus.test_digest)
        for logits_and_labels in self._predict(np.arange(len(self.corpus.test))):
            evaluator.add(*logits_and_labels)
            yield Stepped()
        evaluation = evaluator.result()
        self.test_predictions = evaluation.predictions
        position = self.position
        yield Finished(
            samples=position.samples,
            seconds=position.seconds,
            running_accuracy=position.epoch_correct / position.epoch_samples,
            test_accuracy=evaluation.accuracy,
            test_loss=evaluation.loss,
            confusion=tuple(tuple(row) for row in evaluation.confusion.tolist()),
            padding_share=1 - position.words / position.cells,
            peak_memory_mb=peak_memory_mb(),
        )

    def _predict(self, rows: NDArray[np.int64]) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Predict in batches as large as in training, since padded networks depend on the size."""
        return self._learner.predict(self.corpus.test, split_rows(rows, self.config.batch_size))

    def _epochs_done(self) -> float:
        return self.position.epoch + self.position.step / self.steps_per_epoch

    def _started(self) -> Started:
        return Started(
            device=self._learner.device,
            parameters=sum(p.numel() for p in self.optimiser.parameters.values()),
            vocabulary=len(self.corpus.words),
            class_names=self.corpus.class_names,
            train_texts=len(self.corpus.train),
            test_texts=len(self.corpus.test),
            samples_total=self.epoch_size * self.config.epochs,
            source=self.corpus.source,
            notes=self._notes(),
            resumed_at=self.position.samples,
        )

    def _notes(self) -> tuple[str, ...]:
        if self.config.vectors is None:
            return self.corpus.notes
        words = len(self.corpus.words) - UNKNOWN_INDEX - 1
        return (*self.corpus.notes, self.config.vectors.note(self.vectors_found, words))

    def _not_finite(self, loss: float) -> Failed:
        step = self.steps_done + 1
        return Failed(
            reason=f"The loss became {loss} at minibatch {step:,}.",
            hint=(
                f"The learning rate, {self.config.learning_rate:g}, is probably too large. "
                "Start a new run with a tenth of it."
            ),
            resumable=False,
            step=step,
        )
