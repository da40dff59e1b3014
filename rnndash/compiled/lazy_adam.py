"""Exact lazy Adam: Adam for the rows of a matrix, of which each step needs a few.

Dense Adam moves the other rows too, by the means of their earlier gradients. Here these steps are
applied to a row when it is next read or updated. Until then it lags behind, and `peek` gives a
copy that does not.
"""

from collections.abc import Mapping
from typing import TypedDict

import torch

from rnndash.compiled.adam_schedule import AdamSchedule
from rnndash.errors import CheckpointError
from rnndash.kernels import lazy_adam
from rnndash.kernels.arrays import ArrayView

_BEHIND, _LAGGING = "behind", "lagging"
"""In a checkpoint: how many steps each row of a matrix is behind, and the matrix as it is."""

_MOST_STEPS = 2**24
"""Which PyTorch's counter of 32 bits can tell apart."""


class _Shared(TypedDict):
    """The arguments that all kernels share, by their names; see `rnndash.kernels.lazy_adam`."""

    parameters: ArrayView
    means: ArrayView
    squares: ArrayView
    last_steps: ArrayView
    constants: ArrayView
    schedule: ArrayView


class LazyAdam:
    """Exact lazy Adam for one matrix.

    It gives the numbers of dense Adam at every step, to rounding; see
    `rnndash.compiled.adam_schedule`. The kernels must be loaded.

    Args:
        name: of the matrix, for the checkpoint.
        tensors: the matrix, `(V, E)` on the CPU, and the means and squares of its gradients.
        counter: of the steps, `()`.
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
    ) -> None:
        self.name = name
        self._counter = counter
        self._matrix, means, squares = (tensor.detach() for tensor in tensors)
        self._last_steps = torch.zeros(len(self._matrix), dtype=torch.int64)
        b1, b2 = betas
        constants = torch.tensor([b1, b2, 1 - b1, 1 - b2, epsilon], dtype=torch.float32)
        self._schedule = AdamSchedule(learning_rate, betas)
        self._steps = 0
        self._shared = _Shared(
            parameters=ArrayView(self._matrix),
            means=ArrayView(means),
            squares=ArrayView(squares),
            last_steps=ArrayView(self._last_steps),
            constants=ArrayView(constants),
            schedule=self._schedule.until(0),
        )

    def gather(self, rows: torch.Tensor) -> torch.Tensor:
        """Bring rows up to date.

        Returns:
            A copy of them, `(U, E)`.
        """
        gathered = torch.empty(len(rows), self._matrix.shape[1])
        lazy_adam.gather(rows, self._steps, gathered=gathered, **self._arguments())
        return gathered

    def step(self, rows: torch.Tensor, gradients: torch.Tensor) -> None:
        """One update of rows, all different, from their gradients `(U, E)`."""
        self._steps += 1
        self._counter.fill_(self._steps)
        gradients = gradients.contiguous()
        lazy_adam.step(rows, self._steps, gradients=gradients, **self._arguments())

    def peek(self, rows: torch.Tensor | None = None) -> torch.Tensor:
        """Rows as they are now, by default all. Changes nothing.

        Returns:
            A copy of them, `(U, E)`.
        """
        rows = torch.arange(len(self._matrix)) if rows is None else rows
        embed_dim = self._matrix.shape[1]
        workspace, gathered = torch.empty(2, embed_dim), torch.empty(len(rows), embed_dim)
        lazy_adam.peek(
            rows, self._steps, workspace=workspace, gathered=gathered, **self._arguments()
        )
        return gathered

    def apply_missed_steps(self) -> None:
        """Bring all rows up to date."""
        rows = torch.arange(len(self._matrix))
        lazy_adam.apply_missed_steps(rows, self._steps, **self._arguments())

    def state(self) -> dict[str, torch.Tensor]:
        """What is needed besides means and squares: nothing if no row lags behind."""
        behind = self._steps - self._last_steps
        if not behind.any():
            return {}
        return {
            f"{_BEHIND}.{self.name}": behind,
            f"{_LAGGING}.{self.name}": self._matrix,
        }

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Restore what `state` gave; without it, all rows are up to date.

        Raises:
            CheckpointError: a tensor is missing, has another shape or cannot be true.
        """
        behind = steps_behind(state, self.name, len(self._matrix), self._counter.item())
        if f"{_BEHIND}.{self.name}" in state:
            lagging = saved_tensor(state, _LAGGING, self.name, self._matrix.shape)
            self._matrix.copy_(lagging)
        self._steps = int(self._counter)
        self._last_steps.copy_(self._steps - behind)

    def _arguments(self) -> _Shared:
        """The shared arguments, with a schedule that reaches to the present step."""
        self._shared["schedule"] = self._schedule.until(self._steps)
        return self._shared


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
