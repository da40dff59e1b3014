import pytest

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON_MODELS
from rnndash.config.run_config import RunConfig
from rnndash.events import Checkpointed, Failed, Interrupted
from rnndash.results import RunState
from rnndash.ui.services import run_queue
from tests.made_runs import FINISHED, HELD_OUT, POINT, STARTED, make_run, words
from tests.waiting import wait_until_at_rest


def _keys(app):
    """The buttons that can be pressed."""
    return {button.key for button in app.button if not button.disabled}


def test_empty_store_shows_how_to_start(open_page):
    app = open_page("train")
    assert "Nothing has been trained yet" in app.info[0].value


def test_form_begins_with_the_quick_look(open_page):
    app = open_page("train")
    assert app.session_state.preset == "quick"
    assert app.session_state.corpus == "headlines"
    assert tuple(app.session_state.models) == LESSON_MODELS


def test_every_setting_has_a_widget_under_its_contract_key(open_page):
    app = open_page("train")
    keys = {widget.key for kind in (app.number_input, app.selectbox, app.toggle) for widget in kind}
    assert keys == {
        "corpus",
        "samples",
        "epochs",
        "batch_size",
        "learning_rate",
        "embed_dim",
        "hidden_dim",
        "num_layers",
        "min_freq",
        "seed",
        "bidirectional",
        "vectors",
        "freeze_vectors",
    }


def test_preset_fills_the_form(open_page):
    app = open_page("train")
    app.segmented_control(key="preset").set_value("lesson").run()
    assert app.session_state.corpus == "ag_news"
    assert app.session_state.samples == 120_000
    assert app.session_state.learning_rate == 0.001


def test_changed_setting_makes_the_preset_custom(open_page):
    app = open_page("train")
    app.number_input(key="samples").set_value(5_000).run()
    assert app.session_state.preset == "custom"


def test_setting_changed_back_names_the_preset_again(open_page):
    app = open_page("train")
    samples = app.session_state.samples
    app.number_input(key="samples").set_value(5_000).run()
    app.number_input(key="samples").set_value(samples).run()
    assert app.session_state.preset == "quick"


def test_link_sets_the_form(open_page):
    app = open_page("train", corpus="ag_news", models="lstm,packed_gru", samples="5000", seed="7")
    assert app.session_state.corpus == "ag_news"
    assert app.session_state.models == [ModelKind.LSTM, ModelKind.PACKED_GRU]
    assert (app.session_state.samples, app.session_state.seed) == (5_000, 7)
    assert app.session_state.preset == "custom"


def test_link_with_a_preset_alone_fills_the_rest(open_page):
    app = open_page("train", preset="lesson")
    assert app.session_state.samples == 120_000
    assert app.session_state.corpus == "ag_news"


@pytest.mark.parametrize(
    "query",
    [
        {"samples": "99999999999"},
        {"samples": "-5"},
        {"samples": "lots"},
        {"corpus": "/etc/passwd"},
        {"models": "gpt"},
        {"learning_rate": "nan"},
        {"preset": "<script>"},
        {"seed": "1e400"},
        {"comparison": "../../etc"},
        {"metric": "beauty"},
        {"upload": "../secrets", "corpus": "csv"},
    ],
    ids=str,
)
def test_link_that_asks_for_nonsense_is_not_followed(open_page, query):
    app = open_page("train", **query)
    assert app.session_state.samples == 16_000


@pytest.mark.slow
def test_start_trains_the_chosen_models_and_names_them_in_the_link(open_page, store, data_dir):
    app = open_page("train", corpus="ag_news", models="rnn,packed_lstm", samples="400")
    app.button(key="start").click().run()
    run_ids = store.run_ids()
    assert app.query_params["comparison"] == store.record(run_ids[0]).comparison
    records = [wait_until_at_rest(run_queue().store, run_id) for run_id in run_ids]
    assert [r.config.model for r in records] == ["rnn", "packed_lstm"]
    assert {r.state for r in records} == {RunState.FINISHED}
    assert {r.config.corpus for r in records} == {CorpusName.AG_NEWS}
    app.run()
    assert {m.label for m in app.metric} == {"Running accuracy", "Test accuracy"}


