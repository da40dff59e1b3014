import pytest

from rnndash.config.run_config import RunConfig
from rnndash.config.word_vectors import glove_choice
from rnndash.results import RunState
from rnndash.ui.wording import (
    count,
    describe_comparison,
    describe_settings,
    duration,
    percent,
    plain,
)
from tests.ui.records import made_record


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (75, "1 min 15 s"),
        (3599.6, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (-1, "0 s"),
    ],
)
def test_duration_is_in_the_units_that_people_use(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(("share", "words"), [(None, "–"), (0.8123, "81.2%"), (1.0, "100.0%")])
def test_share_reads_as_percent(share, words):
    assert percent(share) == words


def test_settings_are_all_named():
    config = RunConfig(model="rnn", samples=16_000, learning_rate=0.002, bidirectional=True)
    assert describe_settings(config) == (
        "samples per epoch 16,000 · epochs 1 · batch size 16 · learning rate 0.002 · "
        "embedding size 64 · hidden size 32 · layers 1 · minimum word count 1 · seed 0 · "
        "bidirectional"
    )


@pytest.mark.parametrize(
    "text", ["![x](http://a.b/c.png)", ":red[stop]", "$x$", "*bold* _thin_ `code`", "<b>", "# big"]
)
def test_text_of_others_is_shown_as_it_is_written(text):
    shown = plain(text)
    assert shown.replace("\\", "") == text
    assert all(shown[n - 1] == "\\" for n, c in enumerate(shown) if c in "*_`[]<>$:#!")


def test_settings_name_the_word_vectors():
    vectors = glove_choice("glove.6B.50d", is_frozen=True)
    config = RunConfig(model="rnn", embed_dim=50, vectors=vectors)
    assert describe_settings(config).endswith(" · seed 0 · word vectors glove.6B.50d, frozen")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (59.49, "59 s"),
        (59.51, "1 min 00 s"),
        (61, "1 min 01 s"),
        (3_599.4, "59 min 59 s"),
        (3_600, "1 h 00 min"),
        (3_660, "1 h 01 min"),
        (86_400, "24 h 00 min"),
    ],
)
def test_duration_changes_its_units_at_their_boundaries(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0.0%"), (0.99949, "99.9%"), (0.9996, "100.0%"), (0.00049, "0.0%")]
)
def test_share_is_rounded_to_a_tenth(share, words):
    assert percent(share) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")]
)
def test_count_has_commas(number, words):
    assert count(number) == words


def test_one_run_is_one_model_in_its_state():
    assert describe_comparison([made_record(state=RunState.QUEUED)]) == (
        "Headlines (built in), 1 model, queued"
    )


def test_states_of_a_comparison_are_named_once_each():
    states = (RunState.FINISHED, RunState.FAILED, RunState.FINISHED)
    records = [made_record(state=state, corpus="ag_news") for state in states]
    assert describe_comparison(records) == "AG News, 3 models, finished and failed"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n\nb", "a b"),
        ("a\n    b", "a b"),
        (" a ", "a"),
        ("1. a", "1\\. a"),
        ("12) a", "12\\) a"),
        ("v1.2", "v1.2"),
        ("&lt;", "\\&lt;"),
    ],
)
def test_nothing_begins_a_list_a_line_of_code_or_an_entity(text, shown):
    assert plain(text) == shown
