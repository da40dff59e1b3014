"""The tables of cells, kinds of models and corpora: complete, consistent, and true."""

import tomllib
from enum import StrEnum
from pathlib import Path

import pytest

import rnndash
from rnndash.config.cell import CELLS, GATES, Cell, CellFacts, Gate, GateRole
from rnndash.config.complete import complete
from rnndash.config.corpus_name import CorpusFacts, CorpusName, TextSource
from rnndash.config.model_kind import KindFacts, ModelKind, Readout
from rnndash.config.run_config import RunConfig
from rnndash.models import build_model, elman, gru, lstm
from rnndash.text.delimited import MAX_BYTES

ROOT = Path(rnndash.__file__).parents[1]
MODEL_FILES = {Cell.ELMAN: elman, Cell.LSTM: lstm, Cell.GRU: gru}


class _Fruit(StrEnum):
    APPLE = "apple"
    PEAR = "pear"


def test_table_with_a_missing_row_is_refused_by_name():
    with pytest.raises(TypeError, match=r"each member of _Fruit; PEAR has none\. Add one\."):
        complete(_Fruit, {_Fruit.APPLE: 1})


def test_complete_table_has_the_order_of_the_members_and_cannot_be_changed():
    table = complete(_Fruit, {_Fruit.PEAR: 2, _Fruit.APPLE: 1})
    assert list(table.items()) == [(_Fruit.APPLE, 1), (_Fruit.PEAR, 2)]
    with pytest.raises(TypeError):
        table[_Fruit.APPLE] = 3


@pytest.mark.parametrize("cell", Cell)
def test_docstring_of_a_model_file_has_the_equations_of_the_table(cell):
    docstring = MODEL_FILES[cell].__doc__
    assert [line for line in cell.facts.equations if line not in docstring] == []
    assert docstring.startswith(f"{cell.facts.title}.\n")


@pytest.mark.parametrize("kind", ModelKind)
def test_network_of_a_kind_has_the_cell_of_the_table(kind):
    model = build_model(RunConfig(model=kind), vocab_size=5, num_class=2)
    assert model.cell is kind.facts.cell
    assert getattr(model, "packed", False) is kind.is_packed


@pytest.mark.parametrize("kind", ModelKind)
def test_embedding_of_a_kind_starts_around_the_mean_of_the_table(kind):
    model = build_model(RunConfig(model=kind), vocab_size=2_000, num_class=2)
    assert model.embedding.weight.mean().item() == pytest.approx(
        kind.facts.embedding_mean, abs=0.02
    )


def test_equation_of_a_gate_that_resets_the_state():
    gate = Gate(letter="n", name="candidate", role=GateRole.CANDIDATE, reset_by="r")
    assert gate.equation == "n_t = tanh(W_in x_t + b_in + r_t * (W_hn h_(t-1) + b_hn))"


def test_cell_without_an_equation_for_a_state_is_refused():
    with pytest.raises(ValueError, match=r"states \('h',\), equations of \[\]"):
        CellFacts(title="A cell", gates=CELLS[Cell.GRU].gates)


def test_cell_that_shows_its_cell_state_otherwise_is_refused():
    with pytest.raises(ValueError, match=r"h_t is the output gate times tanh\(c_t\)"):
        CellFacts(
            title="A cell",
            gates=CELLS[Cell.LSTM].gates,
            states=("h", "c"),
            updates=("c_t = f_t * c_(t-1) + i_t * g_t", "h_t = o_t * c_t"),
        )


def test_letters_of_all_cells_are_known():
    assert set(GATES) == {"h", "i", "f", "g", "o", "r", "z", "n"}


def test_packed_kind_that_answers_from_the_mean_is_refused():
    rnn = ModelKind.RNN.facts
    with pytest.raises(ValueError, match="a packed network answers from its last state"):
        KindFacts(
            label="Packed RNN",
            description="",
            cell=Cell.ELMAN,
            is_packed=True,
            readout=Readout.MEAN,
            embedding_mean=0.0,
            style=rnn.style,
        )


def test_colours_of_streamlit_are_those_of_the_kinds():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for theme, part in (("light", "light"), ("dark", "dark")):
        colours = config["theme"][theme]["chartCategoricalColors"]
        assert colours == [getattr(kind.style, part) for kind in ModelKind]


@pytest.mark.parametrize(
    ("source", "class_names", "url"),
    [
        (TextSource.UPLOAD, ("a", "b"), ""),
        (TextSource.BUILT_IN, None, ""),
        (TextSource.BUILT_IN, ("a", "b"), "https://example.org/"),
        (TextSource.DOWNLOAD, ("a", "b"), ""),
    ],
)
def test_corpus_whose_facts_contradict_each_other_is_refused(source, class_names, url):
    with pytest.raises(ValueError, match="Texts: "):
        CorpusFacts(
            label="Texts",
            title="texts",
            description="",
            source=source,
            licence="",
            class_names=class_names,
            url=url,
            download_mb=1 if url else 0,
        )


def test_description_of_uploaded_texts_names_the_largest_file():
    assert f"up to {MAX_BYTES // 2**20} MB" in CorpusName.CSV.facts.description