def test_start_without_a_model_is_not_offered(open_page):
    app = open_page("train")
    app.pills(key="models").set_value([]).run()
    assert app.button(key="start").disabled
    assert "Choose at least one model." in words(app.warning)


def test_number_past_its_limit_is_not_taken_from_the_browser(open_page):
    app = open_page("train")
    app.number_input(key="samples").set_value(10**9).run()
    assert app.session_state.samples <= 1_000_000


def test_running_run_shows_where_it_stands(open_page, store):
    make_run(store, STARTED, POINT, HELD_OUT)
    app = open_page("train")
    assert [(m.label, m.value) for m in app.metric] == [
        ("Running accuracy", "62.5%"),
        ("Held-out accuracy", "75.0%"),
    ]
    assert {"pause_rnn", "stop_rnn"} <= _keys(app)
    assert "3 rows were left out." in words(app.info)


def test_finished_run_shows_its_test_accuracy_and_no_controls(open_page, store):
    make_run(store, STARTED, POINT, HELD_OUT, FINISHED)
    app = open_page("train")
    assert [(m.label, m.value) for m in app.metric] == [
        ("Running accuracy", "62.5%"),
        ("Test accuracy", "81.2%"),
    ]
    assert not {"pause_rnn", "stop_rnn", "resume_rnn"} & _keys(app)


def test_failed_run_shows_what_to_do_and_offers_to_resume(open_page, store):
    died = Failed(reason="It died.", hint="Resume it.", resumable=True, details="last words")
    make_run(store, STARTED, POINT, died)
    app = open_page("train")
    assert "It died. Resume it." in words(app.error)
    assert "last words" in words(app.code)
    assert "resume_rnn" in _keys(app)


def test_run_failed_for_good_offers_no_resume(open_page, store):
    make_run(store, STARTED, Failed(reason="NaN.", hint="Smaller.", resumable=False, step=3))
    app = open_page("train")
    assert "resume_rnn" not in _keys(app)


def test_interrupted_run_offers_to_resume(open_page, store):
    make_run(store, STARTED, POINT, Checkpointed(samples=200), Interrupted(samples=200, reason=""))
    app = open_page("train")
    assert "resume_rnn" in _keys(app)
    assert any("The dashboard was closed" in text for text in words(app.warning))


@pytest.mark.slow
def test_pause_and_resume_buttons_reach_the_worker(open_page, store, data_dir):
    app = open_page(
        "train", corpus="ag_news", models="rnn", samples="400", epochs="20", batch_size="1"
    )
    app.button(key="start").click().run()
    app.button(key="pause_rnn").click().run()
    (run_id,) = store.run_ids()
    assert wait_until_at_rest(run_queue().store, run_id).state is RunState.PAUSED
    app.run()
    app.button(key="resume_rnn").click().run()
    assert run_queue().store.record(run_id).state.is_active


def test_link_of_a_comparison_shows_that_one_and_not_the_newest(open_page, store):
    first = make_run(store, STARTED, POINT, model="gru")
    make_run(store, STARTED, POINT, model="rnn")
    app = open_page("train", comparison=store.record(first).comparison)
    assert {"pause_gru", "stop_gru"} <= _keys(app)


def test_link_of_a_deleted_comparison_shows_a_warning(open_page):
    app = open_page("train", comparison="20260101-000000-abcd")
    assert any("no longer exist" in text for text in words(app.warning))


def test_damaged_run_is_named_beside_the_others(open_page, store):
    good, bad = store.create([RunConfig(model="rnn"), RunConfig(model="lstm")])
    store.folder(bad).settings.write_text("{")
    store.append(good, STARTED)
    app = open_page("train")
    assert any(f"The settings of run {bad} are damaged" in text for text in words(app.error))
    assert "pause_rnn" in _keys(app)
