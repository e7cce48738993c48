"""The facts of an announcement, spelled the same whatever its language: dates, countries, courts, numbers, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from watcher.events.accents import without_accents
from watcher.models.events import Facts
from watcher.vocabulary import places
from watcher.vocabulary.days import DATES, day_of

_TAKES_EFFECT = re.compile(
    r"effective|takes? effect|took effect|taking effect|in effect|into force|begin|start|commenc|expire|until|through|"
    r"deadline|no later than|ends? on|as of|from|vigor|vigencia|a partir del|hasta|comienza|comenzar|empieza|"
    r"empezar|termina|vence|expira|plazo|desde",
    re.IGNORECASE,
)
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("primer", "segundo", "tercer", "cuarto", "quinto", "sexto", "septimo", "octavo", "noveno", "decimo", "undecimo"),
)
_CIRCUIT = re.compile(
    rf"\b(?P<word>{'|'.join(_ORDINALS)})(?:o)? (?:u\.?s\.? )?circui?to?\b"
    r"|\b(?P<number>\d{1,2})(?:st|nd|rd|th|o|\.o)? circui?to?\b"
    r"|\b(?:circuito de apelaciones )?(?P<dc>d\.?c\.? circuit|circuito d\.?c\.?"
    r"|circuito (?:de|del) (?:distrito de columbia|d\.?c\.?))"
    r"|\bcircuito (?P<after>" + "|".join(_ORDINALS) + r")\b",
    re.IGNORECASE,
)
_SUPREME = re.compile(r"\b(?:supreme court|(?:corte|tribunal) suprem[ao])\b", re.IGNORECASE)
_APPEALS_BOARD = re.compile(
    r"\b(?:board of immigration appeals|junta de apelaciones (?:de|migratorias))", re.IGNORECASE
)
_SIDES = {"northern": "n", "southern": "s", "eastern": "e", "western": "w", "central": "c", "middle": "m"}
_SIDES |= {"norte": "n", "sur": "s", "este": "e", "oeste": "w", "occidental": "w", "oriental": "e", "medio": "m"}
_DISTRICT = re.compile(
    rf"\b(?P<side>{'|'.join(_SIDES)}) District of (?P<state>[A-Z][a-z]+(?: [A-Z][a-z]+)?)"
    rf"|\bDistrito (?P<lado>{'|'.join(_SIDES)}) de (?P<estado>[A-Z][a-z]+(?: [A-Z][a-z]+)?)"
    r"|\b(?:Court for the|the) District of (?P<whole>[A-Z][a-z]+(?: [A-Z][a-z]+)?)",
    re.IGNORECASE,
)
_STATES = {"nueva york": "new york", "luisiana": "louisiana", "tejas": "texas", "misisipi": "mississippi"}
_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("docket ", re.compile(r"\b(\d{1,2}:)?(\d{2})-?(?:cv|cr|mc)-?(\d{3,6})\b", re.IGNORECASE)),
    ("docket ", re.compile(r"\b(?:Nos?\.|num\.|Case|caso|No) (\d{2}[A]?-?\d{3,5}|\d{2}A\d{3,4})\b", re.IGNORECASE)),
    ("fr ", re.compile(r"\b(\d{2,3} (?:FR|Fed\. Reg\.) [\d,]{3,7})\b")),
    ("fr ", re.compile(r"\b(20\d\d-\d{5})\b")),
    (
        "eo ",
        re.compile(
            r"\b(?:Executive Order|Orden Ejecutiva|E\.?O\.?)(?: No\.| num\.| n\.?)? ?(1[0-9][,.]?\d{3})\b",
            re.IGNORECASE,
        ),
    ),
    (
        "proclamation ",
        re.compile(r"\b(?:Proclamation|Proclama(?:cion)?)(?: No\.| num\.)? ?(1[01][,.]?\d{3})\b", re.IGNORECASE),
    ),
    ("bill ", re.compile(r"\b((?:H\.? ?R|S)\.? \d{2,5})\b(?! people)")),
    ("rin ", re.compile(r"\b(\d{4}-[A-Z]{2}\d{2})\b")),
)
_QUANTITY = re.compile(
    r"(?<![\w.,:§-])(?P<money>[$€] ?)?(?P<number>\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?)"
    r"(?P<scale> (?:million|billion|millones|mil millones|mil)\b)?"
    r"(?P<unit> ?%| ?percent| por ciento| (?:calendar |business )?days?\b| dias?\b"
    r"| months?\b| meses\b| years?\b| anos?\b| dollars\b| dolares\b)?(?![\w-])"
)
_SCALES = {"million": 10**6, "millones": 10**6, "billion": 10**9, "mil millones": 10**9, "mil": 1000}
_UNITS = {"day": " days", "dia": " days", "mon": " months", "mes": " months", "yea": " years", "ano": " years"}
_OFFICE = (
    r"Judges?|Justice|Secretary|Attorney General|Director|Commissioner|President|Governor|Gov\.|Senators?|Sen\.|"
    r"Representatives?|Rep\.|Congress(?:wo)?man|Administrator|Acting Director|[Jj]uez(?:a)?|[Mm]agistrad[oa]|"
    r"[Ss]ecretari[oa]|"
    r"[Pp]resident[ea]|[Ff]iscal [Gg]eneral|[Dd]irectora?|[Cc]omisionad[oa]|[Gg]obernadora?|"
    r"[Ss]enadora?|[Rr]epresentante"
)
_NAME = re.compile(rf"\b(?:{_OFFICE})(?: federal)? ((?:[A-Z][\w'-]+ (?:[A-Z]\. )?){{0,3}}[A-Z][\w'-]+)")
_CASE = re.compile(r"\b([A-Z][\w'.&-]+(?: [A-Z][\w'.&-]+){0,4}) (?:v\.|vs\.|contra) ([A-Z][\w'.-]+)")
_SENTENCE_END = re.compile(
    # the blank first, although both begin with one: what stands before it is looked at there only
    r"(?=\s)(?:(?<![A-Z]\.)(?<! v\.)(?<![Nn]o\.)(?<![A-Z][a-z]\.)(?<=[.!?\"”])\s+(?=[\"“¡¿(]?[A-ZÁÉÍÓÚÑ¿¡])|\n+)"
)
_TAKEN_FOR_ASCII = str.maketrans({"İ": "i", "ı": "i", "ſ": "s", "\u212a": "k"})
_DIGIT, _DIGITS = re.compile(r"\d"), re.compile(r"\d\d")
_COURT_WORDS = ("ourt", "udge", "uez", "ribunal", "orte")
_VERSUS = (" v. ", " vs. ", " contra ")
HOME = frozenset({"US", "MX"})
"""Named in most announcements about the border; they tell announcements apart only in a title."""


def plain(text: str) -> str:
    """Without accents and odd blanks; case stays."""
    return without_accents(text).replace("\u2019", "'")


def lower(text: str) -> str:
    """In lower case, with the four letters beyond ASCII that a pattern that ignores case takes for ASCII ones."""
    return (text if text.isascii() else text.translate(_TAKEN_FOR_ASCII)).lower()


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence or line."""
    starts = [0, *(found.end() for found in _SENTENCE_END.finditer(text))]
    return [
        (start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True) if text[start:end].strip()
    ]


