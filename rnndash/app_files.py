"""The paths of the dashboard's scripts, in a checkout and in an installed package.

In a checkout `streamlit_app.py`, `pages/` and `.streamlit/` stand beside the package. A wheel holds
the same files in `rnndash/app/`.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_IN_WHEEL = _PACKAGE / "app"


def app_folder() -> Path:
    """The folder of `streamlit_app.py`, absolute."""
    return (_IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parent).resolve()


def app_script() -> Path:
    """The script that `streamlit run` starts."""
    return app_folder() / "streamlit_app.py"


def page_script(name: str) -> str:
    """The script of a page, such as `"train"`.

    Absolute, since Streamlit looks for a relative path beside the script that it was started with,
    which can be one of another folder.
    """
    return str(app_folder() / "pages" / f"{name}.py")
