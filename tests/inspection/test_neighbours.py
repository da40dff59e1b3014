import re

import numpy as np
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.errors import SequenceError
from rnndash.inspection.neighbours import in_company
from rnndash.inspection.predict import encode_text, predict
from tests.inspection.readers import INDEX, PACKED, PADDED, made_network, plain_answer

NETWORKS = {kind: made_network(kind) for kind in ModelKind}
TEXT = encode_text("oil prices fall", INDEX)
LONG = encode_text("the markets wait for news of oil prices", INDEX)
SHORT = encode_text("oil", INDEX)
each_kind = pytest.mark.parametrize("kind", ModelKind)


@pytest.mark.parametrize("kind", PACKED)
def test_packed_network_answers_in_company_as_alone(kind):
    assert in_company(NETWORKS[kind], TEXT, [LONG, SHORT]).moved < 1e-6


@pytest.mark.parametrize("kind", PADDED)
def test_padded_network_answers_in_company_as_to_the_pads_typed_behind_the_text(kind):
    together = in_company(NETWORKS[kind], TEXT, [SHORT, LONG]).together
    expected = plain_answer(NETWORKS[kind], [*TEXT.ids, 0, 0, 0, 0, 0])
    assert np.allclose(together, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", PADDED)
def test_padded_network_s_answer_moves_in_longer_company(kind):
    assert in_company(NETWORKS[kind], TEXT, [LONG]).moved > 1e-3


@each_kind
def test_company_that_is_no_longer_changes_nothing(kind):
    company = in_company(NETWORKS[kind], TEXT, [SHORT, TEXT])
    assert (company.pads, company.moved < 1e-6, company.is_turned) == (0, True, False)


@each_kind
def test_answer_alone_is_the_plain_one(kind):
    alone = in_company(NETWORKS[kind], TEXT, [LONG]).alone
    assert np.array_equal(alone, predict(NETWORKS[kind], TEXT).probabilities)


def test_company_and_pads_are_counted():
    company = in_company(NETWORKS[ModelKind.LSTM], TEXT, [LONG, SHORT])
    assert (company.others, company.pads) == (2, 5)


@pytest.mark.parametrize("others", [0, 64])
def test_batch_that_is_too_small_or_too_large_is_an_error(others):
    message = f"A batch takes from 1 to 63 other texts; {others} came. Give one text a line."
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        in_company(NETWORKS[ModelKind.LSTM], TEXT, [LONG] * others)
