import json
import math
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndash.config.corpus_name import CorpusName
from rnndash.config.hyperparameters import SETTING, SETTINGS
from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON_MODELS, PRESETS
from rnndash.config.run_config import CsvChoice, RunConfig
from rnndash.errors import ConfigError

UPLOAD = "0123456789abcdef" * 4
_HUGE = 10**400
"""A whole number that no float can hold."""
each_setting = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
each_whole_setting = pytest.mark.parametrize(
    "setting", [s for s in SETTINGS if s.is_whole], ids=lambda setting: setting.name
)


def _config(**changes):
    return RunConfig(**{"model": ModelKind.RNN, **changes})


def _inside(setting):
    numbers = st.integers if setting.is_whole else st.floats
    return numbers(setting.minimum, setting.maximum)


def _outside(setting):
    if setting.is_whole:
        return st.integers(max_value=setting.minimum - 1) | st.integers(setting.maximum + 1)
    return st.floats(max_value=setting.minimum, exclude_max=True) | st.floats(
        min_value=setting.maximum, exclude_min=True
    )


@st.composite
def _configs(draw):
    corpus = draw(st.sampled_from(CorpusName))
    column = st.none() | st.text()
    csv = st.builds(
        CsvChoice,
        upload=st.text(alphabet="0123456789abcdef", min_size=64, max_size=64),
        file_name=st.text(),
        text_column=column,
        label_column=column,
    )
    return RunConfig(
        model=draw(st.sampled_from(ModelKind)),
        corpus=corpus,
        csv=draw(csv) if corpus is CorpusName.CSV else None,
        bidirectional=draw(st.booleans()),
        **{setting.name: draw(_inside(setting)) for setting in SETTINGS},
    )


@each_setting
@given(data=st.data())
def test_value_inside_the_limits_is_kept(setting, data):
    value = data.draw(_inside(setting))
    assert getattr(_config(**{setting.name: value}), setting.name) == value


@each_setting
@given(data=st.data())
def test_value_outside_the_limits_is_refused_with_name_limits_and_value(setting, data):
    value = data.draw(_outside(setting))
    with pytest.raises(ConfigError) as caught:
        _config(**{setting.name: value})
    message = str(caught.value)
    told = (setting.name, f"{setting.minimum:g}", f"{setting.maximum:,}", repr(value))
    assert [part for part in told if part not in message] == []


@each_setting
@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, True, False, "1", "", None, [1], 1 + 0j, _HUGE],
    ids=lambda value: "huge" if value is _HUGE else str(value),
)
def test_what_is_no_number_inside_the_limits_is_refused(setting, value):
    with pytest.raises(ConfigError, match=rf"\({setting.name}\) must be a"):
        _config(**{setting.name: value})


@each_whole_setting
@given(data=st.data())
def test_fraction_for_a_whole_number_is_refused(setting, data):
    value = data.draw(st.floats(setting.minimum, setting.maximum).filter(lambda x: x % 1))
    with pytest.raises(ConfigError, match="must be a whole number"):
        _config(**{setting.name: value})


@each_whole_setting
def test_whole_number_as_a_float_becomes_an_int(setting):
    assert isinstance(setting.check(float(setting.minimum)), int)


def test_learning_rate_as_an_int_becomes_a_float():
    assert isinstance(SETTING["learning_rate"].check(1), float)


def test_refusal_reads_in_full():
    with pytest.raises(ConfigError) as caught:
        _config(epochs=21)
    assert str(caught.value) == (
        "Epochs (epochs) must be a whole number from 1 to 20; it is 21. "
        "Choose a value inside these limits."
    )


@each_setting
def test_default_of_a_setting_is_that_of_the_config(setting):
    assert getattr(_config(), setting.name) == setting.default


@each_setting
def test_menu_offers_only_what_is_allowed(setting):
    assert [setting.check(value) for value in setting.menu] == list(setting.menu)


def test_every_number_of_the_config_has_a_setting():
    numbers = {field.name for field in fields(RunConfig) if field.type in (int, float)}
    assert numbers == set(SETTING)


def test_unknown_model_is_refused_with_the_known_ones():
    with pytest.raises(
        ConfigError,
        match=r"model must be one of rnn, lstm, packed_lstm, gru, packed_gru; it is 'bert'",
    ):
        _config(model="bert")


