"""Compare: the curves and results of any runs, and whether their differences are real."""

import streamlit as st

from rnndash.ui.compare.exports import show_import, show_import_notice, show_run_downloads
from rnndash.ui.compare.facts import distinct_labels
from rnndash.ui.compare.mistakes import show_mistakes
from rnndash.ui.compare.runs import chosen_records, show_compared
from rnndash.ui.compare.runs_table import confirm_deletion
from rnndash.ui.compare.verdict import show_verdict
from rnndash.ui.frame import require_frame
from rnndash.ui.growing_chart import load_chart_library

require_frame()
load_chart_library()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.title("Compare runs", width="content")
    show_import()
show_import_notice()
confirm_deletion()
show_compared()
records = chosen_records()
labels = distinct_labels(records)
if records:
    show_verdict(records, labels)
    show_mistakes(records, labels)
    show_run_downloads(records, labels)
