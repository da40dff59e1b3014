"""AG News: real news in four classes, from a local copy or downloaded once.

Zhang, Zhao and LeCun, "Character-level Convolutional Networks for Text Classification" (2015).
For research and other non-commercial use.
"""

import csv
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeGuard

import numpy as np

from rnndash.config.corpus_name import NEWS_CLASSES, CorpusName
from rnndash.errors import CorpusError, CorpusUnavailableError
from rnndash.text.corpus import Corpus, LabelledTexts, Progress, no_progress

TRAIN, TEST = "train.csv", "test.csv"
MD5 = MappingProxyType(
    {TRAIN: "b1a00f826fdfbd249f79597b59e1dc12", TEST: "d52ea96a97a2d943681189a97654912d"}
)
_SHARES = {TRAIN: 0.94, TEST: 0.06}
"""Of the whole download."""
_TIMEOUT_S = 15
_VERSION = 1
"""Raise it whenever the same files would give other texts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgNewsReader:
    """Reads AG News.

    Attributes:
        data_dir: folder of a local copy, `ag_news/train.csv` and `ag_news/test.csv` with any
            number of rows; None if there is none.
        cache_dir: where downloaded files are kept, in a folder `ag_news`.
        base_url: the folder on the web with the two files.
        md5: the known MD5 of each file of the download.
    """

    data_dir: Path | None
    cache_dir: Path
    base_url: str = CorpusName.AG_NEWS.facts.url
    md5: Mapping[str, str] = field(default_factory=lambda: MD5, hash=False)
    name: str = CorpusName.AG_NEWS.value

    def available(self) -> str | None:
        """See `CorpusReader.available`."""
        if _holds_both(self._local):
            return "Local copy."
        return "Downloaded before." if _holds_both(self._cached) else None

    def fingerprint(self) -> str:
        """See `CorpusReader.fingerprint`."""
        try:
            if _holds_both(local := self._local):
                hashes = [_md5(local / name) for name in (TRAIN, TEST)]
            else:
                hashes = [self.md5[TRAIN], self.md5[TEST]]
        except OSError as error:
            raise CorpusError(f"The local copy of AG News cannot be read: {error}.") from error
        return hashlib.sha256(repr((_VERSION, hashes)).encode()).hexdigest()

    def load(self, progress: Progress = no_progress) -> Corpus:
        """See `CorpusReader.load`."""
        if _holds_both(local := self._local):
            folder, origin = local, "local copy"
        else:
            folder, origin = self._cached, "downloaded and checked"
            self._download(progress)
        progress("Reading AG News", None)
        train, left_out = _read(folder / TRAIN)
        test, left_out_test = _read(folder / TEST)
        notes = []
        if left_out + left_out_test:
            notes.append(
                f"{left_out + left_out_test:,} rows of AG News were left out: they have no text, "
                "no class from 1 to 4, or not three columns."
            )
        if local is not None and folder != local:
            notes.append(f"RNNDASH_DATA_DIR has no AG News: {local} was looked into.")
        return Corpus(
            name=self.name,
            class_names=NEWS_CLASSES,
            train=train,
            test=test,
            source=f"AG News, {origin}: {len(train):,} training and {len(test):,} test texts.",
            notes=tuple(notes),
        )

    @property
    def _local(self) -> Path | None:
        """The folder of the local copy, whether there is one or not."""
        return None if self.data_dir is None else self.data_dir / "ag_news"

    @property
    def _cached(self) -> Path:
        return self.cache_dir / "ag_news"

    def _download(self, progress: Progress) -> None:
        """Download both files and check them; correct files on disk are kept."""
        import pooch
        from requests import RequestException

        pooch.get_logger().setLevel(logging.ERROR)
        done = 0.0
        for name in (TRAIN, TEST):
            before, share = done, _SHARES[name]

            def report(fraction: float, before: float = before, share: float = share) -> None:
                progress("Downloading AG News", before + share * fraction)

            downloader = pooch.HTTPDownloader(progressbar=_Bar(report), timeout=_TIMEOUT_S)
            try:
                pooch.retrieve(
                    self.base_url + name,
                    known_hash=f"md5:{self.md5[name]}",
                    fname=name,
                    path=self._cached,
                    downloader=downloader,
                )
            except RequestException as error:
                raise CorpusUnavailableError(self._ways_out(error)) from error
            except ValueError as error:  # pooch raises it when the hash differs
                raise CorpusError(
                    f"{name} of AG News came from {self.base_url} with other content than it "
                    "should have (its MD5 differs), and was thrown away. Try again; if it happens "
                    f"again, put a good copy into a folder. {self._ways_out()}"
                ) from error
            except OSError as error:
                raise CorpusError(
                    f"AG News cannot be kept in {self._cached}: {error}. Make room or set "
                    "RNNDASH_HOME to a folder that can be written."
                ) from error
            done += share

    def _ways_out(self, error: Exception | None = None) -> str:
        reason = f"AG News cannot be downloaded ({type(error).__name__}). " if error else ""
        looked = "" if self.data_dir is None else f" ({self._local} has none)"
        return (
            f"{reason}Either put train.csv and test.csv into a folder named ag_news and set "
            f"RNNDASH_DATA_DIR to the folder above it{looked}, or train once with a connection to "
            "the internet. The built-in corpus headlines needs neither."
        )


class _Bar:
    """A progress bar for pooch: gets numbers of bytes, reports a share."""

    def __init__(self, report: Callable[[float], None]) -> None:
        self._report = report
        self._seen = 0
        self.total = 0

    def update(self, more: int) -> None:
        self._seen += more
        if self.total:
            self._report(min(1.0, self._seen / self.total))

    def reset(self) -> None:
        self._seen = 0

    def close(self) -> None:
        """Nothing to close."""


def _holds_both(folder: Path | None) -> TypeGuard[Path]:
    return folder is not None and (folder / TRAIN).is_file() and (folder / TEST).is_file()


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def _read(path: Path) -> tuple[LabelledTexts, int]:
    """The usable rows of a file in the official form, and how many were not usable.

    Columns: class from 1 to 4, title, description; no header. A row's text is both, joined by
    a space; about a quarter of the rows have no title.
    """
    texts, labels, left_out = [], [], 0
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows: Any = csv.reader(file)
            for row in rows:
                text = " ".join(row[1:]).strip() if len(row) == 3 else ""
                if text and row[0] in ("1", "2", "3", "4"):
                    texts.append(text)
                    labels.append(int(row[0]) - 1)
                else:
                    left_out += 1
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CorpusError(
            f"{path} cannot be read as AG News: {error}. It must be the official CSV file with "
            "class, title and description in each row."
        ) from error
    if not texts:
        raise CorpusError(
            f"{path} has no row that is AG News: each must have a class from 1 to 4, a title and a "
            f"description. {left_out:,} other rows came. Put the official file there."
        )
    return LabelledTexts(texts=tuple(texts), labels=np.array(labels, dtype=np.int64)), left_out
