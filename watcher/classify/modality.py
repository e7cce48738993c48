"""How real an act is: done, planned, possible, denied, told by others, or long past."""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.classify.actors import subject_before
from watcher.classify.grammar import DRAFTS, MODALS, Around, Core
from watcher.classify.view import Place, View
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType, Modality

_WHEN = re.compile(
    r"^.{0,40}?\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|next (?:week|month|year)|"
    r"january|february|march|april|june|july|august|september|october|november|december|lunes|martes|miercoles|"
    r"jueves|viernes|sabado|domingo|manana|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    r"noviembre|diciembre|proximo|proxima)\b"
)


_FROM_NOW = re.compile(r"\b(?:a partir de hoy|desde hoy|desde este momento|con efecto inmediato)\b")
"""A future that begins with the text: "a partir de hoy dejará de aplicarse"."""
_NEXT = re.compile(
    r"\b(?<!para )(?:el|la|este|esta) proxim[oa] (?:\d|lunes|martes|miercoles|jueves|viernes|semana|mes|ano)"
)
"""A Spanish present with a day to come: "el próximo 11 de mayo termina NAME"."""


def modality_of(view: View, place: Place, core: Core, outer: Sequence[Around]) -> Modality:
    """The modality of an act with the operators around it; denial first, then doubt, then time, then conditions."""
    modality = _unconditional(view, place, core, outer)
    planned = modality is Modality.PLANNED and core.action is not Action.IMPLEMENT
    return Modality.HYPOTHETICAL if planned and _depends(view, place) else modality


def _depends(view: View, place: Place) -> bool:
    """ "will close NAME if the money ends": what is planned only on a condition."""
    after = range(place.stop, min(place.stop + 3, len(view.tokens)))
    return any(view.tokens[index].written in ("if", "unless", "si") for index in after)


def _unconditional(view: View, place: Place, core: Core, outer: Sequence[Around]) -> Modality:
    kinds = {around.kind for around in outer}
    governing = next((around.cue.form for around in reversed(outer) if around.kind == "act"), core.cue.form)
    if "not" in kinds and not _double_negation(view, outer):
        return Modality.NEGATED
    if view.is_question:
        return Modality.HYPOTHETICAL
    if _is_reported(view):
        return Modality.REPORTED
    if "hypothetical" in kinds or _opens_with_if(view, core):
        return Modality.PLANNED if _would_of_draft(view, outer) else Modality.HYPOTHETICAL
    if core.cue.form == "base" and _keeps_promise(view, core):
        return Modality.ACTUAL
    if governing == "fut" and "not" not in kinds and _FROM_NOW.search(view.folded):
        return Modality.ACTUAL
    if (
        "plan" in kinds
        or _is_bill(view, core, place)
        or _is_ahead(view, core, place)
        or governing == "fut"
        or _headline_to(view, core)
        or _scheduled(view, core, place)
    ):
        return Modality.PLANNED
    if _is_purpose(view, core, outer):
        return Modality.PLANNED
    if governing == "cond":
        return Modality.HYPOTHETICAL
    if _is_past(view, core, governing):
        return Modality.PAST
    if core.cue.form == "pres" and _NEXT.search(view.folded):
        return Modality.PLANNED
    return Modality.ACTUAL


def _keeps_promise(view: View, core: Core) -> bool:
    """ "is keeping his promise to restore", "fulfills a pledge to end": what was promised is done by this."""
    first = max(core.start - 8, 0)
    promised = [first + step for step, word in enumerate(view.between(first, core.start)) if word.startswith(_PROMISES)]
    return any(word.startswith(_KEEPS) for index in promised for word in view.between(index - 4, index))


_PROMISES = ("promis", "promes", "pledg", "vow", "commit", "compromis")
_COMPELLED = words("forced compelled obliged obligado obligada")
"""Who is made to do something has done it: "was forced to end NAME"."""
_KEEPS = ("keep", "kept", "fulfil", "deliver", "honor", "cumpl")
_ON_THE_WAY = words("while when although though despite aunque pese mientras cuando")
_MADE = ("decision", "announcement")
"""Nouns of what is done by being made: "the decision to end NAME"."""
_BILLS = words("bill act legislation amendment measure resolution proyecto iniciativa ley enmienda")
_PASSED = words("signed enacted passed law promulgado promulgada aprobo aprobada aprobado firmo vigor")


