"""Records of runs, as made by hand."""

from rnndash.config.run_config import RunConfig
from rnndash.events import HeldOut, Measured
from rnndash.results import RunRecord, RunState


def made_points(*seconds, samples=200, total=400, epochs=1):
    """One point for each of these seconds of training, 200 texts apart."""
    return tuple(
        Measured(
            samples=samples * n,
            epoch=epochs * samples * n / total,
            seconds=at,
            running_accuracy=0.5 + n / 100,
            window_accuracy=0.5,
            loss=1.0,
            samples_per_second=100.0,
        )
        for n, at in enumerate(seconds, start=1)
    )


def made_held_out(*accuracies):
    """One measurement for each, 200 texts and 2 seconds apart."""
    return tuple(
        HeldOut(samples=200 * n, epoch=n / 2, seconds=2.0 * n, texts=80, accuracy=value, loss=1.0)
        for n, value in enumerate(accuracies, start=1)
    )


def made_record(run_id="20261129-120000-abcd-rnn", *, state=RunState.RUNNING, **fields):
    """A record; settings are given by their names."""
    names = (
        "model",
        "samples",
        "epochs",
        "seed",
        "hidden_dim",
        "embed_dim",
        "corpus",
        "csv",
        "vectors",
    )
    settings = {"model": "rnn", "samples": 400}
    settings |= {name: fields.pop(name) for name in names if name in fields}
    return RunRecord(
        run_id=run_id,
        comparison=run_id.rsplit("-", 1)[0],
        created=fields.pop("created", 1_700_000_000.0),
        config=RunConfig(**settings),
        state=state,
        **fields,
    )
