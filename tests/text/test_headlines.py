"""The built-in corpus: the same texts everywhere, varied, and neither trivial nor hopeless."""

import csv
import hashlib
import os
import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from torchtext.data.utils import get_tokenizer

from rnndash.errors import CorpusError
from rnndash.text.corpus import Corpus, LabelledTexts
from rnndash.text.headlines import HeadlinesReader
from rnndash.text.headlines.inflection import article, with_ed, with_ing, with_s
from rnndash.text.headlines.templates import Grammar, GrammarError, parse_grammar

PINNED_DIGEST = "fa9aee8dda48a6350b645efdb942b09892c8e7efd6c1adc58b0335cd8044df64"
GENERATION_LIMIT_S = 4.0
AG_NEWS_DIR = os.environ.get("RNNDASH_DATA_DIR")  # read before the fixture `environment` hides it
AMBIGUOUS_WORDS = (
    "strike", "apple", "record", "court", "goal", "pitch", "net", "shares", "bank", "match",
    "drive", "virus", "windows", "giants", "cell", "season", "trial", "deal", "attack", "race",
)  # fmt: skip

tokenize = get_tokenizer("basic_english")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return HeadlinesReader().load()


@pytest.fixture(scope="module")
def train_tokens(corpus: Corpus) -> list[list[str]]:
    return [tokenize(text) for text in corpus.train.texts]


@pytest.fixture(scope="module")
def counts(train_tokens: list[list[str]]) -> Counter[str]:
    return Counter(word for text in train_tokens for word in text)


@pytest.fixture(scope="module")
def all_texts(corpus: Corpus) -> tuple[str, ...]:
    return corpus.train.texts + corpus.test.texts


class NaiveBayes:
    """Multinomial naive Bayes with add-one counts: what a bag of words can tell."""

    def __init__(self, texts: list[list[str]], labels: np.ndarray, words: Counter[str]) -> None:
        self.columns = {word: column for column, word in enumerate(words)}
        seen = np.ones((4, len(self.columns)))
        for text, label in zip(texts, labels, strict=True):
            np.add.at(seen[label], [self.columns[word] for word in text], 1)
        self.log_shares = np.log(seen / seen.sum(axis=1, keepdims=True))

    def accuracy(self, texts: list[list[str]], labels: np.ndarray) -> float:
        predicted = [
            self.log_shares[:, [self.columns[word] for word in text if word in self.columns]]
            .sum(axis=1)
            .argmax()
            for text in texts
        ]
        return float(np.mean(np.array(predicted) == labels))


@pytest.fixture(scope="module")
def naive_bayes(corpus: Corpus, train_tokens: list[list[str]], counts: Counter[str]) -> NaiveBayes:
    return NaiveBayes(train_tokens, corpus.train.labels, counts)


def digest(corpus: Corpus) -> str:
    content = hashlib.sha256()
    for part in (corpus.train, corpus.test):
        for text, label in zip(part.texts, part.labels.tolist(), strict=True):
            content.update(f"{label}\t{text}\n".encode())
    return content.hexdigest()


def test_default_reader_writes_the_pinned_texts(corpus):
    assert digest(corpus) == PINNED_DIGEST


def test_two_loads_give_the_same_texts():
    reader = HeadlinesReader(train_size=300, test_size=60)

    assert digest(reader.load()) == digest(reader.load())


def test_another_seed_gives_other_texts():
    one, other = (HeadlinesReader(train_size=50, test_size=10, seed=seed).load() for seed in (1, 2))

    assert not set(one.train.texts) & set(other.train.texts)


def test_corpus_has_the_sizes_that_the_lesson_needs(corpus):
    assert (len(corpus.train), len(corpus.test)) == (24_000, 4_000)


def test_sizes_asked_for_are_the_sizes_given():
    corpus = HeadlinesReader(train_size=41, test_size=7).load()

    assert (len(corpus.train), len(corpus.test)) == (41, 7)


def test_classes_stand_in_the_order_of_ag_news(corpus):
    assert corpus.class_names == ("World", "Sports", "Business", "Sci/Tech")