def _is_bill(view: View, core: Core, place: Place) -> bool:
    """ "The bill expands NAME": what a bill does is not law yet."""
    if core.cue.form not in ("third", "pres", "base") or core.is_right:
        return False
    before = view.between(max(core.start - 30, view.clause_start(core.start)), core.start)
    return not _BILLS.isdisjoint(before) and _PASSED.isdisjoint(token.folded for token in view.tokens)


def _is_ahead(view: View, core: Core, place: Place) -> bool:
    """ "ahead of the end of NAME", "as the lifting of NAME approaches": not yet."""
    start = view.clause_start(min(core.start, place.first))
    if view.word(start - 1) == "ahead":
        return True
    after = view.between(place.stop, place.stop + 4)
    return core.cue.part == "noun" and any(word.startswith(("approach", "loom", "near")) for word in after)


def _double_negation(view: View, outer: Sequence[Around]) -> bool:
    """Two denials undo each other, but "no ha aceptado ninguna" is one in Spanish."""
    hits = [around.hit for around in outer if around.kind == "not"]
    denials = [view.word(hit.start) for hit in hits]
    joined = any(view.word(hit.start - 1) in _ALSO or view.word(hit.start) in _NOR for hit in hits)
    return len(denials) > 1 and not joined and _CONCORD.isdisjoint(denials)


_ALSO = words("and y e or o ni nor")
_NOR = words("nor neither ni tampoco")
"""What joins a second denial to the first: "has not agreed and will not agree to NAME"."""
_CONCORD = words("ningun ninguna ninguno nunca nadie nada ni tampoco jamas")


def _opens_with_if(view: View, core: Core) -> bool:
    start = view.clause_start(core.start)
    return view.word(start) in ("if", "unless", "si") and view.tokens[start].written.lower() != "sí"


def _would_of_draft(view: View, outer: Sequence[Around]) -> bool:
    """ "The rule would extend": what a draft would do is planned."""
    for around in outer:
        if around.kind == "hypothetical" and view.word(around.hit.start) in ("would", "may"):
            before = range(max(around.hit.start - 6, 0), around.hit.start)
            return any(view.word(index) in DRAFTS for index in before)
    return False


def _is_reported(view: View) -> bool:
    return any(hit.find("reported") for hit in view.hits)


def _headline_to(view: View, core: Core) -> bool:
    """ "State to resume interviews": in a headline, "to" and a verb is the future."""
    if core.cue.form != "base" or view.word(core.start - 1) != "to" or core.start > 10 or _is_one_more(view, core):
        return False
    return not any(hit.start < core.start - 1 for hit in view.hits)


def _is_purpose(view: View, core: Core, outer: Sequence[Around]) -> bool:
    """ "working to establish": an infinitive is not done yet, unless a past verb carries it ("took steps to end")."""
    if core.cue.form != "base" or view.word(core.start - 1) != "to" or core.is_right:
        return False
    if view.word(core.start - 2).startswith(("continu", "keep", "kept")):
        return False
    if _is_why_they_met(view, core) or view.word(core.start - 2) in _COMPELLED:
        return False
    carried = [around for around in outer if around.kind in ("act", "attempt")]
    if any(view.word(around.hit.start).startswith(_MADE) for around in carried):
        return False
    if any(around.cue.action in (Action.ALLOW, Action.BLOCK) for around in carried):
        return False
    if core.action in (Action.ALLOW, Action.BLOCK) and any(around.cue.part == "noun" for around in carried):
        return False  # "the decision to allow"
    return not any(_is_done(view, around) for around in carried)


def _is_why_they_met(view: View, core: Core) -> bool:
    """ "brought leaders together to launch NAME": the purpose of what took place took place with it."""
    start = max(view.clause_start(core.start), core.start - 14)
    return not _MET.isdisjoint(view.between(start, core.start)) or _is_one_more(view, core)


def _is_one_more(view: View, core: Core) -> bool:
    """ "became the fifth country to sign NAME": who is counted has done it."""
    before = view.between(core.start - 10, core.start)
    if _ORDINALS.isdisjoint(before):
        return False
    return any(word.startswith(("became", "becom", "is", "was")) for word in before)


_ORDINALS = words("first second third fourth fifth sixth seventh eighth ninth tenth latest last only")
_MET = words("brought gathered convened assembled welcomed hosted reunio reunieron convoco")


