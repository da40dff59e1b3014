"""What a network answers to one text, as frozen values. No torch: figures read them.

Letters: T words of the text, C classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Prediction:
    """What one network answers to one text.

    Attributes:
        probabilities: `(C,)` float64.
        seconds: that the network took.
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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WordByWord:
    """What one network answers after each word of a text.

    Attributes:
        probabilities: `(T, C)` float64; row t is the answer if the text ended at word t.
        seconds: that the network took for the whole text, without the answers after earlier words.
    """

    network: NetworkInfo
    text: EncodedText
    probabilities: NDArray[np.float64]
    seconds: float

    def __post_init__(self) -> None:
        shape = (len(self.text), len(self.network.class_names))
        if self.probabilities.shape != shape:
            raise ValueError(
                f"There is one answer for each word: {shape}; {self.probabilities.shape} came."
            )

    @property
    def prediction(self) -> Prediction:
        """The answer to the whole text."""
        return Prediction(
            network=self.network,
            text=self.text,
            probabilities=self.probabilities[-1],
            seconds=self.seconds,
        )


def agreement(predictions: Sequence[Prediction]) -> str:
    """One sentence: what the networks answer to a text, and whether they agree."""
    groups: dict[str, list[Prediction]] = {}
    for each in predictions:
        groups.setdefault(each.answer, []).append(each)
    if not predictions:
        return "No network has read the text yet."
    if len(predictions) == 1:
        (only,) = predictions
        return f"{only.network.label} answers {only.answer}, with {only.confidence:.1%}."
    if len(groups) == 1:
        who = "Both networks" if len(predictions) == 2 else f"All {len(predictions)} networks"
        shares = sorted(each.confidence for each in predictions)
        return f"{who} answer {predictions[0].answer}, with {shares[0]:.1%} to {shares[-1]:.1%}."
    by_size = sorted(groups.items(), key=lambda group: -len(group[1]))
    sizes = " to ".join(str(len(members)) for _, members in by_size)
    parts = (
        f"{' and '.join(each.network.label for each in members)} "
        f"{'answers' if len(members) == 1 else 'answer'} {answer}"
        for answer, members in by_size
    )
    return f"The networks disagree, {sizes}: {'; '.join(parts)}."
