"""English forms that templates ask for: articles, plurals, third persons, past and -ing forms."""

import re
from functools import cache

_WITH_S = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "person": "people",
    "foot": "feet",
    "goose": "geese",
    "mouse": "mice",
    "half": "halves",
    "life": "lives",
    "leaf": "leaves",
    "shelf": "shelves",
    "thief": "thieves",
    "wolf": "wolves",
    "crisis": "crises",
    "analysis": "analyses",
    "basis": "bases",
    "hypothesis": "hypotheses",
    "phenomenon": "phenomena",
    "bacterium": "bacteria",
    "medium": "media",
    "veto": "vetoes",
    "hero": "heroes",
    "embargo": "embargoes",
    "echo": "echoes",
    "tomato": "tomatoes",
    "potato": "potatoes",
    "volcano": "volcanoes",
    "mosquito": "mosquitoes",
    "go": "goes",
    "do": "does",
    "undergo": "undergoes",
    "have": "has",
    "be": "is",
    "quiz": "quizzes",
    "bus": "buses",
    "gas": "gases",
    "series": "series",
    "species": "species",
    "aircraft": "aircraft",
    "spacecraft": "spacecraft",
    "offspring": "offspring",
    "salmon": "salmon",
    "sheep": "sheep",
    "deer": "deer",
    "headquarters": "headquarters",
}
_PAST = {
    "be": "was", "beat": "beat", "become": "became", "begin": "began", "bid": "bid", "blow": "blew",
    "break": "broke", "bring": "brought", "build": "built", "buy": "bought", "catch": "caught",
    "choose": "chose", "come": "came", "cost": "cost", "cut": "cut", "deal": "dealt", "do": "did",
    "draw": "drew", "drive": "drove", "fall": "fell", "feel": "felt", "fight": "fought",
    "find": "found", "flee": "fled", "fly": "flew", "forecast": "forecast", "forget": "forgot",
    "freeze": "froze", "get": "got", "give": "gave", "go": "went", "grow": "grew", "have": "had",
    "hear": "heard", "hide": "hid", "hit": "hit", "hold": "held", "hurt": "hurt", "keep": "kept",
    "know": "knew", "lay": "laid", "lead": "led", "leave": "left", "lend": "lent", "let": "let",
    "lie": "lay", "lose": "lost", "make": "made", "mean": "meant", "meet": "met",
    "oversee": "oversaw",
    "overcome": "overcame", "overtake": "overtook", "pay": "paid", "put": "put", "quit": "quit",
    "read": "read", "rebuild": "rebuilt", "ride": "rode", "ring": "rang", "rise": "rose",
    "run": "ran", "say": "said", "see": "saw", "seek": "sought", "sell": "sold", "send": "sent",
    "set": "set", "shake": "shook", "shine": "shone", "shoot": "shot", "shrink": "shrank",
    "shut": "shut", "sink": "sank", "slide": "slid", "slip": "slipped", "speak": "spoke",
    "speed": "sped", "spend": "spent", "spin": "spun", "split": "split", "spread": "spread",
    "spring": "sprang", "stand": "stood", "steal": "stole", "stick": "stuck", "strike": "struck",
    "swear": "swore", "sweep": "swept", "swim": "swam", "swing": "swung", "take": "took",
    "teach": "taught", "tear": "tore", "tell": "told", "think": "thought", "throw": "threw",
    "undergo": "underwent", "undercut": "undercut", "understand": "understood", "uphold": "upheld",
    "upset": "upset", "wear": "wore", "win": "won", "withdraw": "withdrew", "write": "wrote",
}  # fmt: skip
_VOWELS = "aeiou"
_DOUBLED = frozenset({
    "admit", "allot", "bag", "ban", "bar", "beg", "begin", "bet", "bid", "blot", "cap", "chat",
    "chip", "chop", "clap", "clip", "commit", "compel", "control", "cram", "cut", "defer",
    "dip", "drag", "drop", "drum", "dub", "equip", "expel", "fan", "fit", "flag", "flip",
    "forget", "get", "grab", "grip", "gun", "hem", "hit", "hop", "hug", "jam", "jog", "knit",
    "lag", "let", "log", "map", "mop", "nab", "net", "nip", "nod", "occur", "omit", "pat",
    "permit", "pin", "pit", "plan", "plod", "plot", "plug", "pop", "prefer", "prod", "put",
    "quip", "quit", "rebut", "recur", "refer", "regret", "rig", "rip", "rob", "rub", "run",
    "sag", "sap", "scan", "scrap", "scrub", "set", "ship", "shun", "shut", "sin", "sip", "sit",
    "skip", "slam", "slap", "slip", "slot", "snap", "snub", "span", "spin", "split", "spot",
    "stem", "step", "stir", "stop", "strip", "submit", "swap", "swim", "tag", "tap", "thin",
    "tip", "top", "transfer", "trap", "trek", "trim", "trip", "tug", "upset", "wed", "whip",
    "win", "wrap", "zip",
})  # fmt: skip
"""Verbs that double their last letter: `plan`, `planned`, `planning`."""
_SPOKEN_VOWEL = re.compile(
    r"(?:[aeio]|u(?!\.|ni(?!n|m[^a])|s(?:e|a\b|[ -])|kr|rani|topi|til|biq|ran|gan|rug)"
    r"|hour|honest|honou?r|heir|\$?(?:8|11\b|18\b))(?!(?<=e)u)(?!(?<=o)n(?:e|ce)\b)",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-Z][A-Z0-9]+\b")
