"""Home: what this is, one button to begin, the latest results."""

import streamlit as st

from rnndash.config import QUICK_LOOK
from rnndash.errors import RnndashError
from rnndash.ui.comparison import PARAMETER, start_comparison
from rnndash.ui.latest import show_latest

st.title("Watch recurrent networks learn to read the news")
st.markdown(
    "A simple RNN, an LSTM and an LSTM on packed sequences train **side by side** on the same "
    "minibatches of headlines. Real training, live, in this browser."
)
if st.button(
    "Start the quick look", key="quick_look", type="primary", icon=":material/play_arrow:"
):
    try:
        comparison = start_comparison([QUICK_LOOK.config.for_model(m) for m in QUICK_LOOK.models])
        st.switch_page("pages/train.py", query_params={PARAMETER: comparison})
    except RnndashError as error:
        st.error(str(error))
st.caption(QUICK_LOOK.description)

show_latest()
