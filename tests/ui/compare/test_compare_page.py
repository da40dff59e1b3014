import pytest
from msgspec.structs import replace

from rnndash.config.presets import LESSON_MODELS
from rnndash.environment import read_environment
from rnndash.events import Failed, Interrupted
from rnndash.runs.shipped import shipped_store
from rnndash.text.ag_news import AgNewsReader
from rnndash.text.encoded import load_encoded
from rnndash.ui.comparison import comparison_of
from tests.made_runs import (
    FINISHED,
    HELD_OUT,
    POINT,
    STARTED,
    make_predictions,
    make_run,
    words,
)

LABELS = [0, 0, 1, 1]
SHIPPED = shipped_store().run_ids()


def _finished(store, model, predicted, digest="texts"):
    run_id = make_run(store, STARTED, POINT, HELD_OUT, FINISHED, model=model)
    make_predictions(store, run_id, predicted, LABELS, digest)
    return run_id


@pytest.fixture
def two(store):
    """Two finished runs: A has the second text wrong, B the last two."""
    return (
        _finished(store, "rnn", [0, 1, 1, 1]),
        _finished(store, "lstm", [0, 0, 0, 0]),
    )


def _runs(app):
    return app.data_editor[0].value


def _table(app, column):
    """The table that has this column; the first one, the runs, aside."""
    return next(table.value for table in app.dataframe[1:] if column in table.value.columns)


def _facts(app):
    """Settings and results, one column for each run."""
    return next(table.value for table in app.dataframe if "Simple RNN" in table.value.columns)


def _actions(app):
    table = _runs(app)
    actions = [[action.split(": ")[1] for action in row] for row in table["Actions"]]
    return dict(zip(table.index, actions, strict=True))


def _subheaders(app):
    return [header.value for header in app.subheader]


def test_without_runs_the_page_says_how_to_start(open_page, monkeypatch, tmp_path):
    monkeypatch.setattr("rnndash.runs.shipped.SHIPPED_DIR", tmp_path / "nothing")
    app = open_page("compare")
    assert any("No runs yet" in text for text in words(app.info))


def test_without_own_runs_the_shipped_ones_are_shown(open_page):
    app = open_page("compare")
    table = _runs(app)
    assert table["Name"].tolist() == [f"Shipped: {model.label}" for model in LESSON_MODELS]
    assert table["Shown"].all()
    assert app.query_params["runs"] == ",".join(SHIPPED)
    assert any("came with the dashboard" in text for text in words(app.caption))


def test_shipped_runs_are_compared_and_their_mistakes_read(open_page):
    app = open_page("compare", true="0", answered="1")
    assert any("test texts right" in text for text in words(app.markdown))
    mistakes = [table.value for table in app.dataframe if "Sure" in table.value.columns]
    assert (mistakes[0]["True class"] == "World").all()
    assert mistakes[0]["Text"].str.len().min() > 10


def test_shipped_run_offers_nothing_that_changes_it(open_page):
    assert _actions(open_page("compare")) == {run_id: ["Only this one"] for run_id in SHIPPED}


def test_deletion_of_a_shipped_run_is_refused(open_page):
    app = open_page("compare")
    app.session_state["deleting"] = SHIPPED[0]
    app.run()
    app.button(key="delete_sure").click().run()
    assert any("came with the dashboard and cannot be deleted" in text for text in words(app.error))
    assert shipped_store().run_ids() == SHIPPED


def test_own_runs_take_the_place_of_the_shipped(open_page, two):
    app = open_page("compare")
    assert set(_runs(app).index) == set(two)
    assert not any("came with the dashboard" in text for text in words(app.caption))


def test_link_to_a_shipped_run_is_followed_among_own_ones(open_page, two):
    app = open_page("compare", runs=f"{SHIPPED[1]},{two[0]}")
    table = _runs(app)
    assert table["Shown"].to_dict() == {two[0]: True, two[1]: False, SHIPPED[1]: True}
    assert _actions(app)[SHIPPED[1]] == ["Only this one"]


def test_link_to_the_shipped_comparison_is_followed_among_own_ones(open_page, two):
    app = open_page("compare", comparison=comparison_of(SHIPPED[0]))
    assert app.query_params["runs"] == ",".join(SHIPPED)


def test_choice_among_shipped_runs_gives_way_to_own_ones(open_page, store):
    app = open_page("compare")
    app.session_state["runs"] = SHIPPED[:1]
    own = make_run(store, STARTED, POINT)
    del app.query_params["runs"]  # as a click on another page does
    app.run()
    assert _runs(app)["Shown"].to_dict() == {own: True}


def test_newest_comparison_is_shown_first(open_page, store):
    old = make_run(store, STARTED, POINT, model="gru")
    new = make_run(store, STARTED, POINT)
    table = _runs(open_page("compare"))
    shown = dict(zip(table["Model"], table["Shown"], strict=True))
    assert shown == {"GRU": old > new, "Simple RNN": new > old}


