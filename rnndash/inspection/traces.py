"""What a network holds while it reads one text, as frozen values. No torch: figures read them.

Letters: T words of the text, H hidden units, D directions, C classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnndash.errors import ConfigError
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DirectionStates:
    """What one direction of one layer holds after each word, in the order of the words.

    The backward direction starts at the last word, so its row t is its state after it has read
    the words from the last one back to word t.

    Attributes:
        layer: from 0.
        is_backward: whether it reads from the last word to the first.
        h: `(T, H)` float32, the hidden states, -1 to 1.
        c: `(T, H)` float32, the cell states, of any size; None where the cell has none.
        gates: `(T, H)` float32 each, by their letters in the order of the equations. LSTM: `i`,
            `f`, `g`, `o`; GRU: `r`, `z`, `n`; none in the simple network. Gates lie between 0
            and 1, the candidates `g` and `n` between -1 and 1.
    """

    layer: int
    is_backward: bool
    h: NDArray[np.float32]
    c: NDArray[np.float32] | None
    gates: Mapping[str, NDArray[np.float32]]

    def __post_init__(self) -> None:
        others = [*self.gates.values(), *([] if self.c is None else [self.c])]
        if any(other.shape != self.h.shape for other in others):
            raise ValueError(f"All parts have the shape of h, {self.h.shape}.")

    @property
    def hidden_dim(self) -> int:
        """H."""
        return int(self.h.shape[1])

    @property
    def letters(self) -> tuple[str, ...]:
        """What can be looked at: `h`, `c` if there is one, and the gates."""
        return ("h", *(() if self.c is None else ("c",)), *self.gates)

    def part(self, letter: str) -> NDArray[np.float32]:
        """`(T, H)`, the states or the gate of that letter.

        Raises:
            ConfigError: the cell has none of that letter.
        """
        if letter == "h":
            return self.h
        part = self.c if letter == "c" else self.gates.get(letter)
        if part is None:
            raise ConfigError(
                f"This cell has no {letter}: it has {', '.join(self.letters)}. Choose one of these."
            )
        return part

    @property
    def final(self) -> NDArray[np.float32]:
        """`(H,)`, the hidden state after the last step of the direction."""
        last: NDArray[np.float32] = self.h[0 if self.is_backward else -1]
        return last


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TextTrace:
    """The states of one network that read one text alone, without pads.

    Attributes:
        directions: each layer's, lowest first, forward before backward.
        probabilities: `(C,)` float64, the answer to the text.
        readout: `(C, D*H)` float32, the weights of the last, linear layer.
    """

    network: NetworkInfo
    text: EncodedText
    directions: tuple[DirectionStates, ...]
    probabilities: NDArray[np.float64]
    readout: NDArray[np.float32]

    def __post_init__(self) -> None:
        sizes = {len(self.text), *(len(states.h) for states in self.directions)}
        if len(sizes) != 1:
            raise ValueError(f"All parts are as long as the text; they have {sorted(sizes)} rows.")

    def __len__(self) -> int:
        return len(self.text)

    @property
    def answer(self) -> int:
        """The class answered to the text."""
        return int(self.probabilities.argmax())

    @property
    def num_layers(self) -> int:
        """Recurrent layers."""
        return self.directions[-1].layer + 1

    @property
    def is_bidirectional(self) -> bool:
        """Whether each layer has a second direction."""
        return self.directions[-1].is_backward

    def direction(self, layer: int, *, is_backward: bool = False) -> DirectionStates:
        """The states of one direction of a layer.

        Raises:
            ConfigError: the network has no such layer or no second direction.
        """
        for states in self.directions:
            if (states.layer, states.is_backward) == (layer, is_backward):
                return states
        raise ConfigError(no_such_direction(self.num_layers, layer))


def no_such_direction(num_layers: int, layer: int) -> str:
    """The message for a layer or a direction that a network lacks."""
    if 0 <= layer < num_layers:
        return "This network reads forward only. Choose the forward direction."
    return (
        f"The network has {num_layers} {'layer' if num_layers == 1 else 'layers'}, counted from 0; "
        f"layer {layer} came. Choose one from 0 to {num_layers - 1}."
    )
