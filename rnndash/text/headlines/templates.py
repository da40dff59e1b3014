"""Templates with slots: how a grammar file is read, and how a text is written from it.

A grammar file is made of sections. Lines that begin with `#` are comments.

    [lines NAME]          one template on each line, all equally likely
    [words NAME SKEW]     templates divided by commas; the first are the most frequent
    [records NAME SKEW]   as words, but each entry has fields divided by `/`
    [story NAME WEIGHT]   headlines, each after `= `, and bodies that fit any of them

SKEW 1 makes all entries equally likely, 2 and 3 favour those that stand first. A slot names a
section or one of the sources that the program brings (`rnndash.text.headlines.names`):

    {NAME}        one entry, its own slots filled in turn
    {NAME.1}      field 1 of a record; without a number, field 0
    {NAME@k}      the same entry wherever `@k` stands in an item; another key, another entry
    {NAME+s}      in another form: `+s` (nouns), `+3`, `+ed`, `+ing` (verbs)
    {a:NAME}      after the article that fits
    {^NAME}       with a capital letter
    {surname@k}   the surname of `{person@k}`
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rnndash.text.headlines.inflection import FORMS, article

Draw: TypeAlias = Callable[[], float]
"""Gives the next random number, at least 0 and less than 1."""
Fields: TypeAlias = tuple[str, ...]
Invented: TypeAlias = Callable[[Draw], Fields]
"""Makes an entry that stands in no list: a number, a score, a person."""
Memory: TypeAlias = dict[str, Fields]
"""What was chosen for each key (`NAME@k`) of the item that is being written."""

_SECTION = re.compile(r"\[(lines|words|records|story) ([\w.]+)(?: ([1-9]))?\]")
_SLOT = re.compile(r"\{(a:)?(\^)?([\w.$-]*?\w)(?:\.(\d))?(?:@(\w+)(?:\.(\d))?)?(?:\+(\w+))?\}")
_TRIES = 8
_SAME_KEYS = {"man": "person", "woman": "person", "stranger": "person"}
"""Sources that share their keys with another: `{man@p}` is whom `{person@p}` means."""


class GrammarError(Exception):
    """A grammar file is wrong: a fault of the program, not of its user."""


@dataclass(frozen=True, slots=True)
class GrammarSection:
    """One section of a grammar file: raw templates, and how much the first are favoured."""

    entries: tuple[str, ...]
    skew: int = 1
    has_fields: bool = False


@dataclass(frozen=True, slots=True)
class GrammarText:
    """What grammar files hold.

    A story `NAME` stands in `sections` twice, as `NAME.headline` and as `NAME.body`, and in
    `weights` with its weight.
    """

    sections: dict[str, GrammarSection]
    weights: dict[str, int]


def parse_grammar(text: str) -> GrammarText:
    """Read the sections of grammar files that stand one after another in `text`.

    Raises:
        GrammarError: text outside a section, an empty section or a section given twice.
    """
    bodies: dict[str, tuple[re.Match[str], list[str]]] = {}
    body: list[str] | None = None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if header := _SECTION.fullmatch(line):
            if header[2] in bodies:
                raise GrammarError(f"Section {header[2]} is given twice.")
            body = []
            bodies[header[2]] = (header, body)
        elif body is None:
            raise GrammarError(f"Text outside a section: {line}")
        else:
            body.append(line.rstrip())
    sections: dict[str, GrammarSection] = {}
    weights: dict[str, int] = {}
    for name, (header, lines) in bodies.items():
        kind, number = header[1], int(header[3] or 1)
        if kind == "story":
            heads = tuple(line[2:] for line in lines if line.startswith("= "))
            sections[f"{name}.headline"] = GrammarSection(heads)
            sections[f"{name}.body"] = GrammarSection(
                tuple(line for line in lines if not line.startswith("= "))
            )
            weights[name] = number
        elif kind == "lines":
            sections[name] = GrammarSection(tuple(lines))
        else:
            entries = tuple(part.strip() for part in " ".join(lines).split(","))
            sections[name] = GrammarSection(entries, number, kind == "records")
    if empty := [name for name, section in sections.items() if not all(section.entries or ("",))]:
        raise GrammarError(f"Nothing, or an empty entry, in {', '.join(empty)}.")
    return GrammarText(sections, weights)


class _Source:
    """A section, compiled: entries whose fields are plain text or templates."""

    __slots__ = ("entries", "invented", "name", "skew")

    def __init__(self, name: str, skew: int, invented: Invented | None = None) -> None:
        self.name = name
        self.skew = skew
        self.invented = invented
        self.entries: list[tuple[_Template, ...]] = []

    def choose(self, draw: Draw) -> "tuple[_Template, ...]":
        """One entry, all its fields, slots not yet filled."""
        if self.invented is not None:
            return self.invented(draw)
        u = draw()
        if self.skew == 2:
            u *= u
        elif self.skew == 3:
            u *= u * u
        return self.entries[int(u * len(self.entries))]


@dataclass(frozen=True, slots=True)
class _Slot:
    source: _Source
    field: int
    key: str | None
    has_article: bool
    has_capital: bool
    change: Callable[[str], str] | None
    """Puts an entry that is shared by key into the form that this slot asks for."""


_Template: TypeAlias = str | tuple[str | _Slot, ...]


class Grammar:
    """Writes texts from sections and from sources that the program brings."""

    def __init__(
        self, sections: Mapping[str, GrammarSection], invented: Mapping[str, Invented]
    ) -> None:
        """Compile all templates.

        Raises:
            GrammarError: a slot names nothing, or asks for a form or a field that there is not.
        """
        if both := sections.keys() & invented.keys():
            raise GrammarError(f"Given twice: {', '.join(sorted(both))}.")
        self._sections = sections
        self._sources = {name: _Source(name, 1, source) for name, source in invented.items()}
        self._sources |= {name: _Source(name, part.skew) for name, part in sections.items()}
        for name, section in sections.items():
            self._sources[name].entries.extend(self._compile_entries(section))

    def write(self, name: str, draw: Draw, memory: Memory) -> str:
        """Write one entry of the section `name`; `memory` spans the sections of an item."""
        return self._fill(self._sources[name].choose(draw)[0], draw, memory)

    def _compile_entries(self, section: GrammarSection) -> list[tuple[_Template, ...]]:
        return [
            tuple(
                self._compile(field)
                for field in (entry.split("/") if section.has_fields else (entry,))
            )
            for entry in section.entries
        ]

    def _compile(self, text: str) -> _Template:
        parts: list[str | _Slot] = []
        end = 0
        for match in _SLOT.finditer(text):
            if match.start() > end:
                parts.append(text[end : match.start()])
            parts.append(self._compile_slot(match))
            end = match.end()
        rest = text[end:]
        if "{" in rest or "}" in rest:
            raise GrammarError(f"Not a slot: {text}")
        if rest or not parts:
            parts.append(rest)
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        return tuple(parts)

    def _compile_slot(self, match: re.Match[str]) -> _Slot:
        with_article, capital, name, field, key, key_field, form = match.groups()
        if name == "surname" and key:  # the surname of the person who has that key
            name, field = "person", "1"
        change = FORMS.get(form) if key else None
        if form and not change:
            name = self._inflected(name, form)
        source = self._sources.get(name)
        if source is None:
            raise GrammarError(f"{match[0]} names no section.")
        return _Slot(
            source=source,
            field=int(field or key_field or 0),
            key=f"{_SAME_KEYS.get(name, name)}@{key}" if key else None,
            has_article=with_article is not None,
            has_capital=capital is not None,
            change=change,
        )

    def _inflected(self, name: str, form: str) -> str:
        """The name of a source with all entries of source `name` in another form."""
        inflected = f"{name}+{form}"
        if inflected not in self._sources:
            section = self._sections.get(name)
            if section is None or form not in FORMS or any("{" in e for e in section.entries):
                raise GrammarError(f"{{{inflected}}} asks for a form that there is not.")
            source = _Source(inflected, section.skew)
            source.entries.extend((FORMS[form](entry),) for entry in section.entries)
            self._sources[inflected] = source
        return inflected

    def _fill(self, template: _Template, draw: Draw, memory: Memory) -> str:
        if isinstance(template, str):
            return template
        pieces = []
        for part in template:
            if isinstance(part, str):
                pieces.append(part)
                continue
            key = part.key
            if key is None:
                filled = self._fill(part.source.choose(draw)[part.field], draw, memory)
            else:
                fields = memory.get(key)
                if fields is None:
                    fields = memory[key] = self._choose_new(part.source, draw, memory)
                filled = fields[part.field]
                if part.change is not None:
                    filled = part.change(filled)
            if part.has_article:
                filled = f"{article(filled)} {filled}"
            if part.has_capital:
                filled = filled[0].upper() + filled[1:]
            pieces.append(filled)
        return "".join(pieces)

    def _choose_new(self, source: _Source, draw: Draw, memory: Memory) -> Fields:
        """Choose an entry that no other key of the same source has in this item."""
        taken: Sequence[Fields] = [
            fields for key, fields in memory.items() if key.partition("@")[0] == source.name
        ]
        for _ in range(_TRIES):
            fields = tuple(self._fill(field, draw, memory) for field in source.choose(draw))
            if fields not in taken:
                break
        return fields
