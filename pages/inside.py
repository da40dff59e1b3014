"""Inside the cell: states, gates, gradients, memory and embeddings of the trained networks."""

import streamlit as st

from rnndash.training.device import use_one_thread
from rnndash.ui.frame import require_frame
from rnndash.ui.growing_chart import load_chart_library
from rnndash.ui.inside.page import show_inside

require_frame()
use_one_thread()
load_chart_library()
st.title("Inside the cell")
show_inside()
