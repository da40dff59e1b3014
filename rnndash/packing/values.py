"""What the packing page shows, as frozen values. No torch: figures read them.

Letters: B rows, T time steps (the length of the longest row), N tokens of all rows together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnndash.config.model_kind import ModelKind


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


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchingCost:
    """What one way of cutting a corpus into minibatches costs, exactly, by the lengths.

    Attributes:
        batch_size: rows of a minibatch; the last one may have fewer.
        is_bucketed: rows of similar length together, rather than shuffled.
        cells: computed with padding, all batches together.
        tokens: computed without.
        padded_bytes: of all batches in padded form, int64, with their lengths.
        packed_bytes: of all batches in packed form, int64, with the three index tensors.
    """

    batch_size: int
    is_bucketed: bool
    cells: int
    tokens: int
    padded_bytes: int
    packed_bytes: int

    @property
    def padding_share(self) -> float:
        """Share of the cells that hold a pad, 0 to 1."""
        return 1 - self.tokens / self.cells


@dataclass(frozen=True, kw_only=True, slots=True)
class StepTime:
    """Time of one forward and backward pass of `nn.LSTM`, padded against packed.

    Attributes:
        lengths: of the rows.
        padding_share: share of the cells that hold a pad.
        padded_ms: median milliseconds over the repetitions, forward and backward together.
        packed_ms: the same for the packed batch, packing included.
        padded_range_ms: the fastest and the slowest repetition.
        packed_range_ms: likewise.
        repeats: passes of each kind that were really timed.
    """

    lengths: tuple[int, ...]
    padding_share: float
    padded_ms: float
    packed_ms: float
    padded_range_ms: tuple[float, float]
    packed_range_ms: tuple[float, float]
    repeats: int

    @property
    def packed_wins(self) -> bool:
        """Whether the packed pass was the faster one."""
        return self.packed_ms < self.padded_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class TimingConditions:
    """What a measurement of times rests on, to be said beside it.

    Attributes:
        device: for people, such as `CPU, 1 thread`.
        machine: processor, cores and system, for people.
        torch_version: of PyTorch.
        embed_dim: width of the inputs.
        hidden_dim: units of the LSTM.
        repeats: passes that were timed of each kind, alternating, after one that was not.
    """

    device: str
    machine: str
    torch_version: str
    embed_dim: int
    hidden_dim: int
    repeats: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PaddingDrift:
    """One text in batches with longer and longer neighbours, read by one network.

    Attributes:
        pads: `(K,)` int64, pads behind the text; the first is 0.
        probabilities: `(K, C)` float64, the answer to the text.
        distance: `(K,)` float64, Euclidean distance of the state that the network answers from
            to the state without any pad.
        state_norm: Euclidean norm of the state without any pad, for scale.
    """

    model: ModelKind
    pads: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    distance: NDArray[np.float64]
    state_norm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A few lines of Python that were really run.

    Attributes:
        code: the lines.
        output: what they give, as Python prints it, or the error that they raise.
        is_error: whether they raised one.
    """

    code: str
    output: str
    is_error: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongTurn:
    """A mistake that people make with padded and packed sequences.

    Attributes:
        key: short name for links.
        title: the mistake, in a few words.
        wrong: the mistake and what really happens.
        right: the right way and what it gives.
        lesson: one or two sentences: why.
    """

    key: str
    title: str
    wrong: Attempt
    right: Attempt
    lesson: str
