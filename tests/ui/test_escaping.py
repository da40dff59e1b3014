"""Whatever a user names something, a page shows it as it was written, and nothing of it acts."""

import re

import pytest
import streamlit as st
from msgspec.structs import replace

from rnndash.config.run_config import CsvChoice
from rnndash.config.word_vectors import glove_choice
from rnndash.events import Failed
from rnndash.results import RunState
from rnndash.statistics import Interval, Verdict
from rnndash.ui.compare.verdict import describe_verdict
from rnndash.ui.train import live
from rnndash.ui.train.live import show_live
from rnndash.ui.wording import plain
from tests.made_runs import FINISHED, POINT, STARTED, make_predictions, make_run
from tests.ui.records import made_record
from tests.ui.train.test_run_cards import Queue

HOSTILE = (
    "<b>x</b>",
    "a & b",
    "a &lt; b",
    "~a~",
    "$x$",
    "_a_",
    "*a*",
    "[x](http://y)",
    "![x](http://y)",
    "`a`",
    ":red[a]",
    ":smile:",
    "a | b",
    "a\nb",
    "a\n\n    b",
)
AT_AN_END = ("# a", "- a", "> a", "1. a", "a\\")
"""These act at the beginning or at the end of a text alone."""
_MARKS = re.compile(r"(?<!\\)(?:\\\\)*[`*_{}\[\]()#+!|<>&~$:-]")
"""A sign of Markdown that no backslash keeps from acting."""


@pytest.mark.parametrize("text", HOSTILE + AT_AN_END)
def test_escaped_text_has_no_mark_that_acts_and_reads_as_written(text):
    shown = plain(text)
    assert not _MARKS.search(shown)
    assert not re.match(r"\d+\.", shown)
    assert "\n" not in shown
    assert re.sub(r"\\(.)", r"\1", shown) == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_runs_in_a_verdict_do_not_act(text):
    verdict = Verdict(
        both_right=1,
        only_first=3,
        only_second=1,
        both_wrong=1,
        p_value=0.5,
        difference=0.3,
        interval=Interval(low=0.1, high=0.5),
        resamples=9,
    )
    words = describe_verdict(verdict, (text, text))
    assert words.count(plain(text)) >= 2
    assert text not in words


@pytest.mark.parametrize("text", HOSTILE)
def test_live_page_shows_texts_of_others_as_written(monkeypatch, screen, text):
    vectors = glove_choice("glove.6B.50d")
    object.__setattr__(vectors, "name", text)
    started = replace(STARTED, source=text, notes=(text,))
    failure = Failed(reason=text, hint=text, resumable=True)
    records = [
        made_record(state=RunState.PREPARING, message=text, vectors=vectors, embed_dim=50),
        made_record(state=RunState.FAILED, failure=failure, started=started, model="lstm"),
    ]
    monkeypatch.setattr(live, "load_chart_library", lambda: None)
    monkeypatch.setattr(live, "show_growing_chart", lambda *_, **__: None)
    monkeypatch.setattr(live, "run_queue", Queue)
    monkeypatch.setattr(live, "_records", lambda _: records)
    monkeypatch.setattr(st, "fragment", lambda function, **_: function)
    show_live("c")
    markdown = [
        each.label for kind in ("caption", "error", "warning", "info") for each in screen.of(kind)
    ]
    markdown += [each.options["text"] for each in screen.of("progress")]
    assert sum(plain(text) in shown for shown in markdown) >= 4
    for shown in markdown:
        assert text not in shown


PAGES = ("home", "train", "compare")
ACTING = ("markdown", "caption", "info", "warning", "error", "success", "subheader", "header")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_lets_the_name_of_a_run_a_class_or_a_file_act(open_page, store, page):
    hostile = "*a* <b>x</b> $x$ :red[b] [x](http://y)"
    started = replace(STARTED, class_names=(hostile, "other"), source=hostile, notes=(hostile,))
    choice = CsvChoice(upload="0" * 64, file_name=hostile)
    for model in ("rnn", "lstm"):
        run_id = make_run(store, started, POINT, FINISHED, model=model, corpus="csv", csv=choice)
        store.rename(run_id, f"{hostile[:20]} {model}")
        make_predictions(store, run_id, [0, 1, 1], [0, 0, 1])
    app = open_page(page)
    shown = [element.value for kind in ACTING for element in app.get(kind)]
    acting = [text for text in shown if "*a*" in text or "<b>x" in text or ":red[" in text]
    assert acting == []
