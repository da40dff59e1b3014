import re

import numpy as np
import pytest
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.events import Failed
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predictions import Prediction
from rnndash.ui.networks import _open
from rnndash.ui.predict.answers import answers_html
from rnndash.ui.predict.page import Look
from rnndash.ui.services import run_queue
from tests.made_runs import FINISHED, POINT, STARTED, make_run, words


def _table(app, column):
    return next(table.value for table in app.dataframe if column in table.value.columns)


def _answers(app):
    """The rows of the table of answers: network, answer, how sure, how long."""
    page = "".join(element.proto.body for element in app.get("html"))
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return [re.findall("<td>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]


def test_shipped_networks_answer_at_once(open_page):
    app = open_page("predict")
    answers = _answers(app)
    assert [answer[1] for answer in answers] == ["Business"] * 3
    told = next(text for text in words(app.caption) if text.startswith("Read by"))
    assert told.count("came with the dashboard") == 3
    assert app.text_input(key="text").value.startswith("Oil prices")


def test_ones_own_runs_take_the_place_of_the_shipped_ones(open_page, trained):
    trained("rnn", "packed_lstm")
    app = open_page("predict")
    told = next(text for text in words(app.caption) if text.startswith("Read by"))
    assert told.count("AG News") == 2
    assert told.count("came with the dashboard") == 1  # no LSTM of one's own


def test_another_run_can_be_chosen(open_page, store, trained):
    trained("rnn", "packed_lstm")
    app = open_page("predict")
    shipped = app.selectbox(key="network_rnn").options[1]
    assert "came with the dashboard" in shipped
    app.selectbox(key="network_rnn").select_index(1).run()
    assert app.query_params["network_rnn"] != store.run_ids()[0]
    assert not app.exception


def test_without_any_network_the_page_says_what_to_do(open_page):
    app = open_page("predict", network_rnn="none", network_lstm="none", network_packed_lstm="none")
    assert any("Choose at least one" in text for text in words(app.info))


@pytest.mark.parametrize(
    "look", ["word_by_word", "words", "what_if", "neighbours", "many", "nonsense"]
)
@pytest.mark.parametrize(
    "text",
    [
        "Oil prices rise",
        "goal",
        "zorblax frimfram",
        "<script>alert(1)</script> & [x](javascript:y)",
        "a\x00b \x1b[31m \u202e text",
        "word " * 900,
    ],
    ids=["plain", "one word", "unknown", "markup", "control", "long"],
)
def test_every_look_takes_every_text(open_page, look, text):
    app = open_page("predict", look=look, text=text)
    assert len(_answers(app)) == 3


@pytest.mark.parametrize("text", ["", "   ", '""', ";;"])
def test_text_without_a_word_gets_a_clear_message(open_page, text):
    app = open_page("predict")
    app.text_input(key="text").set_value(text).run()
    assert any("needs at least one word" in text for text in words(app.info))


def test_text_that_is_too_long_is_cut_and_a_note_says_so(open_page):
    app = open_page("predict", text="oil " * 300)
    assert any("the first 200 count" in text for text in words(app.caption))


def test_example_fills_the_field(open_page):
    app = open_page("predict")
    app.pills(key="example").set_value("One word").run()
    assert app.text_input(key="text").value == "goal"


def test_test_text_brings_its_true_class(open_page):
    app = open_page("predict")
    app.button(key="test_text").click().run()
    assert any("its true class is" in text for text in words(app.caption))
    app.text_input(key="text").set_value("another text").run()
    assert not any("its true class is" in text for text in words(app.caption))


def test_word_slider_reads_along(open_page):
    app = open_page("predict", text="goal in the final of the cup")
    app.slider(key="word").set_value(1).run()
    one = [text for text in words(app.markdown) if " · " in text]
    app.slider(key="word").set_value(7).run()
    assert one != [text for text in words(app.markdown) if " · " in text]


def test_new_text_is_read_to_its_end(open_page):
    app = open_page("predict", text="goal")
    app.text_input(key="text").set_value("goal in the final of the cup").run()
    assert app.slider(key="word").value == 7


def test_link_names_the_word_up_to_which_to_read(open_page):
    app = open_page("predict", text="goal in the final of the cup", word="3")
    assert app.slider(key="word").value == 3
    assert app.query_params["word"] == "3"


def test_shorter_text_moves_the_slider_along(open_page):
    app = open_page("predict", text="goal in the final of the cup")
    app.text_input(key="text").set_value("goal in").run()
    assert app.slider(key="word").value == 2


def test_gap_of_the_attribution_is_shown(open_page):
    app = open_page("predict", look="words", text="oil prices rise")
    assert any("the gap is" in text for text in words(app.caption))


def test_edit_is_shown_beside_the_first_text(open_page):
    app = open_page("predict", look="what_if", text="oil prices rise")
    app.text_input(key="edited").set_value("oil prices fall").run()
    assert any("~~rise~~ **fall**" in text for text in words(app.markdown))
    assert len(_table(app, "Before")) == 3


@pytest.mark.parametrize("change", ["leave_out", "swap", "swap_two", "negation"])
def test_changes_of_the_text_are_ranked(open_page, change):
    app = open_page("predict", look="what_if", change=change, text="the team did not win the cup")
    assert not app.exception
    assert not [text for text in words(app.info) if "Type" in text]


def test_negation_that_is_not_there_shows_a_message(open_page):
    app = open_page("predict", look="what_if", change="negation", text="the team wins")
    assert any("The text has no negation" in text for text in words(app.info))


def test_packed_network_alone_keeps_its_answer_in_company(open_page):
    app = open_page("predict", look="neighbours", text="oil prices rise")
    moved = _table(app, "Alone").set_index("Network")["Largest change"]
    assert moved.iloc[-1] == "0.0 points"
    assert (moved.iloc[:-1] != "0.0 points").all()


def test_failed_run_is_no_network_to_choose(open_page, store):
    make_run(store, STARTED, POINT, Failed(reason="It died.", hint="", resumable=True))
    app = open_page("predict")
    assert len(app.selectbox(key="network_rnn").options) == 2  # the shipped one, and none


def test_run_whose_weights_are_gone_is_named_and_the_others_answer(open_page, store):
    make_run(store, STARTED, POINT, FINISHED)
    app = open_page("predict")
    assert any("cannot be opened" in text for text in words(app.error))
    assert len(_answers(app)) == 2


def test_run_deleted_while_the_page_is_open_leaves_it_whole(open_page, store, trained):
    (run_id,) = trained("rnn")
    app = open_page("predict")
    run_queue().store.delete(run_id)
    app.run()
    assert not app.exception


def test_no_look_changes_a_network(open_page, store, trained):
    (run_id,) = trained("rnn")
    app = open_page("predict")
    changed = store.folder(run_id).checkpoint.stat().st_mtime_ns
    model = _open(run_id, store.record(run_id).label, changed).model
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for look in ("word_by_word", "words", "what_if", "neighbours"):
        app.segmented_control(key="look").set_value(Look(look)).run()
        assert not app.exception
        assert app.query_params.get("look", "word_by_word") == look
    after = model.state_dict()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_very_long_text_is_cut_and_that_is_said(open_page):
    app = open_page("predict")
    app.text_input(key="text").set_value("oil prices " * 10_000).run()
    assert not app.exception
    assert len(app.text_input(key="text").value) <= 5_000
    assert any("The text had 110,000 characters" in text for text in words(app.caption))
    app.text_input(key="text").set_value("goal").run()
    assert not any("characters" in text for text in words(app.caption))


def test_edit_that_nobody_made_goes_along_with_the_headline(open_page):
    app = open_page("predict", look="what_if", change="edit", text="goal in the cup")
    assert app.text_input(key="edited").value == "goal in the cup"
    app.text_input(key="text").set_value("oil prices rise").run()
    assert app.text_input(key="edited").value == "oil prices rise"
    app.text_input(key="edited").set_value("oil prices fall").run()
    app.text_input(key="text").set_value("oil rises").run()
    assert app.text_input(key="edited").value == "oil prices fall"


def test_edit_of_a_link_is_shown(open_page):
    app = open_page("predict", look="what_if", change="edit", text="goal", edited="no goal")
    assert app.text_input(key="edited").value == "no goal"


def test_names_stay_text_in_the_table_of_answers():
    info = NetworkInfo(label="<b>A", kind=ModelKind.RNN, class_names=("<img src=x>", "b"))
    text = EncodedText(tokens=("oil",), ids=(2,), words_in_all=1)
    probabilities = np.array([0.75, 0.25])
    page = answers_html(
        [Prediction(network=info, text=text, probabilities=probabilities, seconds=0)]
    )
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;img src=x&gt;" in page


def test_place_of_a_word_beyond_all_numbers_is_none(open_page):
    app = open_page("predict", text="oil prices rise", word=5_000 * "9")
    assert app.slider(key="word").value == 3
