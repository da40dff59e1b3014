"""Links of version 0.1.0 set the same widgets: URL parameters and widget keys are a contract."""

from pathlib import Path

import pytest

from tests.compatibility.observe import LINKS, observe_link

ROOT = Path(__file__).parents[2]
ENCODING = ("packing-texts", "packing-costs")
"""Links whose page encodes texts in another process."""


@pytest.fixture(autouse=True)
def _no_idle_workers(_services, monkeypatch):
    monkeypatch.setattr("rnndash.runs.queue.RunQueue.warm_up", lambda _: None)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in ENCODING else name for name in LINKS],
)
def test_old_link_sets_the_same_widgets_and_url(name, home, expected):
    """New widgets and parameters may join those of version 0.1.0; none of these may change."""
    pinned = expected("links")[name]
    observed = observe_link(LINKS[name], ROOT)
    assert observed["exceptions"] == pinned["exceptions"] == []
    for part in ("widgets", "url"):
        assert {key: observed[part].get(key) for key in pinned[part]} == pinned[part]


def test_every_page_has_a_link():
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert {link.partition("?")[0] for link in LINKS.values()} >= pages


def test_every_widget_value_of_the_contract_is_named_by_some_link():
    named = "&".join(link.partition("?")[2] for link in LINKS.values())
    words = {
        *("corpus", "models", "samples", "epochs", "batch_size", "learning_rate", "embed_dim"),
        *("hidden_dim", "num_layers", "bidirectional", "seed", "preset"),
    }
    assert {word for word in words if f"{word}=" not in named} == set()
