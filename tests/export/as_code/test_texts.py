"""The code that reads texts, run here: it needs no PyTorch, and gives what the readers give."""

import codecs
import runpy

import pytest

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.errors import CorpusError
from rnndash.export.as_code.bundle import official_csv
from rnndash.export.as_code.sections import run_sections
from rnndash.text.ag_news import AgNewsReader
from rnndash.text.headlines import HeadlinesReader
from rnndash.text.readers import corpus_reader
from tests.export.as_code.runs import settings, upload, uploaded_path

ROWS = "".join(
    f"{label},{text} {number}\n"
    for number in range(9)
    for label, text in (("Æbler", "grøn saft"), ("pears", "jus d’été"), (" figs ", "süße frucht"))
)
ODD_ROWS = (
    'pears,"two\nlines, ""quoted"""\n'
    "pears,too,many\n"
    "pears\n"
    "\n"
    'pears,"broken"quotes\n'
    ",no label\n"
    "NaN,no label either\n"
    "pears,  \n"
    "figs,grøn saft 3\n"  # that text came before
    "lonely,the only text of its class\n"
    f"pears,{'very  long ' * 1_500}\n"
    "pears,\0nul\0\r\n"
)


def _read_by_code(config, place, folder, data):
    """The texts of a run as the code of its first four sections reads them."""
    sections = run_sections(config, place, expected=None, on_command_line=False)
    codes = [section.code for section in sections[:4]]
    codes[2] = f"DATA = Path({str(data)!r})"
    path = folder / "texts.py"
    path.write_text("\n".join(codes), encoding="utf-8")
    names = runpy.run_path(str(path))
    return names["train_texts"], names["test_texts"], tuple(names["classes"])


def _read_by_reader(corpus):
    parts = [
        list(zip(part.texts, part.labels.tolist(), strict=True))
        for part in (corpus.train, corpus.test)
    ]
    return (*parts, corpus.class_names)


def _csv_config(choice):
    return settings(ModelKind.RNN, corpus=CorpusName.CSV, csv=choice)


@pytest.mark.parametrize(
    "content",
    [
        ("label,text\n" + ROWS + ODD_ROWS).encode(),
        codecs.BOM_UTF8 + ("\r\n\nlabel , text\n" + ROWS).encode(),
        ("label,text\n" + ROWS).encode("utf-16"),
        ("label,text\n" + ROWS).encode("cp1252"),
        ("label,text\n" + ROWS + "figs,").encode("cp1252") + b"\x81odd\n",
        ("label\ttext\n" + ROWS.replace(",", "\t")).encode(),
        ("text;label;note\n" + "".join(f"a{n};b;c\nc{n};d;c\n" for n in range(5))).encode(),
    ],
    ids=["odd rows", "utf-8-sig", "utf-16", "cp1252", "latin-1", "tabs", "semicolons"],
)
def test_code_reads_a_csv_file_as_the_reader_does(content, place, tmp_path):
    config = _csv_config(upload(content, place))
    read = _read_by_code(config, place, tmp_path, uploaded_path(config.csv.upload, place))
    assert read == _read_by_reader(corpus_reader(config, place).load())


@pytest.mark.parametrize(
    "name",
    [
        'text"\nraise SystemExit("broken out")\n"',
        "text'''\nraise SystemExit()\n#",
        "$name ${name} {name} %s \\",
        "\u202etxet\u2028",
        "标签 – ярлык",
    ],
)
def test_names_of_a_user_cannot_become_code(name, place, tmp_path):
    quoted = name.replace('"', '""')
    content = f'label,"{quoted}"\n{ROWS}'.encode()
    config = _csv_config(upload(content, place, text_column=name.strip(), file_name=name))
    read = _read_by_code(config, place, tmp_path, uploaded_path(config.csv.upload, place))
    assert read == _read_by_reader(corpus_reader(config, place).load())


def test_file_that_is_gone_is_named_in_the_error(place, tmp_path):
    config = _csv_config(upload(b"label,text\na,b\n", place))
    uploaded_path(config.csv.upload, place).unlink()
    with pytest.raises(CorpusError, match="cannot be read"):
        _read_by_code(config, place, tmp_path, tmp_path)


def test_columns_that_are_not_recognised_are_listed_in_the_error(place, tmp_path):
    config = _csv_config(upload(b"a,b\n1,2\n", place))
    with pytest.raises(CorpusError, match=r"its columns are 'a', 'b'\. Choose two of them\."):
        _read_by_code(config, place, tmp_path, tmp_path)


def test_headlines_are_read_back_from_the_official_form_as_they_were(place, tmp_path):
    corpus = HeadlinesReader(train_size=2_000, test_size=300).load()
    folder = tmp_path / "ag_news"
    folder.mkdir()
    (folder / "train.csv").write_text(official_csv(corpus.train), encoding="utf-8", newline="")
    (folder / "test.csv").write_text(official_csv(corpus.test), encoding="utf-8", newline="")
    again = AgNewsReader(data_dir=tmp_path, cache_dir=tmp_path).load()
    assert _read_by_reader(again) == _read_by_reader(corpus)
    read = _read_by_code(settings(ModelKind.RNN), place, tmp_path, folder)
    assert read == _read_by_reader(corpus)
