import pytest

from rnndash.config.run_config import RunConfig
from rnndash.config.word_vectors import glove_choice
from rnndash.ui.wording import describe_settings, duration, percent, plain


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
def test_duration_reads_as_people_say_it(seconds, words):
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