_SPELLED_WITH_VOWEL = "AEFHILMNORSX"
_SPOKEN_AS_WORDS = frozenset(
    {"NASA", "NATO", "FIFA", "UEFA", "UNICEF", "RAM", "LAN", "SARS", "RFID"}
)


@cache
def article(phrase: str) -> str:
    """`a` or `an`, by how the first word of `phrase` is spoken."""
    if letters := _LETTERS.match(phrase):
        if letters[0] not in _SPOKEN_AS_WORDS or letters[0] == "RFID":
            return "an" if letters[0][0] in _SPELLED_WITH_VOWEL else "a"
        return "an" if letters[0][0] in "AEIO" else "a"
    if phrase.startswith("Uni"):  # a name: `Unix`, `Universal`, `UniNote`
        return "a"
    return "an" if _SPOKEN_VOWEL.match(phrase) else "a"


@cache
def with_s(phrase: str) -> str:
    """The plural of a noun; of a phrase, of its last word."""
    head, space, word = phrase.rpartition(" ")
    if word in _WITH_S:
        return head + space + _WITH_S[word]
    if word.endswith("man") and word not in {"human", "german", "roman"}:
        return phrase[:-3] + "men"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return phrase[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")) and not word.endswith(("arch", "tech")):
        return phrase + "es"
    return phrase + "s"


@cache
def third_person(phrase: str) -> str:
    """The third person of a verb; of a phrase (`edge up`), of its first word."""
    word, space, rest = phrase.partition(" ")
    return with_s(word) + space + rest


@cache
def with_ed(phrase: str) -> str:
    """The past tense of a verb; of a phrase (`call off`), of its first word."""
    word, space, rest = phrase.partition(" ")
    if word in _PAST:
        past = _PAST[word]
    elif word.endswith("e"):
        past = word + "d"
    elif word.endswith("y") and word[-2] not in _VOWELS:
        past = word[:-1] + "ied"
    elif word in _DOUBLED:
        past = word + word[-1] + "ed"
    else:
        past = word + "ed"
    return past + space + rest


@cache
def with_ing(phrase: str) -> str:
    """The -ing form of a verb; of a phrase (`call off`), of its first word."""
    word, space, rest = phrase.partition(" ")
    if word in {"lie", "die", "tie", "vie"}:
        form = word[:-2] + "ying"
    elif word.endswith("e") and not word.endswith(("ee", "oe", "ye")) and word != "be":
        form = word[:-1] + "ing"
    elif word in _DOUBLED:
        form = word + word[-1] + "ing"
    else:
        form = word + "ing"
    return form + space + rest


FORMS = {"s": with_s, "3": third_person, "ed": with_ed, "ing": with_ing}
"""The forms that a slot may ask for, by the letters that stand after its plus sign."""
