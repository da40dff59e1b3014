"""Measures how long `nn.LSTM` takes for a batch, padded and packed, on this CPU.

Letters: B rows, T time steps, E numbers for a token, H hidden units.
"""

import platform
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from rnndash.config.hyperparameters import SETTING
from rnndash.errors import BusyError, ConfigError
from rnndash.models.random_state import own_random_state
from rnndash.packing.sequences import MOST_ROWS, MOST_TOKENS
from rnndash.packing.step_times import StepTime, TimingConditions
from rnndash.training.device import describe_device

REPEATS = 15
MOST_REPEATS = 100
BUDGET_S = 6.0
WAIT_S = 20.0
"""Seconds that a measurement waits for another one before it gives up."""
MOST_CELLS = 100_000
"""Of the padded batch: a bound on memory, about 150 MiB with embedding 64 and hidden 32."""
MOST_PRODUCTS = 2 * 10**9
"""Multiplications of the padded batch's forward pass: a bound on its time, well under a second."""
MOST_FILLED = 4 * 10**8
"""T · N · 4H, with N tokens in all: a bound on the time of the packed pass.

PyTorch's backward pass over a packed batch on the CPU fills an `(N, 4H)` gradient with zeros at
each of the T steps (seen with 2.13.0), so its time grows with the square of the length.
"""
SHAPES = 7

_MEASURING = threading.Lock()
"""Two measurements at once would time each other."""

ForwardPass = Callable[[nn.LSTM, torch.Tensor, torch.Tensor], torch.Tensor]


