"""The rules of the house, read off the imports of every module."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from rnndash import errors

ROOT = Path(errors.__file__).parents[1]
LAYERS = (
    "errors",
    "environment",
    "word_vectors",
    "settings",
    "config",
    "presets",
    "events",
    "results",
    "statistics",
    "reference",
    "text",
    "as_code",
    "order",
    "batches",
    "models",
    "machine",
    "kernels",
    "recurrence",
    "compiled_network",
    "momentum",
    "row_steps",
    "optimiser",
    "checkpoint",
    "random_state",
    "networks",
    "evaluation",
    "second_thread",
    "learning",
    "tally",
    "training",
    "packing",
    "inspection",
    "runs",
    "memory_task",
    "figures",
    "ui",
    "lesson",
    "bench",
    "options",
    "cli",
    "__main__",
)
"""From the ground up: a module imports from its own layer and from those before it."""

SCREEN = ("rnndash/ui/", "pages/", "streamlit_app.py")
HOMES = {
    "streamlit": SCREEN,
    "plotly": ("rnndash/figures/",),
    "numba": ("rnndash/kernels/",),
    "llvmlite": ("rnndash/kernels/",),
    "msgspec": ("rnndash/events.py", "rnndash/runs/"),
    "torchtext": ("rnndash/text/", "rnndash/lesson.py"),
}
"""Where alone a library may be imported."""

LIGHT = (
    "settings",
    "config",
    "environment",
    "word_vectors",
    "text.vector_files",
    "errors",
    "events",
    "results",
    "statistics",
    "reference",
    "order",
    "packing.results",
    "packing.sequences",
    "packing.costs",
    "inspection.results",
    "inspection.step_formula",
    "inspection.units",
    "memory_task.settings",
    "memory_task.sequences",
    "memory_task.results",
    "memory_task.store",
    "memory_task.trainer",
    "memory_task.__main__",
)


def _relative(path):
    return path.relative_to(ROOT).as_posix()


PACKAGE = sorted((ROOT / "rnndash").rglob("*.py"))
SOURCES = [*PACKAGE, *sorted((ROOT / "pages").glob("*.py")), ROOT / "streamlit_app.py"]
each_source = pytest.mark.parametrize("path", SOURCES, ids=_relative)
each_module = pytest.mark.parametrize("path", PACKAGE, ids=_relative)


def _imports(path):
    """The dotted names that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_relative(path)} has a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _layer(dotted):
    """The layer of `rnndash.…`; None for other packages and for what the package itself offers."""
    package, _, inside = dotted.partition(".")
    name = inside.partition(".")[0]
    is_module = (ROOT / "rnndash" / name).is_dir() or (ROOT / "rnndash" / f"{name}.py").is_file()
    return name if package == "rnndash" and name and is_module else None


def _dotted(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _modules_in(folder):
    return [_dotted(path) for path in PACKAGE if path.parent == ROOT / "rnndash" / folder]


@each_source
@pytest.mark.parametrize("library", HOMES)
def test_library_is_imported_only_in_its_home(path, library):
    imported = {dotted.partition(".")[0] for dotted in _imports(path)}
    assert library not in imported or _relative(path).startswith(HOMES[library])


@each_module
def test_module_imports_only_what_stands_before_it(path):
    own = _layer(_dotted(path))
    allowed = LAYERS[: LAYERS.index(own) + 1] if own else ()
    layers = {layer for dotted in _imports(path) if (layer := _layer(dotted))}
    assert sorted(layers - set(allowed)) == []


@pytest.mark.parametrize("path", [p for p in SOURCES if p not in PACKAGE], ids=_relative)
def test_page_imports_nothing_after_the_screen(path):
    layers = {layer for dotted in _imports(path) if (layer := _layer(dotted))}
    assert sorted(layers - set(LAYERS[: LAYERS.index("ui") + 1])) == []


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        *((f"rnndash.{name}", ("torch", "torchtext", "plotly")) for name in LIGHT),
        *(
            (module, ("torch", "torchtext", "plotly"))
            for module in _modules_in("runs")
            if module != "rnndash.runs.worker"
        ),
        *((module, ("torch", "torchtext")) for module in _modules_in("figures")),
    ],
)
def test_module_that_only_tells_of_runs_loads_nothing_heavy(module, absent):
    code = f"import sys, {module}; print(*sorted(set({absent!r}) & set(sys.modules)))"
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert process.stdout.split() == []


ERRORS = [
    value
    for _, value in inspect.getmembers(errors, inspect.isclass)
    if value.__module__ == errors.__name__
]
LEAVES = [e for e in ERRORS if e not in (errors.RnndashError, errors.RunError)]


@pytest.mark.parametrize("error", ERRORS)
def test_error_descends_from_the_root(error):
    assert issubclass(error, errors.RnndashError)


@pytest.mark.parametrize("error", LEAVES)
def test_error_that_is_raised_is_also_a_fitting_built_in(error):
    general = (object, BaseException, Exception)
    known = [c for c in error.__mro__ if c not in general and c.__module__ == "builtins"]
    assert known != []


@pytest.mark.parametrize("error", ERRORS)
def test_error_stands_in_the_drawing_of_the_tree(error):
    assert error.__name__ in errors.__doc__
