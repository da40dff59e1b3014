"""Values as Python source: what a user wrote stays a string and cannot become code."""


def literal(value: str | int | float) -> str:
    """`value` as Python source, in the quotation marks that ruff and Black choose.

    Strings keep letters of all scripts. What cannot be seen, such as a line break or a mark that
    changes the direction of writing, becomes an escape, as in `repr`.
    """
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int):
        return f"{value:_}"
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in value) + quote


def _escaped(character: str, quote: str) -> str:
    if character in "\"'":
        return f"\\{character}" if character == quote else character
    return repr(character)[1:-1]
