"""A value that a cache keeps and that is set after the cached function has returned."""

from dataclasses import dataclass
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


@dataclass(slots=True)
class CacheSlot(Generic[_Value]):
    """Empty until `value` is set. A cached function that returns one keeps what is set in it."""

    value: _Value | None = None
