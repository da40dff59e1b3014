"""Many texts, read by several networks, each text as if it were alone.

A padded network's answer to a text changes with its neighbours in the batch, and a table of many
answers must not. So the texts are sorted by length, and a batch holds texts of one length only: it
has no pads, and packing it changes nothing. All kinds of networks read the texts in this way.

Letters: N texts, B texts of a batch, T words of each, C classes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rnndash.errors import SequenceError
from rnndash.inspection.answer_table import AnsweringProgress, AnswerTable, NetworkAnswers
from rnndash.inspection.encoded_text import MOST_WORDS
from rnndash.inspection.many_texts import BadRow, ManyTexts, TextRow
from rnndash.inspection.network import Network, probabilities_of
from rnndash.inspection.network_info import NetworkInfo
from rnndash.text.special_tokens import UNKNOWN_INDEX
from rnndash.text.tokens import tokenize

MOST_IN_A_BATCH = 512
Tokens = list[list[str]]


def answer_many(
    networks: Sequence[Network], texts: ManyTexts
) -> Iterator[AnsweringProgress | AnswerTable]:
    """Read all texts with each network; yield the progress after each batch, and last the table.

    Texts longer than `MOST_WORDS` are cut, and texts without a word become bad rows; the table says
    so.

    Raises:
        SequenceError: there is no network, or no text has a word.
        CheckpointError: a network gives numbers that are not finite.
    """
    if not networks:
        raise SequenceError("There is no network to read the texts. Choose at least one.")
    rows, tokens, bad, cut = _readable(texts)
    lengths = np.array([len(row) for row in tokens], dtype=np.int64)
    total, done, answers = len(rows) * len(networks), 0, []
    yield AnsweringProgress(done=0, total=total)
    for network, label in zip(networks, _own_labels(networks), strict=True):
        ids = [[network.index.get(token, UNKNOWN_INDEX) for token in row] for row in tokens]
        info = network.info
        probabilities = np.empty((len(rows), len(info.class_names)))  # (N, C)
        for batch in _batches(lengths):
            same_length = np.array([ids[row] for row in batch.tolist()], dtype=np.int64)
            probabilities[batch] = probabilities_of(network, same_length)
            done += len(batch)
            yield AnsweringProgress(done=done, total=total)
        answers.append(_network_answers(replace(info, label=label), probabilities, ids))
    yield AnswerTable(
        rows=rows,
        lengths=lengths,
        networks=tuple(answers),
        bad=bad,
        notes=texts.notes + cut,
    )


def _readable(
    texts: ManyTexts,
) -> tuple[tuple[TextRow, ...], Tokens, tuple[BadRow, ...], tuple[str, ...]]:
    """The rows that have a word, their tokens, all bad rows, and a note on texts that were cut."""
    rows, tokens, empty, cut = [], [], [], 0
    for row in texts.rows:
        words = tokenize(row.text)
        if not words:
            empty.append(BadRow(number=row.number, reason="The text has no word."))
            continue
        rows.append(row)
        tokens.append(words[:MOST_WORDS])
        cut += len(words) > MOST_WORDS
    if not rows:
        none = f"None of the {len(texts):,} texts has a word"
        raise SequenceError(
            f"{'The only text has no word' if len(texts) == 1 else none}; blanks, quotation marks, "
            "colons and semicolons are none. Give other texts."
        )
    named = {fault.number for fault in empty}
    others = (fault for fault in texts.bad if fault.number not in named)
    bad = sorted([*others, *empty], key=lambda fault: fault.number)
    notes = (f"Cut after {MOST_WORDS} words: {cut:,} of the texts.",) if cut else ()
    return tuple(rows), tokens, tuple(bad), notes


def _batches(lengths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The indices of all texts, `(B,)` at a time, texts of one length together."""
    order = np.argsort(lengths, kind="stable")
    ends = np.flatnonzero(np.diff(lengths[order])) + 1
    for group in np.split(order, ends):
        for start in range(0, len(group), MOST_IN_A_BATCH):
            yield group[start : start + MOST_IN_A_BATCH]


def _network_answers(
    info: NetworkInfo, probabilities: NDArray[np.float64], ids: list[list[int]]
) -> NetworkAnswers:
    unknown = [row.count(UNKNOWN_INDEX) for row in ids]
    return NetworkAnswers(
        network=info, probabilities=probabilities, unknown=np.array(unknown, dtype=np.int64)
    )


def _own_labels(networks: Sequence[Network]) -> list[str]:
    """The networks' labels, numbered where several are equal."""
    labels: list[str] = []
    for network in networks:
        given, number = network.info.label, 1
        label = given
        while label in labels:
            number += 1
            label = f"{given} ({number})"
        labels.append(label)
    return labels
