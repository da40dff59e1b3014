import pytest

from rnndash.events import Failed
from rnndash.packing.step_times import StepTime, TimingConditions
from tests.made_runs import FINISHED, POINT, STARTED, make_run, words


def _code(app):
    return [block.value for block in app.code]


def _metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def test_page_opens_with_the_lessons_example(open_page):
    app = open_page("packing")
    made, result = _code(app)
    assert "[6, 7, 8, 0, 0]," in made
    assert "data=tensor([1, 6, 9, 2, 7, 3, 8, 4, 5])" in result
    assert "batch_sizes=tensor([3, 2, 2, 1, 1])" in result
    assert _metrics(app) == {
        "Cells with padding": "15",
        "Without": "9",
        "Wasted": "40.0%",
        "Bytes padded": "144",
        "Bytes packed": "160",
    }


def test_typed_rows_are_laid_out(open_page):
    app = open_page("packing", source="typed", rows="5 6 / 7")
    assert "data=tensor([5, 7, 6])" in _code(app)[1]
    app.text_input(key="rows").set_value("[[1, 2], [3, 4, 5]]").run()
    assert "sorted_indices=tensor([1, 0])" in _code(app)[1]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("", "There is no sequence yet"),
        ("1, 2 / / 3", "Row 2 is empty"),
        ("1, two", "'two', which is not an id"),
        ("1, -2", "-2, which is negative"),
        ("1, 0", "0, which is the padding's own number"),
        ("<script>alert(1)</script>", "which is not an id"),
    ],
)
def test_rows_that_are_none_get_a_clear_message(open_page, rows, reason):
    app = open_page("packing", source="typed")
    app.text_input(key="rows").set_value(rows).run()
    assert not app.exception
    assert any(reason in text for text in words(app.error))
    assert _code(app) == []


def test_minibatch_of_a_corpus_is_the_one_that_training_reads(open_page, data_dir):
    app = open_page("packing", source="texts", corpus="ag_news", batch_size="4", batch="2")
    assert not app.error
    assert "# tokens:  (4, " in _code(app)[0] or "tokens = torch.tensor" in _code(app)[0]
    assert app.number_input(key="batch").value == 2


def test_minibatch_past_the_end_shows_a_message(open_page, data_dir):
    app = open_page("packing", source="texts", corpus="ag_news", batch="999")
    assert any("Choose one from 1 to 25" in text for text in words(app.error))


def test_ag_news_that_is_not_here_is_not_downloaded(open_page):
    app = open_page("packing", source="texts", corpus="ag_news")
    assert any("not on this machine yet" in text for text in words(app.error))


@pytest.mark.parametrize(
    "query",
    [
        {"chapter": "nonsense"},
        {"step": "99999"},
        {"step": "-1"},
        {"step": "two"},
        {"source": "../../etc"},
        {"source": "texts", "batch": "-5", "corpus": "ag_news"},
        {"source": "texts", "batch_size": "7", "corpus": "ag_news"},
        {"source": "texts", "seed": "1e99", "corpus": "ag_news", "order": "sideways"},
        {"chapter": "costs", "rows_timed": "1000000", "corpus": "ag_news"},
        {"chapter": "answer", "pads": "1e9", "networks": "../.."},
    ],
    ids=str,
)
@pytest.mark.slow
def test_link_that_asks_for_nonsense_is_not_followed(open_page, data_dir, query):
    open_page("packing", **query)


def test_costs_of_a_corpus_are_counted(open_page, data_dir):
    app = open_page("packing", chapter="costs", corpus="ag_news", batch_size="1")
    table = app.dataframe[0].value.set_index("")
    assert table.loc["Wasted"].tolist() == ["0.0%", "0.0%"]
    assert table.loc["Cells with padding"].tolist() == table.loc["Cells without"].tolist()


def test_times_are_measured_only_on_request(open_page, data_dir, monkeypatch):
    asked = []

    def sweep(rows, longest, *, embed_dim, hidden_dim):
        asked.append((rows, longest, hidden_dim))
        for share in (0.0, 0.5):
            yield StepTime(
                lengths=(4, 2),
                padding_share=share,
                padded_ms=2.0,
                packed_ms=1.0,
                padded_range_ms=(1.0, 3.0),
                packed_range_ms=(0.5, 1.5),
                repeats=7,
            )

    monkeypatch.setattr("rnndash.ui.packing.costs.sweep", sweep)
    monkeypatch.setattr(
        "rnndash.ui.packing.costs.timing_conditions",
        lambda _, **sizes: TimingConditions(
            device="CPU, 1 thread", machine="a test", torch_version="2", repeats=7, **sizes
        ),
    )
    app = open_page("packing", chapter="costs", corpus="ag_news", rows_timed="8")
    assert asked == []
    app.button(key="measure").click().run()
    assert asked == [(8, 100, 32)]
    assert any("Packed was faster at every" in text for text in words(app.markdown))
    assert any("at least 7 passes" in text for text in words(app.caption))
    app.run()
    assert len(asked) == 1


def test_times_too_large_to_measure_are_refused(open_page, data_dir):
    app = open_page(
        "packing",
        chapter="costs",
        corpus="ag_news",
        rows_timed="512",
        longest_timed="200",
        hidden_timed="256",
    )
    app.button(key="measure").click().run()
    assert any("Choose fewer rows" in text for text in words(app.error))


@pytest.mark.slow
def test_untrained_networks_show_how_pads_move_the_state(open_page):
    app = open_page("packing", chapter="answer", networks="untrained")
    (said,) = [text for text in words(app.markdown) if text.startswith("From 0 to 60 pads")]
    assert "Packed LSTM" in said
    assert any("know nothing yet" in text for text in words(app.caption))


def test_trained_run_answers_the_text(open_page, store, trained):
    comparison = store.record(trained("rnn", "packed_lstm")[0]).comparison
    app = open_page("packing", chapter="answer", networks=comparison, sentence="goal match team")
    (said,) = [text for text in words(app.markdown) if text.startswith("From 0 to 60 pads")]
    rnn, packed = said.split("; ")
    assert rnn.count("%") == packed.count("%") == 2
    before, after = packed.split("from ")[1].rstrip(".").split(" to ")
    assert before == after


@pytest.mark.slow
def test_failed_run_is_no_network_to_choose(open_page, store):
    make_run(store, STARTED, POINT, Failed(reason="It died.", hint="", resumable=True))
    app = open_page("packing", chapter="answer")
    assert app.selectbox(key="networks").options == ["Untrained networks, seed 0"]


def test_run_that_was_deleted_leaves_the_page_whole(open_page, store):
    run_id = make_run(store, STARTED, POINT, FINISHED)
    app = open_page("packing", chapter="answer")
    assert any("cannot be opened" in text for text in words(app.error))
    store.delete(run_id)
    app.run()
    assert not app.exception


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "   "])
def test_text_without_a_word_is_asked_for(open_page, text):
    app = open_page("packing", chapter="answer", networks="untrained")
    app.text_input(key="sentence").set_value(text).run()
    assert any("at least one word" in text for text in words(app.info))


def test_wrong_turns_show_what_really_happened(open_page):
    app = open_page("packing", chapter="wrong_turns")
    shown = "\n".join(_code(app))
    assert "RuntimeError: `lengths` array must be sorted in decreasing order" in shown
    assert len(app.expander) >= 7
