"""The things that all visitors of one server share: the settings of the place and its queue."""

import atexit

import streamlit as st

from rnndash.environment import Environment, read_environment
from rnndash.runs.queue import RunQueue
from rnndash.runs.store import RunStore
from rnndash.ui.allocator import return_large_blocks
from rnndash.ui.garbage_collector import freeze_loaded_objects


@st.cache_resource(show_spinner=False)
def environment() -> Environment:
    """What the `RNNDASH_…` variables said when the server started."""
    return_large_blocks()  # here, since it is done once for each server
    freeze_loaded_objects()
    return read_environment()


@st.cache_resource(show_spinner=False)
def run_queue() -> RunQueue:
    """The one queue of this server. When the server ends, its workers save and leave."""
    place = environment()
    queue = RunQueue(RunStore(place.runs_dir), max_workers=place.max_workers)
    atexit.register(queue.close)
    return queue
