"""What a network is called, its kind and its classes, as a frozen value. No torch."""

from dataclasses import dataclass

from rnndash.config.model_kind import ModelKind


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkInfo:
    """What a result says of the network that it comes from.

    Attributes:
        label: the name that people read: of the run, or of the kind.
        class_names: the name of class 0, of class 1 and so on.
    """

    label: str
    kind: ModelKind
    class_names: tuple[str, ...]
