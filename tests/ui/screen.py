"""Streamlit without a browser or a server: what a function shows, and what it keeps of a visitor.

For functions that decide something; whole pages are tested in Streamlit's own harness.
"""

from dataclasses import dataclass, field
from typing import Any

from streamlit.delta_generator import DeltaGenerator


class Session(dict[str, Any]):
    """`st.session_state`."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    __setattr__ = dict.__setitem__


class Link(dict[str, Any]):
    """`st.query_params`: of a parameter that a link repeats, the last value counts."""

    def __getitem__(self, name):
        value = super().__getitem__(name)
        return value[-1] if isinstance(value, list) else value

    def get(self, name, default=None):
        values = self.get_all(name)
        return values[-1] if values else default

    def get_all(self, name):
        value = super().get(name, [])
        return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class Shown:
    """One call of Streamlit."""

    kind: str
    label: Any
    options: dict[str, Any]


@dataclass(slots=True)
class Screen:
    """What was shown, in order.

    Attributes:
        values: what a widget returns, by its key.
    """

    shown: list[Shown] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def of(self, kind):
        """All that was shown of this kind."""
        return [each for each in self.shown if each.kind == kind]

    def texts(self, kind):
        """The texts of this kind, without the marks that keep Markdown from acting."""
        return [str(each.label).replace("\\", "") for each in self.of(kind)]

    def widget(self, key):
        """The widget of this key."""
        (found,) = (each for each in self.shown if each.options.get("key") == key)
        return found


KINDS = (
    "badge",
    "button",
    "caption",
    "code",
    "dataframe",
    "download_button",
    "error",
    "html",
    "info",
    "latex",
    "markdown",
    "metric",
    "page_link",
    "progress",
    "selectbox",
    "segmented_control",
    "slider",
    "subheader",
    "text_area",
    "text_input",
    "toast",
    "toggle",
    "warning",
)


def record(monkeypatch, st):
    """Replace Streamlit's functions by ones that write down what they are asked to show."""
    screen, session = Screen(), Session()

    def recorder(kind):
        def show(*args, **options):
            if args and isinstance(args[0], DeltaGenerator):  # called as a container's method
                args = args[1:]
            label = args[0] if args else options.get("text")
            screen.shown.append(Shown(kind, label, {**options, "args_after": args[1:]}))
            key = options.get("key")
            return screen.values.get(key, session.get(key))

        return show

    for kind in KINDS:
        monkeypatch.setattr(st, kind, recorder(kind))
        monkeypatch.setattr(DeltaGenerator, kind, recorder(kind))
    monkeypatch.setattr(st, "session_state", session)
    monkeypatch.setattr(st, "query_params", Link())
    return screen