def test_unknown_corpus_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match="corpus must be one of headlines, ag_news, csv; it is"):
        _config(corpus="imdb")


def test_name_of_a_model_becomes_its_kind():
    assert _config(model="packed_gru").model is ModelKind.PACKED_GRU


@pytest.mark.parametrize("value", [0, 1, "true", None], ids=repr)
def test_bidirectional_that_is_not_true_or_false_is_refused(value):
    with pytest.raises(ConfigError, match="bidirectional must be true or false"):
        _config(bidirectional=value)


def test_csv_corpus_without_a_file_is_refused():
    with pytest.raises(ConfigError, match="The corpus csv needs a CSV file"):
        _config(corpus="csv")


@pytest.mark.parametrize("corpus", ["headlines", "ag_news"])
def test_file_with_another_corpus_is_refused(corpus):
    with pytest.raises(ConfigError, match="only that corpus takes one"):
        _config(corpus=corpus, csv=CsvChoice(upload=UPLOAD))


@pytest.mark.parametrize(
    "upload", ["", "../" * 21 + "x", UPLOAD[1:], UPLOAD + "0", UPLOAD.upper(), UPLOAD + "\n"]
)
def test_upload_that_is_no_hash_is_refused(upload):
    with pytest.raises(ConfigError, match="64 hexadecimal digits"):
        CsvChoice(upload=upload)


@given(_configs())
def test_config_read_back_from_json_is_the_same(config):
    assert RunConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_unknown_field_is_refused_by_name():
    with pytest.raises(ConfigError, match="unknown: dropout"):
        RunConfig.from_json({**_config().to_json(), "dropout": 0.5})


def test_json_without_a_model_is_refused():
    with pytest.raises(ConfigError, match="model is missing"):
        RunConfig.from_json({"epochs": 1})


def test_json_with_the_model_alone_takes_the_defaults():
    assert RunConfig.from_json({"model": "rnn"}) == _config()


def test_json_outside_the_limits_is_refused():
    with pytest.raises(ConfigError, match="epochs"):
        RunConfig.from_json({"model": "rnn", "epochs": 0})


@pytest.mark.parametrize(
    "csv",
    ["a file", [], {}, {"upload": None}, {"upload": UPLOAD, "path": "/etc/passwd"}],
    ids=repr,
)
def test_json_with_a_damaged_choice_of_file_is_refused(csv):
    with pytest.raises(ConfigError, match="The choice of a CSV file has the fields upload"):
        RunConfig.from_json({"model": "rnn", "corpus": "csv", "csv": csv})


def test_config_for_another_model_changes_nothing_else():
    config = _config(epochs=3, seed=7)
    assert config.for_model(ModelKind.GRU) == replace(config, model=ModelKind.GRU)


def test_config_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        _config().epochs = 2


def test_config_can_be_a_key():
    assert {_config(): 1}[_config()] == 1


@pytest.mark.parametrize("name", PRESETS)
def test_preset_compares_the_models_of_the_lesson(name):
    assert PRESETS[name].models == LESSON_MODELS


@pytest.mark.parametrize("name", PRESETS)
def test_preset_has_the_settings_of_its_first_model(name):
    assert PRESETS[name].config.model == PRESETS[name].models[0]


def test_lesson_preset_has_the_settings_of_the_notebook():
    assert PRESETS["lesson"].config == RunConfig(
        model=ModelKind.RNN,
        corpus=CorpusName.AG_NEWS,
        samples=120_000,
        epochs=1,
        batch_size=16,
        learning_rate=0.001,
        embed_dim=64,
        hidden_dim=32,
        num_layers=1,
        bidirectional=False,
        min_freq=1,
    )


def test_quick_preset_needs_no_internet():
    assert PRESETS["quick"].config.corpus is CorpusName.HEADLINES


@pytest.mark.parametrize("kind", ModelKind)
def test_model_has_a_label_of_its_own(kind):
    assert [other for other in ModelKind if other.label == kind.label] == [kind]


def test_packed_models_are_the_two_of_that_name():
    assert [kind for kind in ModelKind if kind.is_packed] == ["packed_lstm", "packed_gru"]
