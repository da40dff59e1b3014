import pytest

from rnndash.errors import ConfigError
from rnndash.memory_task.settings import SETTINGS, MemoryModel, MemoryTask


def test_order_and_repetition_of_lengths_and_models_are_of_no_consequence():
    given = MemoryTask(lengths=(20, 2, 20), models=("open_lstm", "rnn", "rnn"))
    assert given == MemoryTask(lengths=(2, 20), models=(MemoryModel.RNN, MemoryModel.OPEN_LSTM))


def test_trials_go_from_the_shortest_length_through_all_models():
    task = MemoryTask(lengths=(5, 2), models=("rnn", "lstm"))
    assert task.trials == (("rnn", 2), ("lstm", 2), ("rnn", 5), ("lstm", 5))


def test_settings_survive_json():
    task = MemoryTask(lengths=(2, 160), models=("gru",), seed=7, learning_rate=0.01)
    assert MemoryTask.from_json(task.to_json()) == task


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_key_tells_numbers_apart(setting):
    assert MemoryTask(**{setting.name: setting.maximum}).key != MemoryTask().key


def test_key_is_shared_by_tasks_that_differ_in_lengths_and_models():
    assert MemoryTask(lengths=(2,), models=("gru",)).key == MemoryTask().key


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_default_is_within_its_own_limits_and_menu(setting):
    assert getattr(MemoryTask(), setting.name) == setting.default
    assert not setting.menu or setting.default in setting.menu


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"steps": 0},
            "Steps (steps) must be a whole number from 1 to 3,000; it is 0. "
            "Choose a value inside these limits.",
        ),
        (
            {"lengths": (1,)},
            "Lengths (lengths) must be a whole number from 2 to 160; it is 1. "
            "Choose a value inside these limits.",
        ),
        (
            {"lengths": ()},
            "From 1 to 12 lengths can be tried; 0 came. Choose a number inside these limits.",
        ),
        (
            {"lengths": tuple(range(2, 20))},
            "From 1 to 12 lengths can be tried; 18 came. Choose a number inside these limits.",
        ),
        ({"lengths": 5}, "lengths must be a list; it is 5. Write it as a list."),
        (
            {"models": ("rnn", "mlp")},
            "The models are one or more of rnn, lstm, open_lstm, gru; ['rnn', 'mlp'] came. "
            "Choose some of these.",
        ),
        (
            {"colour": "red"},
            "The memory task has the settings batch_size, forget_bias, hidden_dim, "
            "learning_rate, lengths, models, seed, steps; {'colour': 'red'} came. "
            "Leave out the others.",
        ),
    ],
)
def test_settings_outside_their_limits_are_refused(values, message):
    with pytest.raises(ConfigError) as error:
        MemoryTask.from_json(values)
    assert str(error.value) == message
