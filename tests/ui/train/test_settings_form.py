"""What a link, a preset and a change make of the form."""

import pytest

from rnndash.config.hyperparameters import SETTINGS
from rnndash.config.presets import PRESETS, PresetName

NUMBERS = {setting.name: setting for setting in SETTINGS}
TYPED = [setting.name for setting in SETTINGS if not setting.menu]


def _value(app, name):
    return app.session_state[name]


@pytest.mark.parametrize("name", ["samples", "seed"])
def test_link_may_go_to_the_limits_and_not_beyond(open_page, name):
    setting = NUMBERS[name]
    default = _value(open_page("train"), name)
    low, high = int(setting.minimum), int(setting.maximum)
    for asked, taken in ((low, low), (high, high), (low - 1, default), (high + 1, default)):
        assert _value(open_page("train", **{name: str(asked)}), name) == taken


def test_link_with_absurd_numbers_gives_the_defaults_and_loses_them(open_page):
    usual = open_page("train")
    words = ("nan", "inf", "-inf", "1e400", "0x10", "9" * 400, "1_0", "²", "lots")
    absurd = dict(zip(NUMBERS, words, strict=True))
    app = open_page("train", **absurd)
    assert {name: _value(app, name) for name in NUMBERS} == {
        name: _value(usual, name) for name in NUMBERS
    }
    assert not set(absurd) & set(app.query_params)


def test_number_that_no_menu_offers_gives_one_that_it_does(open_page):
    app = open_page("train", batch_size="17")
    assert _value(app, "batch_size") in NUMBERS["batch_size"].menu


@pytest.mark.parametrize("name", PRESETS)
def test_preset_of_a_link_sets_all_that_it_names(open_page, name):
    app = open_page("train", preset=name)
    preset = PRESETS[name]
    assert {key: _value(app, key) for key in NUMBERS} == {
        key: getattr(preset.config, key) for key in NUMBERS
    }
    assert _value(app, "preset") == name
    assert tuple(_value(app, "models")) == preset.models


def test_setting_of_a_link_goes_before_its_preset(open_page):
    app = open_page("train", preset="lesson", samples="5000")
    assert (_value(app, "samples"), _value(app, "corpus")) == (5_000, "ag_news")


def test_link_with_settings_alone_is_a_custom_choice(open_page):
    assert _value(open_page("train", seed="3"), "preset") == PresetName.CUSTOM


def test_link_without_settings_is_the_quick_look(open_page):
    assert _value(open_page("train", metric="loss"), "preset") == PresetName.QUICK
