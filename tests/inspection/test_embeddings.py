import numpy as np
import pytest
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.errors import UnknownWordError
from rnndash.inspection.embedding_views import MIXED, WordUse
from rnndash.inspection.embeddings import count_word_use, map_embedding, nearest_words
from rnndash.inspection.network import Network
from rnndash.inspection.network_info import NetworkInfo
from rnndash.models import ElmanClassifier
from tests.corpora import TOPICS, small_encoded_corpus

WORDS = ("<pad>", "<unk>", "goal", "match", "market", "marks", "zero")
EMBEDDING = np.array([[1, 0], [1, 0], [1, 0], [2, 2], [0, 3], [-4, 0], [0, 0]], dtype=np.float32)


@pytest.fixture(scope="module")
def corpus():
    return small_encoded_corpus()


@pytest.fixture(scope="module")
def use(corpus):
    return count_word_use(corpus.train, corpus.class_names, vocabulary=len(corpus.words))


def _network(embedding, words=None):
    """A network with this embedding; words are named by their numbers where none are given."""
    words = [str(number) for number in range(len(embedding))] if words is None else words
    model = ElmanClassifier(*embedding.shape, 1, 1)
    with torch.no_grad():
        model.embedding.weight.copy_(torch.from_numpy(embedding))
    info = NetworkInfo(label="RNN", kind=ModelKind.RNN, class_names=("a",))
    return Network(info=info, model=model, words=tuple(words))


NETWORK = _network(EMBEDDING, WORDS)


def _random(rows, columns):
    return np.random.default_rng(0).normal(size=(rows, columns)).astype(np.float32)


def test_nearest_words_come_in_order_of_their_cosine():
    nearest = nearest_words(NETWORK, "goal")
    assert [(n.word, round(n.similarity, 6)) for n in nearest.neighbours] == [
        ("match", round(2**-0.5, 6)),
        ("market", 0),
        ("zero", 0),
        ("marks", -1),
    ]


def test_similarities_equal_those_of_torch():
    embedding = _random(40, 7)
    words = [f"w{number}" for number in range(40)]
    nearest = nearest_words(_network(embedding, words), "w5", most=10)
    cosines = torch.cosine_similarity(torch.tensor(embedding), torch.tensor(embedding[5]), dim=1)
    assert [n.similarity for n in nearest.neighbours] == pytest.approx(
        [float(cosines[words.index(n.word)]) for n in nearest.neighbours], abs=1e-6
    )


def test_neighbours_are_looked_for_among_the_most_frequent_words():
    neighbours = nearest_words(NETWORK, "marks", among=2).neighbours
    assert [n.word for n in neighbours] == ["match", "goal"]


def test_padding_unknown_and_the_word_itself_are_no_neighbours():
    neighbours = nearest_words(NETWORK, "match", most=50).neighbours
    assert {n.word for n in neighbours} == {"goal", "market", "marks", "zero"}


def test_word_is_found_whatever_its_case():
    assert nearest_words(NETWORK, " Goal ", most=1).word == "goal"


def test_vocabulary_of_one_word_gives_no_neighbour():
    assert nearest_words(_network(EMBEDDING[:3], WORDS[:3]), "goal").neighbours == ()


@pytest.mark.parametrize("word", ["<pad>", "<unk>", "", "  "])
def test_what_is_no_word_is_not_known(word):
    with pytest.raises(UnknownWordError, match="none of the 5 words"):
        nearest_words(NETWORK, word)


def test_unknown_word_is_reported_with_those_that_begin_alike():
    with pytest.raises(UnknownWordError) as caught:
        nearest_words(NETWORK, "markets")
    assert str(caught.value) == (
        "The run does not know the word 'markets': it is none of the 5 words of its training "
        "texts. Words with the same beginning: market, marks."
    )


def test_use_of_words_equals_that_of_a_loop(corpus, use):
    counts = np.zeros_like(use.counts)
    for row in range(len(corpus.train)):
        for number in corpus.train.row(row):
            counts[number, corpus.train.labels[row]] += 1
    assert np.array_equal(use.counts, counts)


def test_shares_let_a_small_class_weigh_as_much_as_a_large_one():
    use = WordUse(class_names=("large", "small"), counts=np.array([[90, 1], [10, 9], [0, 0]]))
    assert use.shares.round(3).tolist() == [[0.9, 0.1], [0.1, 0.9], [0, 0]]


def test_map_gives_each_word_of_a_topic_to_its_class(corpus, use):
    drawn = map_embedding(_network(_random(len(corpus.words), 8), corpus.words), use=use)
    class_of = dict(zip(drawn.words, drawn.classes.tolist(), strict=True))
    expected = {word: label for label, topic in enumerate(TOPICS) for word in topic.split()}
    assert {word: class_of[word] for word in expected} == expected
    assert {class_of[word] for word in ("the", "of", "said")} == {MIXED}


def test_threshold_lies_halfway_from_chance_to_certainty(corpus, use):
    assert (
        map_embedding(_network(_random(len(corpus.words), 8), corpus.words), use=use).threshold
        == 0.625
    )


def test_map_begins_with_the_most_frequent_words_and_no_padding(corpus):
    drawn = map_embedding(_network(_random(len(corpus.words), 8), corpus.words), most=5)
    assert drawn.words == corpus.words[2:7]


def test_map_of_a_run_whose_texts_are_gone_has_no_classes(corpus):
    drawn = map_embedding(_network(_random(len(corpus.words), 8), corpus.words))
    assert drawn.class_names == ()
    assert set(drawn.classes.tolist()) == {MIXED}


def test_plane_equals_that_of_the_covariance():
    embedding = _random(60, 6)
    drawn = map_embedding(_network(embedding), most=100)
    rows = embedding[2:].astype(np.float64)
    values = np.sort(np.linalg.eigvalsh(np.cov(rows.T)))[::-1]
    assert drawn.points.var(axis=0, ddof=1) == pytest.approx(values[:2])
    assert drawn.variance == pytest.approx(tuple(values[:2] / values.sum()))
    assert np.corrcoef(drawn.points.T)[0, 1] == pytest.approx(0, abs=1e-9)


def test_equal_embeddings_give_equal_maps_whatever_the_sign_of_their_axes():
    embedding = _random(30, 4)
    first = map_embedding(_network(embedding))
    assert np.array_equal(map_embedding(_network(embedding)).points, first.points)
    mirrored = map_embedding(_network(-embedding))
    assert mirrored.points == pytest.approx(-first.points, abs=1e-6)


@pytest.mark.parametrize(("rows", "columns"), [(2, 3), (3, 3), (9, 1)])
def test_too_few_words_or_numbers_still_give_a_map(rows, columns):
    drawn = map_embedding(_network(_random(rows, columns)))
    assert drawn.points.shape == (rows - 2, 2)
    assert np.isfinite(drawn.points).all()
    assert 0 <= sum(drawn.variance) <= 1 + 1e-9


def test_equal_rows_have_no_variance():
    drawn = map_embedding(_network(np.ones((6, 3), dtype=np.float32)))
    assert drawn.variance == (0, 0)


def test_large_vocabulary_is_searched_at_once():
    embedding = _random(95_000, 64)
    words = [f"w{number}" for number in range(95_000)]
    assert len(nearest_words(_network(embedding, words), "w9", among=95_000).neighbours) == 10
