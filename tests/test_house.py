"""The rules of the house, read off the imports of every module.

`python -m tests.test_house` prints the table of rooms for CONTRIBUTING.
"""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from rnndash import errors

ROOT = Path(errors.__file__).parents[1]
ROOMS = {
    "errors": "every error that a user can fix, in one tree",
    "files": "atomic writing of files and folders",
    "environment": "what the `RNNDASH_…` variables say",
    "app_files": "where the dashboard's scripts are, in a checkout and installed",
    "config": "what a run computes: settings and limits, kinds of models, corpora, presets",
    "events": "what a run reports while it trains",
    "results": "the state and the results of a run: curves, accuracies, predictions",
    "statistics": "smoothing, intervals, and whether two runs differ",
    "lesson_curves": "the curves that the lesson published",
    "text": "from a source of texts to integer arrays: reading, tokens, vocabulary, order",
    "models": "the networks, one readable file for each cell",
    "kernels": "the inner loops of training, compiled for the CPU, each a typed function",
    "compiled": "the networks and exact lazy Adam on these kernels",
    "training": "a run from its first minibatch to its test, as an iterator of events",
    "inspection": "what a trained network does with a text: (network, text) to frozen results",
    "packing": "how padding and packing lay out a minibatch, and what that costs",
    "runs": "runs on disk: folder, journal, store; the queue and its worker processes",
    "memory_task": "the memory task: its settings, its process, its results",
    "export": "what leaves the dashboard: tables, archives, a run as code",
    "figures": "Plotly figures, one file each: numbers first, drawing second",
    "ui": "what the pages share, and a folder for each page",
    "lesson": "the names of the lesson's notebook",
    "bench": "the lesson's loop against the dashboard",
    "cli": "the command line",
    "__main__": "`python -m rnndash`, the same as `rnndash`",
}
"""From the ground up: a module imports from its own room and from those before it."""

SCREEN = ("rnndash/ui/", "pages/", "streamlit_app.py")
HOMES = {
    "streamlit": SCREEN,
    "plotly": ("rnndash/figures/",),
    "numba": ("rnndash/kernels/",),
    "llvmlite": ("rnndash/kernels/",),
    "msgspec": ("rnndash/events.py", "rnndash/runs/", "rnndash/export/"),
    "torchtext": ("rnndash/text/", "rnndash/lesson.py"),
}
"""Where alone a library may be imported."""

LIGHT_ROOMS = ("config", "runs", "export", "export/as_code")
LIGHT = (
    "errors",
    "files",
    "environment",
    "events",
    "results",
    "statistics",
    "lesson_curves",
    "text.order",
    "text.vector_files",
    "packing.minibatch",
    "packing.step_times",
    "packing.sequences",
    "packing.costs",
    "inspection.encoded_text",
    "inspection.network_info",
    "inspection.predictions",
    "inspection.answer_table",
    "inspection.attributions",
    "inspection.embedding_views",
    "inspection.many_texts",
    "inspection.marked_text",
    "inspection.variants",
    "inspection.traces",
    "inspection.steps",
    "inspection.flows",
    "inspection.step_formula",
    "inspection.units",
    "memory_task.settings",
    "memory_task.sequences",
    "memory_task.outcomes",
    "memory_task.store",
    "memory_task.trainer",
    "memory_task.__main__",
)
"""Modules that only tell of runs, texts or results: they load neither PyTorch nor Plotly."""
HEAVY = ("rnndash.runs.worker",)


def _relative(path):
    return path.relative_to(ROOT).as_posix()


PACKAGE = sorted((ROOT / "rnndash").rglob("*.py"))
PAGES = [*sorted((ROOT / "pages").glob("*.py")), ROOT / "streamlit_app.py"]
SOURCES = [*PACKAGE, *PAGES]


def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path):
    """The dotted names that a file imports, wherever in it the import stands."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _room(dotted):
    """The room of `rnndash.…`; None for other packages and for what the package itself offers."""
    package, _, inside = dotted.partition(".")
    name = inside.partition(".")[0]
    is_module = (ROOT / "rnndash" / name).is_dir() or (ROOT / "rnndash" / f"{name}.py").is_file()
    return name if package == "rnndash" and name and is_module else None


def _page_room(dotted):
    """`train` of `rnndash.ui.train.…`; None for what is no page's own."""
    parts = dotted.split(".")
    is_ui = parts[:2] == ["rnndash", "ui"] and len(parts) > 2
    return parts[2] if is_ui and (ROOT / "rnndash" / "ui" / parts[2]).is_dir() else None


