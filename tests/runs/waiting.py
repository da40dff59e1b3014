"""Waiting for what another process does, with an end to the patience."""

import time
from collections.abc import Callable

from rnndash.results import RunRecord
from rnndash.runs.store import RunStore


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = 60.0) -> None:
    """Return as soon as it holds; fail if it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.02)


def wait_until_at_rest(store: RunStore, run_id: str) -> RunRecord:
    """The run once nothing more happens to it by itself."""
    wait_for(lambda: not store.record(run_id).state.is_active, f"{run_id} at rest")
    return store.record(run_id)


def wait_for_samples(store: RunStore, run_id: str, samples: int) -> None:
    """Return once it has read so many texts."""
    wait_for(lambda: store.record(run_id).samples >= samples, f"{run_id} at {samples} samples")
