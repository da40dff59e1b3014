"""Settings of Python's garbage collector, which Streamlit calls after each run of a page."""

import gc
from functools import cache


@cache
def freeze_loaded_objects() -> None:
    """Make the collector ignore every object that exists now; once for each process.

    Streamlit (1.67) collects garbage after each run of a page or fragment, and the page's last
    elements reach the browser only after that. It takes 0.05 s and more, nearly all of it for
    modules, which are never garbage. Objects made later are collected as usual.
    """
    gc.freeze()


@cache
def freeze_pytorch_objects() -> None:
    """Make the collector ignore PyTorch's objects, half of the server's, once it is loaded."""
    gc.freeze()
