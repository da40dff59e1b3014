"""What holds for every test: no test touches a user's folders, and torch computes alone."""

import hypothesis
import pytest
import torch

hypothesis.settings.register_profile("rnndash", deadline=None, print_blob=True)
hypothesis.settings.load_profile("rnndash")


@pytest.fixture(autouse=True)
def environment(tmp_path_factory, monkeypatch):
    """A home of its own for each test, and none of the user's settings."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("RNNDASH_HOME", str(home))
    monkeypatch.delenv("RNNDASH_DATA_DIR", raising=False)
    monkeypatch.delenv("RNNDASH_MAX_WORKERS", raising=False)
    return home


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    torch.set_num_threads(1)