@pytest.mark.parametrize("part", ["train", "test"])
def test_classes_are_balanced(corpus, part):
    labelled: LabelledTexts = getattr(corpus, part)

    assert np.bincount(labelled.labels).tolist() == [len(labelled) // 4] * 4


def test_labels_are_int64(corpus):
    assert corpus.train.labels.dtype == np.int64


def test_labels_are_shuffled(corpus):
    first = corpus.train.labels[:400]

    assert np.bincount(first, minlength=4).min() > 60
    assert np.mean(first[1:] == first[:-1]) == pytest.approx(0.25, abs=0.1)


def test_no_text_appears_twice_in_either_part_or_in_both(all_texts):
    assert len(set(all_texts)) == len(all_texts)


def test_source_says_that_a_program_made_the_texts(corpus):
    assert corpus.source == (
        "24,000 training and 4,000 test texts made by a program in the style of news agencies: "
        "they describe no real events, and nearly all names of people in them are invented."
    )


def test_vocabulary_is_wide(counts):
    assert len(counts) > 8_000


def test_thousands_of_words_of_letters_are_common(counts):
    assert sum(count >= 5 and word.isalpha() for word, count in counts.items()) > 4_000


def test_frequencies_fall_like_those_of_language(counts):
    """By Zipf's law the logarithm of the count falls with slope -1 over that of the rank."""
    ordered = np.array(sorted(counts.values(), reverse=True))
    ranks = np.unique(np.logspace(1, np.log10(5_000), 60).astype(int))

    slope = np.polyfit(np.log(ranks), np.log(ordered[ranks - 1]), 1)[0]

    assert -1.5 < slope < -0.7


def test_many_words_are_seen_once(counts):
    once = sum(count == 1 for count in counts.values())

    assert 0.3 < once / len(counts) < 0.65


def test_lengths_are_spread_like_those_of_ag_news(train_tokens):
    lengths = np.array([len(text) for text in train_tokens])

    assert 34 < lengths.mean() < 46
    assert 8 < lengths.std() < 16
    assert lengths.min() <= 9
    assert lengths.max() > 100


@pytest.mark.parametrize("word", AMBIGUOUS_WORDS)
def test_ambiguous_word_appears_in_two_classes(corpus, train_tokens, word):
    classes = Counter(
        int(label)
        for text, label in zip(train_tokens, corpus.train.labels, strict=True)
        if word in text
    )

    assert sum(count >= 5 for count in classes.values()) >= 2


def test_texts_that_fit_two_classes_carry_either_label(corpus):
    labels = {
        int(label)
        for text, label in zip(corpus.train.texts, corpus.train.labels, strict=True)
        if "hopes to raise" in text and "by selling shares to the public" in text
    }

    assert labels == {2, 3}


@pytest.mark.parametrize(
    ("fault", "pattern"),
    [
        ("a slot that was not filled", r"[{}@]"),
        ("two spaces", r"  |^ | $"),
        ("a space before punctuation", r" [,.;:?!](?!\.)"),
        ("doubled punctuation", r",,|\.\.|,\."),
        ("a comma without a space", r",(?=[A-Za-z])"),
        ("a story's marker", r"\|\||= "),
        ("the wrong article", r"\b[Aa] (?:apple|e-mail|Iraqi|American|Olympic|Israeli|hour|8)\b"),
        ("the other wrong article", r"\b[Aa]n (?:user|Uni|European|one|Korean|British|French)"),
    ],
)
def test_texts_are_free_of(all_texts, fault, pattern):
    faulty = [text for text in all_texts if re.search(pattern, text)]

    assert faulty == []


def test_no_word_is_doubled(all_texts):
    doubled = re.compile(r"\b([a-z]+) \1\b")

    assert [text for text in all_texts if doubled.search(text)] == []


def test_sentences_begin_with_a_capital(all_texts):
    small = re.compile(r"^(?![a-z][A-Z])[a-z]|[a-z]{4,}[.?] (?![a-z][A-Z])[a-z]")
    abbreviation = re.compile(r"(?:Inc|Corp|Bros|Sept)\. ")

    faulty = [text for text in all_texts if small.search(abbreviation.sub(" ", text))]

    assert faulty == []


def test_bag_of_words_is_neither_perfect_nor_lost(corpus, naive_bayes):
    accuracy = naive_bayes.accuracy(
        [tokenize(text) for text in corpus.test.texts], corpus.test.labels
    )

    assert 0.85 < accuracy < 0.98


@pytest.mark.skipif(
    AG_NEWS_DIR is None or not (Path(AG_NEWS_DIR) / "ag_news" / "test.csv").is_file(),
    reason="RNNDASH_DATA_DIR names no folder with ag_news/test.csv",
)
def test_bag_of_words_learned_here_reads_ag_news(naive_bayes):
    path = Path(str(AG_NEWS_DIR)) / "ag_news" / "test.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(int(label) - 1, f"{title} {body}") for label, title, body in csv.reader(file)]

    accuracy = naive_bayes.accuracy(
        [tokenize(text) for _, text in rows], np.array([label for label, _ in rows])
    )

    assert accuracy > 0.78


def test_whole_corpus_is_written_in_seconds():
    start = time.process_time()
    HeadlinesReader().load()

    assert time.process_time() - start < GENERATION_LIMIT_S


def test_progress_runs_from_nothing_to_all():
    told: list[float | None] = []
    HeadlinesReader(train_size=9_000, test_size=10).load(lambda _, fraction: told.append(fraction))

    assert (told[0], told[-1]) == (0.0, 1.0)
    assert told == sorted(told)


def test_reader_has_the_name_of_the_contract():
    assert HeadlinesReader().name == "headlines"


def test_same_reader_has_the_same_fingerprint():
    assert HeadlinesReader().fingerprint() == HeadlinesReader().fingerprint()


def test_fingerprint_is_hexadecimal():
    assert re.fullmatch(r"[0-9a-f]{32}", HeadlinesReader().fingerprint())


@pytest.mark.parametrize("change", [{"train_size": 100}, {"test_size": 100}, {"seed": 5}])
def test_other_settings_give_another_fingerprint(change):
    assert HeadlinesReader(**change).fingerprint() != HeadlinesReader().fingerprint()


@pytest.mark.parametrize("sizes", [{"train_size": 0}, {"test_size": 0}])
def test_size_of_nothing_is_refused(sizes):
    with pytest.raises(CorpusError, match="at least 1 text to train on and 1 to test on"):
        HeadlinesReader(**sizes)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("apple", "an"), ("goal", "a"), ("hour", "an"), ("user", "a"), ("unusual move", "an"),
        ("European", "a"), ("one-time gain", "a"), ("American", "an"), ("NFL team", "an"),
        ("NASA probe", "a"), ("MP3 player", "an"), ("8-3 win", "an"), ("11-2 rout", "an"),
        ("18 percent", "an"), ("180", "a"), ("$8 billion", "an"), ("U.S. team", "a"),
        ("Ukrainian", "a"), ("Ugandan", "a"), ("urgent step", "an"), ("uniform", "a"),
        ("unimportant", "an"), ("SEC case", "an"), ("PC", "a"), ("overhaul", "an"),
    ],
)  # fmt: skip
def test_article_follows_the_sound(phrase, expected):
    assert article(phrase) == expected