def facts(text: str, on: date, *, keep_home: bool = False) -> Facts:
    """The facts in a text that was published on that day. Its own date is none of them."""
    said = plain(text)
    rest, dates, effective = _dates(said, on)
    numbers, rest = _numbers(rest)
    named = dict.fromkeys(_countries(said))
    return Facts(
        dates=dates,
        effective=effective,
        countries=tuple(each for each in named if keep_home or each not in HOME),
        courts=_distinct(_courts(said)),
        numbers=numbers,
        quantities=_distinct(_quantities(rest)),
        names=_distinct(_names(said)),
    )


def starts(text: str, on: date) -> tuple[str, ...]:
    """The dates on which something begins or ends, and no other fact."""
    return _dates(plain(text), on)[2]


def joined(parts: Iterable[Facts]) -> Facts:
    """All facts of several texts, each once."""
    every = list(parts)

    def of(which: Callable[[Facts], tuple[str, ...]]) -> tuple[str, ...]:
        return _distinct(each for part in every for each in which(part))

    return Facts(
        dates=of(lambda part: part.dates),
        effective=of(lambda part: part.effective),
        countries=of(lambda part: part.countries),
        courts=of(lambda part: part.courts),
        numbers=of(lambda part: part.numbers),
        quantities=of(lambda part: part.quantities),
        names=of(lambda part: part.names),
    )


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


# --- dates -------------------------------------------------------------------------------------------------------


