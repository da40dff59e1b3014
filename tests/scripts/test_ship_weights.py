"""The script that trains the shipped runs, with fewer texts."""

from dataclasses import replace

import pytest
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.export.verification import verify_run
from rnndash.results import RunState
from rnndash.runs.store import RunStore
from scripts.model_card import Measurements, model_card
from scripts.ship_weights import CONFIG, open_run, ship
from tests.homes import home_for_many
from tests.made_runs import FINISHED, STARTED, make_run

pytestmark = pytest.mark.slow

SHORT = replace(CONFIG, samples=400, epochs=1, min_freq=1, embed_dim=4, hidden_dim=4)


@pytest.fixture(scope="module")
def shipped(encoded_corpora, tmp_path_factory):
    """A folder in which the script replaced an older run."""
    out = tmp_path_factory.mktemp("shipped")
    make_run(RunStore(out), STARTED, FINISHED)
    folder = tmp_path_factory.mktemp("shipping")
    with home_for_many(folder / "home", encoded_corpora, folder / "data"):
        ship([SHORT.for_model(ModelKind.PACKED_LSTM)], out)
    return out


@pytest.fixture(scope="module")
def run(shipped):
    """The store and the one run in it."""
    store = RunStore(shipped)
    (run_id,) = store.run_ids()
    return store, run_id


def test_new_runs_replace_the_earlier_ones(run):
    store, run_id = run
    record = store.record(run_id)
    assert (record.state, record.name) == (RunState.FINISHED, "Shipped: Packed LSTM")
    assert record.config.model is ModelKind.PACKED_LSTM


def test_new_run_passes_the_checks_of_an_import(run):
    store, run_id = run
    assert verify_run(store.folder(run_id)).finished is not None


def test_new_run_has_a_network_that_answers(run):
    model, words = open_run(*run)
    tokens = torch.tensor([[words.index("oil"), words.index("prices")]])
    assert model(tokens, torch.tensor([2])).shape == (1, 4)


def test_card_holds_the_numbers_of_the_run(shipped, run):
    store, run_id = run
    card = (shipped / "README.md").read_text(encoding="utf-8")
    assert card == model_card(shipped)
    assert "| Packed LSTM |" in card
    assert f"{store.record(run_id).finished.test_accuracy:.1%}" in card


def test_card_leaves_out_a_transfer_that_was_not_measured(shipped):
    assert Measurements.load(shipped).ag_news == {}
    assert "AG News" not in model_card(shipped)