def _is_done(view: View, around: Around) -> bool:
    """A past verb that carries an infinitive ("took steps to end"), but no order to others."""
    word = view.word(around.hit.start)
    return (around.cue.form in ("past", "part") or word in ("took", "taken", "made")) and not _directs(view, around)


def _directs(view: View, around: Around) -> bool:
    """ "directed the agency to review": an order to others, not yet carried out; what a court orders is ruled."""
    if subject_before(view.tokens, view.clause_start(around.hit.start), around.hit.start) is ActorType.COURT:
        return False
    return view.word(around.hit.start).startswith(("direct", "instruct", "order", "task"))


def _scheduled(view: View, core: Core, place: Place) -> bool:
    """A present tense with a day to come: "vence en julio", "se reanudan el lunes"."""
    moves = core.cue.part == "move" or "se" in (view.word(core.start - 1), view.word(core.start))
    ahead = core.cue.form == "pres" and core.cue.language == "es" and moves
    if core.cue.form not in ("pres", "third", "base", "subj") or not (core.is_right or ahead):
        return False
    near = range(core.stop, core.stop + 6)
    after = range(0) if core.is_right else range(place.stop, place.stop + 9)
    rest = " ".join(view.word(index) for index in (*(index for index in near if not _is_covered(view, index)), *after))
    return bool(_WHEN.match(rest))


def _is_past(view: View, core: Core, governing: str) -> bool:
    if core.cue.form == "ing" and not _told(view, core):
        return False
    if core.cue.form in ("pres", "third", "base", "subj") and not _may_be_past(view, core):
        return False
    if core.cue.part == "noun" and _is_reason(view, core):
        return True
    if governing in ("pres", "third") and core.cue.part == "noun":
        return False
    if _is_after_it(view, core):
        return True
    if _is_on_the_way(view, core):
        return True
    if view.is_fresh:
        return False
    if _is_since(view, core) or _is_why(view, core):
        return True
    if not _HAD.isdisjoint(view.between(core.start - 3, core.start)):
        return True
    return view.is_past


def _is_reason(view: View, core: Core) -> bool:
    """ "citing the crackdown, including the shutdown of NAME", "due to the end of NAME": why something else is so."""
    start = view.clause_start(core.start)
    return any(view.word(index) in _REASONS for index in range(max(start, core.start - 14), core.start))


_REASONS = words("citing due owing thanks attributed credited blamed debido gracias")


def _may_be_past(view: View, core: Core) -> bool:
    """An infinitive takes the time of its verb, and some verbs have one form for both ("officials shut NAME")."""
    before = view.word(core.start - 1)
    return before == "to" or (view.word(core.start) in _SAME_IN_PAST and before not in MODALS)


_HAD = words("had habia habian")
_SAME_IN_PAST = words("shut put set cut let")


def _is_why(view: View, core: Core) -> bool:
    """ "that is why I raised NAME": an earlier act is given as a reason."""
    before = view.between(core.start - 3, core.start)
    return core.cue.form == "past" and "why" in before and ("i" in before or "we" in before)


def _is_covered(view: View, index: int) -> bool:
    return index < len(view.covered) and view.covered[index]


def _is_after_it(view: View, core: Core) -> bool:
    """ "since NAME was lifted", "turned back after NAME was shut down": also where the sentence is of today."""
    opener = view.word(view.clause_start(core.start) - 1)
    return core.cue.part != "noun" and (opener == "since" or (opener == "after" and core.passive))


def _is_since(view: View, core: Core) -> bool:
    """ "since NAME was lifted": said on the way to something else."""
    start = view.clause_start(core.start)
    return "since" in (view.word(start - 1), view.word(start)) and core.cue.part != "noun"


def _is_on_the_way(view: View, core: Core) -> bool:
    """ "While the courts have blocked NAME, DHS today ...": background, also where the main clause is of today."""
    first = next((index for index in range(view.lead, len(view.tokens)) if view.tokens[index].is_word), view.lead)
    if core.cue.form not in ("past", "part") and view.word(first) in ("when", "cuando"):
        return False
    return view.word(first) in _ON_THE_WAY and view.word(view.clause_start(core.start) - 1) in _ON_THE_WAY


def _told(view: View, core: Core) -> bool:
    """A gerund that continues a past statement: "reversed ..., reinstating NAME"."""
    return any(
        cue.kind == "act" and cue.form in ("past", "part")
        for hit in view.hits
        if hit.end <= core.start
        for cue in hit.cues
    )
