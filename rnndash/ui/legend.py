"""The models' names with the line style that the figures give them."""

import streamlit as st

from rnndash.config.model_kind import ModelKind


def is_dark() -> bool:
    """Whether this visitor's page is dark."""
    return bool(st.context.theme.type == "dark")


def nameplate(model: ModelKind) -> str:
    """HTML of the model's name beside a piece of its line. No text in it comes from a user."""
    style = model.style
    colour = style.colour(is_dark=is_dark())
    return (
        '<span style="display:inline-flex;align-items:center;gap:.5rem;white-space:nowrap">'
        f'<span style="width:1.75rem;border-top:4px {style.border} {colour}"></span>'
        f"<strong>{model.label}</strong></span>"
    )
