"""A whole measurement, with real workers, on a small corpus."""

import json
import os
from contextlib import contextmanager

import pytest

from rnndash.bench.dashboard_runs import temporary_home, train_together
from rnndash.bench.measure import BenchConfig, measure, shared_rows
from rnndash.cli.main import main
from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.environment import read_environment
from rnndash.errors import RunError
from rnndash.text.encoded import encode_corpus
from rnndash.training.run import Training
from tests.corpora import small_corpus, write_ag_news
from tests.homes import link_corpora

MODELS = ("rnn", "lstm", "packed_lstm")


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    write_ag_news(tmp_path, train=400)
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def encoded_home(encoded_corpora, monkeypatch):
    """Has the home of a measurement find its texts encoded, as the home of the tests does."""

    @contextmanager
    def home(environment):
        with temporary_home(environment) as place:
            link_corpora(encoded_corpora, place.home)
            yield place

    monkeypatch.setattr("rnndash.bench.measure.temporary_home", home)


def test_both_loops_train_on_the_same_texts_in_the_same_order():
    encoded = encode_corpus(small_corpus())
    config = RunConfig(model="rnn", samples=100, embed_dim=4, hidden_dim=4)
    batches = Training(config, encoded)._remaining_batches()
    assert shared_rows(config, encoded) == [int(row) for batch in batches for row in batch]


@pytest.mark.slow
def test_bench_prints_json_in_the_form_of_the_contract(data_dir, encoded_home, environment, capsys):
    arguments = ["--corpus", "ag_news", "--samples", "200", "--lesson-samples", "100"]
    assert main(["bench", *arguments, "--repeat", "1", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert {name: sorted(result[name]) for name in ("lesson", "rnndash", "ratio")} == {
        name: sorted(MODELS) for name in ("lesson", "rnndash", "ratio")
    }
    for model in MODELS:
        ratio = result["rnndash"][model] / result["lesson"][model]
        assert result["ratio"][model] == pytest.approx(ratio)
    side_by_side = result["side_by_side"]
    assert side_by_side["ratio"] == side_by_side["lesson_s"] / side_by_side["rnndash_s"]
    conditions = result["conditions"]
    assert conditions["lesson_s_is_extrapolated"]
    assert [conditions[name] for name in ("samples", "lesson_samples", "repeats")] == [200, 100, 1]
    assert not (environment / "runs").exists()


@pytest.mark.slow
def test_bench_prints_a_table(data_dir, encoded_home, capsys):
    arguments = ["--corpus", "ag_news", "--samples", "100", "--models", "rnn"]
    assert main(["bench", *arguments, "--repeat", "1"]) == 0
    captured = capsys.readouterr()
    assert "all side by side, seconds" in captured.out
    assert "Simple RNN in the lesson's loop" in captured.err


@pytest.mark.slow
def test_small_corpus_is_read_whole(data_dir, encoded_home):
    config = BenchConfig(
        corpus=CorpusName.AG_NEWS, samples=10_000, repeat=1, models=(ModelKind.RNN,)
    )
    result = measure(config, read_environment(), lambda _: None)
    run = result.rounds[0].dashboard[ModelKind.RNN]
    assert (result.conditions.samples, run.samples) == (400, 400)


def test_home_of_the_measurement_is_removed_afterwards(environment):
    with temporary_home(read_environment()) as measured_home:
        inside = (os.environ["RNNDASH_HOME"], str(measured_home.home), measured_home.home.is_dir())
    assert inside == (str(measured_home.home), str(measured_home.home), True)
    assert not measured_home.home.exists()
    assert os.environ["RNNDASH_HOME"] == str(environment)


@pytest.mark.slow
def test_failed_run_raises_with_its_reason(encoded_corpora, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    config = RunConfig(model="rnn", corpus="ag_news", samples=100)
    reason = r"rnn did not finish, so nothing was measured\. It is failed: AG News"
    with temporary_home(read_environment()) as measured_home:
        link_corpora(encoded_corpora, measured_home.home)
        with pytest.raises(RunError, match=reason):
            train_together([config], measured_home)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--repeat", "0"], "repeat must be at least 1; it is 0."),
        (["--lesson-samples", "3"], "lesson_samples must be at least 16; it is 3."),
        (["--samples", "3"], "Samples per epoch (samples) must be a whole number from 100"),
    ],
)
def test_option_outside_its_limits_is_refused(options, message, capsys):
    assert main(["bench", *options]) == 2
    assert message in capsys.readouterr().err
