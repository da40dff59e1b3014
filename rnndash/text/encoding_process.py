"""Encodes texts in a process of its own, so that the memory is free again when it ends.

    python -m rnndash.text.encoding_process

is that process: it reads the settings of a run as one line of JSON, encodes their texts and keeps
them in the folder of encoded texts. Each line that it writes is JSON too: its progress, or the
error that ended it.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import IO, Any

from rnndash import errors
from rnndash.config.run_config import RunConfig
from rnndash.environment import Environment, child_environment, read_environment
from rnndash.errors import CorpusError, RnndashError
from rnndash.text.corpus import Progress, no_progress
from rnndash.text.encoded import EncodedCorpus, find_encoded, load_encoded
from rnndash.text.readers import corpus_reader

_MOST_WRITTEN = 600
"""Characters of the other process' error output that an error shows: its end, with the reason."""


def load_encoded_in_subprocess(
    config: RunConfig, environment: Environment, progress: Progress = no_progress
) -> EncodedCorpus:
    """Open a run's encoded texts; if there are none yet, another process encodes them first.

    Args:
        progress: called with what is being done. What it raises is raised here.

    Raises:
        CorpusError: the texts cannot be used or reached, or the other process died.
        StorageError: the encoded texts cannot be kept.
    """
    reader = corpus_reader(config, environment)
    folder, min_freq = environment.corpora_dir, config.min_freq
    corpus = find_encoded(reader, min_freq=min_freq, folder=folder)
    if corpus is None:
        _encode_in_subprocess(config, environment, progress)
        corpus = load_encoded(reader, min_freq=min_freq, folder=folder, progress=progress)
    return corpus


def _encode_in_subprocess(config: RunConfig, environment: Environment, progress: Progress) -> None:
    with tempfile.TemporaryFile() as written:  # a pipe could fill up, and the process would wait
        with subprocess.Popen(
            [sys.executable, "-m", "rnndash.text.encoding_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=written,
            encoding="utf-8",
            env=_variables(environment),
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                with suppress(BrokenPipeError):  # the reason is raised below
                    process.stdin.write(json.dumps(config.to_json()) + "\n")
                    process.stdin.close()
                _pass_on(process.stdout, progress)
            finally:  # it ends by itself when it writes to a closed pipe
                process.stdout.close()
        if process.returncode:
            written.seek(0)
            raise _died(config, process.returncode, written.read().decode(errors="replace"))


def _died(config: RunConfig, code: int, written: str) -> CorpusError:
    """The error for a process that ended in another way than it should.

    Args:
        code: its exit code, negative for a signal.
        written: its error output.
    """
    what = f"The process that encodes the texts of {config.corpus.label} ended with code {code}."
    if words := " ".join(written.split()):
        what += f" It wrote: {words[-_MOST_WRITTEN:]}"
    if words and code > 0:
        return CorpusError(f"{what} Remove that cause, then start the run again.")
    return CorpusError(
        f"{what} There may be too little memory; close other programs and start the run again."
    )


def _variables(environment: Environment) -> dict[str, str]:
    """For the other process: the same folders, and an Arrow that frees its memory."""
    folders = {"RNNDASH_HOME": environment.home, "RNNDASH_DATA_DIR": environment.data_dir}
    variables = {name: value for name, value in child_environment().items() if name not in folders}
    variables |= {name: str(folder) for name, folder in folders.items() if folder}
    return variables | {"ARROW_DEFAULT_MEMORY_POOL": "system"}


def _pass_on(lines: IO[str], progress: Progress) -> None:
    """Pass on the progress of the other process until it ends."""
    for line in lines:
        message: dict[str, Any] = json.loads(line)
        if "error" in message:
            raise getattr(errors, message["error"])(message["message"])
        progress(message["message"], message["fraction"])


def main() -> int:
    """Encode the texts of the settings on standard input."""
    config = RunConfig.from_json(json.loads(sys.stdin.readline()))
    environment = read_environment()
    try:
        load_encoded(
            corpus_reader(config, environment),
            min_freq=config.min_freq,
            folder=environment.corpora_dir,
            progress=lambda message, fraction: _write_message(message=message, fraction=fraction),
        )
    except RnndashError as error:
        _write_message(error=type(error).__name__, message=str(error))
    return 0


def _write_message(**fields: object) -> None:
    try:
        print(json.dumps(fields), flush=True)
    except BrokenPipeError:  # the reader has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


if __name__ == "__main__":
    sys.exit(main())
