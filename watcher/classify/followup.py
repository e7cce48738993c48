"""The sentence after a name that speaks of it without naming it again: "It was terminated on Tuesday."."""

from __future__ import annotations

import re

from watcher.classify.grammar import Act
from watcher.models.words import Action, Modality

_THINGS = (
    "program|programme|policy|rule|order|agreement|designation|initiative|practice|measure|process|proclamation|app"
)
_COSAS = (
    "programa|acuerdo|proceso|política|regla|orden|medida|designación|práctica|norma|proclamación|iniciativa|aplicación"
)
_SUBJECT = re.compile(
    rf"\W*(?:[Ll]ater |[Tt]oday,? |[Nn]ow |[Yy]esterday,? |(?:[Oo]n|[Ii]n|[Bb]y|El|En) [^.,;:]{{1,24}},? )?"
    rf"((?:[Ii]t|[Tt]he (?:{_THINGS})|[Tt]h(?:is|at) (?:{_THINGS})|(?:El|La|Est[ea]|Dich[oa]) (?:{_COSAS}))(?:'s)?)"
    r"(?= (?:is|was|were|has|had|will|would|did|does|ended|expired|took|remains|resumed|restarted|began|lapsed|applies|"
    r"fue|ha|había|será|quedó|queda|sigue|terminó|venció|expiró|entró|entra|se|no|concluyó|finalizó)\b)"
)
"""What stands for the name where it opens a sentence, before a verb that has it as its subject."""
_OBJECT = re.compile(r"\b(it)[.!\"”’]*\s*\Z")
"""What stands for the name where it ends a sentence: "The department has not withdrawn it."."""
_POINTED_AT = re.compile(rf"\b((?:[Tt]his|[Tt]hat|[Ee]st[ea]|[Dd]ich[oa]) (?:{_THINGS}|{_COSAS}))\b")
"""A word that points back at what was named, wherever it stands: "In April the President cancelled this program."."""
_EMPTY = re.compile(r"\W*[Ii]t (?:is|was|has been|will be|would be) (?:\w+ ){1,4}?(?:if|whether|that|to|for|who)\b")
"""An "it" that stands for nothing: "It is unknown if ...", "It is time to ..."."""
_DEEDS = frozenset(
    (
        Action.IMPLEMENT,
        Action.EXTEND,
        Action.EXPAND,
        Action.AMEND,
        Action.SUSPEND,
        Action.TERMINATE,
        Action.REINSTATE,
        Action.BLOCK,
        Action.ALLOW,
    )
)
"""What a sentence may tell of something named before; making it is told with its name."""


_HALTS = "hold|pause|freeze|ban|pausa|suspensión|congelación|prohibición|veto"
_DEMANDED = re.compile(
    rf"\b((?:[Tt]his|[Tt]hat|[Tt]hese|[Tt]he|[Ee]st[ea]|[Dd]ich[oa]|[Ee]l|[Ll]a|[dD]el|al) (?:{_THINGS}|{_COSAS}|"
    rf"{_HALTS}))\b|"
    r"\b(?:end|terminate|rescind|revoke|withdraw|reverse|restore|reinstate|raise|lift|abandon|reconsider|extend|suspend|"
    r"reject|drop|repeal|halt|cancel|scrap|undo|protect) (it)\b|"
    r"\bque (?:no )?(l[oa]s?) (?:termin|elimin|derog|revo|suspend|cancel|retir|restable|extiend|renuev|levant|deten|"
    r"reviert)"
)
"""What a demand is about where it does not name it again: "We ask that you raise it", "que impida el acuerdo"."""
_ASKS = re.compile(
    r"(?i)\b(?:urg|call|ask|demand|must\b|should\b|request|implor|insist|appeal|push|it(?: is|'s) time\b|"
    r"es hora\b|insta|pid|pedimos|exig|exhort|llama|solicit|debe|recomend|recommend)"
)
"""A sentence that begins with the act ("Rescinding this policy would ...") judges it, and asks for nothing."""


def demand_on(sentence: str) -> tuple[int, int] | None:
    """The span of the words that stand in a later demand for what was named, or None."""
    asks = _ASKS.search(sentence)
    found = _DEMANDED.search(sentence, asks.end()) if asks is not None else None
    return None if found is None else found.span(found.lastindex or 0)


def asks_on(act: Act) -> bool:
    """Whether what a sentence asks of the words that stand for a name says what shall be done to it."""
    return act.action is Action.CALL_FOR and act.explicit and act.closeness > 0.5


def tells_on(act: Act) -> bool:
    """Whether what a sentence says of the words that stand for a name is sure enough to be said of the name."""
    return act.explicit and act.action in _DEEDS and act.modality is not Modality.HYPOTHETICAL and act.closeness >= 0.85


def stand_in(sentence: str, is_same_paragraph: bool) -> tuple[int, int] | None:
    """The span of the words that stand for what the sentence before has named, or None.

    Into another paragraph only words that point at it reach, no pronoun.
    """
    pointed = _POINTED_AT.search(sentence)
    if pointed is not None or not is_same_paragraph:
        return pointed.span(1) if pointed is not None else None
    if _EMPTY.match(sentence):
        return None
    found = _SUBJECT.match(sentence) or _OBJECT.search(sentence)
    return found.span(1) if found is not None else None
