"""The runs that come with the dashboard: whole, as good as they say, and never changed."""

import io
import re

import numpy as np
import pytest
import torch

from rnndash.config.presets import LESSON_MODELS
from rnndash.errors import RunNotFoundError, RunStateError
from rnndash.events import Paused
from rnndash.export.archive import export_run, import_run
from rnndash.export.manifest import MOST_BYTES
from rnndash.export.verification import verify_run
from rnndash.results import RunState
from rnndash.runs.predictions_file import load_predictions
from rnndash.runs.requests import Command
from rnndash.runs.shipped import SHIPPED_DIR, ShippedStore, ShownRuns, shipped_store
from rnndash.runs.store import RunStore
from rnndash.text.encoded import load_encoded
from rnndash.text.headlines import HeadlinesReader
from rnndash.text.order import split_rows
from rnndash.training.padding import pad
from rnndash.training.trained import open_trained
from scripts.model_card import Measurements, model_card, own_score
from scripts.ship_weights import CONFIG, rows_without_pads, score
from tests.made_runs import STARTED, make_run

RUN_IDS = shipped_store().run_ids()
each_run = pytest.mark.parametrize("run_id", RUN_IDS)


@pytest.fixture
def shown(tmp_path):
    """Nothing of one's own yet."""
    return ShownRuns(own=RunStore(tmp_path / "runs"), shipped=shipped_store())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpora")
    return load_encoded(HeadlinesReader(), min_freq=CONFIG.min_freq, folder=folder)


def _files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_shipped_runs_are_those_that_the_script_makes():
    configs = [shipped_store().record(run_id).config for run_id in RUN_IDS]
    assert configs == [CONFIG.for_model(model) for model in LESSON_MODELS]


@each_run
def test_shipped_run_is_whole(run_id):
    folder = shipped_store().folder(run_id)
    assert verify_run(folder).state is RunState.FINISHED
    assert {path.name for path in folder.path.iterdir()} == set(MOST_BYTES) - {"manifest.json"}


@each_run
def test_shipped_run_is_worth_looking_at(run_id):
    assert shipped_store().record(run_id).test_accuracy > 0.9


@each_run
def test_shipped_run_names_no_place_on_the_machine_that_made_it(run_id):
    folder = shipped_store().folder(run_id)
    text = folder.journal.read_text("utf-8") + folder.settings.read_text("utf-8")
    assert re.findall(r"[/\\]\w+[/\\]\w+", text) == []


def test_shipped_files_are_small():
    assert sum(map(len, _files(SHIPPED_DIR).values())) < 5 * 2**20


def test_card_says_what_is_in_the_files():
    assert (SHIPPED_DIR / "README.md").read_text(encoding="utf-8") == model_card(SHIPPED_DIR)


@each_run
def test_shipped_run_was_made_with_the_texts_of_today(corpus, run_id):
    folder = shipped_store().folder(run_id)
    assert load_predictions(folder.predictions).digest == corpus.test_digest
    assert open_trained(folder.checkpoint, folder.words)[1] == corpus.words


@each_run
@torch.no_grad()
def test_shipped_weights_give_the_answers_that_are_kept_with_them(corpus, run_id):
    folder = shipped_store().folder(run_id)
    model, _ = open_trained(folder.checkpoint, folder.words)
    predicted = []
    for rows in split_rows(np.arange(len(corpus.test)), CONFIG.batch_size):
        batch = pad(corpus.test, rows)
        predicted.append(model(batch.tokens, batch.lengths).argmax(dim=1).numpy())
    kept = load_predictions(folder.predictions)
    same = np.concatenate(predicted) == kept.predicted
    assert same.mean() > 0.999  # another processor may round otherwise
    assert own_score(shipped_store().record(run_id)).right == kept.is_right.sum()


@each_run
def test_shipped_weights_are_as_good_without_pads_as_the_card_says(corpus, run_id):
    folder = shipped_store().folder(run_id)
    model, _ = open_trained(folder.checkpoint, folder.words)
    found = score(model, corpus.test, rows_without_pads(corpus.test))
    told = Measurements.load(SHIPPED_DIR).without_pads[run_id]
    assert (found.right, found.texts) == (pytest.approx(told.right, abs=4), told.texts)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda store, _: store.create([CONFIG]), "No run can be added to those that came"),
        (lambda store, run_id: store.rename(run_id, "mine"), "cannot be renamed; only runs of"),
        (lambda store, run_id: store.append(run_id, Paused(samples=0)), "cannot be resumed"),
        (lambda store, run_id: store.command(run_id, Command.STOP), "is finished; only a run that"),
        (lambda store, run_id: store.delete(run_id), "cannot be deleted"),
    ],
    ids=["create", "rename", "resume", "stop", "delete"],
)
def test_change_of_a_shipped_run_is_refused(change, reason):
    before = _files(SHIPPED_DIR)
    with pytest.raises(RunStateError, match=reason):
        change(shipped_store(), RUN_IDS[0])
    assert _files(SHIPPED_DIR) == before


def test_reading_shipped_runs_writes_nothing(shown):
    before = _files(SHIPPED_DIR)
    shown.records(shown.run_ids())
    export_run(shown.store_of(RUN_IDS[0]), RUN_IDS[0])
    assert _files(SHIPPED_DIR) == before


def test_shipped_runs_are_shown_until_there_are_others(shown):
    assert (shown.run_ids(), shown.are_shipped) == (RUN_IDS, True)
    own = make_run(shown.own, STARTED)
    assert (shown.run_ids(), shown.are_shipped) == ([own], False)


def test_runs_of_both_origins_are_found_by_their_names(shown):
    own = make_run(shown.own, STARTED)
    records, problems = shown.records([RUN_IDS[0], own])
    assert ([record.run_id for record in records], problems) == ([own, RUN_IDS[0]], [])
    assert [shown.is_shipped(record.run_id) for record in records] == [False, True]
    assert shown.folder(RUN_IDS[0]).path.parent == SHIPPED_DIR


def test_shipped_comparison_is_found_among_own_runs(shown):
    make_run(shown.own, STARTED)
    assert shown.run_ids(shown.record(RUN_IDS[0]).comparison) == RUN_IDS


def test_run_of_neither_origin_is_missing_in_one_s_own_folder(shown):
    with pytest.raises(RunNotFoundError, match=re.escape(str(shown.own.root))):
        shown.record("20260101-000000-ab12-rnn")


def test_shipped_run_that_somebody_imported_is_their_own(shown):
    import_run(shown.own, io.BytesIO(export_run(shown.shipped, RUN_IDS[0])))
    assert shown.run_ids() == RUN_IDS[:1]
    assert [shown.is_shipped(run_id) for run_id in RUN_IDS] == [False, True, True]
    assert shown.run_ids(shown.record(RUN_IDS[0]).comparison) == RUN_IDS


def test_without_shipped_runs_none_are_shown(shown, tmp_path):
    assert ShownRuns(own=shown.own, shipped=ShippedStore(tmp_path / "nothing")).run_ids() == []