@pytest.mark.parametrize(
    ("form", "word", "expected"),
    [
        (with_s, "country", "countries"), (with_s, "match", "matches"), (with_s, "man", "men"),
        (with_s, "day", "days"), (with_s, "camera phone", "camera phones"),
        (with_ed, "win", "won"), (with_ed, "edge up", "edged up"), (with_ed, "rally", "rallied"),
        (with_ed, "slip", "slipped"), (with_ed, "develop", "developed"),
        (with_ing, "beat", "beating"), (with_ing, "rout", "routing"), (with_ing, "edge", "edging"),
        (with_ing, "cut", "cutting"), (with_ing, "tie", "tying"),
    ],
)  # fmt: skip
def test_form_follows_the_rules_of_english(form, word, expected):
    assert form(word) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("loose line", "Text outside a section: loose line"),
        ("[lines a]\none\n[lines a]\ntwo", "Section a is given twice."),
        ("[words a 1]\none,,two", "Nothing, or an empty entry, in a."),
    ],
)
def test_wrong_grammar_file_is_refused(text, message):
    with pytest.raises(GrammarError, match=re.escape(message)):
        parse_grammar(text)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{nowhere}", "{nowhere} names no section."),
        ("{broken", "Not a slot: {broken"),
        ("{word+est}", "{word+est} asks for a form that there is not."),
    ],
)
def test_wrong_slot_is_refused(template, message):
    text = parse_grammar(f"[words word 1]\ngoal\n[lines line]\n{template}")

    with pytest.raises(GrammarError, match=re.escape(message)):
        Grammar(text.sections, {})


def test_same_key_gives_the_same_entry_in_every_form():
    text = parse_grammar(
        "[records city 1]\nRome/Roman, Paris/Parisian\n[words thing 1]\nchip\n"
        "[lines line]\n{city@c} {city@c.1} {a:city@d} {thing@t} {thing@t+s}"
    )
    grammar = Grammar(text.sections, {})

    assert grammar.write("line", lambda: 0.0, {}) == "Rome Roman a Rome chip chips"
