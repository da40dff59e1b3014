"""Predict: type a headline and see the trained networks answer."""

import streamlit as st

from rnndash.training.device import use_one_thread
from rnndash.ui.frame import require_frame
from rnndash.ui.growing_chart import load_chart_library
from rnndash.ui.networks import choose_networks
from rnndash.ui.predict.page import show_prediction

require_frame()
use_one_thread()
load_chart_library()
st.title("Predict")
opened = choose_networks()
if opened:
    show_prediction(opened)
