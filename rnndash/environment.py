"""What the `RNNDASH_…` variables of the environment say, read in one place."""

import functools
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from rnndash.errors import ConfigError

MOST_WORKERS = 64
SIDE_BY_SIDE = 3
"""Fewer workers than this would make the three models of a comparison take turns."""
_SHARE = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """Where things are kept and how much may run at once.

    Attributes:
        home: `RNNDASH_HOME`, the folder of runs, encoded texts, downloads and uploads.
        data_dir: `RNNDASH_DATA_DIR`, a folder with `ag_news/train.csv` and
            `ag_news/test.csv`, and with files of word vectors in `vectors`, that are used before
            any download; None where it is not set.
        max_workers: `RNNDASH_MAX_WORKERS`, how many runs train at the same time.
    """

    home: Path
    data_dir: Path | None
    max_workers: int

    @property
    def runs_dir(self) -> Path:
        """One folder for each run."""
        return self.home / "runs"

    @property
    def corpora_dir(self) -> Path:
        """Encoded texts, shared by all runs."""
        return self.home / "corpora"

    @property
    def downloads_dir(self) -> Path:
        """Files fetched from the network, as they came."""
        return self.home / "downloads"

    @property
    def uploads_dir(self) -> Path:
        """CSV files given by users, each under the hash of its content."""
        return self.home / "uploads"

    @property
    def vectors_dir(self) -> Path:
        """Files of word vectors: given by users, each under its hash, and downloaded."""
        return self.home / "vectors"

    @property
    def local_vectors_dir(self) -> Path | None:
        """The server's own folder of word vectors, whether it is there or not."""
        return None if self.data_dir is None else self.data_dir / "vectors"


def read_environment() -> Environment:
    """Read the variables as they are now.

    Raises:
        ConfigError: `RNNDASH_MAX_WORKERS` is not a whole number from 1 to 64.
    """
    home = os.environ.get("RNNDASH_HOME")
    data_dir = os.environ.get("RNNDASH_DATA_DIR")
    return Environment(
        home=Path(home).expanduser() if home else Path.home() / ".rnndash",
        data_dir=Path(data_dir).expanduser() if data_dir else None,
        max_workers=_max_workers(os.environ.get("RNNDASH_MAX_WORKERS")),
    )


def child_environment() -> dict[str, str]:
    """The variables of this process for another of this program.

    The other one finds the package from any folder, also where it is not installed.
    """
    package = str(Path(__file__).parent.parent)
    paths = [package, os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


@functools.cache
def count_cores() -> int:
    """How many cores this process may use, at least 1.

    A container's share of them counts: a hosted app sees all cores of its machine, and is held
    back as soon as it uses more than its share.
    """
    allowed = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    try:  # of Linux' control groups, version 2: microseconds in each period, or "max"
        quota, period = _SHARE.read_text(encoding="ascii").split()
        share = int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return allowed
    return max(1, min(allowed, int(share)))


def _max_workers(given: str | None) -> int:
    if not given:
        return max(SIDE_BY_SIDE, count_cores())
    try:
        workers = int(given)
    except ValueError:
        workers = 0
    if not 1 <= workers <= MOST_WORKERS:
        raise ConfigError(
            f"RNNDASH_MAX_WORKERS must be a whole number from 1 to {MOST_WORKERS}; "
            f"it is {given!r}. Correct it, or unset it: then as many as there are cores for it, "
            f"at least {SIDE_BY_SIDE}."
        )
    return workers
