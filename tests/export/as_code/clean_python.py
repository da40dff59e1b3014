"""A Python of its own in which scripts run as at a reader's: without rnndash."""

import json
import subprocess
import sys
from pathlib import Path

_RUNNER = """
import contextlib, io, json, os, runpy, sys, traceback

sys.modules["rnndash"] = None  # importing it fails
for line in sys.stdin:
    folder, sys.argv = json.loads(line)
    os.chdir(folder)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            runpy.run_path(sys.argv[0], run_name="__main__")
        except BaseException:
            traceback.print_exc(file=output)
    print(json.dumps(output.getvalue()), flush=True)
"""


class CleanPython:
    """One process for many scripts, so that PyTorch is loaded once."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _RUNNER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, script: str, folder: Path, *arguments: str | Path) -> list[str]:
        """Run a script that stands in `folder`, from there, and give the lines that it prints."""
        path = folder / "script.py"
        path.write_text(script, encoding="utf-8")
        call = [str(folder), [str(path), *map(str, arguments)]]
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline()).splitlines()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
