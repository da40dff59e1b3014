"""What a version of rnndash makes of old runs, links and commands, as plain values.

The files in `version_0_1/expected` were written by running this file under version 0.1.0, from the
root of its source, with the home folder that `version_0_1/home.zip` holds:

    PYTHONPATH=. RNNDASH_HOME=UNZIPPED python PATH/observe.py FOLDER

The tests ask the present version the same questions. It imports only what has stayed in place.
"""

import argparse
import ast
import contextlib
import hashlib
import json
import runpy
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from safetensors.numpy import load_file

RNN = "20261129-224103-0203-rnn"
PACKED_LSTM = "20261129-224103-0203-packed_lstm"
NAMED = "20261129-224150-ce77-lstm"
PAUSED = "20261129-224420-42ba-packed_lstm"
STOPPED = "20261129-224432-f456-rnn"
UPLOAD = "051dc3d462818b2572c9fd10ba0b738a28efd46aceed9fdddc8d2a18144e6546"
TEXT = "The company did not report a loss"

LINKS: dict[str, str] = {
    "home": "home?",
    "train": "train?",
    "train-lesson": "train?preset=lesson",
    "train-preset-and-setting": "train?preset=lesson&samples=2000&models=rnn,gru",
    "train-every-setting": "train?corpus=ag_news&models=gru&models=packed_gru&samples=1234&epochs=3"
    "&batch_size=64&learning_rate=0.01&embed_dim=100&hidden_dim=128&num_layers=2&min_freq=7&seed=42"
    "&bidirectional=true",
    "train-absurd": "train?preset=no&corpus=none&models=rnn,what&samples=99&epochs=1e3&batch_size=0"
    "&learning_rate=nan&hidden_dim=x&seed=-1&min_freq=&num_layers=1.5",
    "train-vectors": "train?vectors=glove.6B.50d&freeze_vectors=true",
    "train-missing-vectors": "train?vectors=gone.txt",
    "train-csv": f"train?corpus=csv&upload={UPLOAD}&label_column=note&text_column=kind",
    "train-missing-csv": "train?corpus=csv&upload=..%2Fsecret",
    "train-comparison": "train?comparison=20261129-224103-0203&metric=loss",
    "train-paused": "train?comparison=20261129-224420-42ba",
    "train-absurd-comparison": "train?comparison=..%2F..&metric=speed",
    "compare": "compare?",
    "compare-view": f"compare?runs={RNN},{PACKED_LSTM}&metric=held_out_accuracy&x=epoch"
    f"&smoothing=0.5&group=true&reference=true&target=0.65&differences=false&a={RNN}"
    f"&b={PACKED_LSTM}&cell=neither&of={RNN}&true=1&answered=0&take={PACKED_LSTM}",
    "compare-loss": f"compare?runs={NAMED},{PAUSED},{STOPPED}&metric=loss&x=seconds&log=true"
    "&find=harbour",
    "compare-comparison": "compare?comparison=20261129-224103-0203",
    "compare-absurd": "compare?runs=..%2Fx,20261129-224103-0203-gru&metric=speed&x=y&smoothing=7"
    "&target=2&a=none&b=none&cell=c&of=none&true=Weather&take=none",
    "packing": "packing?",
    "packing-typed": "packing?source=typed&rows=1,2+%2F+3&step=1",
    "packing-texts": f"packing?source=texts&corpus=csv&upload={UPLOAD}&label_column=kind"
    "&text_column=note&order=bucketed&batch=3&batch_size=4&seed=9&words=true",
    "packing-absurd": "packing?chapter=none&source=none&step=1000",
    "packing-costs": f"packing?chapter=costs&corpus=csv&upload={UPLOAD}&label_column=kind"
    "&text_column=note&cost=bytes&batch_size=8",
    "packing-answer": "packing?chapter=answer&networks=20261129-224103-0203&sentence=One+goal"
    "&pads=100",
    "packing-wrong-turns": "packing?chapter=wrong_turns",
    "predict": "predict?",
    "predict-words": f"predict?text={TEXT}&look=words&counted_for=Sports"
    f"&method=gradient_times_input&reader=rnn&network_rnn={RNN}&network_packed_lstm={PACKED_LSTM}",
    "predict-word-by-word": f"predict?text={TEXT}&look=word_by_word&followed=Business&word=3",
    "predict-two-words": f"predict?text={TEXT}&look=what_if&change=swap_two&first_word=2"
    "&second_word=4",
    "predict-edit": f"predict?text={TEXT}&look=what_if&change=edit&edited=The+company+lost",
    "predict-neighbours": f"predict?text={TEXT}&look=neighbours&others=20",
    "predict-many": "predict?look=many&many=csv",
    "predict-none": "predict?network_rnn=none&network_lstm=none&network_packed_lstm=none",
    "predict-absurd": f"predict?text={TEXT}&look=none&network_rnn=gone&word=99&followed=none",
    "inside": "inside?",
    "inside-states": f"inside?text={TEXT}&reader=lstm&states=c&order_by=range&unit=3&stretch=2-4"
    "&threshold=0.2",
    "inside-gates": f"inside?text={TEXT}&view=gates&reader=lstm&unit=2&at=3",
    "inside-gradients": f"inside?text={TEXT}&view=gradients&through=answer&cells=true&reader=lstm",
    "inside-memory": "inside?view=memory&memory_models=rnn,open_lstm&memory_lengths=2"
    "&memory_lengths=5&memory_steps=300&memory_seed=1",
    "inside-embeddings": "inside?view=embeddings&near=goal&mapped=100",
    "inside-absurd": f"inside?text={TEXT}&view=none&reader=gru&stretch=9-1&threshold=x&unit=-1",
}
"""A page and its parameters, under a name."""


