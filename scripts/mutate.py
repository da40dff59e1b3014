"""Mutation testing: one small change of a module at a time, and whether a test notices it.

    python -m scripts.mutate rnndash/statistics.py -- tests/test_statistics.py

What stands after `--` goes to pytest; it runs each mutant in a forked process, so this needs Linux
or macOS. Tests that start a process of their own see the unchanged module there. A survivor is
either a gap in the tests or a change that changes nothing; which one, a person decides.
"""

import argparse
import ast
import copy
import gc
import importlib
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from tempfile import TemporaryDirectory

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_UNCHANGED = ("annotation", "returns", "decorator_list", "type_params", "bases", "ctx", "pattern")
"""Fields of a syntax tree in which a change says nothing about the tests."""
_LOOKS = """
automargin bargap bgcolor borderpad cliponaxis colorscale dragmode fixedrange font font_size height
help help_text icon line_width margin opacity outlinewidth placeholder showgrid size standoff
textfont thickness ticklabelstandoff title_standoff vertical_alignment width xgap yanchor ygap
yshift zeroline zerolinewidth
""".split()  # noqa: SIM905
"""Keywords and keys whose values decide how something looks, and nothing else."""
_SHORTEST_LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change.

    Attributes:
        apply: makes the change in the syntax tree that it was found in.
    """

    line: int
    before: str
    after: str
    apply: Callable[[], None]

    def __str__(self) -> str:
        return f"line {self.line}: {self.before}  ->  {self.after}"


def find_mutants(node: ast.AST) -> Iterator[Mutant]:
    """All changes inside a syntax tree, depth first."""
    for field, at, part in _parts(node):
        is_callee = isinstance(node, ast.Call) and field == "func"
        if not is_callee:
            line = getattr(part, "lineno", getattr(node, "lineno", 0))
            for new in _changes(part):
                yield _mutant(node, field, at, part, new, line)
        yield from find_mutants(part)


def _parts(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    """What a node consists of: its field, the place in it if that is a list, and the part."""
    for field, value in ast.iter_fields(node):
        if field in _UNCHANGED:
            continue
        for at, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(part, ast.AST) or _is_docstring(part):
                continue
            if isinstance(node, ast.Dict) and field == "values":
                key = node.keys[at]
                if isinstance(key, ast.Constant) and key.value in _LOOKS:
                    continue
            if not (isinstance(part, ast.keyword) and part.arg in _LOOKS):
                yield field, at, part


def _is_docstring(node: ast.AST) -> bool:
    """Whether it is a string alone in a line: a docstring of a module, function or constant."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case _ if type(node) in _SWAPPED:
            yield _SWAPPED[type(node)]()
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str() as value):
            yield ast.Constant(f"{value}~")
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.IfExp():
            yield ast.IfExp(node.test, node.orelse, node.body)
        case ast.If() | ast.While():
            other = copy.copy(node)
            other.test = ast.UnaryOp(ast.Not(), node.test)
            yield other
        case ast.Expr() | ast.AugAssign() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.Tuple(ctx=ast.Load()) | ast.List(ctx=ast.Load()):
            for at in range(len(node.elts) - 1):
                other = copy.copy(node)
                other.elts = _with_neighbours_swapped(node.elts, at)
                yield other
        case ast.Call(args=args):
            for at in range(len(args) - 1):
                other = copy.copy(node)
                other.args = _with_neighbours_swapped(args, at)
                yield other


def _with_neighbours_swapped(parts: list[ast.expr], at: int) -> list[ast.expr]:
    return [*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]]


def _mutant(
    parent: ast.AST, field: str, at: int | None, old: ast.AST, new: ast.AST, line: int
) -> Mutant:
    for inner in ast.walk(new):
        ast.copy_location(inner, inner if hasattr(inner, "lineno") else old)

    def apply() -> None:
        if at is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[at] = new

    is_operator = not isinstance(old, ast.expr | ast.stmt)
    before, after = (type(n).__name__ if is_operator else _shown(n) for n in (old, new))
    return Mutant(line, f"{before} in {_shown(parent)}" if is_operator else before, after, apply)


