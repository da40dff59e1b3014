"""What no list holds: invented people, companies and towns, numbers, scores, ticker symbols."""

from collections.abc import Mapping, Sequence

from rnndash.text.headlines.templates import Draw, Fields, Invented

_FIRST_PARTS = (
    "Hal Bren Mar Kol Ver Dan Tor Ast Cal Win Har Lin Sten Gar Mor Pet Rad Sol Tam Vas Wes Yor Zel "
    "Ald Bar Cor Del Eng Fal Gren Hol Ing Jan Kar Lar Mend Nor Ost Pal Quin Ros Sav Tal Ulm Van "
    "Whit Ab Bel Carn Dor Est Fen Gol Hax Is Jor Kest Lov Man Nes Or Pry Rin Sand Thorn Ur Vol Wal"
).split()
_MIDDLE_PARTS = ("", "", "", "", "e", "o", "a", "i", "er", "en", "an", "in", "al", "ov", "is")
_LAST_PARTS = (
    (
        "son sen berg man ley ford ton well ski ova ev ides ez ini elli ard ier aux ström wick worth "
        "field croft stein mann ing er ov enko oglu ian adze ura moto saki ada ran wati anto undu eke "
        "oye idze ic ak ek os as is us ino etti aro ara eda ales ero uez ou ault eau dal gaard rud vik"
    )
    .replace("ström", "strom")
    .split()
)
_COMPANY_STARTS = (
    "Axi Bel Cor Dyna Eno Fer Glo Hex Inte Juni Kin Lumi Medi Nova Omni Paci Quan Reso Syn Tele "
    "Uni Veri West Xan Zeni Alti Bran Cano Delt Ever Fair Gran Harb Iron Key Lake Merc North Oak "
    "Pine River Silver Summit Trans Union Vista Wood Amer Blue Clear Data Elec First Green High"
).split()
_COMPANY_ENDS = (
    "tek dyne corp net soft gen star line mark point ware tron max com bridge gate port cor via "
    "logic scape sys plex wave core trust field stone mont land way craft form nex quest span tel"
).split()
_TOWN_STARTS = (
    "Al Ban Kar Mos Naj Sam Tik Raf Hal Bas Dar Kan Jal Her Gor Tir Sar Var Nov Pol Kras Vol Ben "
    "Cas Mon San Tol Vil Por Cam Lis Ouag Bam Kig Mam Nai Zan Chi Lua Hua Shen Wu Guang Tai Hok "
    "Nag Fuk Kyo Pus Dae Jog Sur Med Pal Lom Gal Tri Bat Col Kal Pan Mul Raw Pesh"
).split()
_TOWN_ENDS = (
    "abad arah pur nagar istan grad ovo insk ograd iya eb ada ero anca edo alle ena oura ako ali "
    "ala ombo uko ang zhou yang dong shima oka san arta aya an embang bok ipur ore ana war"
).split()
_GADGET_ENDS = "Pod Cast Note Pad Link Book Cam Dex Phone Box Drive Pix Play Sync Tune View".split()
_CODE_LETTERS = ("", "A", "C", "D", "E", "G", "K", "M", "N", "P", "R", "S", "T", "V", "X", "Z")
_BUG_ENDS = ("a", "i", "oo", "er", "ex", "om", "ito", "ag", "eef", "ash", "ober", "ink", "ub")
_GENUS_ENDS = ("saurus", "therium", "ornis", "pithecus", "ichthys", "cetus", "raptor", "aspis")
_SPECIES_ENDS = ("ensis", "icus", "ii", "atus", "oides", "alis", "ianus")
_FIRST_NAME_MIDDLES = ("", "e", "i", "a", "am", "el", "in")
_FIRST_NAME_ENDS = "ia na ette us an en io ko ek is ella or ian ita elle ard win mir jan ra ilo".split()
_COMMON_FIRST_NAME_SHARE = 0.75
_COMMON_SURNAME_SHARE = 0.25
_TICKER_LETTERS = "ABCDEFGHIKLMNOPRSTUVWXY"
_EXCHANGES = ("N", "O", "N", "O", "L", "T", "PA", "DE")


