import itertools
import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from msgspec import structs

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.errors import CheckpointError
from rnndash.events import Failed, Finished, HeldOut, Measured, Reported, Started
from rnndash.models import build_model
from rnndash.text.order import epoch_order, split_rows
from rnndash.training.checkpoint import load_checkpoint, save_checkpoint
from rnndash.training.padding import pad
from rnndash.training.run import Stepped, Training, train
from tests.corpora import small_encoded_corpus

pytestmark = pytest.mark.slow

TIMES = {"time", "seconds", "samples_per_second", "peak_memory_mb"}


def _config(model=ModelKind.PACKED_LSTM, **changes):
    defaults = {"samples": 400, "batch_size": 16, "embed_dim": 8, "hidden_dim": 8}
    return RunConfig(model=model, **(defaults | {"learning_rate": 0.01} | changes))


def _numbers(events):
    """Events without what depends on the clock, nor where an interrupted run goes on."""
    return [
        {k: v for k, v in structs.asdict(event).items() if k not in TIMES}
        | {"kind": event.__class__}
        for event in events
        if not isinstance(event, Stepped | Started)
    ]


@pytest.fixture(scope="module")
def corpus():
    return small_encoded_corpus()


@pytest.mark.parametrize("model", list(ModelKind))
def test_every_model_learns(model, corpus):
    *_, finished = train(_config(model, epochs=15, learning_rate=0.02), corpus)
    assert isinstance(finished, Finished)
    assert finished.test_accuracy > 0.9


@pytest.mark.parametrize("model", list(ModelKind))
def test_same_seed_gives_the_same_numbers_bit_for_bit(model, corpus):
    config = _config(model, num_layers=2, bidirectional=True)
    assert _numbers(train(config, corpus)) == _numbers(train(config, corpus))


def test_other_seed_gives_other_numbers(corpus):
    first = _numbers(train(_config(), corpus))
    assert first != _numbers(train(_config(seed=1), corpus))


def test_numbers_do_not_depend_on_random_state_of_caller(corpus):
    torch.manual_seed(99)
    first = _numbers(train(_config(), corpus))
    torch.manual_seed(100)
    np.random.seed(5)
    assert _numbers(train(_config(), corpus)) == first


