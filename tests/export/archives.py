"""A finished run without the training, and archives of it: good ones and crafted ones."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
import torch

from rnndash.config.run_config import RunConfig
from rnndash.errors import ArchiveError
from rnndash.events import Finished, HeldOut, Measured, Reported, Started
from rnndash.export.archive import export_run, import_run
from rnndash.results import Predictions
from rnndash.runs.folder import RunFolder
from rnndash.runs.predictions_file import save_predictions
from rnndash.runs.store import RunStore
from rnndash.training.checkpoint import Checkpoint, Position, save_checkpoint

CONFIG = RunConfig(model="packed_lstm", samples=100)
RUN_ID = "20261124-115613-3f9a-packed_lstm"
WORDS = ["<pad>", "<unk>", "naïve", "goal", "market"]
STARTED = Started(
    time=2.0,
    device="CPU, 1 thread",
    parameters=10,
    vocabulary=len(WORDS),
    class_names=("World", "Sports"),
    train_texts=100,
    test_texts=4,
    samples_total=100,
    source="Made for a test.",
)
REPORTED = Reported(time=3.0, epoch=1, samples=100, accuracy=2 / 3)
MEASURED = Measured(
    time=3.0,
    samples=100,
    epoch=1.0,
    seconds=0.1 + 0.2,
    running_accuracy=2 / 3,
    window_accuracy=0.5,
    loss=1.1,
    samples_per_second=2000.0,
)
HELD_OUT = HeldOut(time=3.0, samples=100, epoch=1.0, seconds=0.3, texts=4, accuracy=0.75, loss=0.9)
FINISHED = Finished(
    time=4.0,
    samples=100,
    seconds=0.3,
    running_accuracy=2 / 3,
    test_accuracy=0.75,
    test_loss=0.9,
    confusion=((1, 1), (0, 2)),
    padding_share=0.25,
    peak_memory_mb=300.0,
)
EVENTS = (STARTED, REPORTED, MEASURED, HELD_OUT, FINISHED)
LABELS = np.array([0, 0, 1, 1], dtype=np.int64)
PREDICTED = np.array([0, 1, 1, 1], dtype=np.int64)
CONFIDENCE = np.array([0.9, 0.6, 0.7, 1.0], dtype=np.float32)
DIGEST = "ab" * 16


def finished_run(store: RunStore, config: RunConfig = CONFIG) -> str:
    """A run that looks as if it had been trained, tested and given a name."""
    (run_id,) = store.create([config])
    for event in EVENTS:
        store.append(run_id, event)
    folder = store.folder(run_id)
    folder.words.write_text(json.dumps(WORDS), encoding="utf-8")
    answers = Predictions(labels=LABELS, predicted=PREDICTED, confidence=CONFIDENCE, digest=DIGEST)
    save_predictions(answers, folder.predictions)
    checkpoint = Checkpoint(
        config=config,
        position=Position(train_texts=100, samples=100),
        weights={"embedding.weight": torch.arange(10.0).reshape(5, 2)},
        optimiser={"step": torch.tensor([7.0])},
        random_state=torch.zeros(16, dtype=torch.uint8),
    )
    save_checkpoint(checkpoint, folder.checkpoint)
    store.rename(run_id, "Café, the first")
    return run_id


def files_of(folder: RunFolder) -> dict[str, bytes]:
    """All files of a run by name."""
    return {path.name: path.read_bytes() for path in folder.path.iterdir()}


def import_bytes(store: RunStore, data: bytes) -> str:
    """Import an archive that is in memory."""
    return import_run(store, io.BytesIO(data))


def unpack(data: bytes) -> dict[str, bytes]:
    """The members of an archive, its manifest among them."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def good_members(store: RunStore) -> dict[str, bytes]:
    """The members of a good archive of run `RUN_ID`, but for its manifest."""
    store.folder(finished_run(store)).path.rename(store.root / RUN_ID)
    members = unpack(export_run(RunStore(store.root), RUN_ID))
    del members["manifest.json"]
    return members


def describe(members: Mapping[str, bytes], **changes: Any) -> list[dict[str, Any]]:
    """The members as a manifest lists them, with some fields changed in each."""
    return [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} | changes
        for name, data in members.items()
    ]


def manifest_of(members: Mapping[str, bytes], /, **changes: Any) -> bytes:
    """A manifest that is right but for the changes."""
    values = {"format": 1, "rnndash": "0.1.0", "run_id": RUN_ID, "members": describe(members)}
    return json.dumps(values | changes).encode()


def pack(
    members: Mapping[str, bytes],
    manifest: bytes | None = None,
    change: Callable[[zipfile.ZipInfo], object] = repr,
) -> bytes:
    """A zip file of these members and a manifest: the right one unless another is given.

    Args:
        change: is shown each entry before it is written.
    """
    file = io.BytesIO()
    manifest = manifest_of(members) if manifest is None else manifest
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in ({**members, "manifest.json": manifest}).items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            change(entry)
            packed.writestr(entry, data)
    return file.getvalue()


def assert_refused(store: RunStore, data: bytes, reason: str) -> None:
    """The archive is refused for the reason, and leaves nothing in the folder of the runs."""
    with pytest.raises(ArchiveError, match=reason):
        import_bytes(store, data)
    assert not store.root.exists() or list(store.root.iterdir()) == []
