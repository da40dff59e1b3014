"""A minibatch, and how PyTorch lays it out, as frozen values. No torch: figures read them.

Letters: B rows, T time steps (the length of the longest row), N tokens of all rows together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """The sequences of a minibatch, before they are padded.

    Attributes:
        ids: B rows of token numbers, each at least 1 long, each number at least 0.
        words: the same in words, where there are words; else None.
        titles: what to call each row, such as the beginning of its text; empty where rows have
            no name but their number.
    """

    ids: tuple[tuple[int, ...], ...]
    words: tuple[tuple[str, ...], ...] | None = None
    titles: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """`(B,)` int64."""
        return np.array([len(row) for row in self.ids], dtype=np.int64)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BatchLayout:
    """What `torch.nn.utils.rnn.pack_padded_sequence` makes of a padded batch.

    Attributes:
        padded: `(B, T)` int64, filled up with 0.
        lengths: `(B,)` int64.
        data: `(N,)` int64, the packed vector.
        batch_sizes: `(T,)` int64, the rows still alive at each step.
        sorted_indices: `(B,)` int64; place p of the sorted batch holds row `sorted_indices[p]`.
        unsorted_indices: `(B,)` int64; row b stands at place `unsorted_indices[b]`.
        packed_rows: `(N,)` int64, the row that each number of `data` came from.
        packed_steps: `(N,)` int64, its time step.
        places: `(B, T)` int64, where in `data` each cell went; -1 for a pad.
        padded_bytes: what the padded tensor and its lengths take.
        packed_bytes: what the packed sequence's four tensors take.
        call: the Python lines that made it.
        printed: what Python prints of the result.
    """

    padded: NDArray[np.int64]
    lengths: NDArray[np.int64]
    data: NDArray[np.int64]
    batch_sizes: NDArray[np.int64]
    sorted_indices: NDArray[np.int64]
    unsorted_indices: NDArray[np.int64]
    packed_rows: NDArray[np.int64]
    packed_steps: NDArray[np.int64]
    places: NDArray[np.int64]
    padded_bytes: int
    packed_bytes: int
    call: str
    printed: str

    @property
    def steps(self) -> int:
        """T."""
        return len(self.batch_sizes)

    @property
    def pads(self) -> int:
        """Cells that hold no token."""
        return int(self.padded.size - self.data.size)

    def slice_at(self, step: int) -> tuple[int, int]:
        """The part of `data` that belongs to a step: from, and up to but not including."""
        end = int(self.batch_sizes[: step + 1].sum())
        return end - int(self.batch_sizes[step]), end
