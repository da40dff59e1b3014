"""The dashboard's way to train: runs in a queue with worker processes, as the Train page has it."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rnndash.config.run_config import RunConfig
from rnndash.environment import Environment
from rnndash.errors import RunError
from rnndash.events import Finished
from rnndash.results import RunRecord
from rnndash.runs.queue import RunQueue
from rnndash.runs.store import RunStore

_POLL_S = 0.1


@contextmanager
def temporary_home(environment: Environment) -> Iterator[Environment]:
    """A home for the runs of a measurement, also for worker processes; removed at the end.

    Texts are still read, and downloads still kept, where the user has them.
    """
    before = os.environ.get("RNNDASH_HOME")
    with tempfile.TemporaryDirectory(prefix="rnndash-bench-") as folder:
        os.environ["RNNDASH_HOME"] = folder
        try:
            yield replace(environment, home=Path(folder))
        finally:
            if before is None:
                del os.environ["RNNDASH_HOME"]
            else:
                os.environ["RNNDASH_HOME"] = before


def train_together(
    configs: Sequence[RunConfig], place: Environment
) -> tuple[float, list[tuple[RunRecord, Finished]]]:
    """Submit runs to a fresh queue and wait for them: its workers have yet to be started.

    Returns:
        Seconds from submitting to the last `Finished`, and the runs with their ends.

    Raises:
        RunError: a run did not finish.
    """
    with RunQueue(RunStore(place.runs_dir), max_workers=place.max_workers) as queue:
        begun = time.time()  # by the clock of the journals
        run_ids = queue.submit(configs)
        while any(queue.store.record(run_id).state.is_active for run_id in run_ids):
            time.sleep(_POLL_S)
        records = [queue.store.record(run_id) for run_id in run_ids]
    ended = [(record, _end(record)) for record in records]
    return max(end.time for _, end in ended) - begun, ended


def _end(record: RunRecord) -> Finished:
    if record.finished is None:
        failure = record.failure
        reason = f": {failure.reason} {failure.hint} {failure.details}" if failure else ""
        raise RunError(
            f"A run that was to be measured, {record.config.model}, is {record.state}{reason}. "
            "Nothing was measured; see to it and measure again."
        )
    return record.finished
