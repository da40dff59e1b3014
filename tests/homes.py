"""Home folders of tests, with the texts already encoded that many tests train on."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rnndash.environment import Environment
from rnndash.text.ag_news import AgNewsReader
from rnndash.text.encoded import load_encoded
from rnndash.text.headlines import HeadlinesReader
from tests.corpora import write_ag_news
from tests.processes import end_processes_of
from tests.waiting import PATIENCE_S

TRAINING_SIZES = (400, 4_000)
"""Of the corpora of `write_ag_news` that are encoded beforehand."""


def encode_for_all(folder: Path) -> Path:
    """Encode the built-in headlines and the small corpora; give the folder to link from.

    Of several processes that ask at the same time one encodes and the others wait for it.
    """
    place = Environment(home=folder, data_dir=None, max_workers=1)
    readers = [HeadlinesReader()]
    for size in TRAINING_SIZES:
        data_dir = folder / f"{os.getpid()}-{size}"
        write_ag_news(data_dir, train=size)
        readers.append(AgNewsReader(data_dir=data_dir, cache_dir=data_dir))
    for reader in readers:
        load_encoded(reader, min_freq=1, folder=place.corpora_dir)
    return place.corpora_dir


def link_corpora(corpora: Path, home: Path) -> None:
    """Put encoded corpora into a home, without copying what is never written to."""
    if not (home / "corpora").exists():
        shutil.copytree(
            corpora,
            home / "corpora",
            copy_function=os.link,
            ignore=shutil.ignore_patterns("*.lock"),
        )


def be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lengthen the package's own waits for other processes, which may come late beside others."""
    monkeypatch.setattr("rnndash.runs.reader._GRACE_S", PATIENCE_S)
    monkeypatch.setattr("rnndash.runs.claim.PATIENCE_S", PATIENCE_S)
    monkeypatch.setattr(
        "rnndash.runs.queue.RunQueue.close.__kwdefaults__", {"patience_s": PATIENCE_S}
    )


@contextmanager
def home_for_many(home: Path, corpora: Path, data_dir: Path) -> Iterator[Path]:
    """A home whose runs many tests read. No process is left over when it is left.

    Args:
        data_dir: where a small AG News is put.
    """
    link_corpora(corpora, home)
    write_ag_news(data_dir)
    with pytest.MonkeyPatch.context() as monkeypatch:
        be_patient(monkeypatch)
        monkeypatch.setenv("RNNDASH_HOME", str(home))
        monkeypatch.setenv("RNNDASH_DATA_DIR", str(data_dir))
        yield home
    assert end_processes_of(home) == []
