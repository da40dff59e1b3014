"""The entry file of the dashboard: `streamlit run streamlit_app.py`."""

from rnndash.ui.frame import show_frame

show_frame().run()