def observe_runs(home: Path) -> dict[str, Any]:
    """State, settings, numbers and name of each run of a home folder, by its id."""
    from rnndash.runs.store import RunStore

    store = RunStore(home / "runs")
    records, problems = store.records(store.run_ids())
    return {"problems": problems, "runs": {record.run_id: _run(record) for record in records}}


def _run(record: Any) -> dict[str, Any]:
    points = [
        [p.samples, p.epoch, p.running_accuracy, p.window_accuracy, p.loss] for p in record.points
    ]
    return {
        "state": record.state.value,
        "name": record.name,
        "label": record.label,
        "comparison": record.comparison,
        "created": record.created,
        "config": record.config.to_json(),
        "samples": record.samples,
        "samples_total": record.samples_total,
        "seconds": record.seconds,
        "checkpoint": record.checkpoint,
        "damaged_lines": record.damaged_lines,
        "running_accuracy": record.running_accuracy,
        "held_out_accuracy": record.held_out_accuracy,
        "test_accuracy": record.test_accuracy,
        "held_out": [[h.samples, h.texts, h.accuracy, h.loss] for h in record.held_out],
        "points": len(points),
        "points_sha256": hashlib.sha256(json.dumps(points).encode()).hexdigest(),
        "lines": len(record.lines),
        "class_names": list(record.started.class_names),
        "parameters": record.started.parameters,
        "confusion": record.finished and [list(row) for row in record.finished.confusion],
        "test_loss": record.finished and record.finished.test_loss,
        "padding_share": record.finished and record.finished.padding_share,
    }


def observe_memory(home: Path) -> list[list[object]]:
    """What each network of the memory task came to."""
    from rnndash.memory_task.store import read_tries

    tests = read_tries(home / "memory" / "40cf3e5a24e09d4b.jsonl")
    return [[t.model.value, t.length, t.step, t.accuracy, t.is_last] for t in tests]


def observe_weights(checkpoint: Path) -> dict[str, str]:
    """A hash of each tensor of a checkpoint, by its name."""
    return {
        name: hashlib.sha256(tensor.tobytes()).hexdigest()
        for name, tensor in sorted(load_file(checkpoint).items())
    }


def observe_scripts(home: Path) -> dict[str, str]:
    """A hash of the script that each run is exported as, comments and docstrings aside."""
    from rnndash.environment import read_environment
    from rnndash.runs.store import RunStore

    run_script = _exported_script()
    store = RunStore(home / "runs")
    scripts = {}
    for run_id in (RNN, PACKED_LSTM, NAMED):
        record = store.record(run_id)
        script = run_script(record.config, read_environment(), expected=record.finished)
        scripts[run_id] = hashlib.sha256(_code(script).encode()).hexdigest()
    return scripts


