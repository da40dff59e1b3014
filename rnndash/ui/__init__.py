"""What the pages share. Besides `pages/` and `streamlit_app.py`, only this imports Streamlit."""
