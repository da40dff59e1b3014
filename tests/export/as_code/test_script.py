import re

import pytest

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.events import Finished
from rnndash.export.as_code.script import run_script
from rnndash.text.ag_news import AgNewsReader
from rnndash.text.readers import corpus_reader
from tests.corpora import small_corpus, write_ag_news
from tests.export.as_code.runs import PRINT_WEIGHTS, printed, settings, upload

DEEP = {"num_layers": 2, "bidirectional": True, "epochs": 2, "min_freq": 2}


@pytest.fixture(scope="module")
def ag_news(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    write_ag_news(folder, train=500)
    return folder


@pytest.mark.parametrize("changes", [{}, DEEP], ids=["plain", "deep"])
@pytest.mark.parametrize("model", ModelKind)
def test_script_of_every_model_reaches_the_weights_of_the_run(
    model, changes, ag_news, clean_python, place, tmp_path
):
    config = settings(model, corpus=CorpusName.AG_NEWS, **changes)
    corpus = AgNewsReader(data_dir=ag_news, cache_dir=tmp_path).load()
    script = run_script(config, place) + PRINT_WEIGHTS
    lines = clean_python.run(script, tmp_path, "--data", ag_news / "ag_news")
    assert lines == printed(config, corpus, weights=True)


def test_script_prints_the_lines_of_the_lesson(ag_news, clean_python, place, tmp_path):
    config = settings(ModelKind.RNN, corpus=CorpusName.AG_NEWS, batch_size=2, epochs=2)
    corpus = AgNewsReader(data_dir=ag_news, cache_dir=tmp_path).load()
    lines = clean_python.run(run_script(config, place), tmp_path, "--data", ag_news / "ag_news")
    assert lines == printed(config, corpus)
    assert [line[:9] for line in lines[1:3]] == ["400: acc="] * 2


def test_script_on_a_csv_file_prints_the_numbers_of_the_run(clean_python, place, tmp_path):
    corpus = small_corpus(train=500)
    rows = [
        f"{text};{corpus.class_names[label]}"
        for text, label in zip(corpus.train.texts, corpus.train.labels, strict=True)
    ]
    content = "\n".join(["headline;section", *rows]).encode()
    choice = upload(content, place, file_name="../news of mine.csv")
    config = settings(ModelKind.PACKED_GRU, corpus=CorpusName.CSV, csv=choice)
    data = tmp_path / "data" / "news of mine.csv"
    data.parent.mkdir()
    data.write_bytes(content)
    lines = clean_python.run(run_script(config, place), tmp_path)
    assert lines == printed(config, corpus_reader(config, place).load())


def test_words_that_are_no_words_get_the_numbers_of_the_run(clean_python, place, tmp_path):
    folder = tmp_path / "ag_news"
    folder.mkdir()
    odd = ['2,"<pad> goal","<unk> it\'s <br />over"', '3,"""","', '1,"War; (again)!","no: peace?"']
    rows = [*odd, '1,"""",""""', '5,"no","class"', '2,"two columns"', '3,"shares","<PAD> profit"']
    for name in ("train.csv", "test.csv"):
        (folder / name).write_text("\n".join([rows[0], *rows[2:]] * 30), encoding="utf-8")
    config = settings(ModelKind.LSTM, corpus=CorpusName.AG_NEWS)
    lines = clean_python.run(run_script(config, place), tmp_path, "--data", folder)
    assert lines == printed(config, AgNewsReader(data_dir=tmp_path, cache_dir=tmp_path).load())


@pytest.mark.parametrize(
    ("model", "present", "absent"),
    [
        (ModelKind.RNN, {"nn.RNN", "outputs.mean"}, {"LSTM", "GRU", "pack_padded", "lengths"}),
        (ModelKind.LSTM, {"nn.LSTM"}, {"nn.RNN", "GRU", "pack_padded", "lengths", "outputs"}),
        (ModelKind.PACKED_LSTM, {"nn.LSTM", "pack_padded"}, {"nn.RNN", "GRU", "outputs"}),
        (ModelKind.GRU, {"nn.GRU"}, {"nn.RNN", "LSTM", "pack_padded", "lengths", "outputs"}),
        (ModelKind.PACKED_GRU, {"nn.GRU", "pack_padded"}, {"nn.RNN", "LSTM", "outputs"}),
    ],
)
def test_script_holds_what_its_model_needs_and_no_more(model, present, absent, place):
    script = run_script(RunConfig(model=model), place)
    assert {word for word in present | absent if word in script} == present
    assert "bidirectional" not in script
    assert "import rnndash" not in script
    assert "import io" not in script


def test_settings_stand_at_the_top_under_their_names(place):
    config = RunConfig(model=ModelKind.RNN, samples=24_000, learning_rate=0.00001, seed=12_345)
    found = re.findall(r"^([A-Z_]+) = ([\w.-]+)", run_script(config, place), re.MULTILINE)
    assert dict(found[:9]) == {
        "SAMPLES": "24_000",
        "EPOCHS": "1",
        "BATCH_SIZE": "16",
        "LEARNING_RATE": "1e-05",
        "EMBED_DIM": "64",
        "HIDDEN_DIM": "32",
        "NUM_LAYERS": "1",
        "MIN_FREQ": "1",
        "SEED": "12345",
    }


def test_what_the_run_reached_is_reported_at_the_top(place):
    finished = Finished(
        samples=16_000,
        seconds=10.0,
        running_accuracy=0.75125,
        test_accuracy=0.87124,
        test_loss=0.4,
        confusion=((1,),),
        padding_share=0.3,
        peak_memory_mb=300.0,
    )
    config = RunConfig(model=ModelKind.GRU)
    docstring = run_script(config, place, expected=finished).split('"""')[1]
    assert "The dashboard reached a test accuracy of 0.8712" in docstring
    assert "The dashboard reached" not in run_script(config, place)
