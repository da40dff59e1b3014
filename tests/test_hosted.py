"""The entry for hosted Streamlit: its pages, and its requirements."""

from pathlib import Path

import pytest
import streamlit as st
from packaging.requirements import Requirement
from streamlit.testing.v1 import AppTest

from rnndash.ui.services import run_queue

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def _lines():
    text = (ROOT / "hosted" / "requirements.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def _urls(**environment):
    """The addresses of PyTorch that apply to a machine."""
    requirements = [Requirement(line) for line in _lines() if not line.startswith("-")]
    return [r.url for r in requirements if r.marker is None or r.marker.evaluate(environment)]


@pytest.mark.parametrize("python", PYTHONS)
def test_linux_on_x64_gets_the_cpu_build_of_the_pinned_pytorch(python):
    (pin,) = (
        line.removeprefix("torch==")
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if line.startswith("torch==")
    )
    tag = f"cp{python.replace('.', '')}"
    assert _urls(sys_platform="linux", platform_machine="x86_64", python_version=python) == [
        f"https://download.pytorch.org/whl/cpu/torch-{pin}%2Bcpu-{tag}-{tag}-manylinux_2_28_x86_64.whl"
    ]


@pytest.mark.parametrize(("system", "machine"), [("darwin", "arm64"), ("linux", "aarch64")])
def test_other_machine_gets_the_usual_build(system, machine):
    assert _urls(sys_platform=system, platform_machine=machine, python_version="3.12") == []


def test_all_other_requirements_are_the_usual_ones():
    assert _lines()[len(PYTHONS) :] == ["-r ../requirements.txt"]


@pytest.fixture
def _own_services(monkeypatch):
    """A server's services for one test, without workers that get ready for a comparison."""
    monkeypatch.setattr("rnndash.runs.queue.RunQueue.warm_up", lambda _: None)
    st.cache_resource.clear()
    yield
    run_queue().close()
    st.cache_resource.clear()


@pytest.mark.usefixtures("_own_services")
def test_hosted_entry_shows_the_pages_of_the_folder_above():
    app = AppTest.from_file(str(ROOT / "hosted" / "streamlit_app.py"), default_timeout=600).run()
    assert app.title[0].value == "Watch recurrent networks learn to read the news"
    app.switch_page("../pages/compare.py").run()
    assert not app.exception
    assert app.title[0].value == "Compare runs"
