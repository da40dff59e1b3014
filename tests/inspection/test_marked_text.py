import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rnndash.inspection.marked_text import marked_html
from rnndash.text.tokens import tokenize
from tests.inspection.readers import encoded

TEXT = encoded("oil zorgon fall as")
SCORES = np.array([2.0, -1.0, 0.1, 0.0])


class _Reader(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.attributes, self.words, self.titles, self.styles = [], set(), [], [], []
        self._in_sign = False
        self.feed(content)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self._in_sign = tag == "sup"
        if tag == "span":
            self.words.append("")
            self.titles.append(dict(attrs).get("title"))
            self.styles.append(dict(attrs)["style"])

    def handle_endtag(self, _):
        self._in_sign = False

    def handle_data(self, data):
        if self.words and not self._in_sign:
            self.words[-1] += data


NASTY = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "\"><svg/onload=alert(1)> ' onmouseover='alert(1)",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "</span></p><iframe src=javascript:alert(1)>",
    "<!-- --> <![CDATA[ x ]]> <?php ?>",
    "a\0b \u202ec \ud800",
)
nasty = st.one_of(st.sampled_from(NASTY), st.text("<>&\"'/=ab \0;#x!-", max_size=40))


@settings(max_examples=150, deadline=None)
@given(text=nasty)
def test_no_text_brings_a_tag_or_an_attribute_of_its_own(text):
    assume(tokenize(text))
    of_text = encoded(text)
    page = _Reader(marked_html(of_text, np.linspace(-1, 1, len(of_text))))
    assert set(page.tags) <= {"p", "span", "sup"}
    assert page.attributes <= {"style", "title"}


@settings(max_examples=150, deadline=None)
@given(text=nasty)
def test_every_word_is_read_as_it_is_shown(text):
    assume(tokenize(text))
    of_text = encoded(text)
    words = [word.strip() for word in _Reader(marked_html(of_text)).words]
    assert words == [word.strip() for word in of_text.shown]


def test_words_say_their_scores_and_whether_they_are_known():
    titles = _Reader(marked_html(TEXT, SCORES)).titles
    assert titles == ["+2.0000", "-1.0000, unknown word", "+0.1000", "+0.0000"]


def test_without_scores_only_unknown_words_say_something():
    assert _Reader(marked_html(TEXT)).titles == [None, "unknown word", None, None]


def test_unknown_words_alone_are_underlined():
    styles = _Reader(marked_html(TEXT, SCORES)).styles
    assert ["underline" in style for style in styles] == [False, True, False, False]


def test_strong_words_have_a_sign():
    assert re.findall(r"(\w+)<sup>(.)</sup>", marked_html(TEXT, SCORES)) == [
        ("oil", "+"),
        ("zorgon", "−"),
    ]


@pytest.mark.parametrize(
    ("is_dark", "tints"),
    [
        (False, ["0, 114, 178, 0.420", "194, 78, 0, 0.210", "0, 114, 178, 0.021"]),
        (True, ["86, 180, 233, 0.420", "245, 139, 69, 0.210", "86, 180, 233, 0.021"]),
    ],
)
def test_tint_is_as_deep_as_the_score_is_large(is_dark, tints):
    found = re.findall(r"rgba\((.*?)\)", marked_html(TEXT, SCORES, is_dark=is_dark))
    assert found == tints


def test_scores_of_zero_tint_nothing():
    assert "rgba" not in marked_html(TEXT, np.zeros(4))
