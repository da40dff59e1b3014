import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndash.config.model_kind import ModelKind
from rnndash.errors import CheckpointError, ConfigError
from rnndash.inspection.attributions import Method
from rnndash.inspection.predict import predict
from rnndash.inspection.saliency import attribute, from_words
from tests.inspection.readers import CLASSES, TEXT, WORDS, encoded, made_network

each_kind = pytest.mark.parametrize("kind", ModelKind)
each_method = pytest.mark.parametrize("method", Method)
GATED = [kind for kind in ModelKind if kind is not ModelKind.RNN]
SHAPES = [(1, False), (1, True), (2, False), (2, True)]
NETWORKS = {kind: made_network(kind) for kind in ModelKind}
DEEP = {kind: made_network(kind, num_layers=2, bidirectional=True) for kind in ModelKind}


@each_kind
@pytest.mark.parametrize(("num_layers", "bidirectional"), SHAPES)
def test_network_from_embedded_words_is_the_network(kind, num_layers, bidirectional):
    model = made_network(kind, num_layers=num_layers, bidirectional=bidirectional).model
    tokens = torch.tensor([[2, 5, 3, 1], [4, 4, 2, 9]])
    with torch.no_grad():
        logits = from_words(model)(model.embedding(tokens))
        assert torch.equal(logits, model(tokens, torch.tensor([4, 4])))


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.sampled_from(WORDS[2:]), min_size=1, max_size=25),
    kind=st.sampled_from(ModelKind),
    networks=st.sampled_from([NETWORKS, DEEP]),
    class_index=st.integers(0, 3),
)
def test_integrated_gradients_add_up_to_the_logit_s_gain(words, kind, networks, class_index):
    text = encoded(" ".join(words))
    saliency = attribute(networks[kind], text, Method.INTEGRATED_GRADIENTS, class_index=class_index)
    gain = abs(saliency.logit - saliency.baseline_logit)
    assert saliency.gap == pytest.approx(0, abs=0.01 + 0.01 * gain)


@each_kind
def test_long_text_s_integrated_gradients_add_up_too(kind):
    text = encoded("oil prices fall not of the " * 34)
    saliency = attribute(NETWORKS[kind], text, Method.INTEGRATED_GRADIENTS)
    gain = abs(saliency.logit - saliency.baseline_logit)
    assert saliency.gap == pytest.approx(0, abs=0.01 + 0.01 * gain)


@pytest.mark.parametrize("kind", GATED)
def test_integrated_gradients_are_the_mean_slopes_of_many_even_steps(kind):
    network, text = NETWORKS[kind], encoded(TEXT)
    words = network.model.embedding(torch.tensor(text.ids)).detach()
    padding = network.model.embedding(torch.tensor(0)).detach()
    shares = (torch.arange(2_000)[:, None, None] + 0.5) / 2_000
    on_way = (padding + shares * (words - padding)).requires_grad_()
    (slopes,) = torch.autograd.grad(from_words(network.model)(on_way)[:, 1].sum(), on_way)
    expected = ((words - padding) * slopes.mean(dim=0)).sum(dim=1)
    scores = attribute(network, text, Method.INTEGRATED_GRADIENTS, class_index=1).scores
    assert np.allclose(scores, expected.numpy(), rtol=0, atol=2e-3)


def test_way_that_jumps_about_is_looked_at_more_closely(monkeypatch):
    network = made_network(ModelKind.RNN, sharpness=3.0, seed=1)
    text = encoded(f"{TEXT} {TEXT} {TEXT}")
    close = attribute(network, text, Method.INTEGRATED_GRADIENTS)
    monkeypatch.setattr("rnndash.inspection.saliency._MOST_WORDS_IN_ALL", 0)
    assert abs(attribute(network, text, Method.INTEGRATED_GRADIENTS).gap) > 10 * abs(close.gap)


@each_kind
def test_gradient_times_input_is_that_of_the_embedding_s_own_gradient(kind):
    network, text = NETWORKS[kind], encoded("oil prices fall as markets")
    weight = network.model.embedding.weight
    logits = network.model(torch.tensor([text.ids]), torch.tensor([len(text)]))
    (gradient,) = torch.autograd.grad(logits[0, 2], weight)
    expected = (gradient * weight).sum(dim=1).detach()[list(text.ids)]
    saliency = attribute(network, text, Method.GRADIENT_TIMES_INPUT, class_index=2)
    assert np.allclose(saliency.scores, expected.numpy(), rtol=1e-4, atol=1e-6)


@each_kind
@each_method
def test_logit_is_the_text_s_own(kind, method):
    network, text = NETWORKS[kind], encoded(TEXT)
    with torch.no_grad():
        logit = network.model(torch.tensor([text.ids]), torch.tensor([len(text)]))[0, 1]
    saliency = attribute(network, text, method, class_index=1)
    assert saliency.logit == pytest.approx(float(logit), abs=1e-6)


@each_kind
def test_baseline_of_integrated_gradients_is_a_text_of_padding(kind):
    network, text = NETWORKS[kind], encoded(TEXT)
    with torch.no_grad():
        logit = network.model(torch.zeros(1, len(text)).long(), torch.tensor([len(text)]))[0, 1]
    saliency = attribute(network, text, Method.INTEGRATED_GRADIENTS, class_index=1)
    assert saliency.baseline_logit == pytest.approx(float(logit), abs=1e-6)


@each_kind
def test_baseline_of_gradient_times_input_is_zero_vectors(kind):
    network, text = NETWORKS[kind], encoded(TEXT)
    with torch.no_grad():
        logit = from_words(network.model)(torch.zeros(1, len(text), 6))[0, 1]
    saliency = attribute(network, text, Method.GRADIENT_TIMES_INPUT, class_index=1)
    assert saliency.baseline_logit == pytest.approx(float(logit), abs=1e-6)


@each_kind
@each_method
def test_class_that_is_not_given_is_the_answer(kind, method):
    network, text = NETWORKS[kind], encoded(TEXT)
    assert attribute(network, text, method).class_name == predict(network, text).answer


@each_method
def test_one_score_for_each_word(method):
    text = encoded(TEXT)
    assert attribute(NETWORKS[ModelKind.LSTM], text, method).scores.shape == (len(text),)


def test_gap_is_what_the_scores_lack():
    text = encoded(TEXT)
    saliency = attribute(NETWORKS[ModelKind.LSTM], text, Method.GRADIENT_TIMES_INPUT)
    gain = saliency.logit - saliency.baseline_logit
    assert saliency.scores.sum() - saliency.gap == pytest.approx(gain)


@pytest.mark.parametrize("class_index", [-1, 4])
def test_class_that_does_not_exist_is_an_error(class_index):
    message = f"LSTM has the classes 0 to {len(CLASSES) - 1}; {class_index} came. Choose one"
    text = encoded(TEXT)
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}"):
        attribute(
            NETWORKS[ModelKind.LSTM], text, Method.INTEGRATED_GRADIENTS, class_index=class_index
        )


@each_method
def test_network_that_has_overflowed_says_so(method):
    network = made_network(ModelKind.GRU, sharpness=float("inf"))
    with pytest.raises(CheckpointError, match="not finite"):
        attribute(network, encoded(TEXT), method)