def _dates(said: str, on: date) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The text without its dates, the dates, and those on which something begins or ends."""
    found: dict[str, bool] = {}
    if not _DIGIT.search(said):
        return said, (), ()
    for pattern in DATES:
        matched = list(pattern.finditer(said))
        for place in matched:
            day = day_of(place, on)
            if day is None or abs(day - on) <= timedelta(days=1):
                continue
            starts = bool(_TAKES_EFFECT.search(said[max(0, place.start() - 45) : place.start()]))
            found[day.isoformat()] = found.get(day.isoformat(), False) or starts
        if matched:
            said = pattern.sub(lambda place: " " * len(place[0]), said)
    return said, tuple(found), tuple(day for day, starts in found.items() if starts)


# --- places ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _country_names() -> re.Pattern[str]:
    """By first letter: of two hundred names each word is then held against a few, or none."""
    by_letter: dict[str, list[str]] = {}
    for name in sorted(places.countries(), key=len, reverse=True):
        by_letter.setdefault(name[0], []).append(re.escape(name[1:]))
    letters = "".join(map(re.escape, by_letter))
    some = "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())
    return re.compile(rf"\b(?=[{letters}])(?:{some})\b")


def _countries(said: str) -> Iterator[str]:
    known = places.countries()
    return (known[place[0]] for place in _country_names().finditer(said))


@lru_cache(maxsize=1)
def _court_cities() -> re.Pattern[str]:
    cities = "|".join(map(re.escape, sorted(places.courts(), key=len, reverse=True)))
    return re.compile(
        rf"\b(?:[Cc]ourt|[Jj]udge|[Jj]uez|[Jj]ueza|[Tt]ribunal|[Cc]orte)"
        rf"(?: [\w'.]+){{0,4}}? (?:in|en) (?P<city>{cities})\b"
        rf"|\b(?P<before>{cities}) (?:federal )?(?:judge|court)\b"
    )


def _courts(said: str) -> Iterator[str]:
    """Most texts name none: a word that each has in it is looked for first, which takes a tenth of the time."""
    low = lower(said)
    if "circui" in low:
        yield from _circuits(said)
    if "suprem" in low and _SUPREME.search(said):
        yield "supreme"
    if ("appeals" in low or "apelaciones" in low) and _APPEALS_BOARD.search(said):
        yield "bia"
    if "distri" in low:
        yield from _districts(said)
    if any(word in said for word in _COURT_WORDS):
        known = places.courts()
        yield from (known[place["city"] or place["before"]] for place in _court_cities().finditer(said))


def _circuits(said: str) -> Iterator[str]:
    for place in _CIRCUIT.finditer(said):
        word = lower(place["word"] or place["after"] or "")
        yield "cadc" if place["dc"] else f"ca{_ORDINALS.index(word) % 11 + 1 if word else int(place['number'])}"


def _districts(said: str) -> Iterator[str]:
    for place in _DISTRICT.finditer(said):
        side = _SIDES[lower(place["side"] or place["lado"])] if place["side"] or place["lado"] else ""
        state = (place["state"] or place["estado"] or place["whole"]).lower()
        yield f"{side}d {_STATES.get(state, state)}"


# --- numbers and names -------------------------------------------------------------------------------------------


def _numbers(said: str) -> tuple[tuple[str, ...], str]:
    """The numbers of documents, and the text without them."""
    found: dict[str, None] = {}
    if not _DIGITS.search(said):  # each has two of them in a row
        return (), said
    for kind, pattern in _NUMBERS:
        matched = list(pattern.finditer(said))
        for place in matched:
            parts = [part for part in place.groups() if part and not part.endswith(":")]
            found[kind + re.sub(r"[^\w]", "", "".join(parts)).lower()] = None
        if matched:
            said = pattern.sub(" ", said)
    return tuple(found), said


def _quantities(said: str) -> Iterator[str]:
    for place in _QUANTITY.finditer(said) if _DIGIT.search(said) else ():
        unit, money = (place["unit"] or "").strip().lower(), bool(place["money"])
        money = money or unit in ("dollars", "dolares")
        value = _value(place["number"], (place["scale"] or "").strip())
        if unit in ("%", "percent", "por ciento"):
            yield f"{value:g}%"
        elif money:
            yield f"${value:g}" if value < 10**6 else f"${value:.0f}"
        elif unit:
            short = unit.removeprefix("calendar ").removeprefix("business ")[:3]
            yield f"{value:g}{_UNITS[short]}"
        elif value >= 10 and not (1900 <= value <= 2100 and len(place["number"]) == 4):
            yield f"{value:.0f}" if value >= 100 else f"{value:g}"


def _value(number: str, scale: str) -> float:
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number) and not scale
    read = float(re.sub(r"[.,]", "", number)) if grouped else float(number.replace(",", "."))
    return read * _SCALES.get(scale, 1)


def _names(said: str) -> Iterator[str]:
    for place in _NAME.finditer(said):
        yield place[1].split()[-1].lower()
    for place in _CASE.finditer(said) if any(word in said for word in _VERSUS) else ():
        yield f"{place[1]} v {place[2]}".lower()
