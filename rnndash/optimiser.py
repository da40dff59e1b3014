"""Adam, after Kingma and Ba (2015), on the fused kernel of PyTorch.

    m = b1 m + (1 - b1) g          v = b2 v + (1 - b2) g^2
    w = w - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)

It computes what `torch.optim.Adam(..., fused=True)` computes, bit for bit, by the same kernel.
`torch.optim` itself loads the compiler of PyTorch at its first use, which takes about as long
as loading PyTorch: a worker without it starts in half the time.

An embedding has many rows, and a minibatch gives a gradient to a few. Adam still moves all others,
by the means of their earlier gradients. `RowSteps` does that when it next matters: as soon as a
row is taken again, or all of them are wanted. It needs the compiled loops of `rnndash.kernels`.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.errors import CheckpointError
from rnndash.kernels.library import Loop


class Adam:
    """Updates parameters in place from their gradients.

    Args:
        parameters: those to update, each with its name in the checkpoint.
        by_rows: the name of a matrix on the CPU that `rows` updates.
        loops: what `rnndash.kernels.library.load_loops` gives; needed for that.
    """

    def __init__(
        self,
        parameters: Iterable[tuple[str, torch.Tensor]],
        *,
        learning_rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        by_rows: str | None = None,
        loops: Mapping[str, Loop] | None = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.betas = betas
        self.epsilon = epsilon
        self.parameters = dict(parameters)
        self.means = {name: torch.zeros_like(p) for name, p in self.parameters.items()}
        self.squares = {name: torch.zeros_like(p) for name, p in self.parameters.items()}
        self.steps = {
            name: torch.zeros((), dtype=torch.float32, device=p.device)
            for name, p in self.parameters.items()
        }
        self._rows = None
        if by_rows is not None and loops is not None:
            self._rows = RowSteps(self, by_rows, loops)

    def descend(self, loss: torch.Tensor) -> None:
        """One update of all parameters, each of which the loss must depend on."""
        gradients = torch.autograd.grad(loss, list(self.parameters.values()))
        self.step(dict(zip(self.parameters, gradients, strict=True)))

    def step(self, gradients: Mapping[str, torch.Tensor]) -> None:
        """One update of the parameters that are named, in place.

        The step counters are float32, as in PyTorch: exact up to 16 million steps.
        """
        if not gradients:
            return
        names = list(gradients)
        steps = [self.steps[name] for name in names]
        with torch.no_grad():
            torch._foreach_add_(steps, 1)
            # The functional form behind torch.optim.Adam(fused=True); it has no public name.
            torch._fused_adam_(
                [self.parameters[name] for name in names],
                [gradients[name] for name in names],
                [self.means[name] for name in names],
                [self.squares[name] for name in names],
                [],
                steps,
                lr=self.learning_rate,
                beta1=self.betas[0],
                beta2=self.betas[1],
                weight_decay=0.0,
                eps=self.epsilon,
                amsgrad=False,
                maximize=False,
            )

    @property
    def rows(self) -> "RowSteps":
        """What updates a matrix by rows.

        Raises:
            ValueError: there is none.
        """
        if self._rows is None:
            raise ValueError("No parameter of this optimiser is updated by rows.")
        return self._rows

    def catch_up(self) -> None:
        """Bring all parameters up to date, for whoever looks at them. Changes no result."""
        if self._rows is not None:
            self._rows.catch_up()

    def state(self) -> dict[str, torch.Tensor]:
        """All that the next step depends on, under names of its own; the tensors are not copied.

        Brings all of it up to date.
        """
        if self._rows is not None:
            self._rows.catch_up(is_all=True)
        return {
            f"{part}.{name}": tensor
            for part, tensors in self._parts().items()
            for name, tensor in tensors.items()
        }

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take over what `state` gave.

        Raises:
            CheckpointError: a tensor is missing or has another shape.
        """
        for part, tensors in self._parts().items():
            for name, tensor in tensors.items():
                saved = state.get(f"{part}.{name}")
                if saved is None or saved.shape != tensor.shape:
                    raise CheckpointError(
                        f"The checkpoint holds no {part} of {name} of shape {tuple(tensor.shape)}: "
                        "it belongs to other settings or other texts. Start a new run."
                    )
                tensor.copy_(saved)
        if self._rows is not None:
            self._rows.start()

    def _parts(self) -> dict[str, dict[str, torch.Tensor]]:
        return {"mean": self.means, "square": self.squares, "step": self.steps}