def test_link_names_the_runs_that_are_shown(open_page, two):
    app = open_page("compare", runs=two[0])
    table = _runs(app)
    assert dict(zip(table["Model"], table["Shown"], strict=True)) == {
        "Simple RNN": True,
        "LSTM": False,
    }
    assert app.query_params["runs"] == two[0]


def test_link_to_a_comparison_shows_all_its_runs(open_page, store, two):
    app = open_page("compare", comparison=store.record(two[1]).comparison)
    assert app.query_params["runs"] == two[1]


def test_row_tells_what_is_known_of_a_run(open_page, store):
    run_id = make_run(store, STARTED, POINT, HELD_OUT, FINISHED)
    store.rename(run_id, "my first")
    row = _runs(open_page("compare")).iloc[0]
    assert (row["Name"], row["Model"], row["State"]) == ("my first", "Simple RNN", "finished")
    assert (row["Held-out"], row["Test"], row["Samples"]) == (75.0, 81.25, 200)
    assert row["Curve"] == [0.625]
    assert "batch size 16" in row["Settings"]


@pytest.mark.parametrize(
    ("find", "models"),
    [
        ("lstm", ["LSTM"]),
        ("FINISHED simple", ["Simple RNN"]),
        ("batch size 16", ["Simple RNN", "LSTM"]),
    ],
)
def test_filter_keeps_rows_that_have_all_words(open_page, two, find, models):
    table = _runs(open_page("compare", find=find))
    assert sorted(table["Model"]) == sorted(models)


def test_filter_without_a_match_shows_a_message(open_page, two):
    app = open_page("compare", find="transformer")
    assert any("No run matches all these words" in text for text in words(app.info))


def test_actions_of_a_row_fit_its_state(open_page, store):
    make_run(store, STARTED, POINT)
    make_run(store, STARTED, POINT, Interrupted(samples=200, reason=""), model="lstm")
    make_run(store, STARTED, POINT, FINISHED, model="gru")
    table = _runs(open_page("compare"))
    actions = {
        row["Model"]: [action.split(": ")[1] for action in row["Actions"]]
        for _, row in table.iterrows()
    }
    assert actions == {
        "Simple RNN": ["Only this one", "Pause", "Stop"],
        "LSTM": ["Only this one", "Resume", "Delete…"],
        "GRU": ["Only this one", "Delete…"],
    }


def test_running_runs_have_a_table_and_no_verdict(open_page, store):
    make_run(store, STARTED, POINT)
    app = open_page("compare")
    assert _table(app, "95% interval")["Running"].tolist() == ["62.5%"]
    assert _table(app, "95% interval")["Test accuracy"].tolist() == ["–"]
    assert any("Tick two finished runs" in text for text in words(app.info))


def test_failed_run_is_shown_as_failed(open_page, store):
    make_run(store, STARTED, POINT, Failed(reason="It died.", hint="", resumable=True))
    assert _runs(open_page("compare"))["State"].tolist() == ["failed"]


def test_damaged_run_is_named_beside_the_others(open_page, store, two):
    store.folder(two[0]).settings.write_text("{")
    app = open_page("compare")
    assert any(f"The settings of run {two[0]} are damaged" in text for text in words(app.error))
    assert _runs(app)["Model"].tolist() == ["LSTM"]


def test_results_are_those_of_the_runs(open_page, two):
    app = open_page("compare", runs=",".join(two), target="0.7")
    row = _table(app, "95% interval").set_index("Run").loc["LSTM"]
    assert (row["Test accuracy"], row["Held-out"], row["Running"]) == ("81.2%", "75.0%", "62.5%")
    assert row["95% interval"] == "71.3% to 88.3%"  # Wilson, 65 of 80
    assert (row["Texts to 70%"], row["Time to 70%"]) == ("200", "2 s")
    assert (row["Epoch time"], row["Padding"], row["Parameters"]) == ("4 s", "25.0%", "10")


def test_accuracy_that_was_never_reached_has_no_time(open_page, two):
    app = open_page("compare", runs=two[0], target="0.9")
    assert _table(app, "95% interval")["Texts to 90%"].tolist() == ["–"]


def test_differences_leave_out_what_is_the_same(open_page, two):
    app = open_page("compare", runs=",".join(two))
    assert _facts(app).index.tolist() == ["Model"]
    app.toggle(key="differences").set_value(False).run()
    assert {"Model", "Seed", "Test loss", "Peak memory"} <= set(_facts(app).index)


