"""What a network answers to one text, as frozen values. No torch: figures read them.

Letters: C classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Prediction:
    """One text, read by one network.

    Attributes:
        probabilities: `(C,)` float64.
        seconds: that the network took for it.
    """

    network: NetworkInfo
    text: EncodedText
    probabilities: NDArray[np.float64]
    seconds: float

    @property
    def answer(self) -> str:
        """The name of the most probable class."""
        return self.network.class_names[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """The probability of that class, 0 to 1."""
        return float(self.probabilities.max())


def agreement(readings: Sequence[Prediction]) -> str:
    """One sentence: what the networks answer to a text, and whether they agree."""
    groups: dict[str, list[Prediction]] = {}
    for reading in readings:
        groups.setdefault(reading.answer, []).append(reading)
    if not readings:
        return "No network has read the text yet."
    if len(readings) == 1:
        (only,) = readings
        return f"{only.network.label} answers {only.answer}, with {only.confidence:.1%}."
    if len(groups) == 1:
        who = "Both networks" if len(readings) == 2 else f"All {len(readings)} networks"
        shares = sorted(reading.confidence for reading in readings)
        return f"{who} answer {readings[0].answer}, with {shares[0]:.1%} to {shares[-1]:.1%}."
    by_size = sorted(groups.items(), key=lambda group: -len(group[1]))
    sizes = " to ".join(str(len(members)) for _, members in by_size)
    parts = (
        f"{' and '.join(reading.network.label for reading in members)} "
        f"{'answers' if len(members) == 1 else 'answer'} {answer}"
        for answer, members in by_size
    )
    return f"The networks disagree, {sizes}: {'; '.join(parts)}."