class RowSteps:
    """Adam for a matrix of which each step needs a few rows.

    The same numbers as for the whole matrix at every step, to rounding; see
    `rnndash.kernels.rows.catch_up`. Here is kept which row has taken which step.

    Args:
        adam: whose parameter it is.
        name: of the parameter, `(V, E)` on the CPU.
        loops: the compiled ones.
    """

    def __init__(self, adam: Adam, name: str, loops: Mapping[str, Loop]) -> None:
        self._bring, self._update = loops["rows.catch_up"], loops["rows.update"]
        self._step = adam.steps[name]
        self._parameter = adam.parameters[name].detach()
        tensors = (self._parameter, adam.means[name], adam.squares[name])
        self._arrays = tuple(tensor.numpy() for tensor in tensors)  # they share their memory
        self._rate, self._betas = adam.learning_rate, adam.betas
        b1, b2 = adam.betas
        self._constants = np.array([b1, b2, 1 - b1, 1 - b2, adam.epsilon], dtype=np.float32)
        self._schedule = np.zeros((2, 1), dtype=np.float32)
        self.start()

    def start(self) -> None:
        """All rows have taken the steps that the counter tells."""
        self._steps = int(self._step)
        self._done = np.full(len(self._arrays[0]), self._steps, dtype=np.int64)
        self._taken: NDArray[np.int64] | None = None

    @property
    def steps(self) -> int:
        """How many were taken."""
        return self._steps

    def take(self, rows: NDArray[np.int64]) -> torch.Tensor:
        """These rows, all different, as they are now; the next step updates them.

        Returns:
            A copy, `(U, E)`.
        """
        self._bring_up(rows, self._steps, is_all=True)
        self._taken = rows
        return self._parameter[torch.from_numpy(rows)]

    def step(self, gradients: torch.Tensor) -> None:
        """One update, from the gradients `(U, E)` of the rows that were taken.

        Raises:
            ValueError: none were.
        """
        if self._taken is None:
            raise ValueError("A step needs the rows that it updates. Take them first.")
        self._steps += 1
        self._step.fill_(self._steps)
        state = (*self._arrays, self._done, self._constants, *self._rates(self._steps))
        self._update(self._taken, gradients.contiguous().numpy(), self._steps, *state)
        self._taken = None

    def foresee(self, rows: NDArray[np.int64], until: int) -> None:
        """Bring rows up to date as of an earlier look at `steps`, since they will be taken soon.

        The only method for another thread than the one that calls all others: rows that have been
        taken since then are as far already, and are left alone.
        """
        self._bring_up(rows, until, is_all=True)

    def catch_up(self, rows: NDArray[np.int64] | None = None, *, is_all: bool = False) -> None:
        """Bring rows up to date, for whoever looks at them. Changes no result.

        Args:
            rows: by default all.
            is_all: bring means and squares up to date too.
        """
        rows = np.arange(len(self._done)) if rows is None else rows
        self._bring_up(rows, self._steps, is_all=is_all)

    def _bring_up(self, rows: NDArray[np.int64], until: int, *, is_all: bool) -> None:
        state = (*self._arrays, self._done, self._constants, *self._rates(until))
        self._bring(rows, until, is_all, *state)

    def _rates(self, until: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The rate and the inverse root of the formula, by the number of the step."""
        schedule = self._schedule  # another thread may put a longer one there meanwhile
        if schedule.shape[1] <= until:
            (b1, b2), steps = self._betas, range(schedule.shape[1], 2 * until)
            rates = [self._rate / (1 - b1**step) for step in steps]
            roots = [1 / math.sqrt(1 - b2**step) for step in steps]
            more = np.array([rates, roots], dtype=np.float32)
            self._schedule = schedule = np.concatenate((schedule, more), axis=1)
        return schedule[0], schedule[1]
