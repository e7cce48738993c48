"""What the title and the first paragraphs of a document show by themselves."""

from __future__ import annotations

import re

from watcher.classify.wordsets import words

_RULING = re.compile(
    r"\b(?:court|judge|circuit|justices)\b.{0,60}\b(?:ruling|decision|order|opinion|injunction)\b|"
    r"\b(?:court|judge|circuit|justices|board of immigration appeals|panel)\b.{0,40}\b(?:ruled|held|struck down|"
    r"vacated|enjoined|upheld)\b|"
    r"\b(?:corte|tribunal|juez|jueza)\b.{0,60}\b(?:fallo a favor|fallo en contra|dictamino|sentencia|anulo|avalo)\b|"
    r"\bboard of immigration appeals\b.{0,40}\bdecision\b|"
    r"\b(?:ruling|decision|injunction)\b.{0,40}\b(?:court|judge|circuit)\b|\bfallo\b.{0,40}\b(?:corte|tribunal|juez)\b"
)
_INSTRUMENT = [
    "by the authority vested in me",
    "memorandum on the presidential",
    "presidential determination on",
    "at signing of executive orders",
    "fact sheet: president",
    "a proclamation on",
]
_STANCE = words(
    "urge urges urged urging call calls called calling demand demands demanding must should letter condemn condemns "
    "condemned applaud applauds praise praises slam slams denounce denounces oppose opposes press presses pressing "
    "statement mistake welcome welcomes criticize criticizes blast blasts joins priorities respond responds advocate "
    "advocates insta instan instando pide piden exige exigen exigimos exigir carta llamado condena condenan condenamos"
)
_AMBIGUOUS = words("statement press joins priorities letter respond responds carta must should")
"""Words of a stance that a title also has without one ("Press Conference", "Joins NBC"), or that need a subject."""
_DUTY = re.compile(r"\b(?:must|should|debe|deben)\b")
_TOPIC = re.compile(
    r"\b(?:border|immigra\w*|migra\w*|asylum|refugee\w*|deport\w*|detain\w*|detention|alien\w*|parole|resettl\w*|homeland|dhs|cbp|noem|mayorkas|mullin|"
    r"frontera|asilo|"
    r"refugiad\w*|inmigra\w*)\b"
)
_BILL = re.compile(r"\b(?:bill|legislation|act|introduc\w+|resolution)\b")
_OCCASION = re.compile(r"\b(?:heritage|month|week|day|remembrance|awareness)\b")
_LETTERS_ONLY = {code: " " for code in range(128) if not chr(code).islower()}


_ASKED = re.compile(r"\b(?:asked|asks|asking|urged?|petition\w*|sued?|suing|request\w*|pid\w+|solicit\w+|demand\w+)\b")


def announces_ruling(title: str, opening: str) -> bool:
    """Whether a folded title tells what a court decided, or where there is none, the first words of the text."""
    if title:
        return _RULING.search(title) is not None
    return _RULING.search(opening) is not None and _ASKED.search(opening) is None


def is_instrument(title: str, opening: str) -> bool:
    """Whether the text is itself an order, a proclamation or a memorandum, and not for a day of the calendar."""
    if _OCCASION.search(title):
        return False
    return title.startswith(("executive order", "proclamation", "memorandum on")) or any(
        sign in title or sign in opening for sign in _INSTRUMENT
    )


def demands_on_topic(title: str) -> bool:
    """Whether a folded title demands something, or takes a side, about borders, migration or refuge; no bill."""
    if not _TOPIC.search(title) or _BILL.search(title):
        return False
    stance = _STANCE - _AMBIGUOUS
    return _DUTY.search(title) is not None or not stance.isdisjoint(_words(title))


def takes_a_stance(folded: str) -> bool:
    """Whether a title or an opening demands something or takes a side."""
    return not _STANCE.isdisjoint(_words(folded))


def _words(folded: str) -> list[str]:
    """The words of a folded text; little more than half the time of a regular expression (measured)."""
    return folded.translate(_LETTERS_ONLY).split()
