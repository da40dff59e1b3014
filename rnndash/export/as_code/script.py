"""A run as a Python script."""

import textwrap

from rnndash.config.run_config import RunConfig
from rnndash.environment import Environment
from rnndash.events import Finished
from rnndash.export.as_code.section import Section
from rnndash.export.as_code.sections import run_sections

_WIDTH = 100


def run_script(
    config: RunConfig, environment: Environment, *, expected: Finished | None = None
) -> str:
    """The run as a script that needs PyTorch and NumPy alone; the texts are given to it.

    Args:
        environment: where an uploaded CSV file is.
        expected: what the run reached; stated at the top.

    Raises:
        CorpusError: the run's CSV file cannot be read.
    """
    opening, *steps = run_sections(config, environment, expected=expected, on_command_line=True)
    docstring = "\n\n".join([f"{opening.title}.", _wrapped(opening.text)])
    beginning = f'"""{docstring}\n"""\n\n{opening.code}\n'
    return beginning + "\n" + "\n\n".join(_part(step) for step in steps)


def _part(section: Section) -> str:
    """A section under a heading of comments, with the empty lines that formatters want."""
    comments = [f"# ---- {section.title} ----", _wrapped(section.text, prefix="# ")]
    gap = "\n\n\n" if section.code.startswith(("class ", "def ")) else "\n\n"
    return "\n".join(comments) + gap + section.code + "\n"


def _wrapped(text: str, prefix: str = "") -> str:
    paragraphs = [
        textwrap.fill(paragraph, _WIDTH, initial_indent=prefix, subsequent_indent=prefix)
        for paragraph in text.split("\n\n")
    ]
    return f"\n{prefix.rstrip()}\n".join(paragraphs)
