"""What it takes to add a cell and a corpus: new files, and new lines in files that are there."""

import shutil
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Edit:
    """A change of a file that is there.

    Attributes:
        file: inside the repository.
        old: text that stands in it once.
        new: what stands there afterwards.
    """

    file: str
    old: str
    new: str


NEW_CELL_FILE = ("minimal_gated.py", "rnndash/models/minimal_gated.py")
NEW_CELL = (
    Edit("rnndash/config/cell.py", '    GRU = "gru"\n', '    GRU = "gru"\n    MGU = "mgu"\n'),
    Edit(
        "rnndash/config/cell.py",
        "        Cell.GRU: CellFacts(\n",
        """\
        Cell.MGU: CellFacts(
            title="The minimal gated unit, after Zhou et al. (2016)",
            gates=(
                Gate(letter="f", name="forget gate", role=GateRole.KEEP),
                Gate(letter="n", name="candidate", role=GateRole.CANDIDATE, reset_by="f"),
            ),
            updates=("h_t = f_t * h_(t-1) + (1 - f_t) * n_t",),
        ),
        Cell.GRU: CellFacts(
""",
    ),
    Edit(
        "rnndash/config/model_kind.py",
        '    PACKED_GRU = "packed_gru"\n',
        '    PACKED_GRU = "packed_gru"\n    MGU = "mgu"\n    PACKED_MGU = "packed_mgu"\n',
    ),
    Edit(
        "rnndash/config/model_kind.py",
        "        ModelKind.GRU: KindFacts(\n",
        """\
        ModelKind.MGU: KindFacts(
            label="Minimal gated unit",
            description=_AFTER_PADS,
            cell=Cell.MGU,
            is_packed=False,
            readout=Readout.LAST,
            embedding_mean=-0.5,
            style=Style("#5B4BB5", "#B7A6F5", "longdashdot", "star", "groove", "+"),
        ),
        ModelKind.PACKED_MGU: KindFacts(
            label="Packed MGU",
            description=_AFTER_WORDS,
            cell=Cell.MGU,
            is_packed=True,
            readout=Readout.LAST,
            embedding_mean=-0.5,
            style=Style("#7A6A00", "#DDCC66", "5px 2px", "pentagon", "outset", "-"),
        ),
        ModelKind.GRU: KindFacts(
""",
    ),
    Edit(
        "rnndash/models/__init__.py",
        "from rnndash.models.lstm import LSTMClassifier\n",
        "from rnndash.models.lstm import LSTMClassifier\n"
        "from rnndash.models.minimal_gated import MGUClassifier\n",
    ),
    Edit(
        "rnndash/models/__init__.py",
        "Classifier = ElmanClassifier | ",
        "Classifier = MGUClassifier | ElmanClassifier | ",
    ),
    Edit(
        "rnndash/models/__init__.py",
        "        case Cell.GRU:\n",
        """\
        case Cell.MGU:
            return MGUClassifier(*sizes, num_layers=layers, bidirectional=both_ways, packed=packed)
        case Cell.GRU:
""",
    ),
    Edit(
        "rnndash/export/as_code/network.py",
        "        case Cell.GRU:\n",
        """\
        case Cell.MGU:
            return "MGULayers"
        case Cell.GRU:
""",
    ),
    Edit(
        "rnndash/export/as_code/network.py",
        "code=_CODE.substitute(",
        "code=_class_of(facts.cell) + _CODE.substitute(",
    ),
    Edit(
        "rnndash/export/as_code/network.py",
        "def _layer(",
        """\
def _class_of(cell: Cell) -> str:
    if cell is not Cell.MGU:
        return ""
    path = Path(__file__).parents[2] / "models" / "minimal_gated.py"
    text = path.read_text(encoding="utf-8")
    return text[text.index("class MGULayers") : text.index("class MGUClassifier")]


def _layer(""",
    ),
    Edit(
        "rnndash/export/as_code/network.py",
        "from string import Template\n",
        "from pathlib import Path\nfrom string import Template\n",
    ),
)
NEW_CORPUS_FILE = ("weather.py", "rnndash/text/weather.py")
NEW_CORPUS = (
    Edit(
        "rnndash/config/corpus_name.py",
        '    CSV = "csv"\n',
        '    CSV = "csv"\n    WEATHER = "weather"\n',
    ),
    Edit(
        "rnndash/config/corpus_name.py",
        "        CorpusName.CSV: CorpusFacts(\n",
        """\
        CorpusName.WEATHER: CorpusFacts(
            label="Weather (built in)",
            title="the built-in weather reports",
            description="Made by a program, three classes.",
            source=TextSource.BUILT_IN,
            licence="under the MIT licence",
            class_names=("Dry", "Wet", "Cold"),
        ),
        CorpusName.CSV: CorpusFacts(
""",
    ),
    Edit(
        "rnndash/text/readers.py",
        "        case CorpusName.AG_NEWS:\n",
        """\
        case CorpusName.WEATHER:
            from rnndash.text.weather import WeatherReader

            return WeatherReader()
        case CorpusName.AG_NEWS:
""",
    ),
)


def copy_repository(folder: Path) -> None:
    """Copy the package and its pages, with the compiled kernels, without Python's own caches."""
    for name in ("rnndash", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "streamlit_app.py", folder)


def touched_files(new_file: tuple[str, str], edits: tuple[Edit, ...]) -> set[str]:
    """The files of an addition."""
    return {new_file[1], *(edit.file for edit in edits)}


def add(folder: Path, new_file: tuple[str, str], edits: tuple[Edit, ...]) -> None:
    """Make an addition in a copy of the repository.

    Raises:
        ValueError: a text is not there once: write here what stands there now.
    """
    shutil.copy(HERE / new_file[0], folder / new_file[1])
    for edit in edits:
        path = folder / edit.file
        text = path.read_text(encoding="utf-8")
        if text.count(edit.old) != 1:
            raise ValueError(
                f"{edit.file} has {edit.old!r} {text.count(edit.old)} times, not once."
            )
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
