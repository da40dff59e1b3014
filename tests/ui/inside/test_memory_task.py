"""The memory task as a page shows it, in a script of its own."""

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnndash.memory_task.outcomes import Tried
from rnndash.memory_task.settings import MemoryModel, MemoryTask
from rnndash.memory_task.store import append_tried, journal_path, make_room
from rnndash.ui.inside.memory_task import memory_trainer
from tests.made_runs import words
from tests.waiting import PATIENCE_S, wait_for

ROOT = Path(__file__).parents[3]
QUICK = {"memory_lengths": "2", "memory_models": "rnn"}
ENDLESS = MemoryTask(lengths=(160,), models=("gru",), steps=3_000)


def _script():
    from rnndash.ui.growing_chart import load_chart_library
    from rnndash.ui.inside.memory_task import show_memory_task

    load_chart_library()
    show_memory_task()


@pytest.fixture(autouse=True)
def _own_trainer(_own_services):
    yield
    memory_trainer().close()


@pytest.fixture
def open_task():
    def open_task(**query):
        app = AppTest.from_function(_script, default_timeout=PATIENCE_S)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return open_task


def _keep(home, *tries, **settings):
    task = MemoryTask(**settings)
    make_room(home / "memory")
    for tried in tries:
        append_tried(journal_path(home / "memory", task), tried)


def _learned(model, length, accuracy=1.0):
    return Tried(model=model, length=length, step=50, accuracy=accuracy, is_last=True, seconds=2.0)


def _cells(app):
    return app.dataframe[0].value.set_index("Network")


def test_task_is_explained_with_an_example_before_anything_is_trained(open_task):
    app = open_task()
    assert "first word" in app.markdown[0].value
    first, *_, answer = app.code[0].value.split()
    assert first.lower() == answer
    assert app.button(key="memory_start").label == "Train 18 networks"
    assert app.button(key="memory_cancel").disabled
    assert len(app.dataframe) == 0


def test_limits_of_what_follows_are_stated(open_task):
    texts = " ".join(text.value for text in open_task().markdown)
    for limit in (
        "one made-up task",
        "one seed",
        "few steps",
        "Nothing follows for news headlines",
    ):
        assert limit in texts.replace("\n", " ")


@pytest.mark.slow
def test_started_task_is_learned_and_shown(open_task):
    app = open_task(**QUICK)
    app.button(key="memory_start").click().run()
    wait_for(lambda: memory_trainer().running() is None, "the process gone")
    app.run()
    assert not app.exception
    assert app.button(key="memory_start").label == "All trained"
    assert app.button(key="memory_start").disabled
    assert _cells(app).loc["Simple RNN", "Learned up to"] == "2 words"


def test_kept_result_is_shown_at_once(open_task, environment):
    _keep(environment, _learned("rnn", 2), _learned("rnn", 5, 0.5), seed=3)
    app = open_task(memory_lengths=["2", "5"], memory_models="rnn", memory_seed="3")
    assert _cells(app).loc["Simple RNN"].tolist() == ["2 words", "100% (50)", "50% (50)"]
    assert any("Trained in 4 s" in text for text in words(app.caption))


def test_only_missing_networks_are_left_to_train(open_task, environment):
    _keep(environment, _learned("rnn", 2))
    app = open_task(memory_lengths=["2", "5"], memory_models="rnn,gru")
    assert app.button(key="memory_start").label == "Train 3 networks"
    assert _cells(app).loc["GRU"].tolist() == ["–", "–", "–"]


@pytest.mark.slow
def test_task_at_work_can_be_cancelled(open_task):
    app = open_task(memory_lengths="160", memory_models="gru", memory_steps="3000")
    app.button(key="memory_start").click().run()
    wait_for(lambda: memory_trainer().record(ENDLESS).outcomes != (), "a first test")
    app.run()
    assert app.button(key="memory_start").disabled
    app.button(key="memory_cancel").click().run()
    assert not app.exception
    assert memory_trainer().running() is None
    assert not app.button(key="memory_start").disabled


@pytest.mark.slow
def test_task_of_somebody_else_keeps_this_one_waiting(open_task):
    memory_trainer().start(ENDLESS)
    app = open_task(**QUICK)
    assert app.button(key="memory_start").disabled
    assert app.button(key="memory_cancel").disabled
    assert any("only one can be at a time" in text for text in words(app.caption))


@pytest.mark.slow
def test_start_from_a_page_that_did_not_know_of_another_task_is_refused_in_words(open_task):
    app = open_task(**QUICK)
    memory_trainer().start(ENDLESS)
    app.button(key="memory_start").click().run()
    assert not app.exception
    assert any("only one can be at a time" in text for text in words(app.warning))


def test_one_network_is_one(open_task):
    app = open_task(memory_lengths="160", memory_models="gru")
    assert app.button(key="memory_start").label == "Train 1 network"


def test_choice_is_put_into_the_link(open_task):
    app = open_task()
    app.pills(key="memory_models").set_value([MemoryModel.GRU]).run()
    app.selectbox(key="memory_learning_rate").select("0.01").run()
    assert not app.exception
    assert app.query_params["memory_models"] == "gru"
    assert app.query_params["memory_learning_rate"] == "0.01"


@pytest.mark.slow
def test_link_chooses_the_settings(open_task):
    app = open_task(
        memory_lengths=["2", "160"],
        memory_models="rnn",
        memory_steps="300",
        memory_learning_rate="0.01",
        memory_forget_bias="1",
        memory_seed="7",
    )
    chosen = MemoryTask(
        lengths=(2, 160),
        models=("rnn",),
        steps=300,
        learning_rate=0.01,
        forget_bias=1,
        seed=7,
    )
    app.button(key="memory_start").click().run()
    assert memory_trainer().running() == chosen


def test_senseless_link_gives_the_usual_settings(open_task):
    app = open_task(
        memory_lengths="3", memory_models="mlp", memory_steps="-1", memory_learning_rate="fast"
    )
    assert app.button(key="memory_start").label == "Train 18 networks"


def test_nothing_chosen_asks_for_a_choice(open_task):
    app = open_task()
    app.pills(key="memory_lengths").set_value([]).run()
    assert words(app.info) == ["Choose at least one network and one length."]


def test_results_that_cannot_be_read_show_a_message(open_task, environment):
    journal_path(environment / "memory", MemoryTask()).mkdir(parents=True)
    app = open_task()
    assert any("cannot be read" in text for text in words(app.error))


@pytest.mark.slow
def test_screen_needs_no_torch():
    code = (
        "import sys; from tests.ui.inside.test_memory_task import _script\n"
        "from streamlit.testing.v1 import AppTest\n"
        "sys.modules.pop('torch', None)\n"
        "app = AppTest.from_function(_script, default_timeout=600).run()\n"
        "assert not app.exception, app.exception\n"
        "print(*sorted({'torch', 'torchtext'} & set(sys.modules)))"
    )
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (process.returncode, process.stdout.split()) == (0, []), process.stderr