def _exported_script() -> Any:
    try:
        from rnndash.export.as_code import run_script
    except ModuleNotFoundError:  # version 0.1.0
        from rnndash.as_code import run_script  # type: ignore[import-not-found, no-redef]
    return run_script


def _code(script: str) -> str:
    tree = ast.parse(script)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:]
    return ast.unparse(tree)


def observe_options() -> dict[str, dict[str, Any]]:
    """All options and arguments of the command line, under `command option`."""

    class Caught(Exception):  # noqa: N818 - not an error, the way out
        pass

    found: list[argparse.ArgumentParser] = []

    def catch(parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        found.append(parser)
        raise Caught

    with (
        patch.object(argparse.ArgumentParser, "parse_known_args", catch),
        patch.object(sys, "argv", [""]),
        contextlib.suppress(Caught),
    ):
        runpy.run_module("rnndash", run_name="__main__")
    return dict(_options(found[0], ""))


def _options(parser: argparse.ArgumentParser, command: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield from _options(sub, f"{command} {name}".strip())
            continue
        if isinstance(action, argparse._HelpAction):
            continue
        for name in action.option_strings or [action.dest]:
            yield (
                f"{command} {name}".strip(),
                {
                    "kind": type(action).__name__,
                    "nargs": action.nargs,
                    "type": getattr(action.type, "__name__", None),
                    "default": _plain(action.default),
                    "required": action.required,
                    "choices": None if action.choices is None else [str(c) for c in action.choices],
                },
            )


def observe_link(link: str, root: Path) -> dict[str, Any]:
    """The widgets that a link opens: their values by their keys, and the keys of all others.

    Args:
        link: a page's file name and a query string.
        root: the folder with `streamlit_app.py`.
    """
    from urllib.parse import parse_qs

    from streamlit.testing.v1 import AppTest

    page, _, query = link.partition("?")
    app = AppTest.from_file(str(root / "streamlit_app.py"), default_timeout=600)
    for key, values in parse_qs(query, keep_blank_values=True).items():
        app.query_params[key] = values
    if page != "home":
        app.switch_page(f"pages/{page}.py")
    app.run()
    return {
        "exceptions": [element.value for element in app.exception],
        "widgets": dict(sorted(_widgets(app))),
        "url": {
            key: [values] if isinstance(values, str) else list(values)
            for key, values in sorted(app.query_params.items())
        },
    }


def _widgets(app: Any) -> Iterator[tuple[str, Any]]:
    from streamlit.runtime.state.common import user_key_from_element_id
    from streamlit.testing.v1.element_tree import Block, Widget

    pending = list(app._tree.children.values())
    while pending:
        node = pending.pop()
        if isinstance(node, Block):
            pending.extend(node.children.values())
        if isinstance(node, Widget):
            yield node.key or f"{node.type} {node.label}", _plain(node.value)
        elif key := user_key_from_element_id(getattr(getattr(node, "proto", None), "id", "") or ""):
            yield key, "an element without a value"


def _plain(value: object) -> Any:
    """A value as JSON gives it back."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case list() | tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case _:
            return repr(value)


def observe_lesson() -> list[str]:
    """The names that `from rnndash.lesson import *` brings."""
    names: dict[str, Any] = {}
    exec("from rnndash.lesson import *", names)  # noqa: S102 - as a notebook does
    return sorted(name for name in names if not name.startswith("__"))


def main(folder: Path) -> None:
    """Write what this version gives."""
    import os

    home, root = Path(os.environ["RNNDASH_HOME"]), Path.cwd()
    observed: dict[str, Any] = {
        "runs": observe_runs(home),
        "memory": observe_memory(home),
        "scripts": observe_scripts(home),
        "options": observe_options(),
        "lesson": observe_lesson(),
        "links": {name: observe_link(link, root) for name, link in LINKS.items()},
    }
    for name, value in observed.items():
        text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