def _dotted(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _modules_in(folder):
    return [_dotted(path) for path in PACKAGE if path.parent == ROOT / "rnndash" / folder]


def table_of_rooms():
    """The lines of the table in CONTRIBUTING."""
    rows = ["| room | what |", "|---|---|"]
    for name, what in ROOMS.items():
        folder = (ROOT / "rnndash" / name).is_dir()
        rows.append(f"| `{name}/` | {what} |" if folder else f"| `{name}.py` | {what} |")
    return "\n".join(rows)


def test_all_imports_are_absolute():
    relative = [
        _relative(path)
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]
    assert relative == []


def test_library_is_imported_only_in_its_home():
    strays = [
        f"{_relative(path)} imports {library}"
        for path in SOURCES
        for library in sorted({dotted.partition(".")[0] for dotted in _imports(path)} & set(HOMES))
        if not _relative(path).startswith(HOMES[library])
    ]
    assert strays == []


def test_module_imports_only_from_rooms_before_its_own():
    order = list(ROOMS)
    upward = [
        f"{_relative(path)} imports {dotted}"
        for path in PACKAGE
        if (own := _room(_dotted(path)))
        for dotted in _imports(path)
        if (room := _room(dotted)) and order.index(room) > order.index(own)
    ]
    assert upward == []


def test_page_imports_nothing_after_the_screen():
    order = list(ROOMS)
    after = [
        f"{_relative(path)} imports {dotted}"
        for path in PAGES
        for dotted in _imports(path)
        if (room := _room(dotted)) and order.index(room) > order.index("ui")
    ]
    assert after == []


def test_what_pages_share_imports_no_page_and_no_page_another():
    crossing = [
        f"{_relative(path)} imports {dotted}"
        for path in PACKAGE
        if _room(_dotted(path)) == "ui"
        for dotted in _imports(path)
        if _page_room(dotted) not in (None, _page_room(_dotted(path)))
    ]
    assert crossing == []


def test_every_room_is_in_the_table():
    there = {_room(_dotted(path)) for path in PACKAGE} - {None}
    assert there == set(ROOMS)


def test_contributing_has_the_table_of_rooms():
    assert table_of_rooms() in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def _first_that_loads(modules, absent):
    """The first of the modules with which one of the libraries comes, and the library; or nothing.

    All are imported into one fresh process, one after the other.
    """
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
        f"    heavy = sorted(set({absent!r}) & set(sys.modules))\n"
        "    if heavy: sys.exit(print(name, *heavy))\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return process.stdout.strip()


@pytest.mark.slow
def test_module_that_only_tells_of_runs_loads_nothing_heavy():
    rooms = [module for room in LIGHT_ROOMS for module in _modules_in(room) if module not in HEAVY]
    modules = [*rooms, *(f"rnndash.{name}" for name in LIGHT)]
    assert _first_that_loads(modules, ("torch", "torchtext", "plotly", "streamlit")) == ""


@pytest.mark.slow
def test_module_that_draws_loads_no_torch():
    assert _first_that_loads(_modules_in("figures"), ("torch", "torchtext")) == ""


ENUMS = {
    node.name
    for path in SOURCES
    for node in ast.walk(_tree(path))
    if isinstance(node, ast.ClassDef)
    and any(isinstance(base, ast.Name) and base.id in ("Enum", "StrEnum") for base in node.bases)
}
PARTIAL_TABLES = ("rnndash/config/presets.py",)  # custom stands for every other choice


def _is_member(node):
    """Whether the node is `Kind.MEMBER` of an enum of the package."""
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ENUMS
    )


def _falls_through(tree):
    """Lines of tables by members of an enum, and of matches on them, that may miss a member."""
    checked = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "complete"
        for argument in node.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and id(node) not in checked:
            if any(_is_member(key) for key in node.keys):
                yield node.lineno
        elif isinstance(node, ast.Match) and any(map(_is_member, map(_value, ast.walk(node)))):
            end = ast.unparse(node.cases[-1])
            if not end.startswith(("case _:\n    assert_never(", "case _:\n    raise ")):
                yield node.lineno


def _value(node):
    return node.value if isinstance(node, ast.MatchValue) else None


def test_members_of_an_enum_are_distinguished_so_that_none_is_missed():
    missed = [
        f"{_relative(path)}:{line}"
        for path in SOURCES
        if _relative(path) not in PARTIAL_TABLES
        for line in _falls_through(_tree(path))
    ]
    assert missed == [], "Put tables into `complete(…)`, end a match with `assert_never`."


ERRORS = [
    value
    for _, value in inspect.getmembers(errors, inspect.isclass)
    if value.__module__ == errors.__name__
]


def test_every_error_descends_from_the_root():
    assert [e.__name__ for e in ERRORS if not issubclass(e, errors.RnndashError)] == []


def test_every_error_that_is_raised_is_also_a_fitting_built_in():
    general = {object, BaseException, Exception}
    branches = (errors.RnndashError, errors.RunError)
    without = [
        error.__name__
        for error in ERRORS
        if error not in branches
        and not any(c.__module__ == "builtins" for c in set(error.__mro__) - general)
    ]
    assert without == []


def test_every_error_stands_in_the_drawing_of_the_tree():
    assert [e.__name__ for e in ERRORS if e.__name__ not in errors.__doc__] == []


if __name__ == "__main__":
    print(table_of_rooms())
