"""The model card of the runs that come with the dashboard, made from their files alone."""

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
    """How many texts were answered rightly, and of how many."""

    right: int
    texts: int

    def __str__(self) -> str:
        interval = accuracy_interval(self.right, self.texts)
        return f"{self.right / self.texts:.1%} ({interval.low:.1%} to {interval.high:.1%})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurements:
    """What was measured after training, with the weights as they lie in the files.

    Attributes:
        torch: the version that trained and measured.
        without_pads: of each run, by its id: the headlines' test texts, no pad in any batch.
        ag_news: likewise: AG News' test texts; empty if they were not there.
    """

    torch: str
    without_pads: dict[str, Score]
    ag_news: dict[str, Score]

    def save(self, folder: Path) -> None:
        """Write them beside the runs."""
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
# The runs that come with rnndash

$count trained text classifiers, so that the pages have something to show before anybody has
trained. Each folder here is a run like any other: settings, journal, weights (safetensors),
vocabulary, answers to the test texts. This card and the folders were written by
`python -m scripts.ship_weights`; the numbers are those of the files beside it.

## What they are

| model | how it reads | parameters |
|---|---|---|
$models

Each sorts an English news text into one of $classes. They know $vocabulary words, padding and the
unknown word among them; every other word counts as unknown.

## What they learned from

The built-in corpus `headlines`: $source

## How they were trained

Side by side on the same minibatches, on $created (UTC), as the dashboard trains: Adam,
cross-entropy, and the settings $settings.
Device: $device; PyTorch $torch. Times and speeds in their curves are those of one machine that also
did other work.
The optimiser's state was left out of the files, so these runs cannot be trained further. Made again
on the same machine, the weights are the same, bit for bit.

## How good they are

Accuracy with its 95% interval after Wilson, over the test texts alone: of one seed, so it says
nothing about which kind of network is better.

$scores

*In batches* of $batch_size, padded to the longest text, is how the dashboard tests, and gives the
test accuracy that its pages show. *Without pads* is how a single text is read.
$transfer

## What they are for

To look at: curves, mistakes, what padding does to an answer, how a text is read word by word. For
teaching, and for trying out the dashboard.

They are not for sorting real news, nor for any decision. They learned from sentences that a program
composed and know only its words. They answer every text, also one that belongs to no class or is in
another language, and nobody checked whether they are right as often as they are sure.

## Licence

MIT, as the project: weights, vocabulary and texts.
""")
_TRANSFER = """\
*AG News* is its official test set of real news, in batches of the same size. These networks never
saw a text of it, but the word lists of the headlines were widened by looking at it: no clean
benchmark. Chance is 25%."""


def model_card(folder: Path) -> str:
    """The card of the runs in a folder, as Markdown.

    Args:
        folder: holds finished runs and what `Measurements` wrote.
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
    """What the run itself reports of its test."""
    assert record.finished is not None
    confusion = record.finished.confusion
    right = sum(row[index] for index, row in enumerate(confusion))
    return Score(right=right, texts=sum(map(sum, confusion)))
