"""Tables with a row for each member of an enum, checked when the module is imported."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

_Member = TypeVar("_Member", bound=Enum)
_Row = TypeVar("_Row")


def complete(members: type[_Member], rows: Mapping[_Member, _Row]) -> Mapping[_Member, _Row]:
    """A read-only table with one row for each member, in the order of the members.

    Raises:
        TypeError: a member has no row. A fault of the program, not of its user.
    """
    missing = [member.name for member in members if member not in rows]
    if missing:
        raise TypeError(
            f"A table needs a row for each member of {members.__name__}; "
            f"{', '.join(missing)} has none. Add one."
        )
    return MappingProxyType({member: rows[member] for member in members})
