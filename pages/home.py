"""Home: what this is, a button to start, the latest results."""

import streamlit as st

from rnndash.app_files import page_script
from rnndash.config.presets import LESSON_MODELS, QUICK_LOOK
from rnndash.errors import RnndashError
from rnndash.ui.comparison import PARAMETER, start_comparison
from rnndash.ui.frame import require_frame
from rnndash.ui.legend import nameplate
from rnndash.ui.services import run_queue
from rnndash.ui.wording import plain

require_frame()
st.title("Watch recurrent networks learn to read the news")
st.markdown(
    "Three networks read the same headlines, in the same order, at the same time. They learn to "
    "tell **World, Sports, Business and Sci/Tech** apart. The training is real and live, on this "
    "machine."
)
with st.container(horizontal=True, vertical_alignment="center"):
    pressed = st.button(
        "Start the quick look", key="quick_look", type="primary", icon=":material/play_arrow:"
    )
    st.caption(QUICK_LOOK.description)
if pressed:
    try:
        comparison = start_comparison([QUICK_LOOK.config.for_model(m) for m in QUICK_LOOK.models])
    except RnndashError as error:
        st.error(plain(str(error)))
    else:
        st.switch_page(page_script("train"), query_params={PARAMETER: comparison})

for column, model in zip(st.columns(len(LESSON_MODELS)), LESSON_MODELS, strict=True):
    with column.container(border=True, height="stretch"):
        st.html(nameplate(model))
        st.caption(model.description)

with st.container(horizontal=True, gap="large"):
    for page, label, icon in (
        ("predict", "Type a headline and watch the networks read it", "chat"),
        ("packing", "See how a minibatch is padded and packed", "view_week"),
        ("inside", "Look inside the cell", "memory"),
    ):
        st.page_link(page_script(page), label=label, icon=f":material/{icon}:")

from rnndash.ui.home.latest import show_latest  # noqa: E402 - the text above is shown before Arrow is loaded

show_latest()
run_queue().warm_up()  # last, since starting workers compete with the page for the cores
