"""What stands around an act: demands, plans, denials, other acts, each within its reach."""

from __future__ import annotations

from watcher.classify.actors import actor_at
from watcher.classify.grammar import (
    ATTACH,
    DETERMINERS,
    MODAL_WORDS,
    Around,
    Core,
    act_cue,
    has_be,
    is_noun_here,
    is_possible,
)
from watcher.classify.lexicon import Cue
from watcher.classify.tokens import Hit
from watcher.classify.view import Place, View
from watcher.classify.wordsets import words
from watcher.models.words import Action

_REACH = {
    "not": 4.5,
    "plan": 7.0,
    "hypothetical": 5.0,
    "demand": 30.0,
    "prevent": 7.0,
    "attempt": 8.0,
    "comment": 15.0,
    "report": 13.0,
    "commemorate": 16.0,
    "reported": 40.0,
    "act": 9.0,
}
_READINGS = (
    "not",
    "hypothetical",
    "reported",
    "commemorate",
    "demand",
    "plan",
    "prevent",
    "act",
    "comment",
    "report",
    "attempt",
)
"""Which meaning of an ambiguous word is tried first."""
_ACROSS_CLAUSES = frozenset(("commemorate", "reported", "report", "comment"))


_MODAL_REACH = {"demand": 9.0, "plan": 5.0}


def operators_around(view: View, place: Place, core: Core | None) -> list[Around]:
    """The operators that reach an act (or the bare name), from the inside out."""
    found: list[Around] = []
    if core is not None and core.is_right:
        for hit, cost in view.walk_left(core.start, 12):
            if hit.start < place.stop:
                break
            found.extend(_around(view, hit, cost, skip_acts=True))
        found.extend(_left_operators(view, place.first, skip_acts=True))
    else:
        start = place.first if core is None else min(core.start, place.first)
        found.extend(_left_operators(view, start, skip_acts=False))
    return [around for around in found if core is None or not _stands_beside(view, around, core)]


def _stands_beside(view: View, around: Around, core: Core) -> bool:
    """ "has advocated A, stopped B and suspended NAME": a deed told in the past is no object of a demand."""
    if around.kind != "demand" or around.cue.part != "verb" or core.is_right or core.cue.language != "en":
        return False
    between = range(around.hit.end, core.start)
    told = core.cue.form == "past" and core.cue.part == "verb" and not has_be(view, core.start)
    return told and any(view.tokens[index].written == "," for index in between) and _has_no_that(view, between)


def _has_no_that(view: View, between: range) -> bool:
    return all(view.word(index) != "that" for index in between)


def _left_operators(view: View, start: int, skip_acts: bool) -> list[Around]:
    operators: list[Around] = []
    base = 0.0
    clause = view.clause_start(start)
    in_row = _closes_row(view, start)
    for hit, cost in view.walk_left(start, 60 if view.lead else 45):
        if hit.end <= view.lead:
            operators.extend(_of_lead(view, hit))
            continue
        over_row = in_row and hit.start >= clause and view.word(hit.start) in _BEFORE_ROWS
        step = _around(view, hit, cost - base - (_ROW if over_row else 0.0), skip_acts)
        inner = operators[-1].hit.start if operators else start
        if (
            step
            and step[0].kind == "act"
            and _is_sibling(view, hit.end, inner)
            and not _is_bills_aim(view, step[0], inner)
        ):
            continue
        if (
            step
            and step[0].kind != "commemorate"
            and _has_own_subject(view, hit.end, inner)
            and view.word(hit.start) not in ("thank", "gracias")
        ):
            continue
        if step and hit.start < clause and step[0].kind not in _ACROSS_CLAUSES:
            continue
        if step:
            operators.extend(step)
            base = cost
    return operators


_ROW = 20.0
"""How much further a modal reaches over a row of infinitives."""
_BEFORE_ROWS = words("must should will shall would needs need debe deben debemos deberia deberian")


def _closes_row(view: View, start: int) -> bool:
    """ "must secure the border, finish the wall and reinstate NAME": the last infinitive of a row behind one modal."""
    if view.word(start - 1) not in ("and", "y", "or"):
        return False
    acts = [cue for hit in view.hits if hit.start == start for cue in hit.cues if cue.kind == "act"]
    return any(cue.form == "base" for cue in acts)


def _is_sibling(view: View, first: int, stop: int) -> bool:
    """Whether a comma makes two verbs a row ("ending A, suspending NAME") and not one the object of the other."""
    return any(view.tokens[index].written == "," and not view.covered[index] for index in range(first, stop))


def _is_bills_aim(view: View, around: Around, inner: int) -> bool:
    """ "cosponsored the ... Act, to expand NAME": the infinitive behind the comma says what the bill is for."""
    return around.cue.action is Action.PROPOSE and view.word(inner - 1) == "to"


