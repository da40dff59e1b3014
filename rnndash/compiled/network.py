"""A classifier's forward and backward pass by compiled kernels, for training on a CPU.

`CompiledNetwork` computes what the model itself does, and what autograd would make of that, to the
rounding of float32. The model keeps its parameters and its `forward`, which everything else uses.

What the input adds to the gates is computed once for each different word of a batch.

Letters: B texts, T time steps, E embedding, H hidden units, D directions, U different words,
C classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.compiled.recurrence import Activations, Direction, Gradients, InputOrder
from rnndash.config.model_kind import Readout
from rnndash.errors import CorpusError
from rnndash.kernels import classifier, collate
from rnndash.kernels.arrays import ArrayView
from rnndash.models import Classifier
from rnndash.text.encoded import EncodedTexts

_DAMAGED = (
    "They are damaged: delete the folder corpora in the home of rnndash, and start the run again."
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CollatedBatch:
    """A minibatch whose texts are padded or sorted, and whose words are numbered.

    Attributes:
        words: `(U,)` int64, the different words, in the order in which they are read.
        labels: `(B,)` int64, in the order of the texts.
        order: `(B,)` int64, the number of the text in each row.
        last_steps: `(B,)` int64, the last time step of each row.
        input_order: its rows are the numbers of the words.
        real_words: how many words the texts have.
    """

    words: torch.Tensor
    labels: torch.Tensor
    order: torch.Tensor
    last_steps: torch.Tensor
    input_order: InputOrder
    real_words: int

    @property
    def cells(self) -> int:
        """Of the padded batch, B times T."""
        return self.input_order.rows.numel()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ForwardPass:
    """The answers to a batch, with everything that the backward pass needs.

    Attributes:
        logits: `(B, C)`, in the order of the texts.
        state: `(B, D*H)`, what they are computed from, in the order of the rows.
        activations: of each layer, from below, of each direction.
    """

    batch: CollatedBatch
    logits: torch.Tensor
    state: torch.Tensor
    activations: Sequence[Sequence[Activations]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Loss:
    """How good the answers to a batch are.

    Attributes:
        value: mean cross-entropy in nats.
        correct: right answers.
        d_logits: `(B, C)`, its gradients, in the order of the texts.
    """

    value: float
    correct: int
    d_logits: torch.Tensor


class CompiledNetwork:
    """A model's forward and backward pass over padded or packed batches.

    The kernels must be loaded, and the model must have some; see `recurrence.has_kernels`.

    Args:
        model: on the CPU. Its parameters are read at every call, and never changed.
    """

    def __init__(self, model: Classifier) -> None:
        self._trains_embedding = model.embedding.weight.requires_grad
        self._word_numbers = ArrayView(np.full(model.embedding.num_embeddings, -1, dtype=np.int64))
        self._is_mean = _is_mean(model.readout)
        self._is_packed = model.packed
        self._hidden_dim = model.rnn.hidden_size
        self._layers = [
            [
                Direction(model, layer, is_backward=is_backward)
                for is_backward in ((False, True) if model.rnn.bidirectional else (False,))
            ]
            for layer in range(model.rnn.num_layers)
        ]
        self._checked: list[_CheckedTexts] = []  # those to train on and those to test on
        self._fc_weight, self._fc_bias = model.fc.weight.detach(), model.fc.bias.detach()
        self._fc_weight_view = ArrayView(self._fc_weight)
        self._fc_bias_view = ArrayView(self._fc_bias)

    def collate(self, texts: EncodedTexts, rows: NDArray[np.int64]) -> CollatedBatch:
        """Number a batch's words, and sort its texts, longest first, if they are packed.

        Args:
            rows: `(B,)`, the numbers of the texts.

        Raises:
            CorpusError: the texts are not the model's.
        """
        checked = self._check(texts)
        batch, steps = len(rows), int(checked.lengths[rows].max())
        labels, order, last_steps = _integers(batch), _integers(batch), _integers(batch)
        input_rows, batch_sizes = _integers(steps, batch), _integers(steps)
        words, counts = _integers(batch * steps), _integers(2)
        collate.collate(
            ids=checked.ids,
            offsets=checked.offsets,
            all_labels=checked.labels,
            rows=rows,
            is_packed=self._is_packed,
            word_numbers=self._word_numbers,
            lengths=_integers(batch),
            labels=labels,
            order=order,
            last_steps=last_steps,
            batch_sizes=batch_sizes,
            input_rows=input_rows,
            words=words,
            counts=counts,
        )
        different_words, real_words = counts.tolist()
        return CollatedBatch(
            words=words[:different_words],
            labels=labels,
            order=order,
            last_steps=last_steps,
            input_order=InputOrder(rows=input_rows, batch_sizes=batch_sizes),
            real_words=real_words,
        )

    def _check(self, texts: EncodedTexts) -> "_CheckedTexts":
        """Look through texts once, before a kernel reads them."""
        for checked in self._checked:
            if checked.texts is texts:
                return checked
        vocab_size, classes = len(self._word_numbers), len(self._fc_bias)
        checked = _CheckedTexts(texts, vocab_size=vocab_size, classes=classes)
        self._checked = [checked, *self._checked[:1]]
        return checked

    @torch.no_grad()
    def forward(self, batch: CollatedBatch, x: torch.Tensor) -> ForwardPass:
        """The model's answers to a batch.

        Args:
            x: `(U, E)`, the embeddings of its words.
        """
        order = batch.input_order
        layers: list[list[Activations]] = []
        for directions in self._layers:
            if layers:
                below = [activations.states for activations in layers[-1]]
                x, order = torch.cat(below, dim=2).flatten(0, 1), batch.input_order.of_layer_above
            states = torch.zeros(len(directions), *order.rows.shape, self._hidden_dim)
            pairs = zip(directions, states, strict=True)
            layers.append([direction.forward(x, order, of_it) for direction, of_it in pairs])
        state = torch.empty(len(batch.order), self._fc_weight.shape[1])
        logits = torch.empty(len(batch.order), len(self._fc_bias))
        classifier.forward(
            states=states,
            last_steps=batch.last_steps,
            order=batch.order,
            is_mean=self._is_mean,
            weight=self._fc_weight_view,
            bias=self._fc_bias_view,
            state=state,
            logits=logits,
        )
        return ForwardPass(batch=batch, logits=logits, state=state, activations=layers)

    def loss(self, forward: ForwardPass) -> Loss:
        """How good the answers are."""
        d_logits = torch.empty_like(forward.logits)
        loss_and_correct = torch.empty(2, dtype=torch.float64)
        classifier.cross_entropy(
            logits=forward.logits,
            labels=forward.batch.labels,
            d_logits=d_logits,
            loss_and_correct=loss_and_correct,
        )
        value, correct = loss_and_correct.tolist()
        return Loss(value=value, correct=int(correct), d_logits=d_logits)

    @torch.no_grad()
    def backward(
        self, forward: ForwardPass, d_logits: torch.Tensor
    ) -> tuple[torch.Tensor | None, Gradients]:
        """What autograd gives, from the gradients of the logits, `(B, C)`.

        Returns:
            The gradients of the words' embeddings, `(U, E)`, None if these are frozen, and those
            of all other parameters.
        """
        gradients, d_states = self._last_layer_gradients(forward, d_logits)
        d_x: torch.Tensor | None = None
        for layer in range(len(self._layers) - 1, -1, -1):
            directions, of_layer, d_inputs = self._layers[layer], forward.activations[layer], []
            for direction, activations, d_out in zip(directions, of_layer, d_states, strict=True):
                d_gates = direction.backward(activations, d_out)
                weights = direction.weight_gradients(activations, d_gates)
                gradients |= {f"rnn.{name}": gradient for name, gradient in weights.items()}
                if layer or self._trains_embedding:
                    d_inputs.append(direction.input_gradients(d_gates))
            d_x = sum(d_inputs[1:], d_inputs[0]) if d_inputs else None
            if layer and d_x is not None:  # of the states below: (T*B, D*H)
                d_below = d_x.view(*of_layer[0].order.rows.shape, -1)
                d_states = d_below.chunk(len(of_layer), dim=2)
        return d_x, gradients

    def _last_layer_gradients(
        self, forward: ForwardPass, d_logits: torch.Tensor
    ) -> tuple[Gradients, Sequence[torch.Tensor]]:
        """The gradients of the last layer, and of the top states, `(T, B, H)` by direction."""
        top, batch = forward.activations[-1], forward.batch
        d_states = torch.zeros(len(top), *top[0].states.shape)
        d_weight, d_bias = torch.zeros_like(self._fc_weight), torch.zeros_like(self._fc_bias)
        classifier.backward(
            d_logits=d_logits,
            state=forward.state,
            last_steps=batch.last_steps,
            order=batch.order,
            is_mean=self._is_mean,
            weight=self._fc_weight_view,
            d_states=d_states,
            d_weight=d_weight,
            d_bias=d_bias,
        )
        return {"fc.weight": d_weight, "fc.bias": d_bias}, list(d_states)


class _CheckedTexts:
    """Texts that were looked through: a kernel, which does not check, can read all of them.

    Raises:
        CorpusError: a number in them stands for nothing.
    """

    def __init__(self, texts: EncodedTexts, *, vocab_size: int, classes: int) -> None:
        self.texts = texts
        self.lengths = texts.lengths
        is_whole = texts.offsets[0] == 0 and texts.offsets[-1] == len(texts.ids)
        if not (is_whole and self.lengths.min() > 0):
            raise CorpusError(f"Encoded texts do not follow upon each other. {_DAMAGED}")
        for what, numbers, count in (
            ("word", texts.ids, vocab_size),
            ("class", texts.labels, classes),
        ):
            least, most = numbers.min(), numbers.max()
            if least < 0 or most >= count:
                wrong = least if least < 0 else most
                raise CorpusError(
                    f"Encoded texts name {what} number {wrong}; there are {count}, counted from 0. "
                    f"{_DAMAGED}"
                )
        self.ids = ArrayView(texts.ids)
        self.offsets, self.labels = ArrayView(texts.offsets), ArrayView(texts.labels)


def _is_mean(readout: Readout) -> bool:
    """Whether the kernels are to take the mean of the states; else they take the last ones."""
    match readout:
        case Readout.MEAN:
            return True
        case Readout.LAST:
            return False
        case _:
            assert_never(readout)


def _integers(*shape: int) -> torch.Tensor:
    return torch.empty(shape, dtype=torch.int64)
