"""The command line: open the dashboard, train by the same queue and store, keep runs, measure."""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from rnndash import __version__
from rnndash.cli.app import DESCRIPTION, add_app, run_app
from rnndash.cli.events import print_event
from rnndash.cli.options import add_bench, add_settings, read_configs
from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON_MODELS
from rnndash.environment import Environment, read_environment
from rnndash.errors import ConfigError, RnndashError, storage_errors
from rnndash.export.archive import import_run, write_archive
from rnndash.results import RunRecord, RunState
from rnndash.runs.queue import RunQueue
from rnndash.runs.reader import RunReader
from rnndash.runs.store import RunStore

_POLL_S = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status: 0 only if all that was asked for was done."""
    parser = _parser()
    options, streamlit_options = parser.parse_known_args(arguments)
    if streamlit_options and options.command != "app":
        parser.error(f"unrecognized arguments: {' '.join(streamlit_options)}")
    try:
        environment = read_environment()
        match options.command:
            case "app":
                run_app(options.port, streamlit_options)
                return 0
            case "train":
                return _train(options, environment)
            case "bench":
                return _bench(options, environment)
            case "runs":
                return _runs(options, RunStore(environment.runs_dir))
            case command:
                raise NotImplementedError(f"The command {command!r} has no function. Add one.")
    except RnndashError as error:
        print(f"rnndash: {error}", file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rnndash" if Path(sys.argv[0]).stem == "rnndash" else "python -m rnndash",
        description="Train recurrent classifiers on news headlines. The dashboard shows the runs.",
    )
    parser.add_argument("--version", action="version", version=f"rnndash {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    add_app(commands.add_parser("app", help="open the dashboard", description=DESCRIPTION))

    train = commands.add_parser("train", help="train models side by side")
    add_settings(train)
    output = train.add_mutually_exclusive_group()
    output.add_argument("--verbose", action="store_true", help="print the lesson's lines")
    output.add_argument("--json", action="store_true", help="print one JSON object per event")

    bench = commands.add_parser("bench", help="measure training against the lesson's own loop")
    add_bench(bench)

    runs = commands.add_parser("runs", help="list, show, delete, export or import runs")
    actions = runs.add_subparsers(dest="action")
    for action in ("show", "delete"):
        actions.add_parser(action, help=f"{action} one run").add_argument("run_id", metavar="ID")
    export = actions.add_parser("export", help="put one run into a file for another dashboard")
    export.add_argument("run_id", metavar="ID")
    export.add_argument("--out", type=Path, metavar="FILE", help="a new file; else ID.zip")
    actions.add_parser("import", help="take a run in from such a file").add_argument(
        "file", type=Path, metavar="FILE"
    )
    return parser


def _train(options: argparse.Namespace, environment: Environment) -> int:
    configs = read_configs(options, environment)
    with RunQueue(RunStore(environment.runs_dir), max_workers=environment.max_workers) as queue:
        readers = [queue.store.reader(run_id) for run_id in queue.submit(configs)]
        try:
            records = _follow(readers, options)
        except KeyboardInterrupt:
            print("\nInterrupted: the runs are saved and can be resumed.", file=sys.stderr)
            return 130
    if not options.json:
        print(_table(records))
    return 0 if all(record.state is RunState.FINISHED for record in records) else 1


def _bench(options: argparse.Namespace, environment: Environment) -> int:
    from rnndash.bench.measure import BenchConfig, measure  # loads PyTorch
    from rnndash.bench.report import table

    config = BenchConfig(
        corpus=options.corpus,
        samples=options.samples,
        lesson_samples=options.lesson_samples,
        lesson_threads=options.lesson_threads,
        repeat=options.repeat,
        models=tuple(dict.fromkeys(map(ModelKind, options.models or LESSON_MODELS))),
    )
    result = measure(config, environment, lambda word: print(word, file=sys.stderr, flush=True))
    print(json.dumps(result.to_json(), indent=1) if options.json else table(result))
    return 0


def _follow(readers: Sequence[RunReader], options: argparse.Namespace) -> list[RunRecord]:
    """Show what happens until no run is active any more, and give their records."""
    with contextlib.ExitStack() as stack:
        bars: dict[str, Any] = {}
        while True:
            records = []
            for position, reader in enumerate(readers):
                record, events = reader.read()
                records.append(record)
                if not options.json and record.run_id not in bars:
                    bars[record.run_id] = stack.enter_context(_bar(record, position))
                for event in events:
                    print_event(event, record, options)
                if record.run_id in bars:
                    _advance(bars[record.run_id], record)
            if not any(record.state.is_active for record in records):
                return records
            time.sleep(_POLL_S)


def _bar(record: RunRecord, position: int) -> Any:
    return tqdm(
        total=record.samples_total,
        desc=f"{record.config.model.label:<12}",
        unit="texts",
        position=position,
        dynamic_ncols=True,
        disable=None,  # not on a terminal: only the table at the end
    )


def _advance(bar: Any, record: RunRecord) -> None:
    bar.total = record.samples_total
    bar.n = record.samples
    if record.state is RunState.PREPARING:
        bar.set_postfix_str(record.message, refresh=False)
    elif record.running_accuracy is not None:
        bar.set_postfix_str(f"acc={record.running_accuracy:.3f} {record.state}", refresh=False)
    bar.refresh()


def _runs(options: argparse.Namespace, store: RunStore) -> int:
    match options.action:
        case None:
            _list(store)
        case "delete":
            store.delete(options.run_id)
            print(f"Run {options.run_id} is deleted.")
        case "show":
            print(_details(store.record(options.run_id)))
        case "export":
            path = options.out or Path(f"{options.run_id}.zip")
            _export(store, options.run_id, path)
            print(f"Run {options.run_id} is in {path}.")
        case "import":
            print(f"Run {_import(store, options.file)} is imported.")
        case action:
            raise NotImplementedError(f"The action {action!r} has no function. Add one.")
    return 0


def _list(store: RunStore) -> None:
    """Print a line for each run; what cannot be read goes to standard error."""
    records, problems = store.records(store.run_ids())
    print(_table(records) if records else f"There are no runs in {store.root} yet.")
    for problem in problems:
        print(f"rnndash: {problem}", file=sys.stderr)


def _export(store: RunStore, run_id: str, path: Path) -> None:
    """Write an archive where there is no file yet; if that fails, there is none afterwards."""
    store.folder(run_id)  # a run that is not there leaves no file
    to_do = "Name a new file by --out; none is ever overwritten."
    with storage_errors(f"The file {path} cannot be made", to_do):
        file = path.open("xb")
    try:
        with file:
            write_archive(store, run_id, file)
    except BaseException:
        path.unlink()
        raise


def _import(store: RunStore, path: Path) -> str:
    to_do = "Give the path of a file that `python -m rnndash runs export` made."
    with storage_errors(f"The file {path} cannot be read", to_do):
        file = path.open("rb")
    with file:
        return import_run(store, file)


def _table(records: Sequence[RunRecord]) -> str:
    """One line for each run."""
    rows = [
        ("run", "model", "corpus", "state", "samples", "running", "held-out", "test", "seconds")
    ]
    rows += [
        (
            record.run_id,
            record.config.model,
            record.config.corpus,
            record.state,
            f"{record.samples:,} of {record.samples_total:,}",
            _percent(record.running_accuracy),
            _percent(record.held_out_accuracy),
            _percent(record.test_accuracy),
            f"{record.seconds:.0f}",
        )
        for record in records
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _details(record: RunRecord) -> str:
    lines = [_table([record]), "", f"settings   {json.dumps(record.config.to_json())}"]
    if record.started is not None:
        lines.append(f"device     {record.started.device}")
        if record.started.worker:
            lines.append(f"worker     {record.started.worker}")
        lines.append(f"texts      {record.started.source}")
        lines += [f"           {note}" for note in record.started.notes]
    if record.finished is not None:
        lines.append(f"padding    {record.finished.padding_share:.1%} of the cells")
        lines.append(f"memory     {record.finished.peak_memory_mb:.0f} MiB at the most")
    if record.failure is not None:
        lines.append(f"failure    {record.failure.reason} {record.failure.hint}")
        if record.failure.details:
            lines.append(record.failure.details)
    lines.append("")
    lines += [line.line for line in record.lines]
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