def _has_own_subject(view: View, first: int, stop: int) -> bool:
    """Whether a comma and a new actor stand between: "If the court agrees, the department could end"."""
    comma = next((index for index in range(first, stop) if view.tokens[index].written == ","), None)
    if comma is None or view.covered[comma - 1]:
        return False
    between = range(comma + 1, min(comma + 5, stop))
    return any(not view.covered[index] and actor_at(view.tokens, index) is not None for index in between)


def predicate_of(view: View, place: Place, core: Core | None) -> list[Around]:
    """What a passive verb says of an act in a noun: "the injunction against NAME is stayed", "its end was blocked"."""
    if core is None or core.is_right or core.cue.part != "noun":
        return []
    for hit, cost in view.walk_right(place.stop, 6):
        cue = act_cue(view, hit)
        if cue is None or cue.part != "verb" or cue.form not in ("past", "part") or not has_be(view, hit.start):
            continue
        return [Around("act", cue, hit, cost)] if is_possible(view, hit, cue) else []
    return []


def _of_lead(view: View, hit: Hit) -> list[Around]:
    """What introduces a list holds for every item, however far it stands."""
    for kind in ("demand", "plan", "hypothetical"):
        cue = hit.find(kind)
        if cue is not None and _fits(view, hit, cue, kind):
            return [Around(kind, cue, hit, 3.0)]
    return []


def _around(view: View, hit: Hit, cost: float, skip_acts: bool) -> list[Around]:
    """The operators that a cue phrase is here, if it is near enough to what stands inside it."""
    for kind in _READINGS:
        if kind not in hit.first:
            continue
        cue = act_cue(view, hit) if kind == "act" else hit.find(kind)
        if cue is None or (kind == "act" and (skip_acts or not _governs(view, hit, cue))):
            continue
        if kind == "act" and not is_possible(view, hit, cue):
            continue
        if cost > _reach(kind, cue) or not _fits(view, hit, cue, kind):
            continue
        return [Around(kind, cue, hit, cost)]
    return []


def _reach(kind: str, cue: Cue) -> float:
    if kind == "not" and cue.part == "verb" and cue.form in ("past", "pres", "third"):
        return 9.0  # "denied on Monday that it has signed": a day and a conjunction may stand between
    if cue.action is Action.PROPOSE and cue.part == "verb":
        return 16.0  # the long title of a bill stands between: "cosponsored Rep. X's H.R. 1394, the Y Act, to expand"
    if cue.part == "phrase" and kind in _MODAL_REACH and len(cue.form) == 0:
        return _MODAL_REACH[kind]
    return _REACH[kind]


def _governs(view: View, hit: Hit, cue: Cue) -> bool:
    if cue.part == "noun":
        return view.word(hit.end) in ATTACH or view.word(hit.end) == "que" or view.word(hit.end - 1) in ATTACH
    if cue.form in ("past", "part") and has_be(view, hit.start):
        return view.word(hit.end) == "from"  # "are enjoined from implementing NAME"
    return not is_noun_here(view, hit, cue)


def _fits(view: View, hit: Hit, cue: Cue, kind: str) -> bool:
    first, before, after = view.word(hit.start), view.word(hit.start - 1), view.word(hit.end)
    if kind == "not" and (after in _NO_NEGATION if cue.part == "phrase" else after in ("y", "and")):
        return False
    if kind == "not" and _is_in_name_of_act(view, hit):
        return False
    if kind == "comment" and first in ("comment", "comments", "comentarios") and _is_docket(view):
        return False
    if kind == "report" and first in ("register", "registro") and _is_gazette(view, hit):
        return False
    if kind == "comment" and first.startswith("welcom") and _hosts(view, hit):
        return False
    if kind == "demand" and first in ("need", "needs") and after in DETERMINERS:
        return False  # "refer people with protection needs to the NAME"
    if kind == "demand" and cue.part == "noun" and first in ("support", "favor"):
        return after.endswith("ing") and any(one.start == hit.end and one.find("act") for one in view.hits)
    if kind == "demand" and first == "needed" and not _has_needing_subject(view, hit):
        return False  # "the pace needed to reach NAME"
    if kind == "demand" and first.startswith(("solicit", "request")) and after in _APPLIED_FOR:
        return False  # "podrán solicitar citas": who applies for something makes no demand
    if kind == "hypothetical" and first == "may" and _is_no_doubt(view, hit):
        return False
    if kind in ("not", "prevent") and first == "que" and hit.end - hit.start == 2:
        wished = any(one.start == hit.end and any(cue.form == "subj" for cue in one.cues) for one in view.hits)
        return wished == (kind == "prevent")  # "pide que no se firme" wishes, "dijo que no firmará" denies
    if kind == "not" and first.startswith("rechaz"):
        return any(view.word(index).endswith(("ar", "er", "ir")) for index in range(hit.end, hit.end + 4))
    if kind == "prevent" and first.startswith(("fight", "fought")) and after in ("to", "for"):
        return False
    if kind == "commemorate" and view.word(hit.end - 1) == "after" and hit.start > view.lead + 4:
        return False  # "It formed a year after NAME ended": no anniversary is the occasion
    if kind == "commemorate" and _is_no_day(view, hit):
        return False
    if kind == "commemorate" and first in ("years", "year", "months", "anos", "ano"):
        return before.isdigit() or before in _NUMBERS
    if kind == "demand" and first in ("tell", "tells", "told", "telling"):
        return first == "tell" and (hit.start == view.lead or not view.tokens[hit.start - 1].is_word)
    if kind == "demand" and first in MODAL_WORDS and before in ("who", "quienes", "quien", "which"):
        return False
    if kind == "demand" and hit.end - hit.start == 2 and first == "que":
        return any(other.start == hit.end and any(cue.form == "subj" for cue in other.cues) for other in view.hits)
    if kind == "demand" and cue.part == "verb" and cue.form == "base" and _is_wish_noun(view, hit, cue):
        return False
    if kind == "plan" and first == "propuesta":
        return has_be(view, hit.start)  # "su propuesta para": the noun
    if kind in ("demand", "comment", "report", "prevent", "plan") and cue.part == "verb":
        return not is_noun_here(view, hit, cue)
    if kind == "report" and cue.part == "noun":
        return True
    return not (kind == "hypothetical" and view.tokens[hit.start].written == "Sí")


