"""`rnndash app`: the dashboard, started as `streamlit run streamlit_app.py` starts it."""

import argparse
import runpy
import sys
from collections.abc import Sequence

from rnndash.app_files import app_script

DESCRIPTION = (
    "Open the dashboard in the browser. Streamlit's own options can follow, for example "
    "--server.address 0.0.0.0 or --server.headless true."
)


def add_app(app: argparse.ArgumentParser) -> None:
    """Add the options of `rnndash app`; those of Streamlit are passed on as they are."""
    app.add_argument("--port", type=int, metavar="N", help="port of the server; else 8501")


def streamlit_command(port: int | None, options: Sequence[str]) -> list[str]:
    """The arguments of `streamlit` for this app.

    The settings come from `.streamlit/config.toml` beside the script, which Streamlit reads by
    itself.
    """
    chosen = [] if port is None else [f"--server.port={port}"]
    return ["run", str(app_script()), *chosen, *options]


def run_app(port: int | None, options: Sequence[str]) -> None:
    """Run Streamlit in this process until the server is stopped; ends by `SystemExit`.

    In this process, so that a signal to it reaches the server.
    """
    sys.argv = ["streamlit", *streamlit_command(port, options)]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
