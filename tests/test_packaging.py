"""The package as pip sees it: what it needs, and what its wheel holds."""

import os
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import rnndash

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
APP = {
    "streamlit_app.py": "streamlit_app.py",
    ".streamlit/config.toml": ".streamlit/config.toml",
    **{f"pages/{path.name}": f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")},
}


def _requirements(name):
    """The requirements of a file, without comments and references to other files."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.replace('"', "'") for line in lines if line and line[0] not in "#-"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the working tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel's files in a folder, as pip would unpack them."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _run(installed, *command):
    """What a command prints that runs on the wheel's files, far from the checkout."""
    process = subprocess.run(
        [sys.executable, *command],
        cwd=installed.parent,
        env=os.environ | {"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    return process.stdout.strip()


def test_requirements_are_those_of_the_project():
    assert _requirements("requirements.txt") == PROJECT["dependencies"]


def test_requirements_for_development_are_those_of_the_extra():
    assert _requirements("requirements-dev.txt") == PROJECT["optional-dependencies"]["dev"]


def test_wheel_holds_the_package_and_the_scripts_and_nothing_else(wheel):
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "rnndash").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == package | {f"rnndash/app/{name}" for name in APP}


def test_wheel_holds_what_is_no_python_and_the_package_reads(wheel):
    with zipfile.ZipFile(wheel) as archive:
        kinds = {Path(name).suffix or Path(name).name for name in archive.namelist()}
    assert kinds >= {".js", ".css", ".svg", ".csv", ".safetensors", ".jsonl", ".txt", ".typed"}


def test_wheel_holds_the_scripts_unchanged(installed):
    for name, inside in APP.items():
        assert (installed / "rnndash" / "app" / inside).read_bytes() == (ROOT / name).read_bytes()


def test_metadata_has_the_version_of_the_package_and_the_pythons_that_it_runs_on(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
    assert metadata["Version"] == rnndash.__version__
    assert set(metadata["Requires-Python"].split(",")) == {">=3.11", "<3.15"}


def test_changelog_has_the_version_of_the_package():
    assert f"\n## [{rnndash.__version__}] - " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_installed_package_finds_its_own_scripts(installed):
    code = "from rnndash.app_files import *; print(app_script(), page_script('train'), sep='\\n')"
    app = (installed / "rnndash" / "app").resolve()
    found = _run(installed, "-c", code).splitlines()
    assert found == [str(app / "streamlit_app.py"), str(app / "pages" / "train.py")]


def test_installed_command_says_its_version(installed):
    assert _run(installed, "-m", "rnndash", "--version") == f"rnndash {rnndash.__version__}"
