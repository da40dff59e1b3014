"""Run in a copy of the repository that has a new cell and a new corpus; prints what came of it.

python train_export_predict.py FOLDER LIMIT_S
"""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from streamlit.testing.v1 import AppTest

from rnndash.cli.main import main
from rnndash.environment import read_environment
from rnndash.export.as_code import code_bundle
from rnndash.runs.store import RunStore


def _exported_accuracy(record, environment, folder):
    """The test accuracy that the exported script prints, in a process without rnndash."""
    bundle = code_bundle(record.config, environment, expected=record.finished)
    zipfile.ZipFile(io.BytesIO(bundle)).extractall(folder)
    process = subprocess.run(
        [sys.executable, "-I", str(folder / "train_run.py")],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return re.search(r"test accuracy: (\S+)", process.stdout)[1]


def _page(name, **query):
    app = AppTest.from_file(
        str(Path.cwd() / "streamlit_app.py"), default_timeout=float(sys.argv[2])
    )
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page(f"pages/{name}.py")
    app.run()
    assert not app.exception, app.exception
    return app


def _answers(app):
    """The rows of the table on the Predict page."""
    page = "".join(element.proto.body for element in app.get("html"))
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return [re.findall("<td>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]


if __name__ == "__main__":
    command = "train --corpus weather --models mgu packed_mgu --samples 200 --num-layers 2"
    status = main([*command.split(), "--bidirectional"])
    place = read_environment()
    store = RunStore(place.runs_dir)
    records = [store.record(run_id) for run_id in store.run_ids()]
    others = {f"network_{kind}": "none" for kind in ("rnn", "lstm", "packed_lstm")}
    predict = _page("predict", **others)
    inside = _page("inside", view="gates", **others)
    result = {
        "status": status,
        "states": [record.state for record in records],
        "devices": [record.started.device for record in records],
        "classes": records[0].started.class_names,
        "read": [record.samples for record in records],
        "accuracies": [f"{record.test_accuracy:.4f}" for record in records],
        "exported": [
            _exported_accuracy(record, place, Path(sys.argv[1], record.config.model))
            for record in records
        ],
        "answers": [row[:2] for row in _answers(predict)],
        "formulas": [element.value for element in inside.get("markdown")],
        "latex": [element.value for element in inside.get("latex")],
    }
    print(json.dumps(result))
