"""The frame of the dashboard: `streamlit run streamlit_app.py`."""

import streamlit as st

st.set_page_config(page_title="rnndash", page_icon=":material/timeline:", layout="wide")

page = st.navigation(
    [
        st.Page(
            "pages/home.py",
            title="Home",
            icon=":material/home:",
            default=True,
            help="What this is, a quick look to start with one click, and the latest results.",
        ),
        st.Page(
            "pages/train.py",
            title="Train",
            icon=":material/model_training:",
            url_path="train",
            help="Choose texts, models and settings; watch the models learn side by side.",
        ),
    ],
    position="top",
)
page.run()
