import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.mutate import find_mutants

ROOT = Path(__file__).parents[2]


def _results(code):
    """The code after each of its mutants."""
    results = []
    for number in range(len(list(find_mutants(ast.parse(code))))):
        tree = ast.parse(code)
        list(find_mutants(tree))[number].apply()
        results.append(ast.unparse(ast.fix_missing_locations(tree)))
    return results


@pytest.mark.parametrize(
    ("code", "results"),
    [
        ("a < b", ["pass", "a <= b"]),
        ("x = a - b", ["x = a + b"]),
        ("x = not a", ["x = a"]),
        ("x = 1", ["x = 2"]),
        ("x = True", ["x = False"]),
        ("x = 'a'", ["x = 'a~'"]),
        ("x = f(a, b)", ["x = f(b, a)"]),
        ("x = [a, b, c]", ["x = [b, a, c]", "x = [a, c, b]"]),
        ("x = a if b else c", ["x = c if b else a"]),
        ("if a:\n    x = b", ["if not a:\n    x = b"]),
        ("x += a", ["pass", "x -= a"]),
    ],
)
def test_each_change_is_made_alone(code, results):
    assert _results(code) == results


@pytest.mark.parametrize(
    "code",
    [
        '"""A docstring."""',
        "@dataclass(frozen=True)\nclass A(B[1]):\n    x: Literal[1]",
        "def f(a: Literal[1]) -> Literal[2]:\n    return a",
        "x = f(width=1)",
        "x = {'width': 1}",
        "a, b = c",
    ],
)
def test_what_no_test_should_look_at_is_left_alone(code):
    assert all("~" in result for result in _results(code))  # of 'width~', which is no width


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_survivors_are_those_that_the_tests_pass(tmp_path):
    (tmp_path / "doubled.py").write_text("def doubled(n):\n    return 2 * n\n")
    (tmp_path / "test_doubled.py").write_text(
        "from doubled import doubled\n\n\ndef test_nothing_stays():\n    assert doubled(0) == 0\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "scripts.mutate", "doubled.py", "--", "test_doubled.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-2:] == [
        "line 2: 2  ->  3",
        "2 mutants, 1 killed, 1 survived",
    ]
