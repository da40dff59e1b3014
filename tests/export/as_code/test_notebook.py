import json
import re

import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.export.as_code.bundle import official_csv
from rnndash.export.as_code.notebook import run_notebook
from rnndash.export.as_code.script import run_script
from rnndash.text.headlines import HeadlinesReader
from tests.export.as_code.runs import printed, settings

CONFIG = settings(ModelKind.PACKED_LSTM)


def _cells(notebook, kind):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


@pytest.fixture
def notebook(place):
    return json.loads(run_notebook(CONFIG, place))


def test_notebook_has_the_fields_of_nbformat_4_5(notebook):
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"] == {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    text = {"cell_type", "id", "metadata", "source"}
    assert {frozenset(cell) for cell in _cells(notebook, "markdown")} == {frozenset(text)}
    code = text | {"execution_count", "outputs"}
    assert {frozenset(cell) for cell in _cells(notebook, "code")} == {frozenset(code)}


def test_cells_have_valid_ids_of_their_own(notebook):
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name)] == []


def test_script_holds_the_code_of_all_cells_but_the_place_of_the_texts(notebook, place):
    script = run_script(CONFIG, place)
    codes = ["".join(cell["source"]) for cell in _cells(notebook, "code")]
    assert [code for code in codes[1:] if code not in script] == ['DATA = Path("data")']
    assert codes[0] == script.split('"""\n\n')[1].split("\n\n#")[0].replace("import argparse\n", "")


def test_notebook_begins_with_the_title_of_the_run(notebook):
    assert notebook["cells"][0]["source"][0] == "# Packed LSTM on the built-in headlines\n"


def test_cells_print_the_numbers_of_the_run(notebook, clean_python, tmp_path):
    corpus = HeadlinesReader(train_size=500, test_size=60).load()
    (tmp_path / "data").mkdir()
    for name, part in (("train", corpus.train), ("test", corpus.test)):
        path = tmp_path / "data" / f"{name}.csv"
        path.write_text(official_csv(part), encoding="utf-8", newline="")
    code = "\n".join("".join(cell["source"]) for cell in _cells(notebook, "code"))
    assert clean_python.run(code, tmp_path) == printed(CONFIG, corpus)
