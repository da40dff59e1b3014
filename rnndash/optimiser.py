"""Adam, after Kingma and Ba (2015), on the fused kernel of PyTorch.

    m = b1 m + (1 - b1) g          v = b2 v + (1 - b2) g^2
    w = w - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)

It computes what `torch.optim.Adam(..., fused=True)` computes, bit for bit, by the same kernel.
`torch.optim` itself loads the compiler of PyTorch at its first use, which takes about as long
as loading PyTorch: a worker without it starts in half the time.

An embedding has many rows, and a minibatch gives a gradient to a few. Adam still moves all others,
by the means of their earlier gradients. `RowSteps` does that when it next matters: as soon as a
row is taken again. Until then the row lags behind, and whoever wants to see it gets a copy that
does not. It needs the compiled loops of `rnndash.kernels`.
"""

from collections.abc import Iterable, Mapping

import torch

from rnndash.errors import CheckpointError
from rnndash.kernels.call import Held, Loop
from rnndash.momentum import Schedule

_BEHIND, _LAGGING = "behind", "lagging"
"""In the state: how many steps each row of a matrix is behind, and the matrix as it is."""


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
        is_by_rows = by_rows is not None and loops is not None
        names = sorted(self.parameters, key=lambda name: is_by_rows and name == by_rows)
        device = self.parameters[names[0]].device
        counters = torch.zeros(len(names), dtype=torch.float32, device=device)
        self.steps = dict(zip(names, counters, strict=True))  # each a view of one number
        self._whole_steps = counters[: len(names) - is_by_rows]
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
            if len(steps) == len(self._whole_steps):  # all at once, as in training
                self._whole_steps += 1
            else:
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

    def up_to_date(self) -> dict[str, torch.Tensor]:
        """Copies of the parameters that lag behind, as they will be. Changes nothing."""
        return {} if self._rows is None else {self._rows.name: self._rows.look()}

    def catch_up(self) -> None:
        """Bring all parameters up to date, at the end of training.

        A step after that may differ in the last digit from one without it.
        """
        if self._rows is not None:
            self._rows.catch_up()

    def state(self) -> dict[str, torch.Tensor]:
        """All that the next step depends on, under names of its own; the tensors are not copied.

        Parameters belong to it only where they lag behind.
        """
        state = {
            f"{part}.{name}": tensor
            for part, tensors in self._parts().items()
            for name, tensor in tensors.items()
        }
        return state if self._rows is None else state | self._rows.state()

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take over what `state` gave, of an optimiser that updates by rows or not.

        Raises:
            CheckpointError: a tensor is missing or has another shape.
        """
        for part, tensors in self._parts().items():
            for name, tensor in tensors.items():
                tensor.copy_(_saved(state, part, name, tensor.shape))
        if self._rows is not None:
            self._rows.load(state)
            return
        for name, (mean, square) in self._moments().items():
            if f"{_BEHIND}.{name}" in state:
                behind = _saved(state, _BEHIND, name, mean.shape[:1]).to(mean.device)[:, None]
                mean *= (self.betas[0] ** behind.double()).float()
                square *= (self.betas[1] ** behind.double()).float()

    def _moments(self) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
        return {name: (self.means[name], self.squares[name]) for name in self.parameters}

    def _parts(self) -> dict[str, dict[str, torch.Tensor]]:
        return {"mean": self.means, "square": self.squares, "step": self.steps}


def _saved(
    state: Mapping[str, torch.Tensor], part: str, name: str, shape: torch.Size
) -> torch.Tensor:
    saved = state.get(f"{part}.{name}")
    if saved is None or saved.shape != shape:
        raise CheckpointError(
            f"The checkpoint holds no {part} of {name} of shape {tuple(shape)}: "
            "it belongs to other settings or other texts. Start a new run."
        )
    return saved


class RowSteps:
    """Adam for a matrix of which each step needs a few rows.

    The same numbers as for the whole matrix at every step, to rounding; see `rnndash.momentum`.
    Here is kept which row has taken which step.

    Args:
        adam: whose parameter it is.
        name: of the parameter, `(V, E)` on the CPU.
        loops: the compiled ones.
    """

    def __init__(self, adam: Adam, name: str, loops: Mapping[str, Loop]) -> None:
        self.name = name
        self._bring, self._take = loops["rows.catch_up"], loops["rows.take"]
        self._look, self._update = loops["rows.look"], loops["rows.update"]
        self._step = adam.steps[name]
        tensors = (adam.parameters[name].detach(), adam.means[name], adam.squares[name])
        self._tensors = tensors
        self._arrays = tuple(Held(tensor) for tensor in tensors)
        b1, b2 = adam.betas
        self._constants = Held(torch.tensor([b1, b2, 1 - b1, 1 - b2, adam.epsilon]))
        self._schedule = Schedule(adam.learning_rate, adam.betas)
        self._steps = 0
        self._done = torch.zeros(len(tensors[0]), dtype=torch.int64)
        self._done_held = Held(self._done)
        self._taken: torch.Tensor | None = None

    @property
    def steps(self) -> int:
        """How many were taken."""
        return self._steps

    def take(self, rows: torch.Tensor) -> torch.Tensor:
        """These rows, all different, as they are now; the next step updates them.

        Returns:
            A copy, `(U, E)`.
        """
        self.give_back()
        taken = torch.empty(len(rows), self._tensors[0].shape[1])
        self._take(rows, self._steps, *self._state(self._steps), taken)
        self._taken = rows
        return taken

    def give_back(self) -> None:
        """Leave the rows that were taken as they are, since the step will not be made."""
        if self._taken is not None:
            self._done[self._taken] = self._steps
            self._taken = None

    def step(self, gradients: torch.Tensor) -> None:
        """One update, from the gradients `(U, E)` of the rows that were taken.

        Raises:
            ValueError: none were.
        """
        if self._taken is None:
            raise ValueError("A step needs the rows that it updates. Take them first.")
        self._steps += 1
        self._step.fill_(self._steps)
        tables = (self._constants, self._schedule.until(self._steps))
        self._update(self._taken, gradients.contiguous(), self._steps, *self._arrays, *tables)
        self._taken = None

    def foresee(self, rows: torch.Tensor, until: int) -> None:
        """Get rows ready that will be taken next, at step `until`: the step in hand, or the next.

        It changes no number. If other rows are taken, these are right to rounding. It is the only
        method for another thread than the one that calls all others: to be called once it is
        certain that the step will be made, it leaves alone the rows that were taken for it.
        """
        self._bring(rows, until, *self._state(until))

    def look(self, rows: torch.Tensor | None = None) -> torch.Tensor:
        """Rows as they are now, by default all. Changes nothing.

        Returns:
            A copy, `(U, E)`.
        """
        rows = torch.arange(len(self._done)) if rows is None else rows
        size = self._tensors[0].shape[1]
        spare, seen = torch.empty(2, size), torch.empty(len(rows), size)
        self._look(rows, self._steps, *self._state(self._steps), spare, seen)
        return seen

    def catch_up(self) -> None:
        """Bring all rows up to date."""
        self._bring(torch.arange(len(self._done)), self._steps, *self._state(self._steps))

    def state(self) -> dict[str, torch.Tensor]:
        """What is needed besides means and squares: nothing if no row lags behind."""
        self.give_back()
        behind = self._steps - self._done
        if not behind.any():
            return {}
        return {
            f"{_BEHIND}.{self.name}": behind,
            f"{_LAGGING}.{self.name}": self._tensors[0],
        }

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take over what `state` gave; without it, all rows have taken all steps.

        Raises:
            CheckpointError: a tensor is missing or has another shape.
        """
        self._steps, self._taken = int(self._step), None
        self._done.fill_(self._steps)
        if f"{_BEHIND}.{self.name}" in state:
            matrix = self._tensors[0]
            self._done -= _saved(state, _BEHIND, self.name, matrix.shape[:1])
            matrix.copy_(_saved(state, _LAGGING, self.name, matrix.shape))

    def _state(self, until: int) -> tuple[Held, ...]:
        return (*self._arrays, self._done_held, self._constants, self._schedule.until(until))
