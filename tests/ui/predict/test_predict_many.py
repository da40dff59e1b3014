"""The look of the Predict page that answers many texts."""

import pytest

from rnndash.inspection.answer_table import NetworkAnswers
from rnndash.ui.predict.many import Filter
from rnndash.ui.predict.page import Look
from tests.made_runs import words


def _table(app, column):
    return next(table.value for table in app.dataframe if column in table.value.columns)


def _upload(app, name, content):
    app.file_uploader(key="many_file").set_value((name, content.encode(), "text/csv")).run()


def _look_away_and_back(app):
    app.segmented_control(key="look").set_value(Look.WHAT_IF).run()
    app.segmented_control(key="look").set_value(Look.MANY).run()
    assert not app.exception


def test_pasted_lines_are_answered_when_asked_for(open_page):
    app = open_page("predict", look="many")
    app.text_area(key="lines").set_value("oil prices rise\n\ngoal in the final").run()
    assert not app.dataframe
    app.button(key="answer_many").click().run()
    assert _table(app, "Row")["Text"].tolist() == ["oil prices rise", "goal in the final"]
    faults = _table(app, "Fault")
    assert faults["Row"].tolist() == [2]


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("texts.csv", "label,text\nSports,goal in the cup\nWorld,war\nNoClass,oil\n", 3),
        ("texts.csv", "text\ngoal\noil\n", 2),
    ],
)
def test_uploaded_file_is_answered(open_page, name, content, rows):
    app = open_page("predict", look="many", many="csv")
    _upload(app, name, content)
    app.button(key="answer_many").click().run()
    assert not app.exception
    assert len(_table(app, "Row")) == rows


def test_ten_thousand_texts_are_filtered_in_a_few_steps(open_page, monkeypatch):
    app = open_page("predict", look="many")
    app.text_area(key="lines").set_value("goal\noil\n" * 5_000).run()
    app.button(key="answer_many").click().run()
    made, answers = [], NetworkAnswers.answers
    monkeypatch.setattr(
        NetworkAnswers, "answers", property(lambda own: made.append(own) or answers.fget(own))
    )
    app.segmented_control(key="shown").set_value(Filter.APART).run()
    assert not app.exception
    assert len(made) == 3  # once for each network
    app.segmented_control(key="shown").set_value(Filter.ALL).run()
    app.text_input(key="text").set_value("goal in the cup").run()
    assert len(made) == 3
    assert len(_table(app, "Row")) == 10_000


def test_pasted_lines_and_their_answers_are_there_when_one_comes_back(open_page):
    app = open_page("predict", look="many")
    app.text_area(key="lines").set_value("oil prices rise\ngoal in the final").run()
    app.button(key="answer_many").click().run()
    _look_away_and_back(app)
    assert app.text_area(key="lines").value == "oil prices rise\ngoal in the final"
    assert len(_table(app, "Row")) == 2


def test_single_text_and_single_fault_are_in_the_singular(open_page):
    app = open_page("predict", look="many")
    app.text_area(key="lines").set_value("oil prices rise\n").run()
    assert app.button(key="answer_many").label == "Answer 1 text"
    app.text_area(key="lines").set_value('oil prices rise\n""').run()
    app.button(key="answer_many").click().run()
    assert any(text.startswith("**1 text.**") for text in words(app.markdown))
    assert [each.label for each in app.expander if "fault" in each.label] == ["1 row with a fault"]


def test_uploaded_file_is_there_when_one_comes_back_until_it_is_removed(open_page):
    app = open_page("predict", look="many", many="csv")
    _upload(app, "many.csv", "text\ngoal\noil\n")
    app.button(key="answer_many").click().run()
    assert "many_remove" not in [button.key for button in app.button]
    _look_away_and_back(app)
    assert "many.csv, 2 texts" in words(app.markdown)
    assert len(_table(app, "Row")) == 2
    app.button(key="many_remove").click().run()
    assert not any("many.csv" in text for text in words(app.markdown))
    assert "answer_many" not in [button.key for button in app.button]


def test_file_taken_out_of_its_field_is_gone(open_page):
    app = open_page("predict", look="many", many="csv")
    _upload(app, "many.csv", "text\ngoal\noil\n")
    app.file_uploader(key="many_file").set_value(None).run()
    assert not app.exception
    assert "answer_many" not in [button.key for button in app.button]


def test_another_file_takes_the_place_of_the_one_before(open_page):
    app = open_page("predict", look="many", many="csv")
    _upload(app, "many.csv", "text\ngoal\noil\n")
    _look_away_and_back(app)
    _upload(app, "more.csv", "text\ngoal\noil\nwar\n")
    assert app.button(key="answer_many").label == "Answer 3 texts"
    _look_away_and_back(app)
    assert "more.csv, 3 texts" in words(app.markdown)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("../a/*empty*.csv", "", "The file *empty*.csv is empty"),
        ("two.csv", "a,b\n1,2\n", "Name it 'text' in the file's first line"),
    ],
)
def test_file_of_no_use_is_named_and_not_kept(open_page, name, content, message):
    app = open_page("predict", look="many", many="csv")
    _upload(app, name, content)
    assert any(message in text for text in words(app.error))
    _look_away_and_back(app)
    assert not app.error
