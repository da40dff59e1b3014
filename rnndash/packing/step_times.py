"""The time of a training step, padded and packed, as frozen values. No torch: figures read them."""

from dataclasses import dataclass


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
