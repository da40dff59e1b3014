"""The runs that come with the dashboard, to look at before any training.

They are folders of runs like any other, made by `scripts/ship_weights.py`. They lie in the package,
which may be installed in a folder that cannot be written, so they are only read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rnndash.config.run_config import RunConfig
from rnndash.errors import RunStateError
from rnndash.events import Event
from rnndash.results import RunRecord
from rnndash.runs.folder import RunFolder
from rnndash.runs.store import RunStore

SHIPPED_DIR = Path(__file__).parents[1] / "shipped"
"""Also holds their model card, README.md."""


class ShippedStore(RunStore):
    """Reads runs as any store does, and refuses whatever would change one."""

    def create(self, configs: Iterable[RunConfig], *, token: str | None = None) -> list[str]:  # noqa: ARG002
        """Refused.

        Raises:
            RunStateError: always.
        """
        raise RunStateError(
            "No run can be added to those that came with the dashboard. Train it in a folder of "
            "your own: RNNDASH_HOME names it."
        )

    def rename(self, run_id: str, name: str) -> None:  # noqa: ARG002
        """Refused, as `create`."""
        raise _refusal(run_id, "renamed")

    def append(self, run_id: str, event: Event) -> None:  # noqa: ARG002
        """Refused, as `create`: neither trained further nor resumed."""
        raise _refusal(run_id, "resumed")

    def delete(self, run_id: str) -> None:
        """Refused, as `create`."""
        raise _refusal(run_id, "deleted")


def _refusal(run_id: str, action: str) -> RunStateError:
    return RunStateError(
        f"Run {run_id} came with the dashboard and cannot be {action}; only runs of your own can. "
        "Train one: then the pages show yours instead."
    )


def shipped_store() -> ShippedStore:
    """The runs that come with the dashboard, in a checkout as in an installed package."""
    return ShippedStore(SHIPPED_DIR)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownRuns:
    """What pages show: the user's own runs or, as long as there are none, the shipped ones.

    A link to a shipped run still finds it once there are own runs. Only for reading: a change of a
    run goes to `store_of`.

    Attributes:
        own: the user's.
    """

    own: RunStore
    shipped: ShippedStore

    @property
    def are_shipped(self) -> bool:
        """Whether there are no own runs, so that the shipped ones are shown."""
        return not self.own.run_ids()

    def run_ids(self, comparison: str | None = None) -> list[str]:
        """The runs to list, or one comparison's wherever they are; see `RunStore.run_ids`."""
        own = self.own.run_ids(comparison)
        if own and comparison is None:
            return own
        return own + [r for r in self.shipped.run_ids(comparison) if r not in own]

    def is_shipped(self, run_id: str) -> bool:
        """Whether the run came with the dashboard and is not also imported among the own runs."""
        return self.store_of(run_id) is self.shipped

    def store_of(self, run_id: str) -> RunStore:
        """The store that has the run; that of the own runs where there is no such run."""
        if not self.own.has(run_id) and self.shipped.has(run_id):
            return self.shipped
        return self.own

    def has(self, run_id: str) -> bool:
        """As `RunStore.has`."""
        return self.own.has(run_id) or self.shipped.has(run_id)

    def folder(self, run_id: str) -> RunFolder:
        """As `RunStore.folder`."""
        return self.store_of(run_id).folder(run_id)

    def record(self, run_id: str) -> RunRecord:
        """As `RunStore.record`."""
        return self.store_of(run_id).record(run_id)

    def records(self, run_ids: Iterable[str]) -> tuple[list[RunRecord], list[str]]:
        """As `RunStore.records`; own runs come first."""
        wanted = list(run_ids)
        shipped = {run_id for run_id in wanted if self.is_shipped(run_id)}
        records, problems = self.own.records(r for r in wanted if r not in shipped)
        others, more_problems = self.shipped.records(r for r in wanted if r in shipped)
        return records + others, problems + more_problems
