"""The classifiers' answers and gradients by compiled loops, for training on a CPU.

`CompiledNetwork` computes what the model itself does, and what autograd would make of that, to the
rounding of float32. The model keeps its parameters and its `forward`, by which it is used
everywhere else.

What the input adds to the gates is computed once for each different word of a batch.

Letters: B texts, T time steps, E embedding, H hidden units, D directions, U different words,
C classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.compiled.recurrence import Direction, Gradients, Pass, Steps
from rnndash.errors import CorpusError
from rnndash.kernels.call import Held, Loop
from rnndash.models import Classifier, ElmanClassifier
from rnndash.text.encoded import EncodedTexts

_DAMAGED = "They are damaged: delete the folder corpora in the home of rnndash, and start anew."


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Layout:
    """A batch as it will be read.

    Attributes:
        words: `(U,)` int64, the different words, in the order in which they are read.
        labels: `(B,)` int64, in the order in which the texts came.
        order: `(B,)` int64, which text is read in which row.
        ends: `(B,)` int64, the last time step of each row.
        real_words: how many words the texts have.
    """

    words: torch.Tensor
    labels: torch.Tensor
    order: torch.Tensor
    ends: torch.Tensor
    steps: Steps
    real_words: int

    @property
    def cells(self) -> int:
        """Of the padded batch, B times T."""
        return self.steps.index.numel()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Reading:
    """A batch that was read.

    Attributes:
        logits: `(B, C)`, in the order in which the texts came.
        state: `(B, D*H)`, what they are computed from, in the order in which they were read.
        passes: of each layer, from below, of each direction.
    """

    layout: Layout
    logits: torch.Tensor
    state: torch.Tensor
    passes: Sequence[Sequence[Pass]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Loss:
    """How good the answers to a batch are.

    Attributes:
        value: mean cross-entropy in nats.
        right: right answers.
        d_logits: `(B, C)`, its gradients, in the order in which the texts came.
    """

    value: float
    right: int
    d_logits: torch.Tensor


class CompiledNetwork:
    """Reads padded batches as a model does, and goes the way back.

    Args:
        model: on the CPU. Its parameters are read at every call, and never changed.
        loops: what `rnndash.kernels.library.load_loops` gives.
    """

    def __init__(self, model: Classifier, loops: Mapping[str, Loop]) -> None:
        self._loops = loops
        self._learns_words = model.embedding.weight.requires_grad
        self._places = Held(np.full(model.embedding.num_embeddings, -1, dtype=np.int64))
        self._is_mean = isinstance(model, ElmanClassifier)
        self._is_packed = not isinstance(model, ElmanClassifier) and model.packed
        self._hidden_dim = model.rnn.hidden_size
        self._layers = [
            [
                Direction(model.rnn, layer, loops, is_backward=is_backward)
                for is_backward in ((False, True) if model.rnn.bidirectional else (False,))
            ]
            for layer in range(model.rnn.num_layers)
        ]
        self._texts: list[_HeldTexts] = []  # those to train on and those to test on
        self._fc_weight, self._fc_bias = model.fc.weight.detach(), model.fc.bias.detach()
        self._fc = Held(self._fc_weight), Held(self._fc_bias)

    def lay_out(self, texts: EncodedTexts, rows: NDArray[np.int64]) -> Layout:
        """Number a batch's words, and sort its texts, longest first, if they are to be packed.

        Args:
            rows: `(B,)`, the numbers of the texts.

        Raises:
            CorpusError: the texts are not the model's.
        """
        held = self._held_texts(texts)
        batch, steps = len(rows), int(held.lengths[rows].max())
        lengths, labels, order, ends = (_whole(batch) for _ in range(4))
        sizes, index, words = _whole(steps), _whole(steps, batch), _whole(batch * steps)
        counts = _whole(2)
        self._loops["batches.lay_out"](
            *held.arrays, rows, self._is_packed, self._places, lengths, labels, order, ends,
            sizes, index, words, counts,
        )  # fmt: skip
        different, real = counts.tolist()
        return Layout(
            words=words[:different],
            labels=labels,
            order=order,
            ends=ends,
            steps=Steps(index=index, sizes=sizes),
            real_words=real,
        )

    def _held_texts(self, texts: EncodedTexts) -> "_HeldTexts":
        for held in self._texts:
            if held.texts is texts:
                return held
        held = _HeldTexts(texts, words=len(self._places.array), classes=len(self._fc_bias))
        self._texts = [held, *self._texts[:1]]
        return held

    @torch.no_grad()
    def read(self, layout: Layout, x: torch.Tensor) -> Reading:
        """The model's answers to a batch.

        Args:
            x: `(U, E)`, the embeddings of its words.
        """
        steps = layout.steps
        passes: list[list[Pass]] = []
        for directions in self._layers:
            if passes:
                below = [passed.states for passed in passes[-1]]
                x, steps = torch.cat(below, dim=2).flatten(0, 1), layout.steps.one_row_each
            states = torch.zeros(len(directions), *steps.index.shape, self._hidden_dim)
            ways = zip(directions, states, strict=True)
            passes.append([direction.read(x, steps, out) for direction, out in ways])
        state = torch.empty(len(layout.ends), self._fc_weight.shape[1])
        logits = torch.empty(len(layout.ends), len(self._fc_bias))
        self._loops["answers.answer"](
            states, layout.ends, layout.order, self._is_mean, *self._fc, state, logits
        )  # fmt: skip
        return Reading(layout=layout, logits=logits, state=state, passes=passes)

    def loss(self, reading: Reading) -> Loss:
        """How good the answers are."""
        d_logits, told = torch.empty_like(reading.logits), torch.empty(2, dtype=torch.float64)
        self._loops["answers.cross_entropy"](reading.logits, reading.layout.labels, d_logits, told)
        value, right = told.tolist()
        return Loss(value=value, right=int(right), d_logits=d_logits)

    @torch.no_grad()
    def gradients(
        self, reading: Reading, d_logits: torch.Tensor
    ) -> tuple[torch.Tensor | None, Gradients]:
        """What autograd gives, from the gradients of the logits, `(B, C)`.

        Returns:
            The gradients of the words' embeddings, `(U, E)`, None if these are frozen, and those
            of all other parameters.
        """
        gradients, d_outputs = self._top_gradients(reading, d_logits)
        d_x: torch.Tensor | None = None
        for layer in range(len(self._layers) - 1, -1, -1):
            directions, passes, d_inputs = self._layers[layer], reading.passes[layer], []
            for direction, passed, d_out in zip(directions, passes, d_outputs, strict=True):
                d_gates = direction.back(passed, d_out)
                of_weights = direction.of_weights(passed, d_gates)
                gradients |= {f"rnn.{name}": d for name, d in of_weights.items()}
                if layer or self._learns_words:
                    d_inputs.append(direction.of_input(d_gates))
            d_x = sum(d_inputs[1:], d_inputs[0]) if d_inputs else None
            if layer and d_x is not None:  # of the states below: (T*B, D*H)
                d_below = d_x.view(*passes[0].steps.index.shape, -1)
                d_outputs = d_below.chunk(len(passes), dim=2)
        return d_x, gradients

    def _top_gradients(
        self, reading: Reading, d_logits: torch.Tensor
    ) -> tuple[Gradients, Sequence[torch.Tensor]]:
        """Those of the last weights, and of the top layer's states, `(T, B, H)` by direction."""
        top, layout = reading.passes[-1], reading.layout
        d_outputs = torch.zeros(len(top), *top[0].states.shape)
        of_fc = {
            "fc.weight": torch.zeros_like(self._fc_weight),
            "fc.bias": torch.zeros_like(self._fc_bias),
        }
        self._loops["answers.back"](
            d_logits, reading.state, layout.ends, layout.order, self._is_mean, self._fc[0],
            d_outputs, *of_fc.values(),
        )  # fmt: skip
        return of_fc, list(d_outputs)


class _HeldTexts:
    """Texts whose place is known, and of which the loops, who do not look, can read everything.

    Raises:
        CorpusError: a number in them stands for nothing.
    """

    def __init__(self, texts: EncodedTexts, *, words: int, classes: int) -> None:
        self.texts = texts
        self.lengths = texts.lengths
        ends = texts.offsets[0] == 0 and texts.offsets[-1] == len(texts.ids)
        if not (ends and self.lengths.min() > 0):
            raise CorpusError(f"Encoded texts do not follow upon each other. {_DAMAGED}")
        for what, numbers, count in (("word", texts.ids, words), ("class", texts.labels, classes)):
            least, most = numbers.min(), numbers.max()
            if least < 0 or most >= count:
                wrong = least if least < 0 else most
                raise CorpusError(
                    f"Encoded texts name {what} number {wrong}; there are {count}, counted from 0. "
                    f"{_DAMAGED}"
                )
        self.arrays = Held(texts.ids), Held(texts.offsets), Held(texts.labels)


def _whole(*shape: int) -> torch.Tensor:
    return torch.empty(shape, dtype=torch.int64)
