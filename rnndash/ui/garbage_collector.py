"""Python's garbage collector, which Streamlit calls after each run of a page."""

import gc
from functools import cache


@cache
def freeze_loaded_objects() -> None:
    """Have the collector pass over all that there is now, once for the process.

    Streamlit (1.67) goes through every object after each run, also of a fragment, and the page's
    last elements reach the browser only after that: 0.05 s and more, nearly all of it for modules,
    which are never garbage. What comes later is collected as before.
    """
    gc.freeze()


@cache
def freeze_pytorch_objects() -> None:
    """The same once more, for a server that has loaded PyTorch: half of its objects are that."""
    gc.freeze()
