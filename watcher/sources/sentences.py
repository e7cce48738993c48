"""Sentences that can be recognised: what counts in them, without dates, counters, clocks and the way they are set."""

from __future__ import annotations

import re
import unicodedata

_END = re.compile(r"(?<=[.!?…])(?:[\"'”’»)\]])*\s+(?=[\"'“‘«(\[¿¡]*[A-ZÀ-ÖØ-Þ0-9])")
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|se(?:p)?tiembre|octubre|noviembre|diciembre|ene|abr|ago|dic"
    "|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
)
_WEEKDAYS = (
    "mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    "|lunes|martes|miercoles|jueves|viernes|sabado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
)
_DATE = re.compile(
    r"\b\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:z|[+-]\d\d:?\d\d)?)?(?!\d)"
    rf"|(?:\b(?:{_WEEKDAYS})\b\.?,?\s+)?(?:\bel\s+|\ble\s+)?"
    rf"(?:\b(?:{_MONTHS})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|er|o)?(?:\s+de|\s+of)?\s+(?:{_MONTHS})\b\.?(?:,?(?:\s+del?)?\s+\d{{4}}\b)?"
    rf"|\b(?:{_MONTHS})\b\.?\s+(?:del?\s+)?\d{{4}}\b)"
)
_UNITS = (
    "seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?"
    "|segundos?|minutos?|horas?|dias?|semanas?|mes(?:es)?|anos?|heures?|jours?|semaines?|mois|ans?|annees?"
)
_AMOUNT = r"(?:about\s+|over\s+|almost\s+)?(?:\d+|an?|one|two|three|a\s+few|few|una?|unos|un|une|quelques)"
_AGO = re.compile(
    rf"\b(?:{_AMOUNT}\s+(?:{_UNITS})\s+ago|(?:hace|il\s+y\s+a)\s+{_AMOUNT}\s+(?:{_UNITS})|just\s+now|moments?\s+ago)\b"
)
_CLOCK = re.compile(
    r"\b(?:\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s*[ap]\.?\s?m\b\.?)?|\d{1,2}\s*[ap]\.?\s?m\b\.?)"
    r"(?:\s*\(?(?:e[sd]?t|c[sd]?t|m[sd]?t|p[sd]?t|utc|gmt)\b\)?)?"
)
_STAMP = re.compile(
    r"^\W*(?:(?:page\s+)?(?:last\s+)?(?:updated|modified|reviewed|revised|published|posted|changed)"
    r"|(?:page\s+)?last\s+(?:update|change|review)|date|(?:ultima\s+)?(?:actualizacion|modificacion|actualizado)"
    r"|fecha|publicado|(?:derniere\s+)?mise\s+a\s+jour|mis\s+a\s+jour|publie)\b"
    r"(?:[\W#]|\b(?:on|at|the|el|le|a|las|today|yesterday|hoy|ayer|hier)\b)*$"
)
_NAMED = re.compile(
    r"\b(?:titles?|titulos?|titre|sections?|secs?|seccion(?:es)?|parts?|partes?|articles?|articulos?|arts?|chapter|capitulo"
    r"|proclamations?|orders?|orden(?:es)?|ley(?:es)?|decretos?|acuerdos?|rules?|forms?|formularios?|no|num|numero|phase"
    r"|public\s+law|pub\.?\s*l|h\.?\s?r|s|e\.?o|matter\s+of|docket|case|resolution|resolucion)\b\.?\s*"
    r"(?:no\.?\s*)?#?\d[\w.()-]*"
    r"|§+\s*\d[\w.()-]*|\b\d[\d.]{0,20}\s*(?:c\.?f\.?r|u\.?s\.?c|fed\.?\s*reg|f\.?r|u\.?s)\b\.?(?:\s*§*\s*\d[\w.()-]*)?"
    r"|\b[a-z]+-\d[\w-]*"
)
_NUMBER = re.compile(r"(?<![^\W\d_])\d[\d.,:/’'-]*(?:st|nd|rd|th|[km])?\b")
_GAPS = re.compile(r"#[\W_#]*")
_NO_WORD = re.compile(r"[^\w#]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 2
_LONGEST_STAMP = 200


def split(text: str) -> list[str]:
    """The sentences of a paragraph. Where an abbreviation is taken for an end, it is so every time: that is enough."""
    return [sentence for sentence in _END.split(text) if sentence.strip()]


def folded(sentence: str, *, numbers: bool = False) -> str:
    """What makes a sentence that one; empty when it says nothing that could be news.

    Case, accents, quotes, punctuation and spacing do not count, and unless `numbers`, neither do dates, times,
    "3 minutes ago" and plain numbers. Numbers that name something do: Title 42, 8 CFR 208.13, Form I-589. The date of
    the last change, a counter, or anything else without two words is empty.
    """
    plain = _without_accents(sentence.casefold())
    if not numbers:
        plain = _without_numbers(plain)
    if (len(plain) <= _LONGEST_STAMP and _STAMP.match(plain)) or len(_WORD.findall(plain)) < _FEWEST_WORDS:
        return ""
    return _NO_WORD.sub(" ", plain).strip()


def _without_accents(text: str) -> str:
    """ "¿Terminó?" and "¿Termino?" are one sentence, as are straight and curly quotes."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(character for character in apart if not unicodedata.combining(character))


def _without_numbers(text: str) -> str:
    """Every date, time, span and plain number as one #, runs of them too; what a number names stays."""
    text = _AGO.sub("#", _DATE.sub("#", text))
    parts: list[str] = []
    end = 0
    for named in _NAMED.finditer(text):
        parts += (_as_gaps(text[end : named.start()]), named[0])
        end = named.end()
    return "".join((*parts, _as_gaps(text[end:])))


def _as_gaps(text: str) -> str:
    return _GAPS.sub(" # ", _NUMBER.sub("#", _CLOCK.sub("#", text)))