def test_verdict_compares_the_two_runs_of_the_link(open_page, two):
    app = open_page("compare", runs=",".join(two), a=two[0], b=two[1])
    (text,) = [text for text in words(app.markdown) if "may be chance" in text]
    assert "Simple RNN has 1 more of the 4 test texts right than LSTM" in text
    assert "They disagree on 3 texts: only A is right on 2, only B on 1." in text
    assert "p = 1.0000" in text


def test_verdict_on_different_texts_is_refused_with_its_reason(open_page, store):
    ids = [_finished(store, "rnn", LABELS), _finished(store, "lstm", LABELS, "others")]
    app = open_page("compare", runs=",".join(ids))
    assert any("tested on different texts" in text for text in words(app.warning))


def test_one_run_cannot_be_compared_with_itself(open_page, two):
    app = open_page("compare", runs=",".join(two), a=two[0], b=two[0])
    assert "Choose two different runs." in words(app.info)


@pytest.mark.parametrize(
    "query",
    [
        {"runs": "../../etc"},
        {"runs": "none"},
        {"smoothing": "7"},
        {"smoothing": "nan"},
        {"metric": "beauty"},
        {"x": "<script>"},
        {"a": "nobody", "b": "nobody"},
        {"of": "nobody", "true": "99", "answered": "-1"},
        {"cell": "diagonal"},
        {"target": "900%"},
    ],
    ids=str,
)
def test_link_that_asks_for_nonsense_is_not_followed(open_page, two, query):
    app = open_page("compare", **{"runs": ",".join(two)} | query)
    assert 0 <= app.slider(key="smoothing").value <= 0.99


def test_link_reopens_the_view(open_page, two):
    app = open_page(
        "compare",
        runs=",".join(two),
        metric="loss",
        x="seconds",
        smoothing="0.6",
        group="true",
        reference="true",
        log="true",
        differences="false",
        of=two[1],
        true="1",
        answered="0",
        cell="b",
    )
    assert (app.session_state.metric, app.session_state.x) == ("loss", "seconds")
    assert app.slider(key="smoothing").value == 0.6
    assert [app.toggle(key=key).value for key in ("group", "reference", "log", "differences")] == [
        True,
        True,
        True,
        False,
    ]
    chosen = [app.selectbox(key=key).value for key in ("of", "true", "answered", "cell")]
    assert chosen == [two[1], "1", "0", "b"]


def test_deletion_is_asked_for_twice(open_page, store, two):
    app = open_page("compare")
    app.session_state["deleting"] = two[0]
    app.run()
    assert set(store.run_ids()) == set(two)
    app.button(key="delete_sure").click().run()
    assert store.run_ids() == [two[1]]


def test_cell_of_the_confusion_matrix_opens_its_texts(open_page, store, data_dir):
    place = read_environment()
    reader = AgNewsReader(data_dir=place.data_dir, cache_dir=place.downloads_dir)
    corpus = load_encoded(reader, min_freq=1, folder=place.corpora_dir)
    started = replace(STARTED, class_names=corpus.class_names)
    confusion = ((18, 2, 0, 0), (0, 20, 0, 0), (0, 0, 20, 0), (0, 0, 0, 20))
    finished = replace(FINISHED, confusion=confusion)
    run_id = make_run(store, started, POINT, finished, corpus="ag_news")
    predicted = corpus.test.labels.copy()
    wrong = (corpus.test.labels == 0).nonzero()[0][[3, 5]]
    predicted[wrong] = 1
    make_predictions(store, run_id, predicted, corpus.test.labels, corpus.test_digest)
    app = open_page("compare", runs=run_id, true="0", answered="1")
    table = _table(app, "Answered")
    assert set(table["Text"]) == {corpus.test_texts[int(row)] for row in wrong}
    assert set(table["Answered"]) == {"Sports"}


def test_run_without_answers_shows_what_to_do(open_page, store):
    run_id = make_run(store, STARTED, POINT, FINISHED)
    app = open_page("compare", runs=run_id)
    assert any("has no test predictions" in text for text in words(app.warning))
    assert "Mistakes" in _subheaders(app)


def test_link_to_a_comparison_goes_before_what_was_chosen_earlier(open_page, store, two):
    app = open_page("compare", runs=two[0])
    app.query_params["comparison"] = store.record(two[1]).comparison
    del app.query_params["runs"]
    app.run()
    assert app.query_params["runs"] == two[1]


def test_runs_shown_can_be_taken_along(open_page, two):
    app = open_page("compare", runs=",".join(two), take=two[1])
    keys = {button.key for button in app.download_button if not button.disabled}
    assert keys == {"curves_csv", "results_json", "figure_html", "run_zip", "run_code"}
    assert "nn.LSTM" in app.code[0].value


def test_run_at_work_is_not_exported_as_a_file(open_page, store):
    make_run(store, STARTED, POINT)
    app = open_page("compare")
    disabled = {button.key for button in app.download_button if button.disabled}
    assert disabled == {"run_zip"}
