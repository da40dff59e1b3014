"""No analysis leaves a trace on a network that others read with, or on the random state."""

import random

import numpy as np
import pytest
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.attributions import Method
from rnndash.inspection.embeddings import map_embedding, nearest_words
from rnndash.inspection.flows import Through
from rnndash.inspection.gradient_flow import gradient_flow
from rnndash.inspection.many import answer_many
from rnndash.inspection.many_texts import texts_from_lines
from rnndash.inspection.padding_drift import padding_drift
from rnndash.inspection.predict import predict
from rnndash.inspection.saliency import attribute
from rnndash.inspection.step_numbers import step_numbers
from rnndash.inspection.tracing import trace_text
from rnndash.inspection.what_if import compare_edit, leave_one_out, move_negation, swap_neighbours
from rnndash.inspection.word_by_word import predict_word_by_word
from tests.inspection.readers import encoded, made_network

TEXT = encoded("oil prices don't fall as markets wait")
OTHER = encoded("the markets wait for news of oil prices and more of the same news")
ANALYSES = {
    "predict": lambda network: predict(network, TEXT),
    "gradient": lambda network: attribute(network, TEXT, Method.GRADIENT_TIMES_INPUT),
    "integrated": lambda network: attribute(network, TEXT, Method.INTEGRATED_GRADIENTS),
    "leave_one_out": lambda network: leave_one_out(network, TEXT),
    "swap": lambda network: swap_neighbours(network, TEXT),
    "negation": lambda network: move_negation(network, TEXT),
    "edit": lambda network: compare_edit(network, TEXT, OTHER),
    "drift": lambda network: padding_drift(network, TEXT, [(), [OTHER]]),
    "word_by_word": lambda network: predict_word_by_word(network, TEXT),
    "trace": lambda network: trace_text(network, TEXT),
    "step": lambda network: step_numbers(network, trace_text(network, TEXT), position=1, unit=0),
    "recurrence": lambda network: gradient_flow(network, TEXT, through=Through.RECURRENCE),
    "answer": lambda network: gradient_flow(network, TEXT, through=Through.ANSWER),
    "nearest": lambda network: nearest_words(network, "oil"),
    "map": map_embedding,
    "many": lambda network: list(answer_many([network], texts_from_lines("oil\noil prices"))),
}
each_analysis = pytest.mark.parametrize("analysis", ANALYSES.values(), ids=ANALYSES.keys())


def _state(model):
    return {
        "weights": {name: tensor.clone() for name, tensor in model.state_dict().items()},
        "gradients": [parameter.grad for parameter in model.parameters()],
        "needs": [parameter.requires_grad for parameter in model.parameters()],
        "modes": [module.training for module in model.modules()],
        "layers": [id(module) for module in model.modules()],
        "hooks": [len(module._forward_hooks) for module in model.modules()],
    }


@each_analysis
@pytest.mark.parametrize("kind", ModelKind)
@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
def test_shared_network_is_left_as_it_was(analysis, kind, training):
    network = made_network(kind)
    network.model.train(training)
    before = _state(network.model)
    analysis(network)
    after = _state(network.model)
    weights, same = before.pop("weights"), after.pop("weights")
    untouched = all(torch.equal(same[name], weight) for name, weight in weights.items())
    assert (untouched, after) == (True, before)


@each_analysis
def test_random_states_are_left_as_they_were(analysis):
    network = made_network(ModelKind.GRU)

    def states():
        return torch.get_rng_state().tolist(), repr(np.random.get_state()), random.getstate()

    before = states()
    analysis(network)
    assert states() == before


@each_analysis
def test_analysis_works_where_gradients_are_switched_off(analysis):
    with torch.no_grad():
        assert analysis(made_network(ModelKind.LSTM)) is not None
