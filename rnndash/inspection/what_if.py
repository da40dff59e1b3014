"""What a network answers to small changes of a text.

The variants of a text that leave out, swap or move words have one length, so they go through the
network together, without pads, and each is answered as if it were alone.

Letters: T words of the text, K variants.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from rnndash.errors import SequenceError
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network import Network, probabilities_of
from rnndash.inspection.predict import predict
from rnndash.inspection.variants import Alternatives, Edit, Fate, Piece, Variant

NEGATIONS = ("not", "no", "never")
"""Words that negate by themselves."""
_CONTRACTED = ("'", "t")
"""What the tokeniser makes of the end of `don't` and the like, after a word that ends in n."""


def leave_one_out(network: Network, text: EncodedText) -> Alternatives:
    """Read the text T times, each time without one of its words.

    Raises:
        SequenceError: the text has a single word.
        CheckpointError: the network gives numbers that are not finite.
    """
    if len(text) < 2:
        raise SequenceError(
            "The text has one word, and without it nothing is left to read. Type at least two."
        )
    positions = range(len(text))
    variants = tuple(
        Variant(
            done=f"without {_quoted(text, (left_out,))}",
            touched=(left_out,),
            order=tuple(position for position in positions if position != left_out),
        )
        for left_out in positions
    )
    return _read(network, text, variants)


def swap_neighbours(network: Network, text: EncodedText) -> Alternatives:
    """Read the text T - 1 times, each time with two neighbouring words swapped.

    Raises:
        SequenceError: the text has a single word.
        CheckpointError: the network gives numbers that are not finite.
    """
    _need_two(text)
    pairs = ((first, first + 1) for first in range(len(text) - 1))
    return _read(network, text, tuple(_swapped(text, *pair) for pair in pairs))


def swap_words(network: Network, text: EncodedText, first: int, second: int) -> Alternatives:
    """Read the text with the words at two positions swapped: one variant.

    Raises:
        SequenceError: the text has a single word, or these are not two positions of it.
        CheckpointError: the network gives numbers that are not finite.
    """
    _need_two(text)
    if first == second or not all(0 <= position < len(text) for position in (first, second)):
        raise SequenceError(
            f"Two different words from 1 to {len(text)} can be swapped; words {first + 1} and "
            f"{second + 1} came. Choose another one for one of them."
        )
    return _read(network, text, (_swapped(text, *sorted((first, second))),))


def find_negations(tokens: Sequence[str]) -> tuple[range, ...]:
    """The positions of each negation: one word, or the three that `don't` is split into."""
    found = []
    for at, token in enumerate(tokens):
        if token in NEGATIONS or token.endswith(("n't", "n’t")):
            found.append(range(at, at + 1))
        elif token.endswith("n") and tuple(tokens[at + 1 : at + 3]) == _CONTRACTED:
            found.append(range(at, at + 3))
    return tuple(found)


def move_negation(network: Network, text: EncodedText, *, number: int = 0) -> Alternatives:
    """Read the text with a negation moved to every other place: before each word, and at the end.

    Args:
        number: which negation of `find_negations`.

    Raises:
        SequenceError: there is no such negation, or no other place for it.
        CheckpointError: the network gives numbers that are not finite.
    """
    negations = find_negations(text.tokens)
    if not negations:
        raise SequenceError(
            f"The text has no negation ({', '.join(NEGATIONS)} or one with n't). Type one."
        )
    if not 0 <= number < len(negations):
        raise SequenceError(
            f"The text has {len(negations)} negations ({', '.join(NEGATIONS)} or one with n't); "
            f"number {number + 1} is to be moved. Type one, or choose another."
        )
    moved = tuple(negations[number])
    rest = [position for position in range(len(text)) if position not in moved]
    places = [place for place in range(len(rest) + 1) if place != moved[0]]
    if not places:
        raise SequenceError(
            "The text has no word beside its negation, so it cannot be moved. Type other words too."
        )
    return _read(network, text, tuple(_moved(text, moved, rest, place) for place in places))


def compare_edit(network: Network, first: EncodedText, second: EncodedText) -> Edit:
    """Read a text and an edited form of it, and find the words that the edit changed.

    Raises:
        CheckpointError: the network gives numbers that are not finite.
    """
    return Edit(
        before=predict(network, first),
        after=predict(network, second),
        pieces=token_diff(first.tokens, second.tokens),
    )


def token_diff(first: Sequence[str], second: Sequence[str]) -> tuple[Piece, ...]:
    """The words of two texts in order: kept, taken out of the first, put in by the second."""
    pieces = []
    matcher = SequenceMatcher(a=first, b=second, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(fate=Fate.KEPT, tokens=tuple(first[start:end])))
            continue
        if start < end:
            pieces.append(Piece(fate=Fate.TAKEN_OUT, tokens=tuple(first[start:end])))
        if other_start < other_end:
            pieces.append(Piece(fate=Fate.PUT_IN, tokens=tuple(second[other_start:other_end])))
    return tuple(pieces)


def _read(network: Network, text: EncodedText, variants: tuple[Variant, ...]) -> Alternatives:
    """Read the text, then all its variants together; they have one length."""
    ids = np.array(text.ids, dtype=np.int64)
    orders = np.array([variant.order for variant in variants])  # (K, T')
    return Alternatives(
        network=network.info,
        text=text,
        before=probabilities_of(network, ids[None])[0],
        variants=variants,
        after=probabilities_of(network, ids[orders]),
    )


def _need_two(text: EncodedText) -> None:
    if len(text) < 2:
        raise SequenceError(
            "The text has one word; to swap two, it must have them. Type at least two."
        )


def _swapped(text: EncodedText, first: int, second: int) -> Variant:
    order = list(range(len(text)))
    order[first], order[second] = second, first
    return Variant(
        done=f"{_quoted(text, (first,))} and {_quoted(text, (second,))} swapped",
        touched=(first, second),
        order=tuple(order),
    )


def _moved(text: EncodedText, moved: tuple[int, ...], rest: list[int], place: int) -> Variant:
    """The variant with the words `moved` before word number `place` of the others."""
    where = f"before {_quoted(text, (rest[place],))}" if place < len(rest) else "at the end"
    return Variant(
        done=f"{_quoted(text, moved)} {where}",
        touched=moved,
        order=(*rest[:place], *moved, *rest[place:]),
    )


def _quoted(text: EncodedText, positions: Sequence[int]) -> str:
    """Neighbouring words in quotation marks, with their position if the text repeats them."""
    shown, first, number = text.shown, positions[0], len(positions)
    words = shown[first : first + number]
    quoted = f"“{' '.join(words)}”"
    if sum(shown[at : at + number] == words for at in range(len(shown))) == 1:
        return quoted
    place = f"word {first + 1}" if number == 1 else f"words {first + 1} to {first + number}"
    return f"{quoted} ({place})"