def _is_docket(view: View) -> bool:
    """ "Comments on NAME are due within 60 days": what the public may send in is no reaction."""
    return any(token.folded in _DOCKET for token in view.tokens)


_DOCKET = words("due submit submitted received accepted deadline docket rulemaking plazo enviar enviarse recibiran")


def _is_gazette(view: View, hit: Hit) -> bool:
    """ "in the Federal Register", "en el Registro Federal": where it was published, and no verb."""
    return view.tokens[hit.start].written in ("Register", "Registro") and hit.start > view.lead


def _is_no_day(view: View, hit: Hit) -> bool:
    """ "Senators Mark Tillman and ...", "will mark up the bill": no day that is marked."""
    if view.word(hit.end) == "up":
        return True  # "will mark up the bill"
    if hit.start <= view.lead or view.word(hit.start) != "mark":
        return False
    return all(name.written[:1].isupper() for name in view.tokens[hit.start : hit.start + 2])


def _is_in_name_of_act(view: View, hit: Hit) -> bool:
    """ "voted for the NO BAN Act": a bill may have its denial in its name."""
    if view.tokens[hit.start].written != "NO" or not view.word(hit.end):
        return False
    return "Act" in [token.written for token in view.tokens[hit.end : hit.end + 4]]


def _hosts(view: View, hit: Hit) -> bool:
    """ "welcomed leaders to the White House to launch NAME": guests are welcomed, no news."""
    return any(view.word(index) in _GUESTS for index in range(hit.end, hit.end + 3))


def _has_needing_subject(view: View, hit: Hit) -> bool:
    """Whether somebody stands before "needed to" who needs to do it."""
    before = hit.start - 1
    return view.word(before) in ("we", "they", "he", "she", "it") or (
        before >= 0 and (actor_at(view.tokens, before) is not None or view.tokens[before].written[:1].isupper())
    )


_APPLIED_FOR = words(
    "cita citas asilo refugio proteccion permiso permisos parole tps beneficios visas ingreso appointments appointment "
    "asylum protection parole"
)
_GUESTS = words(
    "representatives leaders ministers presidents president delegates delegations delegation guests counterparts "
    "families refugees people newcomers ukrainians afghans migrants him her them everyone you"
)


def _is_wish_noun(view: View, hit: Hit, cue: Cue) -> bool:
    """ "the supplemental request", "public pressure": after an adjective it is no verb."""
    before = view.word(hit.start - 1)
    return cue.language == "en" and view.word(hit.start) in _WISH_NOUNS and before.endswith(_ADJECTIVES)


_WISH_NOUNS = words("request demand pressure appeal petition push call plea")
_ADJECTIVES = ("al", "ive", "ic", "ous", "ary", "ent", "ant")


def _is_no_doubt(view: View, hit: Hit) -> bool:
    """ "in May", "on May 31"; "may now apply": the month, or a leave that is given."""
    is_month = view.tokens[hit.start].written == "May" and any(token.is_word for token in view.tokens[: hit.start])
    return is_month or view.word(hit.end) in ("now", "again", "only")


_NO_NEGATION = words(
    "only just acompanado acompanados acompanada acompanadas solo obstante gubernamental gubernamentales later longer"
)
_NUMBERS = words(
    "one two three four five six seven eight nine ten several many un una dos tres cuatro cinco seis siete ocho nueve "
    "diez deux trois a"
)
