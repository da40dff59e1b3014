import re

import numpy as np
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.errors import SequenceError
from rnndash.events import Failed
from rnndash.inspection.predict import predict
from rnndash.ui.packing.answer import drifts_of, finished_comparisons
from tests.inspection.readers import encoded, made_network
from tests.made_runs import FINISHED, POINT, STARTED, make_run

NETWORKS = [made_network(kind) for kind in (ModelKind.LSTM, ModelKind.PACKED_LSTM)]


def test_pads_grow_from_none_to_the_most_in_even_steps():
    padded, packed = drifts_of(NETWORKS, "oil prices", 60)
    assert padded.pads.tolist() == packed.pads.tolist() == list(range(0, 61, 3))


def test_few_pads_are_tried_once_each():
    (drift,) = drifts_of(NETWORKS[:1], "oil prices", 10)
    assert drift.pads.tolist() == list(range(11))


def test_text_is_read_as_predict_reads_it():
    for network, drift in zip(NETWORKS, drifts_of(NETWORKS, "Oil, zorgon", 10), strict=True):
        expected = predict(network, encoded("Oil, zorgon")).probabilities
        assert drift.text == encoded("Oil, zorgon")
        np.testing.assert_allclose(drift.probabilities[0], expected, rtol=0, atol=1e-6)


def test_long_text_is_cut_as_on_predict():
    (drift,) = drifts_of(NETWORKS[:1], "oil " * 300, 10)
    assert drift.text.notes == ("The text has 300 words; the first 200 count.",)


def test_text_without_a_word_is_an_error():
    with pytest.raises(SequenceError, match=re.escape("needs at least one word")):
        drifts_of(NETWORKS, '""', 10)


def test_only_finished_runs_are_networks_to_choose(store):
    make_run(store, STARTED, POINT, Failed(reason="It died.", hint="", resumable=True))
    finished = make_run(store, STARTED, POINT, FINISHED)
    own = [
        record.run_id
        for records in finished_comparisons().values()
        for record in records
        if record.run_id in store.run_ids()
    ]
    assert own == [finished]
