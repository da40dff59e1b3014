"""The interface between a queue and its workers."""

from dataclasses import dataclass
from typing import Protocol

from rnndash.runs.claim import Assignment


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerExit:
    """How a worker ended.

    Attributes:
        code: 0 if it ended as intended, with its last event in the journal; negative for a signal;
            None where nobody knows.
    """

    code: int | None

    @property
    def is_intended(self) -> bool:
        """Whether the journal says how the run went."""
        return self.code == 0

    @property
    def reason(self) -> str:
        """In words, to stand after "died"."""
        if self.code is None:
            return "for a reason that is not known"
        if self.code == -9:
            return "by signal 9 (killed, often because memory ran out)"
        return f"by signal {-self.code}" if self.code < 0 else f"with exit code {self.code}"


class Worker(Protocol):
    """Trains one run and ends.

    It holds the run's lock while it trains (`rnndash.runs.claim.held`) and writes what happens into
    the run's journal. Requests to pause or stop come through the run's folder
    (`rnndash.runs.requests`), which it looks at after each minibatch.
    """

    @property
    def exit(self) -> WorkerExit | None:
        """How it ended; None while it is there."""

    def assign(self, assignment: Assignment) -> bool:
        """Give it its run; False if it has ended and cannot take one."""

    def release(self) -> None:
        """Ask it to save what it has and to end. May be called twice."""

    def wait(self, patience_s: float = 30.0) -> None:
        """Return when it has ended, after `release`; kill it if it takes longer."""
