import pytest

from rnndash.events import Failed
from rnndash.ui.home import latest
from rnndash.ui.home.latest import show_latest
from rnndash.ui.shown_runs import shown_runs
from tests.made_runs import FINISHED, HELD_OUT, POINT, STARTED, make_run


@pytest.fixture
def drawn(monkeypatch, screen):
    """The figures that are shown."""
    figures = []
    monkeypatch.setattr(latest, "load_chart_library", lambda: None)
    monkeypatch.setattr(latest, "is_dark", lambda: False)
    monkeypatch.setattr(
        latest, "show_growing_chart", lambda figure, **options: figures.append((figure, options))
    )
    return figures


def _rows(screen):
    return screen.widget("latest").label.to_pylist()


def test_row_has_all_that_is_known_of_a_run(screen, drawn, store, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: 1_700_000_000.25)
        run_id = make_run(store, STARTED, POINT, HELD_OUT, FINISHED)
    show_latest()
    (row,) = _rows(screen)
    started = row.pop("Started")
    assert started.isoformat(timespec="milliseconds") == "2023-11-14T22:13:20.250+00:00"
    assert row == {
        "Model": "Simple RNN",
        "Texts": "Headlines (built in)",
        "State": "finished",
        "Test": 81.25,
        "Held-out": 75.0,
        "Running": 62.5,
        "Curve": [0.625],
        "Progress": "200 of 400",
        "Run": f"/train?comparison={run_id.rsplit('-', 1)[0]}",
    }


def test_what_is_not_known_yet_is_empty(screen, drawn, store):
    make_run(store)
    show_latest()
    (row,) = _rows(screen)
    unknown = ("Test", "Held-out", "Running", "Curve")
    assert [row[name] for name in unknown] == [None, None, None, []]
    assert (row["State"], row["Progress"]) == ("queued", "0 of 400")


def test_shipped_runs_are_linked_to_compare(screen, drawn):
    show_latest()
    shipped = shown_runs().run_ids()
    assert [row["Run"] for row in _rows(screen)] == [
        f"/compare?comparison={run_id.rsplit('-', 1)[0]}" for run_id in shipped
    ]


def test_twelve_newest_runs_are_listed(screen, drawn, store):
    for _ in range(13):
        make_run(store, STARTED)
    show_latest()
    assert len(_rows(screen)) == 12


def test_newest_comparison_alone_is_drawn(screen, drawn, store, monkeypatch):
    for second, model in enumerate(("gru", "rnn")):
        with monkeypatch.context() as patch:
            patch.setattr("time.time", lambda now=1.7e9 + second: now)
            make_run(store, STARTED, POINT, model=model)
    show_latest()
    ((figure, options),) = drawn
    assert [(trace.name, list(trace.x), list(trace.y)) for trace in figure.data] == [
        ("Simple RNN", [200], [0.625])
    ]
    assert figure.layout.xaxis.range == (0, 400)
    assert options["alt"] == (
        "Running accuracy over training texts read; latest: Simple RNN 62.5%."
    )


def test_damaged_run_is_reported_beside_the_others(screen, drawn, store):
    make_run(store, STARTED, Failed(reason="x", hint="y", resumable=False))
    bad = make_run(store)
    store.folder(bad).settings.write_text("{")
    show_latest()
    assert len(_rows(screen)) == 1
    (problem,) = screen.texts("error")
    assert f"The settings of run {bad} are damaged" in problem
