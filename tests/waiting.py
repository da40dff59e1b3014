"""How long tests wait, and waiting for what another process does."""

import time
from collections.abc import Callable

from rnndash.results import RunRecord
from rnndash.runs.store import RunStore

PATIENCE_S = 600.0
"""The one limit on time in all tests: far beyond what anything takes on two busy cores.

It ends what hangs and says nothing of speed, which is measured in `benchmarks/`.
"""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as it holds; fail if it never does."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"not within {PATIENCE_S:.0f} s: {what}"
        time.sleep(0.02)


def wait_until_at_rest(store: RunStore, run_id: str) -> RunRecord:
    """The run once nothing more happens to it by itself."""
    wait_for(lambda: not store.record(run_id).state.is_active, f"{run_id} at rest")
    return store.record(run_id)


def wait_for_samples(store: RunStore, run_id: str, samples: int) -> None:
    """Return once it has read so many texts."""
    wait_for(lambda: store.record(run_id).samples >= samples, f"{run_id} at {samples} samples")
