import dataclasses

import pytest

from rnndash.config.word_vectors import VectorsChoice
from rnndash.events import Failed
from rnndash.ui.inside.embeddings import describe_origin
from tests.made_runs import POINT, STARTED, make_run, words

VECTORS = VectorsChoice(name="my_own.txt", dimension=8, sha256="0" * 64)
VIEWS = ("states", "gates", "gradients", "memory", "embeddings")


@pytest.mark.parametrize("view", [*VIEWS, "nonsense"])
def test_every_chapter_opens_on_the_shipped_networks(open_page, view):
    app = open_page("inside", view=view)
    assert not app.error


@pytest.mark.parametrize("view", ["states", "gates", "gradients"])
@pytest.mark.parametrize("reader", ["rnn", "lstm", "packed_lstm"])
@pytest.mark.parametrize(
    "text", ["goal", "zorblax", "<b>oil</b> $x$ | prices", "oil " * 250], ids=lambda t: t[:8]
)
def test_every_chapter_takes_every_text_and_network(open_page, view, reader, text):
    app = open_page("inside", view=view, reader=reader, text=text)
    assert not app.error


@pytest.mark.parametrize("view", ["states", "gates", "gradients"])
def test_text_without_a_word_gets_a_clear_message(open_page, view):
    app = open_page("inside", view=view)
    app.text_input(key="text").set_value(" ").run()
    assert any("needs at least one word" in text for text in words(app.info))


def test_layers_and_directions_can_be_chosen(open_page, trained):
    trained("gru")  # of two layers and two directions; those that came along have one of each
    app = open_page("inside", view="states", reader="gru", text="goal match team")
    assert app.selectbox(key="part").options == [
        "Layer 1 of 2, forward",
        "Layer 1 of 2, backward",
        "Layer 2 of 2, forward",
        "Layer 2 of 2, backward",
    ]
    for part in ("0f", "0b", "1b"):
        app = open_page("inside", view="gates", reader="gru", part=part, text="goal match team")
        assert app.selectbox(key="part").value == part
        symbols = [formula.value.split()[1] for formula in app.latex[:8:2]]  # numbers between
        assert symbols == ["r_t", "z_t", "n_t", "h_t"]


def test_gradients_have_a_line_for_each_direction_of_the_layer(open_page, trained):
    trained("gru")  # of two layers and two directions; those that came along have one of each
    app = open_page("inside", view="gradients", text="goal match team")
    assert app.selectbox(key="layer").options == ["Top layer of each", "Layer 1"]
    (factors,) = app.dataframe
    assert [name.partition(", ")[2] for name in factors.value["Network"] if ", " in name] == [
        "layer 2 of 2, forward",
        "layer 2 of 2, backward",
    ]
    assert any("reads from the end" in text for text in words(app.caption))


def test_gradients_of_a_lower_layer_can_be_linked_to(open_page, trained):
    trained("gru")  # of two layers and two directions; those that came along have one of each
    for kind in ("lstm", "packed_lstm"):
        app = open_page(
            "inside", view="gradients", text="goal", layer="1", **{f"network_{kind}": "none"}
        )
        (factors,) = app.dataframe
        assert any(name.endswith("layer 1 of 2, backward") for name in factors.value["Network"])


def test_gradients_of_one_layer_and_direction_ask_for_none(open_page):
    app = open_page("inside", view="gradients", text="goal match team")
    (factors,) = app.dataframe
    assert factors.value["Network"].tolist() == ["Simple RNN", "LSTM", "Packed LSTM"]
    assert "layer" not in [menu.key for menu in app.selectbox]
    assert not any("reads from the end" in text for text in words(app.caption))


def test_simple_network_says_that_it_has_no_gates(open_page):
    app = open_page("inside", view="gates", reader="rnn")
    assert any("has no gates" in text for text in words(app.info))
    assert len(app.latex) >= 2


def test_step_shows_the_equations_with_their_numbers(open_page):
    app = open_page("inside", view="gates", reader="packed_lstm", text="oil prices", unit="3")
    shown = [formula.value for formula in app.latex]
    assert any("c_t = f_t" in formula for formula in shown)
    assert any("[3]" in formula for formula in shown)