def padded_pass(lstm: nn.LSTM, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """The states after each row's last token, `(B, H)`, by stepping over pads as well."""
    outputs, _ = lstm(x)  # (B, T, H)
    states: torch.Tensor = outputs[torch.arange(len(lengths)), lengths - 1]
    return states


def packed_pass(lstm: nn.LSTM, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """The same states `(B, H)`, by packing first."""
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    _, (h, _) = lstm(packed)  # (1, B, H)
    states: torch.Tensor = h[-1]
    return states


def time_batches(
    batches: Sequence[Sequence[int]],
    *,
    embed_dim: int,
    hidden_dim: int,
    repeats: int = REPEATS,
    budget_s: float = BUDGET_S,
) -> Iterator[StepTime]:
    """Time forward and backward passes over random inputs, padded and packed in turn.

    Both passes compute the same states and the same gradients, of weights and inputs. After one
    pass of each that is not timed, each is timed `repeats` times, or fewer where the budget is
    spent earlier, but once at least. Uses as many threads as torch is set to.

    Each batch gets its share of the budget. Where it is spent early all the same, the last batches
    are not measured.

    Args:
        batches: the lengths of each batch's rows.
        budget_s: seconds of all batches together, not counting the wait for other measurements.

    Raises:
        ConfigError: a batch or the network is too large to be timed on a web page.
        BusyError: other measurements did not end in time.
    """
    for lengths in batches:
        _check(lengths, embed_dim, hidden_dim, repeats)
    return _time_batches(batches, embed_dim, hidden_dim, repeats, budget_s)


def sweep(
    rows: int,
    longest: int,
    *,
    embed_dim: int,
    hidden_dim: int,
    repeats: int = REPEATS,
    budget_s: float = BUDGET_S,
) -> Iterator[StepTime]:
    """Time the batches of `sweep_shapes`, from no padding to almost nothing else.

    The arguments and errors are those of `time_batches`.
    """
    return time_batches(
        sweep_shapes(rows, longest),
        embed_dim=embed_dim,
        hidden_dim=hidden_dim,
        repeats=repeats,
        budget_s=budget_s,
    )


def sweep_shapes(rows: int, longest: int, shapes: int = SHAPES) -> tuple[tuple[int, ...], ...]:
    """Lengths of batches with one long row: all others get shorter in equal steps, down to 1.

    Raises:
        ConfigError: there are fewer than two rows, or the batch is too large.
    """
    if not 2 <= rows <= MOST_ROWS or not 1 <= longest <= MOST_TOKENS:
        raise ConfigError(
            f"A batch to time has from 2 to {MOST_ROWS} rows and the longest has from 1 to "
            f"{MOST_TOKENS:,} tokens; {rows:,} rows and {longest:,} tokens came. "
            "Choose values inside these limits."
        )
    others = sorted({round(s) for s in np.linspace(1, longest, shapes)}, reverse=True)
    return tuple((longest, *[other] * (rows - 1)) for other in others)


def timing_conditions(
    steps: Sequence[StepTime], *, embed_dim: int, hidden_dim: int
) -> TimingConditions:
    """What to say beside these times: of one or more steps, the fewest repetitions."""
    return TimingConditions(
        device=describe_device(torch.device("cpu")),
        machine=f"{_processor()}, {psutil.cpu_count()} cores, {platform.system()}",
        torch_version=torch.__version__,
        embed_dim=embed_dim,
        hidden_dim=hidden_dim,
        repeats=min(step.repeats for step in steps),
    )


def _time_batches(
    batches: Sequence[Sequence[int]],
    embed_dim: int,
    hidden_dim: int,
    repeats: int,
    budget_s: float,
) -> Iterator[StepTime]:
    """One measurement for each batch; others can measure in between."""
    spent_s = 0.0
    for number, lengths in enumerate(batches):
        if number and spent_s >= budget_s:
            return
        share_s = (budget_s - spent_s) / (len(batches) - number)
        with _alone():
            start = time.perf_counter()
            step = _measure(lengths, embed_dim, hidden_dim, repeats, share_s)
            spent_s += time.perf_counter() - start
        yield step


@contextmanager
def _alone() -> Iterator[None]:
    if not _MEASURING.acquire(timeout=WAIT_S):
        raise BusyError(
            "Another measurement of times is running on this server, and only one can run at a "
            "time. Try again in a moment."
        )
    try:
        yield
    finally:
        _MEASURING.release()


def _measure(
    lengths: Sequence[int], embed_dim: int, hidden_dim: int, repeats: int, budget_s: float
) -> StepTime:
    deadline = time.perf_counter() + budget_s
    rows, longest = len(lengths), max(lengths)
    with own_random_state(0):
        lstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        x = torch.randn(rows, longest, embed_dim, requires_grad=True)
    counts = torch.tensor(lengths)
    for forward in (padded_pass, packed_pass):
        _timed_ms(forward, lstm, x, counts)
    padded_ms: list[float] = []
    packed_ms: list[float] = []
    while len(packed_ms) < repeats:
        padded_ms.append(_timed_ms(padded_pass, lstm, x, counts))
        packed_ms.append(_timed_ms(packed_pass, lstm, x, counts))
        if time.perf_counter() >= deadline:
            break
    return StepTime(
        lengths=tuple(lengths),
        padding_share=1 - sum(lengths) / (rows * longest),
        padded_ms=statistics.median(padded_ms),
        packed_ms=statistics.median(packed_ms),
        padded_range_ms=(min(padded_ms), max(padded_ms)),
        packed_range_ms=(min(packed_ms), max(packed_ms)),
        repeats=len(packed_ms),
    )


def _timed_ms(forward: ForwardPass, lstm: nn.LSTM, x: torch.Tensor, lengths: torch.Tensor) -> float:
    start = time.perf_counter()
    torch.autograd.grad(forward(lstm, x, lengths).sum(), [x, *lstm.parameters()])
    return (time.perf_counter() - start) * 1_000


def _check(lengths: Sequence[int], embed_dim: int, hidden_dim: int, repeats: int) -> None:
    SETTING["embed_dim"].check(embed_dim)
    SETTING["hidden_dim"].check(hidden_dim)
    if not 1 <= repeats <= MOST_REPEATS:
        raise ConfigError(
            f"From 1 to {MOST_REPEATS} repetitions can be timed; {repeats:,} came. "
            "Choose a number inside these limits."
        )
    if not 1 <= len(lengths) <= MOST_ROWS or not 1 <= min(lengths) <= max(lengths) <= MOST_TOKENS:
        raise ConfigError(
            f"A batch to time has from 1 to {MOST_ROWS} rows of 1 to {MOST_TOKENS:,} tokens; "
            f"{len(lengths):,} rows of up to {max(lengths, default=0):,} came. "
            "Choose values inside these limits."
        )
    rows, longest, gates = len(lengths), max(lengths), 4 * hidden_dim
    for amount, most, what in (
        (rows * longest, MOST_CELLS, "cells"),
        (rows * longest * gates * (embed_dim + hidden_dim), MOST_PRODUCTS, "multiplications"),
        (longest * sum(lengths) * gates, MOST_FILLED, "numbers filled in the packed backward pass"),
    ):
        if amount > most:
            raise ConfigError(
                f"{rows:,} rows of up to {longest:,} steps with embedding {embed_dim} and hidden "
                f"size {hidden_dim} are too much to be timed here: {amount:,} {what}, and up to "
                f"{most:,} are allowed. Choose fewer rows, shorter ones, or a smaller network."
            )


def _processor() -> str:
    """The name of the processor, if the system gives one."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
