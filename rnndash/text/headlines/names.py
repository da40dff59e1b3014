"""Invented names and numbers: people, companies, towns, amounts, scores, ticker symbols."""

from collections.abc import Mapping, Sequence

from rnndash.text.headlines.templates import Draw, Fields, Invented

_MIDDLE_PARTS = ("", "", "", "", "e", "o", "a", "i", "er", "en", "an", "in", "al", "ov", "is")
_FIRST_NAME_MIDDLES = ("", "e", "i", "a", "am", "el", "in")
_COMPANY_MIDDLES = ("", "", "a", "o", "i", "er", "an")
_CODE_LETTERS = ("", "A", "C", "D", "E", "G", "K", "M", "N", "P", "R", "S", "T", "V", "X", "Z")
_TICKER_LETTERS = "ABCDEFGHIKLMNOPRSTUVWXY"
_EXCHANGES = ("N", "O", "N", "O", "L", "T", "PA", "DE")
_COMMON_FIRST_NAME_SHARE = 0.2
_COMMON_SURNAME_SHARE = 0.08


def _favoured(draw: Draw, entries: Sequence[str]) -> str:
    """One of the entries; those that stand first are the most frequent."""
    u = draw()
    return entries[int(u * u * len(entries))]


def _between(draw: Draw, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(draw() * (high - low + 1))


def _combined(draw: Draw, *parts: Sequence[str]) -> str:
    """One of each, put together: most combinations are seen once or never in a whole corpus."""
    return "".join([part[int(draw() * len(part))] for part in parts])


def _ticker(draw: Draw) -> str:
    size = _between(draw, 2, 4)
    letters = _combined(draw, *[_TICKER_LETTERS] * size)
    return f"{letters}.{_combined(draw, _EXCHANGES)}"


def _code(draw: Draw) -> Fields:
    letters = _combined(draw, _CODE_LETTERS, _CODE_LETTERS)
    dash = "-" if letters and draw() < 0.5 else ""
    return (f"{letters}{dash}{_between(draw, 1, 99) * (10 if draw() < 0.7 else 5)}",)


def _quote_note(draw: Draw) -> Fields:
    """What stands after a company's name in market reports."""
    ticker = _ticker(draw)
    u = draw()
    if u < 0.6:
        return (f" ({ticker}: Quote, Profile, Research)",)
    return (f" ({ticker})" if u < 0.85 else f" <{ticker}>",)


def _maybe_quote_note(draw: Draw) -> Fields:
    return _quote_note(draw) if draw() < 0.25 else ("",)


def _percent(draw: Draw) -> Fields:
    u = draw()
    if u < 0.5:
        return (f"{_between(draw, 0, 14)}.{_between(draw, 1, 9)} percent",)
    return (f"{_between(draw, 2, 60)} percent",)


def _money(draw: Draw) -> Fields:
    u = draw()
    if u < 0.4:
        return (f"${_between(draw, 1, 24)}.{_between(draw, 1, 9)} billion",)
    if u < 0.6:
        return (f"${_between(draw, 1, 90)}.{_between(draw, 1, 9)} million",)
    if u < 0.7:
        return (f"${_between(draw, 2, 40)} billion",)
    return (f"${_between(draw, 2, 190) * 5} million",)


def _thousands(draw: Draw) -> Fields:
    return (f"{_between(draw, 1, 60)},{_between(draw, 0, 999):03d}",)


def _price(draw: Draw) -> Fields:
    return (f"${_between(draw, 3, 90)}.{_between(draw, 1, 99):02d}",)


def _oil_price(draw: Draw) -> Fields:
    return (f"${_between(draw, 38, 55)}.{_between(draw, 1, 99):02d}",)


def _goals(draw: Draw) -> Fields:
    high = _between(draw, 1, 4)
    return (f"{high}-{_between(draw, 0, high - 1)}",)


def _runs(draw: Draw) -> Fields:
    high = _between(draw, 2, 12)
    return (f"{high}-{_between(draw, 0, high - 1)}",)


def _points(draw: Draw) -> Fields:
    high = _between(draw, 13, 45)
    return (f"{high}-{_between(draw, 3, high - 1)}",)


def _baskets(draw: Draw) -> Fields:
    high = _between(draw, 80, 124)
    return (f"{high}-{high - _between(draw, 1, 26)}",)


def _sets(draw: Draw) -> Fields:
    def one() -> str:
        u = draw()
        if u < 0.8:
            return f"6-{_between(draw, 0, 4)}"
        return "7-5" if u < 0.9 else "7-6"

    return (", ".join(one() for _ in range(_between(draw, 2, 3))),)


def _number(low: int, high: int) -> Invented:
    def source(draw: Draw) -> Fields:
        return (str(_between(draw, low, high)),)

    return source


def _ordinal(draw: Draw) -> Fields:
    number = _between(draw, 11, 60)
    ending = "th" if number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return (f"{number}{ending}",)


def _name_sources(parts: Mapping[str, Sequence[str]]) -> dict[str, Invented]:
    """Names put together from the sections of `names.txt`, which `parts` has by their names."""

    def joined(*pieces: Sequence[str]) -> Invented:
        return lambda draw: (_combined(draw, *pieces),)

    def bug_name(draw: Draw) -> Fields:
        name = _combined(draw, starts, _MIDDLE_PARTS, parts["bug_end"])
        return (name if draw() < 0.5 else f"{name}.{_combined(draw, _TICKER_LETTERS)}",)

    def latin(draw: Draw) -> Fields:
        genus = _combined(draw, starts, _MIDDLE_PARTS, parts["genus_end"])
        return (f"{genus} {_combined(draw, starts, parts['species_end']).lower()}",)

    def site(draw: Draw) -> Fields:
        name = _combined(draw, companies, parts["company_end"]).lower()
        return (f"www.{name}.com" if draw() < 0.5 else f"{name}.org",)

    starts, companies = parts["surname_start"], parts["company_start"]
    return {
        "surname": joined(starts, _MIDDLE_PARTS, parts["surname_end"]),
        "firm": joined(companies, _COMPANY_MIDDLES, parts["company_end"]),
        "town": joined(parts["town_start"], parts["town_end"]),
        "gadget": joined(companies, parts["gadget_end"]),
        "bug_name": bug_name,
        "latin": latin,
        "site": site,
    }


def _person_sources(parts: Mapping[str, Sequence[str]], surname: Invented) -> dict[str, Invented]:
    """People as records: the full name, then the surname alone."""

    def person_of(sex: str) -> Invented:
        names, endings = parts[f"{sex}_name"], parts[f"{sex}_end"]
        starts, surnames = parts["surname_start"], parts["common_surname"]

        def person(draw: Draw) -> Fields:
            if draw() < _COMMON_FIRST_NAME_SHARE:
                first = _favoured(draw, names)
            else:
                first = _combined(draw, starts, _FIRST_NAME_MIDDLES, endings)
            is_common = draw() < _COMMON_SURNAME_SHARE
            last = _favoured(draw, surnames) if is_common else surname(draw)[0]
            return (f"{first} {last}", last)

        return person

    man, woman = person_of("man"), person_of("woman")

    def anybody(draw: Draw) -> Fields:
        return man(draw) if draw() < 0.6 else woman(draw)

    def stranger(draw: Draw) -> Fields:
        """A person with an invented name, for those who are accused, banned or dismissed."""
        first = _combined(draw, parts["surname_start"], _FIRST_NAME_MIDDLES, parts["man_end"])
        (last,) = surname(draw)
        return (f"{first} {last}", last)

    return {"man": man, "woman": woman, "person": anybody, "stranger": stranger}


def invented_sources(parts: Mapping[str, Sequence[str]]) -> Mapping[str, Invented]:
    """All sources by the names that slots have for them, made from the sections in `parts`."""
    names = _name_sources(parts)
    return {
        **names,
        **_person_sources(parts, names["surname"]),
        "code": _code,
        "quote_tail": _quote_note,
        "maybe_quote": _maybe_quote_note,
        "percent": _percent,
        "money": _money,
        "thousands": _thousands,
        "price": _price,
        "oil_price": _oil_price,
        "goals": _goals,
        "runs": _runs,
        "points": _points,
        "baskets": _baskets,
        "sets": _sets,
        "ordinal": _ordinal,
        "n5": _number(2, 5),
        "n20": _number(10, 20),
        "n30": _number(10, 39),
        "n90": _number(10, 95),
        "n300": _number(100, 320),
        "age": _number(17, 41),
        "year": _number(1952, 2003),
        "coming_year": _number(2005, 2012),
    }
