"""Numbers, settings and runs as text, the same on every page."""

import re
from collections.abc import Sequence

from rnndash.config.complete import complete
from rnndash.config.hyperparameters import SETTINGS
from rnndash.config.run_config import RunConfig
from rnndash.results import RunRecord, RunState

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>&~$:-])")
_NUMBERED = re.compile(r"^(\d+)\.")


def plain(text: str) -> str:
    """A text with all Markdown escaped, so that it is shown as it is written.

    Streamlit shows messages as Markdown, in which a user's text could place links and pictures.
    Line breaks, behind which a list or a line of code could begin, become blanks.
    """
    escaped = _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
    return _NUMBERED.sub(r"\1\\.", escaped)


def percent(share: float | None) -> str:
    """0.8123 as `81.2%`; None as a dash."""
    return "–" if share is None else f"{share:.1%}"


def duration(seconds: float | None) -> str:
    """75 as `1 min 15 s`; None as a dash."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def count(number: int) -> str:
    """12000 as `12,000`."""
    return f"{number:,}"


def describe_comparison(records: Sequence[RunRecord]) -> str:
    """The runs of a comparison in one line: `AG News, 3 models, finished`."""
    corpus = records[0].config.corpus.label
    models = f"{len(records)} model{'s' if len(records) > 1 else ''}"
    states = list(dict.fromkeys(record.state.value for record in records))
    return f"{corpus}, {models}, {' and '.join(states)}"


def describe_settings(config: RunConfig) -> str:
    """All settings in one line, with the labels of the form."""
    parts = [
        f"{setting.label.lower()} {getattr(config, setting.name):,}"
        if setting.is_whole and setting.name != "seed"
        else f"{setting.label.lower()} {getattr(config, setting.name):g}"
        for setting in SETTINGS
    ]
    if config.bidirectional:
        parts.append("bidirectional")
    if config.vectors is not None:
        parts.append(f"word vectors {config.vectors.description}")
    return " · ".join(parts)


STATE_COLOURS = complete(
    RunState,
    {
        RunState.QUEUED: "gray",
        RunState.PREPARING: "gray",
        RunState.RUNNING: "blue",
        RunState.PAUSED: "orange",
        RunState.STOPPED: "orange",
        RunState.INTERRUPTED: "orange",
        RunState.LOST: "red",
        RunState.FAILED: "red",
        RunState.FINISHED: "green",
    },
)
STATE_ICONS = complete(
    RunState,
    {
        RunState.QUEUED: ":material/hourglass_empty:",
        RunState.PREPARING: ":material/downloading:",
        RunState.RUNNING: ":material/play_arrow:",
        RunState.PAUSED: ":material/pause:",
        RunState.STOPPED: ":material/stop:",
        RunState.INTERRUPTED: ":material/power_off:",
        RunState.LOST: ":material/help:",
        RunState.FAILED: ":material/error:",
        RunState.FINISHED: ":material/check:",
    },
)
