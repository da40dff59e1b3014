"""What an archive of a run says that it holds: `manifest.json`, its first file to be read."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from rnndash import __version__
from rnndash.errors import ArchiveError, raised_as
from rnndash.runs.run_id import FORM, RunId

ARCHIVE_FORMAT = 1
"""Raise it when an older version could not read a new archive."""
MANIFEST = "manifest.json"
MOST_BYTES = {
    MANIFEST: 2**16,
    "run.json": 2**16,
    "checkpoint.safetensors": 2**30,
    "words.json": 2**24,
    "test.safetensors": 2**25,
    "name.txt": 2**10,
    "journal.jsonl": 2**25,
}
"""The files that an archive may hold and how large each may be, in the order of packing: the
journal comes last, so that it describes no more than the others hold."""
MOST_TOTAL = 2**30
"""Bytes of an archive, packed or unpacked."""
_NEEDED = ("run.json", "journal.jsonl")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def refusal(reason: str) -> ArchiveError:
    """The error for an archive that is not imported."""
    return ArchiveError(
        f"The archive cannot be imported: {reason}. Nothing was changed; if you trust where it "
        "comes from, have it exported once more."
    )


def allowed_names() -> str:
    """A sentence for people, without its full stop."""
    return f"An archive of a run holds {', '.join(MOST_BYTES)} and nothing else"


def describe_limit(name: str) -> str:
    """How large a file of an archive may be, for people."""
    own, total = _in_words(MOST_BYTES[name]), _in_words(MOST_TOTAL)
    return f"up to {own} are allowed, and {total} for all files together"


def _in_words(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB" if size >= 2**20 else f"{size / 2**10:,.0f} KiB"


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A file in an archive.

    Attributes:
        size: bytes, unpacked.
        sha256: of its content, 64 hexadecimal digits.

    Raises:
        ArchiveError: an archive has no such file.
    """

    name: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        if self.name not in MOST_BYTES:
            raise refusal(f"its manifest lists {self.name[:80]!r}. {allowed_names()}")
        if self.size < 0 or not _SHA256.fullmatch(self.sha256):
            raise refusal(f"its manifest has a wrong size or SHA-256 for {self.name}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Which run an archive holds, and which of its files.

    Raises:
        ArchiveError: there can be no such run.
    """

    run_id: str
    members: tuple[Member, ...]

    def __post_init__(self) -> None:
        names = [member.name for member in self.members]
        if RunId.match(self.run_id) is None:
            raise refusal(f"{self.run_id[:80]!r} is no id of a run; {FORM}")
        if len(set(names)) < len(names) or MANIFEST in names:
            raise refusal("its manifest lists a file twice, or itself")
        if missing := [name for name in _NEEDED if name not in names]:
            raise refusal(f"it lacks {' and '.join(missing)}, without which there is no run")

    def to_json(self) -> str:
        """The content of `manifest.json`."""
        head = {"format": ARCHIVE_FORMAT, "rnndash": __version__, "run_id": self.run_id}
        return json.dumps(head | {"members": [asdict(member) for member in self.members]}, indent=1)

    @classmethod
    def from_json(cls, data: bytes) -> "Manifest":
        """Read what `to_json` wrote.

        Raises:
            ArchiveError: it is damaged, of a newer version, or describes no run.
        """

        def damaged(error: Exception) -> ArchiveError:
            return refusal(f"its {MANIFEST} is damaged ({error})")

        with raised_as(damaged, ValueError, KeyError, TypeError, RecursionError):
            values: Any = json.loads(data.decode())
            if _of(int, values["format"]) > ARCHIVE_FORMAT:
                raise ArchiveError(
                    f"The archive was made by a newer version of rnndash (format "
                    f"{values['format']}; this one reads up to {ARCHIVE_FORMAT}). Update rnndash "
                    "to import it."
                )
            members = tuple(
                Member(
                    name=_of(str, member["name"]),
                    size=_of(int, member["size"]),
                    sha256=_of(str, member["sha256"]),
                )
                for member in _of(list, values["members"])
            )
            return cls(run_id=_of(str, values["run_id"]), members=members)


def _of(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{str(value)[:80]!r} is not {kind.__name__}")
    return value
