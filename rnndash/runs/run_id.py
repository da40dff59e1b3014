"""The id of a run, which is the name of its folder: `20261124-115613-3f9a-packed_lstm`."""

import functools
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rnndash.config.model_kind import ModelKind
from rnndash.errors import RunNotFoundError

EXAMPLE = "20261124-115613-3f9a-lstm"
FORM = f"one reads {EXAMPLE}, and its end is one of {', '.join(ModelKind)}"
"""For messages, without a full stop."""
_STAMP = "%Y%m%d-%H%M%S"
_MODELS = {kind.value: kind for kind in ModelKind}
_COMPARISON = re.compile(r"([0-9]{8}-[0-9]{6})-([0-9a-f]{4})")


@dataclass(frozen=True, kw_only=True, slots=True)
class RunId:
    """An id in its parts; `str` gives it as it stands in folders, links and commands.

    Attributes:
        comparison: the id of the comparison, `20261124-115613-3f9a`: local time and four random
            digits. It is shared by the runs that were started together.
        model: one for each run of a comparison.

    Raises:
        RunNotFoundError: there can be no such comparison.
    """

    comparison: str
    model: ModelKind

    def __post_init__(self) -> None:
        if _created(self.comparison) is None:
            raise RunNotFoundError(
                f"{self.comparison!r} is no id of a comparison; one reads "
                f"{EXAMPLE.rpartition('-')[0]}."
            )

    def __str__(self) -> str:
        return f"{self.comparison}-{self.model}"

    @property
    def created(self) -> datetime:
        """When the comparison was started: local time of that machine, in whole seconds."""
        return datetime.strptime(self.comparison[:15], _STAMP)

    @property
    def token(self) -> str:
        """The four random digits, which tell comparisons of one second apart."""
        return self.comparison[-4:]

    @classmethod
    def parse(cls, text: str) -> "RunId":
        """Read an id.

        Raises:
            RunNotFoundError: it is none.
        """
        run_id = cls.match(text)
        if run_id is None:
            raise RunNotFoundError(f"{text[:80]!r} is no id of a run; {FORM}.")
        return run_id

    @classmethod
    def match(cls, text: str) -> "RunId | None":
        """Read an id; None where the text is none, as most names of files and folders."""
        return _match(text)


@functools.lru_cache(maxsize=8_192)  # a list of runs reads thousands of them at every look
def _match(text: str) -> RunId | None:
    comparison, _, model = text.rpartition("-")
    if model not in _MODELS or _created(comparison) is None:
        return None
    return RunId(comparison=comparison, model=_MODELS[model])


def _created(comparison: str) -> datetime | None:
    """The time in a comparison's id; None where it is no such id."""
    parts = _COMPARISON.fullmatch(comparison)
    try:
        return datetime.strptime(parts[1], _STAMP) if parts else None
    except ValueError:  # the 45th of the 13th month
        return None


def new_run_ids(models: Iterable[ModelKind], created: float) -> list[RunId]:
    """Ids for runs that are compared with each other, in the order of their models.

    Args:
        created: seconds since 1970.
    """
    stamp = datetime.fromtimestamp(created).strftime(_STAMP)
    comparison = f"{stamp}-{secrets.token_hex(2)}"
    return [RunId(comparison=comparison, model=model) for model in models]
