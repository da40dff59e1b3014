"""A run as code: a script and a notebook in plain PyTorch that repeat the run.

Both are made from one list of sections, see `rnndash.export.as_code.sections`.
"""

from rnndash.export.as_code.bundle import code_bundle
from rnndash.export.as_code.notebook import run_notebook
from rnndash.export.as_code.script import run_script

__all__ = ["code_bundle", "run_notebook", "run_script"]
