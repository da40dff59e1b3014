"""Common mistakes with padded and packed sequences: code that was really run, and the correct code.

What the lessons say about PyTorch holds for 2.13.0.
"""

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType

from rnndash.models.random_state import own_random_state
from rnndash.packing import snippets

Snippet = Callable[[], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A few lines of Python that were really run.

    Attributes:
        code: the lines.
        output: what they give, as Python prints it, or the error that they raise.
        is_error: whether they raised one.
    """

    code: str
    output: str
    is_error: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongTurn:
    """A mistake that people make with padded and packed sequences.

    Attributes:
        key: short name for links.
        title: the mistake, in a few words.
        wrong: the mistake and what really happens.
        right: the right way and what it gives.
        lesson: one or two sentences: why.
    """

    key: str
    title: str
    wrong: Attempt
    right: Attempt
    lesson: str


_TURNS: tuple[tuple[str, str, Snippet, Snippet, str], ...] = (
    (
        "after_pads",
        "Taking the padded batch's last state for the state after the last word",
        snippets.after_pads_wrong,
        snippets.after_pads_right,
        "The network reads pads like words, so the state of a short row depends on how long its "
        "neighbours are. `padding_idx` only makes the pads' vectors zero: the recurrence "
        "goes on. Packing stops each row at its last word.",
    ),
    (
        "last_step",
        "Reading the last state at `[:, -1]` of the unpacked outputs",
        snippets.last_step_wrong,
        snippets.last_step_right,
        "`pad_packed_sequence` pads with zeros, so `[:, -1]` is zeros for every row but the "
        "longest. The state after the last word is `h_n`, or the output at `length - 1`.",
    ),
    (
        "backward_half",
        "Reading the backward direction's final state at the last word",
        snippets.backward_half_wrong,
        snippets.backward_half_right,
        "The backward half reads from the last word to the first: at `length - 1` it has seen one "
        "word, at position 0 all of them. Its final state, `h_n[1]`, stands at position 0.",
    ),
    (
        "unsorted",
        "Packing rows that are not sorted by length",
        snippets.unsorted_wrong,
        snippets.unsorted_right,
        "By default rows must come longest first. With `enforce_sorted=False` packing sorts "
        "inside, and outputs and states come back in your own order.",
    ),
    (
        "batch_first",
        "Forgetting `batch_first=True`",
        snippets.batch_first_wrong,
        snippets.batch_first_right,
        "By default the first dimension is time. In a batch with as many rows as steps nothing "
        "raises an error: columns are read as rows, words are lost and pads get in.",
    ),
    (
        "device",
        "Moving the lengths to the GPU",
        snippets.device_wrong,
        snippets.device_right,
        "Tokens may be on any device, but a tensor of lengths must be on the CPU. The device "
        "`meta`, which every machine has, stands for a GPU here and fails the same way.",
    ),
    (
        "too_long",
        "Lengths that are longer than the batch",
        snippets.too_long_wrong,
        snippets.too_long_right,
        "Packing does not compare lengths with the tensor. It counts tokens that are not there, "
        "and the error comes later, from the network, in words that do not name the lengths.",
    ),
    (
        "too_short",
        "Lengths that are too short",
        snippets.too_short_wrong,
        snippets.too_short_right,
        "There is no error: the last word of each row is silently lost. Count the lengths before "
        "padding, or from the tokens, as long as no word has the padding's number.",
    ),
    (
        "empty_row",
        "Packing a text without a word",
        snippets.empty_row_wrong,
        snippets.empty_row_right,
        "A packed sequence cannot hold a row without a time step. Remove empty texts, and their "
        "labels, before you make the batch.",
    ),
    (
        "shared_index",
        "One number for padding and for unknown words",
        snippets.shared_index_wrong,
        snippets.shared_index_right,
        "With `padding_idx=0` an unknown word that shares number 0 becomes a vector of zeros, "
        "gets no gradient, and cannot be told from a pad. Give it a number of its own.",
    ),
)


def wrong_turns() -> tuple[WrongTurn, ...]:
    """Run the wrong and the right code of each; all with the same random numbers."""
    return tuple(
        WrongTurn(key=key, title=title, wrong=_run(wrong), right=_run(right), lesson=lesson)
        for key, title, wrong, right, lesson in _TURNS
    )


def _run(snippet: Snippet) -> Attempt:
    """Run the code that is shown, and keep what it prints."""
    lines: list[str] = []

    def keep(*values: object) -> None:
        lines.append(" ".join(map(str, values)))

    run = FunctionType(snippet.__code__, {**vars(snippets), "print": keep})
    is_error = False
    try:
        with own_random_state(0):
            run()
    except RuntimeError as error:  # what PyTorch raises
        is_error = True
        lines.append(f"{type(error).__name__}: {error}")
    return Attempt(code=_body(snippet), output="\n".join(lines), is_error=is_error)


def _body(snippet: Snippet) -> str:
    """Its source without the `def` line."""
    _, _, body = inspect.getsource(snippet).partition("\n")
    return textwrap.dedent(body).rstrip()
