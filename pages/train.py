"""Train: choose settings, start the models side by side, watch them learn."""

import streamlit as st

from rnndash.errors import RnndashError
from rnndash.ui.comparison import current_comparison, start_comparison
from rnndash.ui.frame import require_frame
from rnndash.ui.services import run_queue
from rnndash.ui.train.settings_form import show_form
from rnndash.ui.wording import plain

require_frame()
st.title("Train side by side")

with st.container(border=True):
    runs = show_form()
    if runs is not None:
        try:
            start_comparison(runs.configs())
        except RnndashError as error:
            st.error(plain(str(error)))

comparison = current_comparison()
if comparison is None:
    st.info(
        "Nothing has been trained yet. Press **Start training**. The models then appear here, side "
        "by side, and their curves grow while they learn.",
        icon=":material/timeline:",
    )
else:
    # Loaded after the form, which is shown before Plotly is there.
    from rnndash.ui.train.live import show_live

    show_live(comparison)
run_queue().warm_up()  # last, since starting workers compete with the page for the cores