def test_selected_stretch_lists_its_active_units(open_page):
    app = open_page("inside", view="states", text="oil prices rise again")
    app.slider(key="stretch").set_value((2, 3)).run()
    assert any("words 2 to 3" in text for text in words(app.markdown))
    app.slider(key="threshold").set_value(0.0).run()
    assert not app.exception


def test_stretch_and_threshold_are_in_the_url(open_page):
    text = "oil prices rise again"
    app = open_page("inside", view="states", text=text, stretch="2-3", threshold="0.125")
    assert app.slider(key="stretch").value == (2, 3)
    assert app.slider(key="threshold").value == 0.125
    app.slider(key="stretch").set_value((1, 2)).run()
    assert app.query_params["stretch"] == "1-2"
    app.text_input(key="text").set_value("goal in the cup").run()  # other words, all of them
    assert app.slider(key="stretch").value == (1, 4)
    assert "stretch" not in app.query_params


@pytest.mark.parametrize("stretch", ["3-2", "0-1", "2-9", "a-b", "2", "", "1-" + 5_000 * "9"])
def test_stretch_that_is_none_selects_all_words(open_page, stretch):
    app = open_page("inside", view="states", text="oil prices rise again", stretch=stretch)
    assert app.slider(key="stretch").value == (1, 4)


@pytest.mark.parametrize("threshold", ["-1", "7", "nan", "much"])
def test_threshold_that_is_none_is_the_usual_one(open_page, threshold):
    link = {"text": "oil prices rise again", "stretch": "2-3"}
    usual = open_page("inside", view="states", **link).slider(key="threshold").value
    app = open_page("inside", view="states", **link, threshold=threshold)
    assert app.slider(key="threshold").value == usual


def test_word_that_the_run_does_not_know_gets_a_clear_message(open_page):
    app = open_page("inside", view="embeddings", near="zorblaxian")
    assert any("does not know the word" in text for text in words(app.info))


@pytest.mark.parametrize(
    ("vectors", "told"),
    [
        (
            None,
            "These were learned for one task only: words are near if they help to tell ",
        ),
        (VECTORS, "These started from the word vectors my\\_own.txt and were trained further: "),
        (
            dataclasses.replace(VECTORS, is_frozen=True),
            "These are the word vectors my\\_own.txt, frozen: never trained here. ",
        ),
    ],
    ids=["learned", "started", "frozen"],
)
def test_embedding_says_where_it_comes_from(vectors, told):
    assert describe_origin(vectors).startswith(told)


def test_nearest_words_say_where_the_embedding_comes_from(open_page):
    app = open_page("inside", view="embeddings")
    assert any("learned for one task only" in text for text in words(app.caption))


@pytest.mark.parametrize("reader", ["rnn", "lstm", "packed_lstm"])
def test_every_shipped_network_knows_the_word_that_is_offered_first(open_page, reader):
    app = open_page("inside", view="embeddings", reader=reader)
    assert not app.info


def test_failed_run_is_no_network_to_look_into(open_page, store):
    make_run(store, STARTED, POINT, Failed(reason="It died.", hint="", resumable=True))
    app = open_page("inside", reader="rnn")  # of its own kind, where it would be the newest
    assert any("came with the dashboard" in text for text in words(app.caption))
    assert not app.error


@pytest.mark.parametrize(
    "query",
    [
        {"part": "9z"},
        {"unit": "100000"},
        {"at": "0"},
        {"order_by": "beauty"},
        {"states": "q"},
        {"class": "Weather"},
        {"view": "embeddings", "mapped": "-1"},
        {"view": "memory", "memory_seed": "x"},
    ],
    ids=str,
)
def test_link_that_asks_for_nonsense_is_not_followed(open_page, query):
    open_page("inside", **query)


def test_text_stays_from_page_to_page(open_page):
    app = open_page("predict")
    app.text_input(key="text").set_value("goal in the cup").run()
    app.switch_page("pages/inside.py").run()
    assert app.text_input(key="text").value == "goal in the cup"


def test_pages_share_their_widgets_without_quarrel(open_page, data_dir):
    app = open_page("packing", source="texts", corpus="ag_news", batch_size="4", seed="3")
    for page in ("train", "compare", "inside", "predict", "packing", "train"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, page
    assert app.session_state.batch_size in (4, 16)
