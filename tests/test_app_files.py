"""The dashboard's scripts in a checkout; those of a wheel are in `test_packaging.py`."""

from pathlib import Path

from rnndash.app_files import app_folder, app_script, page_script

ROOT = Path(__file__).parents[1].resolve()


def test_scripts_of_a_checkout_stand_beside_the_package():
    assert app_folder() == ROOT
    assert app_script() == ROOT / "streamlit_app.py"


def test_every_page_is_found_by_its_name():
    names = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert {Path(page_script(name)) for name in names} == set((ROOT / "pages").glob("*.py"))
