"""Documents name only files, modules and functions that exist."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
]
FOLDERS = r"\.ci|\.github|benchmarks|docs|hosted|pages|rnndash|scripts|tests"
PATH = re.compile(rf"(?:{FOLDERS})/[\w./-]*\w/?")
MODULE = re.compile(r"\b(?:rnndash|benchmarks|scripts|tests)(?:\.[a-z_]\w*)+")
IN_WHEEL = "rnndash/app/"
"""A folder that only an installed package has."""


def _text(document):
    return (ROOT / document).read_text(encoding="utf-8")


def _is_module(dotted):
    """Whether it is a module, or a name in one."""
    try:
        return importlib.util.find_spec(dotted) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_in_a_document_exists(document):
    named = set(re.findall(r"`([^`\n]+)`", _text(document)))
    paths = {path for code in named for path in PATH.findall(code) if path == code} - {IN_WHEEL}
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_module_in_a_document_exists(document):
    modules = {m for m in MODULE.findall(_text(document)) if not m.endswith((".py", ".md", ".txt"))}
    assert sorted(module for module in modules if not _is_module(module)) == []


def _missing_functions(text):
    """The functions that a text calls, as `name()`, and the package does not define."""
    called = set(re.findall(r"`(?:\w+\.)*(\w+)\([^`\n]*\)`", text))
    sources = [path.read_text("utf-8") for path in (ROOT / "rnndash").rglob("*.py")]
    defined = set(re.findall(r"^\s*(?:def|class) (\w+)", "\n".join(sources), re.M))
    return sorted(called - defined)


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_function_in_a_document_exists(document):
    assert _missing_functions(_text(document)) == []


def test_function_that_the_package_lacks_is_noticed():
    assert _missing_functions("It calls `need_frame()` and `require_frame()`.") == ["need_frame"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_leads_to_one(document):
    folder = (ROOT / document).parent
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", _text(document))
    local = [link for link in links if not link.startswith("http")]
    assert [link for link in local if not (folder / link).exists()] == []


def _sources(room):
    """The code of a room of the drawing."""
    if room == "pages":
        return [*(ROOT / "pages").glob("*.py"), ROOT / "streamlit_app.py"]
    folder = ROOT / "rnndash" / room
    return folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]


def test_every_arrow_of_the_drawing_is_an_import():
    arrows = re.findall(r"(\w+)(?:\[.*?\])? --> (\w+)", _text("docs/architecture.md"))
    assert len(arrows) > 15
    wrong = [
        f"{user} does not import {used}"
        for used, user in arrows
        if not any(
            re.search(rf"^\s*(?:from|import) rnndash\.{used}\b", path.read_text("utf-8"), re.M)
            for path in _sources(user)
        )
    ]
    assert wrong == []
