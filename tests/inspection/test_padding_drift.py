import re

import numpy as np
import pytest
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.errors import CheckpointError, SequenceError
from rnndash.inspection.padding_drift import longer_neighbours, padding_drift
from rnndash.inspection.predict import predict
from tests.inspection.networks import text_of
from tests.inspection.readers import PACKED, PADDED, encoded, made_network, plain_answer

NETWORKS = {kind: made_network(kind) for kind in ModelKind}
TEXT = encoded("oil prices fall")
LONG = encoded("the markets wait for news of oil prices")
SHORT = encoded("oil")
PADS = (0, 1, 2, 3, 7, 30)
each_kind = pytest.mark.parametrize("kind", ModelKind)


def _beside(kind, *others):
    """The text alone, then in a batch with others."""
    return padding_drift(NETWORKS[kind], TEXT, [(), others])


def _drift(kind, neighbour=LONG):
    return padding_drift(NETWORKS[kind], TEXT, longer_neighbours(TEXT, neighbour, PADS))


@pytest.mark.parametrize("kind", PACKED)
def test_packed_network_answers_in_a_batch_as_alone(kind):
    assert _beside(kind, LONG, SHORT).moved < 1e-6


@pytest.mark.parametrize("kind", PADDED)
def test_padded_network_answers_in_a_batch_as_to_the_pads_typed_behind_the_text(kind):
    expected = plain_answer(NETWORKS[kind], [*TEXT.ids, 0, 0, 0, 0, 0])
    together = _beside(kind, SHORT, LONG).probabilities[1]
    assert np.allclose(together, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", PADDED)
def test_padded_network_s_answer_moves_beside_a_longer_text(kind):
    assert _beside(kind, LONG).moved > 1e-3


@each_kind
def test_texts_that_are_no_longer_change_nothing(kind):
    drift = _beside(kind, SHORT, TEXT)
    assert drift.pads.tolist() == [0, 0]
    assert drift.moved < 1e-6


@each_kind
def test_answer_alone_is_the_predicted_one(kind):
    alone = _beside(kind, LONG).probabilities[0]
    assert np.array_equal(alone, predict(NETWORKS[kind], TEXT).probabilities)


def test_other_texts_and_pads_are_counted():
    drift = _beside(ModelKind.LSTM, LONG, SHORT)
    assert (drift.others.tolist(), drift.pads.tolist()) == ([0, 2], [0, 5])


def test_moved_is_the_largest_change_from_the_first_batch_to_the_last():
    drift = _drift(ModelKind.LSTM)
    expected = max(abs(drift.probabilities[5] - drift.probabilities[0]).tolist())
    assert drift.moved == expected


def test_neighbours_are_longer_by_the_pads_asked_for():
    batches = longer_neighbours(TEXT, SHORT, (0, 2))
    assert [other.tokens for (other,) in batches] == [("oil",) * 3, ("oil",) * 5]


def test_neighbour_s_words_are_repeated_and_cut_in_their_order():
    ((other,),) = longer_neighbours(TEXT, encoded("the news"), (2,))
    assert other.tokens == ("the", "news", "the", "news", "the")


@pytest.mark.parametrize("kind", PADDED)
def test_padded_network_answers_as_to_the_text_with_each_number_of_pads(kind):
    expected = [plain_answer(NETWORKS[kind], [*TEXT.ids, *[0] * pads]) for pads in PADS]
    assert np.allclose(_drift(kind).probabilities, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", PADDED)
def test_padded_network_s_state_moves_with_the_first_pad(kind):
    assert _drift(kind).distance[1] > 1e-3


@pytest.mark.parametrize("kind", PACKED)
def test_packed_network_s_state_stays_where_it_is(kind):
    assert np.allclose(_drift(kind).distance, 0, atol=1e-6)


@each_kind
def test_distance_and_norm_are_those_of_the_states_that_are_read(kind):
    model, drift = NETWORKS[kind].model, _drift(kind)
    batch = torch.tensor([[*TEXT.ids, 0, 0, 0], LONG.ids[:6]])
    with torch.no_grad():
        state = model.read(batch, torch.tensor([3, 6]))[0]
        alone = model.read(torch.tensor([TEXT.ids]), torch.tensor([3]))[0]
    assert drift.distance[3] == pytest.approx(float((state - alone).norm()), abs=1e-5)
    assert drift.state_norm == pytest.approx(float(alone.norm()), rel=1e-5)


@each_kind
def test_words_of_the_neighbour_change_nothing(kind):
    probabilities = _drift(kind, SHORT).probabilities
    assert np.allclose(probabilities, _drift(kind).probabilities, rtol=0, atol=1e-6)


def test_network_that_has_overflowed_says_so():
    network = made_network(ModelKind.LSTM, sharpness=float("nan"))
    with pytest.raises(CheckpointError, match=r"^LSTM answers with numbers that are not finite"):
        padding_drift(network, TEXT, [()])


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([], "no batch came. Begin with a batch without pads."),
        ([[LONG]], "one of 5 more words came. Begin with a batch without pads."),
        ([(), [SHORT] * 64], "A batch takes up to 63 other texts; 64 came. Leave some out."),
        (
            [(), [text_of([2] * 2_001)]],
            "A text of a batch has up to 2,000 words; 2,001 came. Choose a shorter one.",
        ),
    ],
)
def test_batches_that_cannot_be_compared_are_an_error(batches, message):
    with pytest.raises(SequenceError, match=f"{re.escape(message)}$"):
        padding_drift(NETWORKS[ModelKind.LSTM], TEXT, batches)
