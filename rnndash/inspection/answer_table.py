"""The answers of several networks to many texts, as frozen values and as a CSV file. No torch.

Letters: N texts, M networks, C classes.
"""

import csv
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnndash.inspection.many_texts import BadRow, TextRow
from rnndash.inspection.network_info import NetworkInfo
from rnndash.text.spreadsheet import harmless_cell


@dataclass(frozen=True, kw_only=True, slots=True)
class AnsweringProgress:
    """How many texts have been read.

    Attributes:
        done: texts read so far, each counted for each network.
        total: the same at the end.
    """

    done: int
    total: int

    @property
    def fraction(self) -> float:
        """0 to 1."""
        return self.done / self.total


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class NetworkAnswers:
    """The answers of one network.

    Attributes:
        probabilities: `(N, C)` float64.
        unknown: `(N,)` int64, words of each text that are unknown to the network.
    """

    network: NetworkInfo
    probabilities: NDArray[np.float64]
    unknown: NDArray[np.int64]

    @property
    def answers(self) -> tuple[str, ...]:
        """The N names of the most probable classes, computed at each call."""
        names = self.network.class_names
        return tuple(names[number] for number in self.probabilities.argmax(axis=1).tolist())

    @property
    def confidence(self) -> NDArray[np.float64]:
        """`(N,)`: the probabilities of these classes."""
        return np.asarray(self.probabilities.max(axis=1), dtype=np.float64)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AnswerTable:
    """N texts and the answers of each network, each as if the text were alone in its batch.

    Attributes:
        rows: the N texts, in the order of the source.
        lengths: `(N,)` int64, words of each that were read.
        networks: whose labels all differ.
        bad: rows with a fault, in the order of the source.
        notes: what was assumed, cut or left out, one sentence each.
    """

    rows: tuple[TextRow, ...]
    lengths: NDArray[np.int64]
    networks: tuple[NetworkAnswers, ...]
    bad: tuple[BadRow, ...]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def labelled(self) -> int:
        """Texts whose true class is known."""
        return sum(row.label is not None for row in self.rows)

    @property
    def unanimous(self) -> int:
        """Texts to which all networks give the same answer."""
        return int(self.is_unanimous.sum())

    @property
    def is_labelled(self) -> NDArray[np.bool_]:
        """`(N,)`: whether the text's true class is known."""
        return np.array([row.label is not None for row in self.rows], dtype=np.bool_)

    @property
    def is_unanimous(self) -> NDArray[np.bool_]:
        """`(N,)`: whether all networks give the text the same answer."""
        answers = self._answers()
        return np.asarray((answers == answers[:, :1]).all(axis=1), dtype=np.bool_)

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """`(N, M)`: whether the network's answer is the true class; never where none is known."""
        labels = np.array([row.label for row in self.rows], dtype=np.object_)
        return np.asarray(self._answers() == labels[:, None], dtype=np.bool_)

    def _answers(self) -> NDArray[np.object_]:
        """`(N, M)` names; networks may know different classes, so numbers do not compare."""
        answers = np.empty((len(self.rows), len(self.networks)), dtype=np.object_)
        for column, network in enumerate(self.networks):
            answers[:, column] = network.answers
        return answers

    def accuracy(self, network: NetworkAnswers) -> float | None:
        """The network's share of right answers to the labelled texts; None without any."""
        pairs = zip(network.answers, self.rows, strict=True)
        right = [answer == row.label for answer, row in pairs if row.label is not None]
        return sum(right) / len(right) if right else None


def answers_csv(table: AnswerTable) -> str:
    """The table as a CSV file: a row for each text.

    Columns: `row`, `text`, `label`, and for each network its answer, the answer's probability,
    and the probability of each class. Probabilities go from 0 to 1 and are written to the last
    digit. All words are in quotation marks. An apostrophe is put before a word that a spreadsheet
    would compute as a formula.
    """
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    header = ["row", "text", "label"]
    for each in table.networks:
        parts = ("answer", "probability", *(f"P({name})" for name in each.network.class_names))
        header += [harmless_cell(f"{each.network.label}: {part}") for part in parts]
    writer.writerow(header)
    columns = [
        (each.answers, each.confidence.tolist(), each.probabilities.tolist())
        for each in table.networks
    ]
    for number, row in enumerate(table.rows):
        cells: list[str | float] = [row.number, harmless_cell(row.text)]
        cells.append(harmless_cell(row.label or ""))
        for answers, confidence, probabilities in columns:
            cells += [harmless_cell(answers[number]), confidence[number], *probabilities[number]]
        writer.writerow(cells)
    return file.getvalue()


def bad_rows_csv(bad: tuple[BadRow, ...]) -> str:
    """The rows with a fault as a CSV file: `row`, `reason`, `answered` (yes or no)."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(["row", "reason", "answered"])
    for row in bad:
        answered = "yes" if row.is_answered else "no"
        writer.writerow([row.number, harmless_cell(row.reason), answered])
    return file.getvalue()
