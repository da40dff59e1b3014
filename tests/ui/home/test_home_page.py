import pytest

from rnndash.config.presets import LESSON_MODELS, QUICK_LOOK
from tests.made_runs import FINISHED, HELD_OUT, POINT, STARTED, make_run


def test_without_runs_the_page_says_how_to_start(open_page, monkeypatch, tmp_path):
    monkeypatch.setattr("rnndash.runs.shipped.SHIPPED_DIR", tmp_path / "nothing")
    app = open_page("home")
    assert "No runs yet" in app.info[0].value


def test_without_own_runs_the_shipped_ones_are_listed(open_page):
    app = open_page("home")
    table = app.dataframe[0].value
    assert table["Model"].tolist() == [model.label for model in LESSON_MODELS]
    assert table["Run"].str.startswith("/compare?comparison=").all()
    assert any("came with the dashboard" in caption.value for caption in app.caption)


@pytest.mark.slow
def test_quick_look_starts_its_models_and_goes_to_the_train_page(open_page, store):
    app = open_page("home")
    app.button(key="quick_look").click().run()
    records = [store.record(run_id) for run_id in store.run_ids()]
    assert [r.config for r in records] == [QUICK_LOOK.config.for_model(m) for m in LESSON_MODELS]
    assert app.query_params["comparison"] == records[0].comparison
    assert "start" in {button.key for button in app.button}


def test_latest_runs_are_listed_with_their_results(open_page, store):
    make_run(store, STARTED, POINT, HELD_OUT, FINISHED)
    app = open_page("home")
    row = app.dataframe[0].value.iloc[0]
    assert (row["Model"], row["State"], row["Test"]) == ("Simple RNN", "finished", 81.25)
    assert row["Curve"] == [0.625]
