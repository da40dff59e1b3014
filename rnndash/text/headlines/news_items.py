"""Writes a news item of a class: headline, agency, dateline, and sentences in some order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rnndash.config.corpus_name import NEWS_CLASSES
from rnndash.text.headlines.templates import Draw, Grammar, GrammarText, Memory

_STORY_PREFIXES = ("world", "sports", "business", "science")

MIXED_SHARE = 0.11
"""The share of items that fit two classes; the label is one of the two."""
_FURTHER = (
    ("", 0.32), ("n", 0.12), ("e", 0.24), ("m", 0.11), ("x", 0.03), ("me", 0.07), ("ne", 0.04),
    ("en", 0.03), ("xe", 0.01), ("mx", 0.01), ("nme", 0.01), ("nene", 0.01),
)  # fmt: skip
"""Which sentences follow the first, and how often.

`n` and `e` are of no class, `m` is of the item's, `x` is the headline of another item.
"""
_TITLE_CASE_SHARE = 0.45
_BYLINE_SHARE = 0.2
_AGENCIES = ("Reuters", "AP", "Reuters", "AFP", "AP", "Reuters")
_BRIEF_SHARE = 0.05
_BRIEF_WORDS = 8
"""Of the headlines with so many words or more, this share stands without a body."""
_SMALL_WORDS = frozenset({
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "is", "its", "of",
    "off", "on", "or", "over", "past", "the", "to", "up", "vs", "with",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Story:
    """Where a story's headline and body stand in the grammar."""

    headline: str
    body: str


class NewsWriter:
    """Writes items of a class, one after another."""

    def __init__(self, grammar: Grammar, text: GrammarText) -> None:
        """Sort the stories of `text` by class; `grammar` is compiled from `text`."""
        self._grammar = grammar
        self._stories = tuple(_stories(text.weights, prefix) for prefix in _STORY_PREFIXES)
        self._mixed = _mixed_stories(text.weights)

    def write(self, label: int, draw: Draw) -> str:
        """Write one item that carries the label of class `label`."""
        memory: Memory = {}
        is_mixed = draw() < MIXED_SHARE
        stories = self._mixed[label] if is_mixed else self._stories[label]
        story = stories[int(draw() * len(stories))]
        headline = _capitalised(self._grammar.write(story.headline, draw, memory))
        sentences = [_capitalised(self._grammar.write(story.body, draw, memory))]
        sentences += self._further_sentences(label, is_mixed, draw, memory)
        return self._set(headline, sentences, draw, memory)

    def _further_sentences(
        self, label: int, is_mixed: bool, draw: Draw, memory: Memory
    ) -> list[str]:
        """What follows the first sentence: often nothing, mostly of no class, now and then long."""
        sentences = []
        for kind in _drawn_kinds(draw):
            if kind == "x":
                sentences.append(self._other_headline(draw))
                continue
            name = "neutral" if kind == "n" else "everyday"
            if kind == "m" and not is_mixed:
                name = f"{_STORY_PREFIXES[label]}.more"
            sentences.append(_capitalised(self._grammar.write(name, draw, memory)))
        return sentences

    def _other_headline(self, draw: Draw) -> str:
        """A pointer to another item, which may be of any class."""
        stories = self._stories[int(draw() * len(self._stories))]
        story = stories[int(draw() * len(stories))]
        pointer = self._grammar.write("pointer", draw, {})
        headline = self._grammar.write(story.headline, draw, {})
        return _capitalised(f"{pointer}: {headline}.")

    def _set(self, headline: str, sentences: Sequence[str], draw: Draw, memory: Memory) -> str:
        """Put headline, agency, dateline and sentences together as a news wire does."""
        if draw() < _TITLE_CASE_SHARE:
            headline = _title_case(headline)
        if headline.count(" ") >= _BRIEF_WORDS - 1 and draw() < _BRIEF_SHARE:
            return headline
        body = " ".join(sentences)
        if draw() < _BYLINE_SHARE:
            headline = f"{headline} {self._grammar.write('byline', draw, {})}"
        agency = _AGENCIES[int(draw() * len(_AGENCIES))]
        u = draw()
        if u < 0.24:
            place = self._grammar.write("dateline", draw, memory).upper()
            return f"{headline} {place} ({agency}) - {body}"
        if u < 0.40:
            return f"{headline} ({agency}) {agency} - {body}"
        if u < 0.52:
            place = self._grammar.write("dateline", draw, memory).upper()
            return f"{headline} {place} -- {body}"
        return f"{headline} {body}"


def _drawn_kinds(draw: Draw) -> str:
    """Draw one of the rows of `_FURTHER`."""
    u = draw()
    for kinds, share in _FURTHER:
        u -= share
        if u < 0:
            return kinds
    return ""


def _stories(weights: Mapping[str, int], prefix: str) -> tuple[_Story, ...]:
    """The stories of a class, each as often as it weighs."""
    return tuple(
        _Story(f"{name}.headline", f"{name}.body")
        for name, weight in weights.items()
        if name.partition(".")[0] == prefix
        for _ in range(weight)
    )


def _mixed_stories(weights: Mapping[str, int]) -> tuple[tuple[_Story, ...], ...]:
    """For each class the stories that fit it and one other class: `mixed.23.name` fits 2 and 3."""
    return tuple(
        tuple(
            _Story(f"{name}.headline", f"{name}.body")
            for name in weights
            if name.startswith("mixed.") and str(label) in name.split(".")[1]
        )
        for label in range(len(NEWS_CLASSES))
    )


def _capitalised(sentence: str) -> str:
    """The sentence with a capital, and with one full stop where it ends in `Inc.`."""
    sentence = _with_capital(sentence)
    return sentence[:-1] if sentence.endswith("..") else sentence


def _title_case(headline: str) -> str:
    """Capitals as in many newspapers: on all words but the small ones."""
    return " ".join(
        word if word in _SMALL_WORDS else _with_capital(word) for word in headline.split(" ")
    )


def _with_capital(text: str) -> str:
    """The text with a capital letter, but for names like `iPod` and `eBay`."""
    return text if text[1:2].isupper() else text[0].upper() + text[1:]