def _shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:89]}…"


@dataclass(frozen=True, slots=True)
class Trial:
    """The tests of one module.

    Attributes:
        path: the module.
        arguments: of pytest.
        folder: for what the tests write; emptied before each run.
    """

    path: Path
    arguments: Sequence[str]
    folder: Path

    def run(self, tree: ast.Module) -> int:
        """Pytest's exit status with the module as the tree has it. Only in a forked process."""
        import pytest

        get_code = SourceFileLoader.get_code

        def changed_code(loader: SourceFileLoader, name: str) -> object:
            if Path(loader.path).resolve() != self.path:
                return get_code(loader, name)
            return compile(ast.fix_missing_locations(tree), str(self.path), "exec")

        SourceFileLoader.get_code = changed_code  # type: ignore[method-assign, assignment]
        options = ["-x", "-q", "-n0", "-p", "no:cacheprovider", f"--basetemp={self.folder}"]
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is loaded already
        return int(pytest.main([*options, *self.arguments]))

    def prepare(self, tree: ast.Module) -> float:
        """Run the tests unchanged, and import what they import from outside this folder.

        Forked processes then begin with all of that loaded.

        Returns:
            The seconds that the tests took.

        Raises:
            SystemExit: the tests fail.
        """
        names = self.folder.with_suffix(".names")

        def probe() -> int:
            status = self.run(tree)
            names.write_text("\n".join(_modules_outside(Path.cwd())))
            return status

        began = time.monotonic()
        if _in_fork(probe, 600.0, is_shown=True) != 0:
            raise SystemExit("The tests fail on the unchanged module. Mend that first.")
        seconds = time.monotonic() - began
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in names.read_text().split():
                with suppress(Exception):
                    importlib.import_module(name)
        gc.freeze()  # else every forked process looks through all of it
        if _in_fork(lambda: self.run(tree), _SHORTEST_LIMIT_S + 5 * seconds, is_shown=True) != 0:
            raise SystemExit("The tests fail where their libraries are loaded before them.")
        return seconds


def _modules_outside(folder: Path) -> list[str]:
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    return [name for name, file in files.items() if file and folder not in Path(file).parents]


def _in_fork(run: Callable[[], int], limit_s: float, *, is_shown: bool = False) -> int | None:
    """The exit status of what runs in a forked process; None if it took too long."""
    pid = os.fork()
    if pid == 0:
        status = 99
        try:
            os.setsid()
            if not is_shown:
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, 1)
                os.dup2(nothing, 2)
            status = run()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def main() -> None:
    """Print the survivors as they come, and the count of all at the end."""
    own, _, pytests = "\n".join(sys.argv[1:]).partition("\n--\n")
    parser = argparse.ArgumentParser(
        prog="python -m scripts.mutate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("module", type=Path, help="the file to change, such as rnndash/events.py")
    parser.add_argument("--lines", default="1-1000000", help="change only these: FIRST-LAST")
    parser.add_argument("--every", type=int, default=1, help="2 tries every second change, …")
    options = parser.parse_args(own.split("\n"))
    first, last = map(int, options.lines.split("-"))
    path = options.module.resolve()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    mutants = [mutant for mutant in find_mutants(tree) if first <= mutant.line <= last]
    mutants = mutants[:: options.every]
    survivors = 0
    with TemporaryDirectory() as folder:
        trial = Trial(path, pytests.split("\n"), Path(folder) / "tests")
        limit_s = _SHORTEST_LIMIT_S + 5 * trial.prepare(tree)
        for mutant in mutants:

            def run(mutant: Mutant = mutant) -> int:
                mutant.apply()
                return trial.run(tree)

            if _in_fork(run, limit_s) == 0:
                survivors += 1
                print(mutant, flush=True)
    print(f"{len(mutants)} mutants, {len(mutants) - survivors} killed, {survivors} survived")


if __name__ == "__main__":
    main()