@pytest.mark.parametrize("model", [ModelKind.RNN, ModelKind.PACKED_GRU])
def test_points_of_the_curves_are_those_of_a_plain_loop(model, corpus):
    config = _config(model)
    torch.manual_seed(config.seed)
    net = build_model(config, vocab_size=len(corpus.words), num_class=4)
    optimiser = torch.optim.Adam(net.parameters(), lr=config.learning_rate)
    correct, losses, expected = 0, [], []
    for rows in split_rows(epoch_order(400, seed=0, epoch=0), config.batch_size):
        texts = [torch.tensor(corpus.train.row(row).astype(np.int64)) for row in rows]
        tokens = torch.nn.utils.rnn.pad_sequence(texts, batch_first=True)
        labels = torch.tensor(corpus.train.labels[rows])
        logits = net(tokens, torch.tensor([len(text) for text in texts]))
        loss = torch.nn.functional.cross_entropy(logits, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        correct += int((logits.argmax(1) == labels).sum())
        losses.append(loss.item())
        accuracy = correct / (16 * len(losses))
        expected.append([16 * len(losses), accuracy, accuracy, np.mean(losses)])
    points = [e for e in train(config, corpus) if isinstance(e, Measured)]
    found = [[p.samples, p.running_accuracy, p.window_accuracy, p.loss] for p in points]
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_epochs_visit_each_text_once_and_in_another_order(corpus):
    assert sorted(epoch_order(400, seed=0, epoch=0)) == list(range(400))
    assert list(epoch_order(400, seed=0, epoch=0)) != list(epoch_order(400, seed=0, epoch=1))


def test_curve_has_a_point_at_every_hundredth(corpus):
    config = _config(batch_size=1, epochs=1)
    points = [e.samples for e in train(config, corpus) if isinstance(e, Measured)]
    assert max(np.diff([0, *points])) <= 4
    assert points[-1] == 400


def test_points_of_a_curve_are_spread_over_all_epochs(corpus):
    config = _config(batch_size=2, epochs=3)  # 600 steps
    points = [e.samples for e in train(config, corpus) if isinstance(e, Measured)]
    assert points == sorted({*range(12, 1201, 12), 400, 800, 1200})


def test_held_out_is_measured_ten_times_an_epoch(corpus):
    events = [e for e in train(_config(batch_size=4, epochs=2), corpus) if isinstance(e, HeldOut)]
    assert len([e for e in events if e.epoch <= 1]) >= 10
    assert {e.texts for e in events} == {80}


def _held_out_rows(training, monkeypatch):
    """The numbers of the test texts that a held-out measurement predicts."""
    seen, predict = [], training._learner.predict

    def listening(texts, batches):
        assert texts is training.corpus.test
        batches = list(batches)
        seen.extend(batches)
        return predict(texts, batches)

    monkeypatch.setattr(training._learner, "predict", listening)
    held_out = training._held_out()
    assert {len(rows) for rows in seen[:-1]} == {training.config.batch_size}
    return held_out, np.concatenate(seen).tolist()


def test_held_out_sample_is_the_same_for_every_seed_and_kind(monkeypatch):
    corpus = small_encoded_corpus(test=1_200)
    configs = [_config(), _config(seed=7), _config(ModelKind.RNN, seed=8)]
    (first, rows), *others = (
        _held_out_rows(Training(config, corpus), monkeypatch) for config in configs
    )
    assert [again for _, again in others] == [rows, rows]
    assert first.texts == len(set(rows)) == 1_000
    assert set(rows) <= set(range(1_200))
    assert set(rows) != set(range(1_000))  # drawn from all of them


def test_held_out_sample_does_not_change_while_a_run_trains(monkeypatch):
    training = Training(_config(epochs=2), small_encoded_corpus(test=1_200))
    before = _held_out_rows(training, monkeypatch)[1]
    for _ in training.events():
        pass
    assert _held_out_rows(training, monkeypatch)[1] == before


def test_held_out_numbers_are_those_of_the_model_on_its_sample(monkeypatch):
    training = Training(_config(), small_encoded_corpus(test=1_200))
    held_out, rows = _held_out_rows(training, monkeypatch)
    batch = pad(training.corpus.test, np.array(rows))  # packed: neighbours do not matter
    with torch.no_grad():
        logits = training.model(batch.tokens, batch.lengths)
    accuracy = (logits.argmax(1) == batch.labels).double().mean().item()
    assert held_out.accuracy == pytest.approx(accuracy)
    loss = torch.nn.functional.cross_entropy(logits, batch.labels).item()
    assert held_out.loss == pytest.approx(loss, rel=1e-5)


def test_report_comes_every_200_minibatches_and_starts_again_with_the_epoch(corpus):
    events = [e for e in train(_config(batch_size=1, epochs=2), corpus) if isinstance(e, Reported)]
    assert [(e.epoch, e.samples) for e in events] == [(1, 200), (1, 400), (2, 200), (2, 400)]


def test_running_accuracy_is_that_of_the_epoch_so_far(corpus):
    events = list(train(_config(batch_size=1), corpus))
    lines = {e.samples: e.accuracy for e in events if isinstance(e, Reported)}
    points = {e.samples: e.running_accuracy for e in events if isinstance(e, Measured)}
    assert lines[200] == points[200]
    assert points[400] == events[-1].running_accuracy


def test_window_covers_the_latest_texts_alone():
    corpus = small_encoded_corpus(train=3_000)
    config = _config(samples=3_000, batch_size=8, learning_rate=0.02)
    last = [e for e in train(config, corpus) if isinstance(e, Measured)][-1]
    assert last.window_accuracy > last.running_accuracy + 0.1


def test_end_reports_confusion_padding_and_size(corpus):
    events = list(train(_config(samples=100), corpus))
    started, finished = events[0], events[-1]
    net = build_model(_config(), vocab_size=len(corpus.words), num_class=4)
    assert started.parameters == sum(p.numel() for p in net.parameters())
    assert np.array(finished.confusion).sum(axis=1).tolist() == [20, 20, 20, 20]
    assert np.trace(finished.confusion) / 80 == finished.test_accuracy
    lengths = corpus.train.lengths
    batches = list(split_rows(epoch_order(400, seed=0, epoch=0)[:100], 16))
    cells = sum(len(rows) * lengths[rows].max() for rows in batches)
    words = sum(lengths[rows].sum() for rows in batches)
    assert finished.padding_share == pytest.approx(1 - words / cells)
    assert finished.peak_memory_mb > 50


@pytest.mark.parametrize(
    ("compiled", "device"), [(True, "CPU, compiled kernels"), (False, "CPU, 1 thread")]
)
def test_start_says_by_what_it_computes(corpus, compiled, device):
    cpu = torch.device("cpu")
    training = Training(_config(samples=100), corpus, device=cpu, compiled=compiled)
    assert next(iter(training.events())).device == device


def test_samples_beyond_the_corpus_read_it_whole(corpus):
    *_, finished = train(_config(samples=5_000), corpus)
    assert finished.samples == 400


@pytest.mark.parametrize("cut", [1, 7, 25, 26, 49])
@pytest.mark.parametrize("model", [ModelKind.RNN, ModelKind.PACKED_LSTM])
def test_run_cut_and_resumed_gives_the_same_numbers_bit_for_bit(model, cut, corpus, tmp_path):
    config = _config(model, epochs=2)
    whole = list(Training(config, corpus).events())
    first = Training(config, corpus)
    events, steps = [], 0
    for event in first.events():
        events.append(event)
        steps += isinstance(event, Stepped)
        if steps == cut:
            break
    save_checkpoint(first.checkpoint(), tmp_path / "checkpoint.safetensors")
    torch.manual_seed(12345)
    second = Training(
        config, corpus, checkpoint=load_checkpoint(tmp_path / "checkpoint.safetensors")
    )
    assert _numbers(events + list(second.events())) == _numbers(whole)


@pytest.mark.parametrize("tested", [0, 1, 2], ids=["before it", "one batch", "two"])
def test_run_stopped_during_the_final_test_is_tested_again(tested, corpus):
    config = _config(samples=100)
    training = Training(config, corpus)
    ends = (
        event
        for event in training.events()
        if isinstance(event, Stepped) and training.steps_done == training.steps_total
    )
    next(itertools.islice(ends, tested, None))
    *_, finished = Training(config, corpus, checkpoint=training.checkpoint()).events()
    *_, whole = train(config, corpus)
    assert _numbers([finished]) == _numbers([whole])


def test_resumed_run_says_where_it_goes_on(corpus):
    training = Training(_config(), corpus)
    for event in training.events():
        if isinstance(event, Stepped):
            break
    second = Training(_config(), corpus, checkpoint=training.checkpoint())
    assert next(iter(second.events())).resumed_at == 16


def test_seconds_of_a_resumed_run_go_on_from_those_of_its_checkpoint(corpus):
    checkpoint = Training(_config(), corpus).checkpoint()
    checkpoint.position.seconds = 1e6
    events = Training(_config(), corpus, checkpoint=checkpoint).events()
    seconds = [event.seconds for event in events if isinstance(event, Measured)]
    assert 1e6 < seconds[0] < seconds[-1] < 1e6 + 3_600


def test_checkpoint_of_other_settings_is_refused(corpus):
    checkpoint = Training(_config(), corpus).checkpoint()
    with pytest.raises(CheckpointError, match="other settings"):
        Training(_config(seed=1), corpus, checkpoint=checkpoint)


def test_checkpoint_of_other_texts_is_refused(corpus):
    checkpoint = Training(_config(), corpus).checkpoint()
    with pytest.raises(CheckpointError, match="made on 400 training texts; now there are 300"):
        Training(_config(), small_encoded_corpus(train=300), checkpoint=checkpoint)


@pytest.mark.parametrize("compiled", [True, False])
def test_loss_that_is_not_finite_fails_the_run_with_step_and_hint(corpus, compiled):
    training = Training(_config(batch_size=64, learning_rate=10.0), corpus, compiled=compiled)
    events = []
    for event in training.events():
        events.append(event)
        if isinstance(event, Stepped):
            with torch.no_grad():
                training.model.fc.bias.fill_(math.nan)
    failed = events[-1]
    assert failed == Failed(
        time=failed.time,
        reason="The loss became nan at minibatch 2.",
        hint=("The learning rate, 10, is probably too large. Start a new run with a tenth of it."),
        resumable=False,
        step=2,
    )


def test_numbers_are_the_same_in_another_process(corpus):
    code = (
        "import torch; torch.set_num_threads(1)\n"
        "from tests.training.test_run import _config, _numbers, train\n"
        "from tests.corpora import small_encoded_corpus\n"
        "print(_numbers(train(_config(), small_encoded_corpus())))"
    )
    other = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == str(_numbers(train(_config(), corpus)))
