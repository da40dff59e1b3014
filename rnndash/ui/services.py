"""What all visitors of one server share: its settings and its queue."""

import atexit

import streamlit as st

from rnndash.environment import Environment, read_environment
from rnndash.runs.queue import RunQueue
from rnndash.runs.store import RunStore
from rnndash.ui.allocator import return_large_blocks
from rnndash.ui.garbage_collector import freeze_loaded_objects


@st.cache_resource(show_spinner=False)
def environment() -> Environment:
    """The `RNNDASH_…` variables as they were when the server started."""
    return_large_blocks()  # here, because this runs once for each server
    freeze_loaded_objects()
    return read_environment()


@st.cache_resource(show_spinner=False)
def run_queue() -> RunQueue:
    """The queue of this server. When the server exits, its workers save their runs and exit."""
    settings = environment()
    queue = RunQueue(RunStore(settings.runs_dir), max_workers=settings.max_workers)
    atexit.register(queue.close)
    return queue
