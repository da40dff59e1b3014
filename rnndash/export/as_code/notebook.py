"""A run as a Jupyter notebook, in the form nbformat 4.5.

https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import json
import re
from typing import Any

from rnndash.config.run_config import RunConfig
from rnndash.environment import Environment
from rnndash.events import Finished
from rnndash.export.as_code.section import Section
from rnndash.export.as_code.sections import run_sections


def run_notebook(
    config: RunConfig, environment: Environment, *, expected: Finished | None = None
) -> str:
    """The run as the JSON text of a notebook: the cells of `run_script`'s code, not yet executed.

    Args:
        environment: where an uploaded CSV file is.
        expected: what the run reached; stated at the top.

    Raises:
        CorpusError: the run's CSV file cannot be read.
    """
    sections = run_sections(config, environment, expected=expected, on_command_line=False)
    notebook = {
        "cells": [
            cell
            for number, section in enumerate(sections)
            for cell in _cells(section, heading="#" if number == 0 else "##")
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cells(section: Section, *, heading: str) -> list[dict[str, Any]]:
    """A cell of Markdown and a cell of code."""
    name = re.sub(r"\W+", "-", section.title.lower())
    text = f"{heading} {section.title}\n\n{section.text}"
    return [
        {
            "cell_type": "markdown",
            "id": f"{name}-text",
            "metadata": {},
            "source": text.splitlines(keepends=True),
        },
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"{name}-code",
            "metadata": {},
            "outputs": [],
            "source": section.code.splitlines(keepends=True),
        },
    ]
