import re

import numpy as np
import pytest
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.errors import SequenceError
from rnndash.packing.drift import padding_drift
from rnndash.training.trained import untrained_model

TEXT = [5, 9, 4, 7]
NEIGHBOUR = [8, 3, 2, 6, 11, 10]
PADS = (0, 1, 2, 3, 7, 30)
PADDED = [kind for kind in ModelKind if not kind.is_packed]
PACKED = [kind for kind in ModelKind if kind.is_packed]
each_kind = pytest.mark.parametrize("kind", ModelKind)


def _model(kind):
    return untrained_model(kind, vocab_size=12, num_class=4)


def _drift(kind, **changes):
    arguments = {"ids": TEXT, "neighbour": NEIGHBOUR, "pads": PADS} | changes
    return padding_drift(_model(kind), kind, **arguments)


@pytest.mark.parametrize("kind", PACKED)
def test_packed_network_gives_one_answer_whatever_its_neighbour(kind):
    drift = _drift(kind)
    assert np.allclose(drift.probabilities, drift.probabilities[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", PACKED)
def test_packed_network_s_state_stays_where_it_is(kind):
    assert np.allclose(_drift(kind).distance, 0, atol=1e-6)


@pytest.mark.parametrize("kind", PADDED)
def test_padded_network_answers_as_to_the_text_with_pads_typed_behind_it(kind):
    model = _model(kind)
    with torch.no_grad():
        texts = [torch.tensor([TEXT + [0] * k]) for k in PADS]
        logits = torch.cat([model(text, torch.tensor([text.shape[1]])) for text in texts])
    expected = logits.softmax(dim=1).numpy()
    assert np.allclose(_drift(kind).probabilities, expected, atol=1e-6)


@pytest.mark.parametrize("kind", PADDED)
def test_padded_network_s_state_moves_with_the_first_pad(kind):
    assert _drift(kind).distance[1] > 1e-3


@each_kind
def test_without_pads_the_answer_is_that_to_the_text_alone(kind):
    with torch.no_grad():
        alone = _model(kind)(torch.tensor([TEXT]), torch.tensor([4])).softmax(dim=1)
    assert np.allclose(_drift(kind).probabilities[0], alone[0].numpy(), atol=1e-6)


@each_kind
def test_distance_is_that_of_the_states_that_are_read(kind):
    model = _model(kind)
    batch = torch.tensor([[*TEXT, 0, 0, 0], [*NEIGHBOUR, NEIGHBOUR[0]]])
    with torch.no_grad():
        state = model.read(batch, torch.tensor([4, 7]))[0]
        alone = model.read(torch.tensor([TEXT]), torch.tensor([4]))[0]
    assert _drift(kind).distance[3] == pytest.approx(float((state - alone).norm()), abs=1e-5)


@each_kind
def test_state_norm_is_that_of_the_text_alone(kind):
    with torch.no_grad():
        alone = _model(kind).read(torch.tensor([TEXT]), torch.tensor([4]))
    assert _drift(kind).state_norm == pytest.approx(float(alone.norm()), rel=1e-5)


@each_kind
def test_words_of_the_neighbour_change_nothing(kind):
    probabilities = _drift(kind, neighbour=[2]).probabilities
    assert np.allclose(probabilities, _drift(kind).probabilities, atol=1e-6)


@each_kind
def test_probabilities_of_each_batch_add_up_to_one(kind):
    drift = _drift(kind)
    assert drift.probabilities.shape == (len(PADS), 4)
    assert np.allclose(drift.probabilities.sum(axis=1), 1)


@each_kind
@pytest.mark.parametrize("training", [True, False])
def test_shared_model_is_left_as_it_was(kind, training):
    model = _model(kind).train(training)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    padding_drift(model, kind, TEXT, NEIGHBOUR, PADS)
    same = all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    gradients = [parameter.grad for parameter in model.parameters()]
    assert (same, model.training, set(gradients)) == (True, training, {None})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ids": []}, "The text must have from 1 to 2,000 words; it has 0. Choose another one."),
        (
            {"neighbour": [2] * 2_001},
            "The neighbour must have from 1 to 2,000 words; it has 2,001. Choose another one.",
        ),
        (
            {"pads": (1, 2)},
            "The numbers of pads begin with 0 and go up to 2,000; [1, 2] came.",
        ),
        ({"pads": ()}, "The numbers of pads begin with 0 and go up to 2,000; [] came."),
        (
            {"pads": (0, -1)},
            "The numbers of pads begin with 0 and go up to 2,000; [0, -1] came.",
        ),
    ],
)
def test_text_that_cannot_be_batched_is_an_error(changes, message):
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        _drift(ModelKind.LSTM, **changes)
