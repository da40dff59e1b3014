"""Commands and notebooks of version 0.1.0 still work."""

from tests.compatibility.observe import observe_lesson, observe_options


def test_command_line_still_has_every_option(expected):
    observed = observe_options()
    assert set(expected("options")) - set(observed) == set()


def test_options_still_mean_the_same(expected):
    """An option may take more choices than before; nothing else of it may change."""
    observed = observe_options()
    for name, pinned in expected("options").items():
        option = observed[name]
        choices = [c for c in option["choices"] or [] if c in (pinned["choices"] or [])] or None
        assert option | {"choices": choices} == pinned, name


def test_lesson_still_brings_every_name(expected):
    assert set(expected("lesson")) - set(observe_lesson()) == set()
