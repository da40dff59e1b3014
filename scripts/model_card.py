"""The model card of the included runs, made from their files alone."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from rnndash.config.hyperparameters import SETTINGS
from rnndash.results import RunRecord
from rnndash.runs.store import RunStore
from rnndash.statistics import accuracy_interval

CARD, MEASUREMENTS = "README.md", "measurements.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Right answers, and the number of texts."""

    right: int
    texts: int

    def __str__(self) -> str:
        interval = accuracy_interval(self.right, self.texts)
        return f"{self.right / self.texts:.1%} ({interval.low:.1%} to {interval.high:.1%})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurements:
    """Scores measured after training, with the weights of the files.

    Attributes:
        torch: the version of PyTorch that trained and measured.
        without_pads: of each run, by its id: on the headlines' test texts, with batches that need
            no padding.
        ag_news: of each run, by its id: on AG News' test texts; empty if those were not available.
    """

    torch: str
    without_pads: dict[str, Score]
    ag_news: dict[str, Score]

    def save(self, folder: Path) -> None:
        """Write the scores into the folder of the runs."""
        (folder / MEASUREMENTS).write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Measurements":
        """Read what `save` wrote."""
        values = json.loads((folder / MEASUREMENTS).read_text(encoding="utf-8"))
        return cls(
            torch=values["torch"],
            without_pads={run_id: Score(**s) for run_id, s in values["without_pads"].items()},
            ag_news={run_id: Score(**s) for run_id, s in values["ag_news"].items()},
        )


_CARD = Template("""\
# The runs included with rnndash

$count trained text classifiers. With them, the pages have something to show before a user has
trained. Each folder here is a run like any other: settings, journal, weights (safetensors),
vocabulary, answers to the test texts. `python -m scripts.ship_weights` wrote this card and the
folders; all numbers come from the files in this folder.

## Models

| model | how it reads | parameters |
|---|---|---|
$models

Each model sorts an English news text into one of $classes. Its vocabulary has $vocabulary entries,
among them padding and the unknown word; every other word counts as unknown.

## Training data

The built-in corpus `headlines`: $source

## Training

The models trained side by side on the same minibatches, on $created (UTC), as in the dashboard:
Adam, cross-entropy, and the settings $settings.
Device: $device; PyTorch $torch. The times and speeds in their curves are from one machine that was
also busy with other programs.
The files do not contain the optimiser's state, so these runs cannot be trained further. A repeated
training on the same machine gives the same weights, to the bit.

## Accuracy

Accuracy with Wilson's 95% interval, which covers only the choice of test texts. This is one seed of
each, so it does not show which kind of network is better.

$scores

*In batches* of $batch_size, padded to the longest text: this is how the dashboard tests, and gives
the test accuracy that its pages show. *Without pads*: this is how a single text is read.
$transfer

## Intended use

Looking at curves and mistakes, at what padding does to an answer, and at how a text is read word by
word; for teaching, and for trying out the dashboard.

Do not use them to sort real news or to make decisions. They were trained on sentences that a
program composed, and know only its words. They answer every text, also one that belongs to no class
or is in another language. Their probabilities were not checked: answers given with 90% may be right
less often than in 90% of the cases.

## Licence

MIT, as the project: weights, vocabulary and texts.
""")
_TRANSFER = """\
*AG News* is its official test set of real news, in batches of the same size. No network was
trained on any of these texts, but the word lists of the headlines were extended after looking at
them, so this is not a clean benchmark. Chance is 25%."""


def model_card(folder: Path) -> str:
    """The card of the runs in a folder, as Markdown.

    Args:
        folder: with finished runs and the file that `Measurements.save` wrote.
    """
    store = RunStore(folder)
    records, _ = store.records(store.run_ids())
    measured = Measurements.load(folder)
    first, started = records[0], records[0].started
    assert started is not None
    return _CARD.substitute(
        count={1: "One", 2: "Two", 3: "Three"}.get(len(records), len(records)),
        models="\n".join(_model_row(record) for record in records),
        classes=f"{', '.join(started.class_names[:-1])} or {started.class_names[-1]}",
        vocabulary=f"{started.vocabulary:,}",
        source=started.source,
        created=datetime.fromtimestamp(first.created, UTC).strftime("%d %B %Y"),
        settings=_settings(first),
        device=started.device,
        torch=measured.torch,
        scores=_scores(records, measured),
        batch_size=first.config.batch_size,
        transfer=_TRANSFER if measured.ag_news else "",
    )


def _model_row(record: RunRecord) -> str:
    assert record.started is not None
    config = record.config
    return f"| {config.model.label} | {config.model.description} | {record.started.parameters:,} |"


def _settings(record: RunRecord) -> str:
    values = {setting.name: getattr(record.config, setting.name) for setting in SETTINGS}
    return ", ".join(f"`{name}` {value:g}" for name, value in values.items())


def _scores(records: Sequence[RunRecord], measured: Measurements) -> str:
    texts = f"{next(iter(measured.without_pads.values())).texts:,}"
    head = ["model", f"headlines, {texts} test texts, in batches", "the same without pads"]
    if measured.ag_news:
        head.append(f"AG News, {next(iter(measured.ag_news.values())).texts:,} test texts")
    rows = [head, ["---"] * len(head)]
    for record in records:
        scores = [own_score(record), measured.without_pads[record.run_id]]
        if measured.ag_news:
            scores.append(measured.ag_news[record.run_id])
        rows.append([record.config.model.label, *map(str, scores)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def own_score(record: RunRecord) -> Score:
    """The score of the run's own test."""
    assert record.finished is not None
    confusion = record.finished.confusion
    right = sum(row[index] for index, row in enumerate(confusion))
    return Score(right=right, texts=sum(map(sum, confusion)))
