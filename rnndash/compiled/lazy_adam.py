"""Adam for the rows of a matrix, of which each step needs a few.

Adam moves the others too, by the means of their earlier gradients. Here that is done when it next
matters: as soon as a row is taken again. Until then it lags behind, and whoever wants to see it
gets a copy that does not.
"""

from collections.abc import Mapping

import torch

from rnndash.compiled.adam_schedule import Schedule
from rnndash.errors import CheckpointError
from rnndash.kernels.call import Held, Loop

_BEHIND, _LAGGING = "behind", "lagging"
"""In a checkpoint: how many steps each row of a matrix is behind, and the matrix as it is."""

_MOST_STEPS = 2**24
"""Which PyTorch's counter of 32 bits can tell apart."""


class RowSteps:
    """Adam for a matrix of which each step needs a few rows.

    The same numbers as for the whole matrix at every step, to rounding; see
    `rnndash.compiled.adam_schedule`.
    Here is kept which row has taken which step.

    Args:
        name: of the matrix, for the checkpoint.
        tensors: the matrix, `(V, E)` on the CPU, and its means and squares.
        counter: of the steps, `()`.
        loops: what `rnndash.kernels.library.load_loops` gives.
    """

    def __init__(
        self,
        name: str,
        tensors: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
        counter: torch.Tensor,
        *,
        learning_rate: float,
        betas: tuple[float, float],
        epsilon: float,
        loops: Mapping[str, Loop],
    ) -> None:
        self.name = name
        self._bring, self._gather = loops["rows.catch_up"], loops["rows.gather"]
        self._look, self._update = loops["rows.look"], loops["rows.update"]
        self._counter = counter
        self._matrix = tensors[0].detach()
        self._arrays = tuple(Held(tensor.detach()) for tensor in tensors)
        b1, b2 = betas
        constants = torch.tensor([b1, b2, 1 - b1, 1 - b2, epsilon], dtype=torch.float32)
        self._constants = Held(constants)
        self._schedule = Schedule(learning_rate, betas)
        self._steps = 0
        self._done = torch.zeros(len(self._matrix), dtype=torch.int64)
        self._done_held = Held(self._done)

    def gather(self, rows: torch.Tensor) -> torch.Tensor:
        """These rows as they are now. They are brought up to date.

        Returns:
            A copy, `(U, E)`.
        """
        gathered = torch.empty(len(rows), self._matrix.shape[1])
        self._gather(rows, self._steps, *self._state(self._steps), gathered)
        return gathered

    def step(self, rows: torch.Tensor, gradients: torch.Tensor) -> None:
        """One update of rows, all different, from their gradients `(U, E)`."""
        self._steps += 1
        self._counter.fill_(self._steps)
        self._update(rows, gradients.contiguous(), self._steps, *self._state(self._steps))

    def look(self, rows: torch.Tensor | None = None) -> torch.Tensor:
        """Rows as they are now, by default all. Changes nothing.

        Returns:
            A copy, `(U, E)`.
        """
        rows = torch.arange(len(self._done)) if rows is None else rows
        size = self._matrix.shape[1]
        spare, seen = torch.empty(2, size), torch.empty(len(rows), size)
        self._look(rows, self._steps, *self._state(self._steps), spare, seen)
        return seen

    def catch_up(self) -> None:
        """Bring all rows up to date."""
        self._bring(torch.arange(len(self._done)), self._steps, *self._state(self._steps))

    def state(self) -> dict[str, torch.Tensor]:
        """What is needed besides means and squares: nothing if no row lags behind."""
        behind = self._steps - self._done
        if not behind.any():
            return {}
        return {
            f"{_BEHIND}.{self.name}": behind,
            f"{_LAGGING}.{self.name}": self._matrix,
        }

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take over what `state` gave; without it, all rows have taken all steps.

        Raises:
            CheckpointError: a tensor is missing, has another shape or cannot be true.
        """
        behind = steps_behind(state, self.name, len(self._done), self._counter.item())
        if f"{_BEHIND}.{self.name}" in state:
            lagging = saved_tensor(state, _LAGGING, self.name, self._matrix.shape)
            self._matrix.copy_(lagging)
        self._steps = int(self._counter)
        self._done.copy_(self._steps - behind)

    def _state(self, until: int) -> tuple[Held, ...]:
        return (*self._arrays, self._done_held, self._constants, self._schedule.until(until))


def saved_tensor(
    state: Mapping[str, torch.Tensor], part: str, name: str, shape: torch.Size
) -> torch.Tensor:
    """A part of an optimiser's state.

    Raises:
        CheckpointError: it is missing or has another shape.
    """
    saved = state.get(f"{part}.{name}")
    if saved is None or saved.shape != shape:
        raise CheckpointError(
            f"The checkpoint holds no {part} of {name} of shape {tuple(shape)}: "
            "it belongs to other settings or other texts. Start a new run."
        )
    return saved


def steps_behind(
    state: Mapping[str, torch.Tensor], name: str, rows: int, counted: float
) -> torch.Tensor:
    """How many steps each row of a matrix lags behind, `(V,)` int64; not at all unless it says so.

    Args:
        counted: the steps that the matrix has made.

    Raises:
        CheckpointError: it has another shape or cannot be true.
    """
    behind = torch.zeros(rows, dtype=torch.int64)
    if f"{_BEHIND}.{name}" in state:
        behind = saved_tensor(state, _BEHIND, name, behind.shape)
    least, most = behind.min().item(), behind.max().item()
    is_whole = counted.is_integer() and counted <= _MOST_STEPS and behind.dtype == torch.int64
    if not (is_whole and least >= 0 and most <= counted):
        raise CheckpointError(
            f"The checkpoint says that {name} has made {counted:g} steps and that its rows are "
            f"{least:g} to {most:g} behind; no row can be ahead, or further behind than that. It "
            "is damaged. Start a new run."
        )
    return behind
