import os
import sys
from pathlib import Path

import pytest

from rnndash import environment as module
from rnndash.environment import count_cores, read_environment
from rnndash.errors import ConfigError


def test_home_is_the_folder_of_the_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("RNNDASH_HOME", str(tmp_path))
    assert read_environment().home == tmp_path


@pytest.mark.parametrize("value", [None, ""])
def test_home_without_a_variable_is_in_the_home_of_the_user(monkeypatch, value):
    monkeypatch.delenv("RNNDASH_HOME")
    if value is not None:
        monkeypatch.setenv("RNNDASH_HOME", value)
    assert read_environment().home == Path.home() / ".rnndash"


@pytest.mark.parametrize("name", ["runs_dir", "corpora_dir", "downloads_dir", "uploads_dir"])
def test_folder_lies_in_the_home(environment, name):
    assert getattr(read_environment(), name).parent == environment


def test_reading_the_environment_makes_no_folder(environment):
    read_environment()
    assert list(environment.iterdir()) == []


@pytest.mark.parametrize("value", [None, ""])
def test_data_folder_without_a_variable_is_none(monkeypatch, value):
    if value is not None:
        monkeypatch.setenv("RNNDASH_DATA_DIR", value)
    assert read_environment().data_dir is None


def test_tilde_is_the_home_of_the_user(monkeypatch):
    monkeypatch.setenv("RNNDASH_DATA_DIR", "~/texts")
    assert read_environment().data_dir == Path.home() / "texts"


@pytest.mark.parametrize(("cores", "workers"), [(1, 3), (2, 3), (3, 3), (8, 8)])
def test_workers_are_as_many_as_cores_but_three_at_least(monkeypatch, cores, workers):
    monkeypatch.setattr(module, "count_cores", lambda: cores)
    assert read_environment().max_workers == workers


@pytest.mark.parametrize(
    ("share", "cores"),
    [
        ("max 100000\n", 8),
        ("200000 100000\n", 2),
        ("150000 100000\n", 1),
        ("10000 100000\n", 1),
        ("6400000 100000\n", 8),
        ("not a share", 8),
        ("100000 0", 8),
        (None, 8),
    ],
)
def test_cores_are_those_of_the_containers_share(monkeypatch, tmp_path, share, cores):
    file = tmp_path / "cpu.max"
    if share is not None:
        file.write_text(share)
    monkeypatch.setattr(module, "_SHARE", file)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    count_cores.cache_clear()
    try:
        assert count_cores() == cores
    finally:
        count_cores.cache_clear()


@pytest.mark.parametrize(("known", "cores"), [(None, 1), (6, 6)])
def test_cores_elsewhere_are_those_of_the_machine(monkeypatch, tmp_path, known, cores):
    monkeypatch.setattr(module, "_SHARE", tmp_path / "none")
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(os, "cpu_count", lambda: known)
    count_cores.cache_clear()
    try:
        assert count_cores() == cores
    finally:
        count_cores.cache_clear()


@pytest.mark.parametrize("value", ["1", "2", "64"])
def test_workers_are_those_of_the_variable(monkeypatch, value):
    monkeypatch.setenv("RNNDASH_MAX_WORKERS", value)
    assert read_environment().max_workers == int(value)


@pytest.mark.parametrize("value", ["0", "-1", "65", "1.5", "two", " ", "nan", "1e1", "0x2"])
def test_workers_that_are_no_number_from_1_to_64_are_refused(monkeypatch, value):
    monkeypatch.setenv("RNNDASH_MAX_WORKERS", value)
    with pytest.raises(ConfigError) as caught:
        read_environment()
    assert str(caught.value).startswith(
        f"RNNDASH_MAX_WORKERS must be a whole number from 1 to 64; it is {value!r}."
    )
