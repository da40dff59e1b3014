"""Plotly charts that stay in place while their data grows.

`st.plotly_chart` (Streamlit 1.67) makes the identity of a chart from its whole figure, even
when it has a key. A chart that gains a point is then a new chart: the browser takes the old
one down and puts another up, which flickers and forgets the reader's zoom. Other elements with
a key keep their identity; this gives charts with a key the same. It is the one place that
reaches into Streamlit; should the inner name be gone, charts flicker and all else works.
"""

from typing import Any

from streamlit.elements import plotly_chart

_NAME = "compute_and_register_element_id"


def keep_identity_by_key() -> None:
    """Let charts with a key keep their identity, in this process, from now on."""
    original = getattr(plotly_chart, _NAME, None)
    if original is None or hasattr(original, "by_key"):
        return

    def by_key(element_type: str, *, user_key: str | None, **parts: Any) -> str:
        if user_key is not None:
            parts["key_as_main_identity"] = True
        identity: str = original(element_type, user_key=user_key, **parts)
        return identity

    by_key.by_key = True  # type: ignore[attr-defined]
    setattr(plotly_chart, _NAME, by_key)
