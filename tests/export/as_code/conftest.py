import pytest

from rnndash.environment import read_environment
from tests.export.as_code.clean_python import CleanPython


@pytest.fixture(scope="session")
def clean_python():
    python = CleanPython()
    yield python
    python.close()


@pytest.fixture
def place(environment):
    """The dashboard's settings of the place, for a test of its own."""
    return read_environment()