def _between(draw: Draw, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(draw() * (high - low + 1))


def _combined(draw: Draw, *parts: Sequence[str]) -> str:
    """One of each, put together: most combinations are seen once or never in a whole corpus."""
    return "".join([part[int(draw() * len(part))] for part in parts])


def _surname(draw: Draw) -> Fields:
    return (_combined(draw, _FIRST_PARTS, _MIDDLE_PARTS, _LAST_PARTS),)


def _firm(draw: Draw) -> Fields:
    return (_combined(draw, _COMPANY_STARTS, _COMPANY_ENDS),)


def _town(draw: Draw) -> Fields:
    return (_combined(draw, _TOWN_STARTS, _TOWN_ENDS),)


def _gadget(draw: Draw) -> Fields:
    return (_combined(draw, _COMPANY_STARTS, _GADGET_ENDS),)


def _code(draw: Draw) -> Fields:
    letters = _combined(draw, _CODE_LETTERS, _CODE_LETTERS)
    dash = "-" if draw() < 0.5 else ""
    return (f"{letters}{dash}{_between(draw, 1, 99) * (10 if draw() < 0.7 else 5)}",)


def _bug_name(draw: Draw) -> Fields:
    name = _combined(draw, _FIRST_PARTS, _MIDDLE_PARTS, _BUG_ENDS)
    return (name if draw() < 0.5 else f"{name}.{_TICKER_LETTERS[_between(draw, 0, 20)]}",)


def _latin(draw: Draw) -> Fields:
    genus = _combined(draw, _FIRST_PARTS, _MIDDLE_PARTS, _GENUS_ENDS)
    return (f"{genus} {_combined(draw, _FIRST_PARTS, _SPECIES_ENDS).lower()}",)


def _site(draw: Draw) -> Fields:
    name = _combined(draw, _COMPANY_STARTS, _COMPANY_ENDS).lower()
    return (f"www.{name}.com" if draw() < 0.5 else f"{name}.org",)


def _ticker(draw: Draw) -> Fields:
    letters = [
        _TICKER_LETTERS[int(draw() * len(_TICKER_LETTERS))] for _ in range(_between(draw, 2, 4))
    ]
    return (f"{''.join(letters)}.{_EXCHANGES[int(draw() * len(_EXCHANGES))]}",)


def _quote_note(draw: Draw) -> Fields:
    """What stands after a company's name in market reports."""
    (ticker,) = _ticker(draw)
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


def invented_sources(
    first_names: Sequence[str], common_surnames: Sequence[str]
) -> Mapping[str, Invented]:
    """All sources by the names that slots have for them.

    A person is a record: the full name, then the surname alone.
    """

    def person(draw: Draw) -> Fields:
        u = draw()
        if u < _COMMON_FIRST_NAME_SHARE:
            u /= _COMMON_FIRST_NAME_SHARE
            first = first_names[int(u * u * len(first_names))]
        else:
            first = _combined(draw, _FIRST_PARTS, _FIRST_NAME_MIDDLES, _FIRST_NAME_ENDS)
        v = draw()
        if v < _COMMON_SURNAME_SHARE:
            v /= _COMMON_SURNAME_SHARE
            surname = common_surnames[int(v * v * len(common_surnames))]
        else:
            (surname,) = _surname(draw)
        return (f"{first} {surname}", surname)

    return {
        "person": person,
        "surname": _surname,
        "firm": _firm,
        "town": _town,
        "quote_tail": _quote_note,
        "maybe_quote": _maybe_quote_note,
        "gadget": _gadget,
        "code": _code,
        "bug_name": _bug_name,
        "latin": _latin,
        "site": _site,
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
