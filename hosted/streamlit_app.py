"""The dashboard for hosted Streamlit, which takes the requirements beside this file."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from rnndash.ui.frame import show_frame  # noqa: E402 - found by the lines above

show_frame().run()
