"""Something that a cache keeps and that is put there later."""

from dataclasses import dataclass
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


@dataclass(slots=True)
class Place(Generic[_Value]):
    """Empty until something is put there. A cached function that gives one keeps what is in it."""

    value: _Value | None = None
