"""The dashboard's training, as from the Train page: runs in a queue with worker processes."""

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
    """A home folder for the runs of a measurement and their workers; removed at the end.

    The data folder (`RNNDASH_DATA_DIR`) stays the user's.
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
    configs: Sequence[RunConfig], environment: Environment
) -> tuple[float, list[tuple[RunRecord, Finished]]]:
    """Submit runs to a new queue and wait for them; its workers start only then.

    Returns:
        Seconds from submitting to the last `Finished` event, and each run with that event.

    Raises:
        RunError: a run did not finish.
    """
    with RunQueue(RunStore(environment.runs_dir), max_workers=environment.max_workers) as queue:
        start = time.time()  # the clock of the journals
        run_ids = queue.submit(configs)
        while any(queue.store.record(run_id).state.is_active for run_id in run_ids):
            time.sleep(_POLL_S)
        records = [queue.store.record(run_id) for run_id in run_ids]
    ended = [(record, _end(record)) for record in records]
    return max(end.time for _, end in ended) - start, ended


def _end(record: RunRecord) -> Finished:
    if record.finished is None:
        failure = record.failure
        reason = f": {failure.reason} {failure.hint} {failure.details}" if failure else ""
        raise RunError(
            f"The run of {record.config.model} did not finish, so nothing was measured. It is "
            f"{record.state}{reason}. Solve the problem and measure again."
        )
    return record.finished
