"""What a sentence says about a policy: the verb that governs the name, and what stands around that verb.

The words before a name are read from the inside out ("urges ... to / prevent / the reinstatement of / NAME"): the
nearest act, then each operator that takes it as its object.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from watcher.classify.actors import actor_at, agent_after, speaker_in, subject_before
from watcher.classify.lexicon import Cue
from watcher.classify.tokens import Hit
from watcher.classify.view import Place, View
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType, Modality, Polarity

_BE = words(
    "is are was were be been being gets got get remains remain becomes fue fueron es son sera seran ser sido "
    "siendo queda quedo quedan quedaron quedar esta estan estaba est sont ete"
)
_ATTACH = words(
    "of to for in on against with from over regarding into at de del a al para con contra en sobre du des "
    "aux au under within blocking"
)
_DETERMINERS = words(
    "the a an its this that these those his her their our any no such another new every each la el los las "
    "un una su sus este esta del al ese esa trump's biden's administration's government's immediate"
)
_MODALS = words("must should will would can could may might to shall cannot not never don't doesn't")
_ADJUNCT = words("under through by about with regarding via during bajo mediante durante con por")
_WHEN = re.compile(
    r"^.{0,40}?\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|next (?:week|month|year)|"
    r"january|february|march|april|june|july|august|september|october|november|december|lunes|martes|miercoles|"
    r"jueves|viernes|sabado|domingo|manana|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    r"noviembre|diciembre|proximo|proxima)\b"
)
_DRAFTS = words(
    "rule bill proposal act legislation order amendment measure package plan text agreement proyecto regla "
    "iniciativa ley reforma amendement deal request"
)
COURT_STOPS = frozenset((Action.SUSPEND, Action.TERMINATE, Action.BLOCK))
_ANNOUNCERS = frozenset((Action.ADOPT, Action.IMPLEMENT, Action.PROPOSE))


@dataclass(frozen=True, slots=True)
class Act:
    """One thing said about a policy. `start` and `stop` are the tokens to quote; `closeness` is 0 to 1."""

    action: Action
    modality: Modality = Modality.ACTUAL
    target_action: Action | None = None
    target_polarity: Polarity | None = None
    actor: ActorType | None = None
    start: int = 0
    stop: int = 0
    closeness: float = 0.5
    explicit: bool = True
    is_finite_past: bool = False
    """Told in the past tense or as a participle, not as a plan or wish."""
    is_perfect: bool = False
    """Told with "has" or "have": done and still so."""


@dataclass(slots=True)
class _Core:
    """The nearest act, before the operators around it are read."""

    action: Action
    cue: Cue
    start: int
    stop: int
    cost: float
    is_right: bool
    also: Action | None = None
    passive: bool = False
    subjects: list[int] = field(default_factory=list)


def read(view: View, place: Place, implied: Action | None, speaker: ActorType | None) -> list[Act]:
    """What the sentence says about the policy at a place, the main act first; empty when it only names it.

    `implied` is an action that the name itself expresses; `speaker` is who speaks in the document.
    """
    core = _core(view, place, implied)
    outer = _outer(view, place, core)
    return _compose(view, place, core, outer, speaker)


# -- the nearest act ------------------------------------------------------------------------------------------------


def _core(view: View, place: Place, implied: Action | None) -> _Core | None:
    left = _left_core(view, place)
    right = _right_core(view, place)
    if implied is not None:
        cue = Cue("act", implied, "noun", "", "any")
        own = _Core(implied, cue, place.first, place.stop, 1.0, False)
        if left is None or left.cost > 3 or left.cue.part == "phrase" or left.action in _ANNOUNCERS:
            left = own
    if left is None or right is None:
        return left or right
    if left.cost <= 2.5:
        return left
    return left if left.cost <= right.cost + 1 else right


def _left_core(view: View, place: Place) -> _Core | None:
    best: _Core | None = None
    adjunct = 4.0 if _is_adjunct(view, place.first) else 0.0
    clause = view.clause_start(place.first, through_relatives=True)
    voiced = False
    for hit, cost in view.walk_left(place.first, 16):
        cue = _act_cue(view, hit)
        if hit.start < clause:
            break
        if cue is None or cue.action is None:
            voiced = voiced or _is_voice_noun(hit)
            continue
        if (voiced and cue.action is Action.ADOPT) or not _is_possible(view, hit, cue):
            continue
        total = cost + _left_penalty(view, hit, cue, cost) + (adjunct if cue.part != "phrase" else 0)
        if total <= 16 and (best is None or total < best.cost):
            best = _Core(cue.action, cue, hit.start, hit.end, total, False)
            if total <= 3:
                break
    if best is not None:
        best.also = _coordinated(view, best)
    return best


def _is_voice_noun(hit: Hit) -> bool:
    """ "issues a statement on NAME": what is issued is the statement, not the policy."""
    return any(cue.kind in ("comment", "report") and cue.part in ("noun", "phrase") for cue in hit.cues)


_MAY_BE_ANYBODYS = words(
    "allow allows allowed allowing permit permits permitted permitting let lets letting grant grants granted granting "
    "authorize authorizes authorized authorizing sanction sanctions sanctioned validate block blocks blocked blocking "
    "permite permiten permitio permitieron permitir permitiendo permita permitan confirmar confirma confirmo "
    "respalda respaldo respaldar autoriza autorizo autorizar bloquear bloquea bloqueo allow"
)


def _is_possible(view: View, hit: Hit, cue: Cue) -> bool:
    """Whether the body that must do this is in the sentence: only courts allow and block in our sense."""
    if cue.action not in (Action.ALLOW, Action.BLOCK) or view.word(hit.start) not in _MAY_BE_ANYBODYS:
        return True
    return view.names_court


def _is_adjunct(view: View, index: int) -> bool:
    """Whether the name hangs on a preposition that keeps it from being an object ("returned under NAME")."""
    back = index - 1
    while back >= 0 and back > index - 4 and view.word(back) in _DETERMINERS:
        back -= 1
    return view.word(back) in _ADJUNCT


def _act_cue(view: View, hit: Hit) -> Cue | None:
    """The act that a cue phrase means at its place: a noun after a determiner, a verb elsewhere."""
    acts = [cue for cue in hit.cues if cue.kind == "act"]
    if len({cue.part for cue in acts}) < 2:
        return acts[0] if acts else None
    nominal = view.word(hit.start - 1) in _DETERMINERS or view.word(hit.end) in ("of", "to", "de", "del")
    if view.word(hit.start - 1) in _MODALS:
        nominal = False
    wanted = ("noun", "phrase") if nominal else ("phrase", "verb", "move")
    return next((cue for part in wanted for cue in acts if cue.part == part), acts[0])


_WISHES = words("want wants wanted need needs see have get quiere quieren")


def _left_penalty(view: View, hit: Hit, cue: Cue, cost: float) -> float:
    if cue.part == "noun":
        attached = view.word(hit.end) in _ATTACH or cost <= 0.35
        return 0.0 if attached else 6.0
    if cue.part == "move" and cue.language == "en":
        return 8.0
    if cue.part == "verb" and cue.form in ("past", "part") and _has_be(view, hit.start):
        return 0.0 if view.word(hit.end) in ("by",) else 7.0
    if cue.part == "verb" and _is_noun_here(view, hit, cue):
        return 9.0
    return 0.0


def _has_be(view: View, index: int) -> bool:
    """A form of "to be" shortly before: the verb is passive."""
    return any(view.word(back) in _BE for back in range(max(index - 3, 0), index))


def _is_noun_here(view: View, hit: Hit, cue: Cue) -> bool:
    """A verb form that is a noun at its place: "the order", "asylum limits"."""
    before = view.word(hit.start - 1)
    if cue.language == "es":
        return before in _SPANISH_ARTICLES and view.word(hit.start).endswith("o")
    if hit.end - hit.start != 1 or cue.language != "en":
        return False
    if cue.form in ("base", "third") and before in _DETERMINERS - _RELATIVES:
        return True
    return cue.form == "third" and view.word(hit.start) in _PLURALS and not _may_be_subject(view, hit.start - 1)


_SPANISH_ARTICLES = words("un el este ese su nuevo del al ningun")
_RELATIVES = words("that this who which")
_PLURALS = words(
    "limits orders plans reports uses changes ends reviews returns holds moves drafts tables issues signs sets marks "
    "counts studies documents details tracks halts stays blocks lifts challenges appeals petitions pauses freezes "
    "advocates delays increases raises works cuts demands requests calls needs wants funds "
    "reforms updates restricts claims"
)


def _may_be_subject(view: View, index: int) -> bool:
    """Whether a word can be the subject of a verb in the singular: a name, a body, a draft, "that"."""
    if index < 0:
        return False
    token = view.tokens[index]
    if token.folded in _RELATIVES or token.folded in _DRAFTS or token.folded in ("it", "he", "she", "and", "also"):
        return True
    return token.written[:1].isupper() or actor_at(view.tokens, index) is not None


def _coordinated(view: View, core: _Core) -> Action | None:
    """The first of two joined verbs: "suspend and terminate"."""
    joint = core.start - 1
    if view.word(joint) not in ("and", "y", "or", "e", "then"):
        return None
    for hit, cost in view.walk_left(joint, 1.0):
        cue = _act_cue(view, hit)
        if cue is not None and cost <= 0.5 and cue.action not in (None, core.action) and cue.part == core.cue.part:
            core.start = hit.start
            return cue.action
        return None
    return None


def _right_core(view: View, place: Place) -> _Core | None:
    for hit, cost in view.walk_right(place.stop, 12):
        cue = _right_cue(view, hit, cost, place)
        if cue is None or cue.action is None or not _is_possible(view, hit, cue):
            continue
        core = _Core(cue.action, cue, hit.start, hit.end, cost, True, passive=cue.part == "verb")
        core.also = _coordinated_right(view, core)
        return core
    return None


def _right_cue(view: View, hit: Hit, cost: float, place: Place) -> Cue | None:
    acts = [cue for cue in hit.cues if cue.kind == "act"]
    passive = any(view.word(back) in _BE for back in range(max(hit.start - 4, place.stop), hit.start))
    reflexive = view.word(hit.start - 1) == "se"
    wanted = any(view.word(back) in _WISHES for back in range(max(place.first - 5, 0), place.first))
    for cue in acts:
        if cue.part == "phrase" and cost <= 8:
            return cue
        if cue.part == "move" and (cue.form != "part" or passive) and not _starts_object(view, hit, cue):
            return cue
        if cue.part == "verb" and (passive or reflexive) and cue.form != "base":
            return cue
        if (
            cue.part == "verb"
            and cue.form in ("past", "part")
            and cost <= (6 if wanted else 1.5)
            and not _starts_object(view, hit, cue)
        ):
            return cue
        if cue.part == "noun" and cost <= 1.2 and view.word(hit.start) != view.word(place.first):
            return cue
    return None


_PARTICIPLES = {"en": ("past", "part"), "es": ("part",), "fr": ()}


def _starts_object(view: View, hit: Hit, cue: Cue) -> bool:
    """Whether an object follows: then the verb is active, and the policy its subject."""
    after = view.word(hit.end)
    if cue.language == "es":
        return after in ("la", "los", "las", "un", "una", "su", "sus")
    return after in _DETERMINERS and after not in ("this", "every", "each", "another")


def _coordinated_right(view: View, core: _Core) -> Action | None:
    """The first of two joined predicates, the second becoming the core: "will be suspended and terminated"."""
    if view.word(core.stop) not in ("and", "y"):
        return None
    for hit, cost in view.walk_right(core.stop + 1, 1.0):
        cue = _act_cue(view, hit)
        if cue is not None and cost <= 0.5 and cue.action not in (None, core.action):
            first = core.action
            core.action, core.stop = cue.action or first, hit.end
            return first
        return None
    return None


# -- what stands around it ------------------------------------------------------------------------------------------

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
_ACROSS_CLAUSES = frozenset(("commemorate", "reported", "report", "comment"))
_MODAL_REACH = {"demand": 9.0, "plan": 5.0}


@dataclass(frozen=True, slots=True)
class _Around:
    """An operator found around the act, in reading order from the inside out."""

    kind: str
    cue: Cue
    hit: Hit
    cost: float


def _outer(view: View, place: Place, core: _Core | None) -> list[_Around]:
    found: list[_Around] = []
    if core is not None and core.is_right:
        for hit, cost in view.walk_left(core.start, 12):
            if hit.start < place.stop:
                break
            found.extend(_around(view, hit, cost, found, skip_acts=True))
        found.extend(_left_operators(view, place.first, found, skip_acts=True))
    else:
        start = place.first if core is None else min(core.start, place.first)
        found.extend(_left_operators(view, start, found, skip_acts=False))
    return found


def _left_operators(view: View, start: int, found: list[_Around], skip_acts: bool) -> list[_Around]:
    operators: list[_Around] = []
    base = 0.0
    clause = view.clause_start(start)
    for hit, cost in view.walk_left(start, 60 if view.lead else 45):
        if hit.end <= view.lead:
            operators.extend(_of_lead(view, hit))
            continue
        step = _around(view, hit, cost - base, found + operators, skip_acts)
        if step and _has_own_subject(view, hit.end, operators[-1].hit.start if operators else start):
            continue
        if step and hit.start < clause and step[0].kind not in _ACROSS_CLAUSES:
            continue
        if step:
            operators.extend(step)
            base = cost
    return operators


def _has_own_subject(view: View, first: int, stop: int) -> bool:
    """Whether a comma and a new actor stand between: "If the court agrees, the department could end"."""
    comma = next((index for index in range(first, stop) if view.tokens[index].written == ","), None)
    if comma is None or view.covered[comma - 1]:
        return False
    between = range(comma + 1, min(comma + 5, stop))
    return any(not view.covered[index] and actor_at(view.tokens, index) is not None for index in between)


def _of_lead(view: View, hit: Hit) -> list[_Around]:
    """What introduces a list holds for every item, however far it stands."""
    for kind in ("demand", "plan", "hypothetical"):
        cue = hit.find(kind)
        if cue is not None and _fits(view, hit, cue, kind):
            return [_Around(kind, cue, hit, 3.0)]
    return []


def _around(view: View, hit: Hit, cost: float, inside: Sequence[_Around], skip_acts: bool) -> list[_Around]:
    """The operators that a cue phrase is here, if it is near enough to what stands inside it."""
    for kind in _order(hit, inside):
        cue = _act_cue(view, hit) if kind == "act" else hit.find(kind)
        if cue is None or (kind == "act" and (skip_acts or not _governs(view, hit, cue))):
            continue
        if kind == "act" and not _is_possible(view, hit, cue):
            continue
        if cost > _reach(kind, cue) or not _fits(view, hit, cue, kind):
            continue
        return [_Around(kind, cue, hit, cost)]
    return []


def _order(hit: Hit, inside: Sequence[_Around]) -> tuple[str, ...]:
    """Which meaning of an ambiguous word is tried first."""
    return (
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


def _reach(kind: str, cue: Cue) -> float:
    if cue.part == "phrase" and kind in _MODAL_REACH and len(cue.form) == 0:
        return _MODAL_REACH[kind]
    return _REACH[kind]


def _governs(view: View, hit: Hit, cue: Cue) -> bool:
    if cue.part == "noun":
        return view.word(hit.end) in _ATTACH or view.word(hit.end) == "que"
    return not (cue.form in ("past", "part") and _has_be(view, hit.start)) and not _is_noun_here(view, hit, cue)


def _fits(view: View, hit: Hit, cue: Cue, kind: str) -> bool:
    first, before, after = view.word(hit.start), view.word(hit.start - 1), view.word(hit.end)
    if kind == "not" and cue.part == "phrase" and after in _NO_NEGATION:
        return False
    if kind == "commemorate" and first in ("years", "year", "months", "anos", "ano"):
        return before.isdigit() or before in _NUMBERS
    if kind == "demand" and first in _MODAL_WORDS and before in ("who", "quienes", "quien", "which"):
        return False
    if kind == "demand" and hit.end - hit.start == 2 and first == "que":
        return any(other.start == hit.end and any(cue.form == "subj" for cue in other.cues) for other in view.hits)
    if kind in ("demand", "comment", "report", "prevent", "plan") and cue.part == "verb":
        return not _is_noun_here(view, hit, cue)
    if kind == "report" and cue.part == "noun":
        return True
    return not (kind == "hypothetical" and view.tokens[hit.start].written == "Sí")


_NO_NEGATION = words(
    "only just acompanado acompanados acompanada acompanadas solo obstante gubernamental gubernamentales later longer"
)
_NUMBERS = words(
    "one two three four five six seven eight nine ten several many un una dos tres cuatro cinco seis siete ocho nueve "
    "diez deux trois a"
)

# -- putting it together --------------------------------------------------------------------------------------------


def _compose(
    view: View, place: Place, core: _Core | None, outer: list[_Around], speaker: ActorType | None
) -> list[Act]:
    kinds = {around.kind: around for around in reversed(outer)}
    span = _span(place, core, outer)
    actor = _actor(view, place, core, outer)
    if actor is None and speaker is ActorType.COURT:
        actor = speaker  # a court says what it did without naming itself: "removals halted", "it is ordered that"
    if "commemorate" in kinds:
        return _commemorate(view, place, core, span, actor)
    if "demand" in kinds and not _is_negated(outer, kinds["demand"]):
        return [_demand(view, place, core, outer, kinds["demand"], span, actor, speaker)]
    if core is None:
        return _voice(view, place, kinds, span, actor)
    if _opens_item(view, place, core, actor) and speaker in _VOICES and "not" not in kinds and "plan" not in kinds:
        target, polarity = _flip(core, outer), Polarity.PROMOTE
        return [Act(Action.CALL_FOR, Modality.REQUESTED, target, polarity, speaker, *span, closeness=_closeness(core))]
    act = _act(view, core, outer, span, actor)
    if act.action in (Action.BLOCK, Action.ALLOW, Action.CHALLENGE) or "plan" in kinds:
        return _with_partner(act, core)
    if "comment" in kinds and kinds["comment"].cost <= 12:
        return [replace(act, action=Action.COMMENT, modality=Modality.ACTUAL, target_action=None)]
    if speaker in _VOICES and view.takes_sides and act.actor not in (speaker, ActorType.COURT):
        reaction = replace(act, action=Action.COMMENT, modality=Modality.ACTUAL, target_action=None, actor=speaker)
        return [reaction, replace(act, closeness=0.2)] if act.action is not Action.IMPLEMENT else [reaction]
    if "report" in kinds and act.modality in (Modality.ACTUAL, Modality.PAST) and _is_background(act, core):
        return [replace(act, action=Action.REPORT)]
    return _with_partner(act, core)


_VOICES = frozenset(
    (
        ActorType.NGO,
        ActorType.LEGISLATURE,
        ActorType.SUBNATIONAL_GOVERNMENT,
        ActorType.INTERNATIONAL_ORGANISATION,
    )
)


def _opens_item(view: View, place: Place, core: _Core, actor: ActorType | None) -> bool:
    """A bare verb that opens a list item or sentence: a wish of those who cannot do it ("Reinstating NAME.")."""
    if core.is_right or core.cue.part == "noun" or core.cue.form not in ("base", "ing") or actor is not None:
        return False
    first = next((hit for hit in view.hits if hit.start >= view.lead), None)
    if first is None or sum(token.is_word for token in view.tokens[view.lead : first.start]) > 1:
        return False
    opener = first.find("act")
    if opener is None or opener.form != core.cue.form or view.word(core.start - 1) in ("to", "will"):
        return False
    return not any(view.word(index) in _BE for index in range(place.stop, min(place.stop + 4, len(view.tokens))))


def _is_background(act: Act, core: _Core) -> bool:
    """An act that a report only mentions: its use, or something told at a distance."""
    return act.action is Action.IMPLEMENT or core.cost > 1.5


def _with_partner(act: Act, core: _Core) -> list[Act]:
    """Two joined verbs are two acts, in the order of the text."""
    return [act] if core.also is None else [replace(act, action=core.also), act]


def _span(place: Place, core: _Core | None, outer: Sequence[_Around]) -> tuple[int, int]:
    starts = [place.first, *(around.hit.start for around in outer if around.kind != "reported")]
    stops = [place.stop]
    if core is not None:
        starts.append(core.start)
        stops.append(core.stop)
    return min(starts), max(stops)


def _actor(view: View, place: Place, core: _Core | None, outer: Sequence[_Around]) -> ActorType | None:
    """The subject of the outermost verb, or the agent of a passive."""
    if core is not None and core.is_right:
        agent = agent_after(view.tokens, core.stop, len(view.tokens)) if core.passive else None
        if agent is not None:
            return agent
        verbs = [around.hit.start for around in outer if around.hit.start < place.first and _is_verbal(around)]
        if not verbs:
            subject = subject_before(view.tokens, view.clause_start(place.first), place.first)
            return subject if subject in (ActorType.LEGISLATURE, ActorType.COURT) else None
        verb = min(verbs)
    else:
        verbs = [around.hit.start for around in outer if _is_verbal(around)]
        verb = min(verbs) if verbs else (core.start if core is not None else place.first)
    return subject_before(view.tokens, view.clause_start(verb), verb) or _inverted(view, verb, place)


def _is_verbal(around: _Around) -> bool:
    return around.kind in ("demand", "plan", "prevent", "act", "comment", "attempt", "not", "report")


def _inverted(view: View, verb: int, place: Place) -> ActorType | None:
    return None


def _is_negated(outer: Sequence[_Around], around: _Around) -> bool:
    return False


def _asked_after(view: View, place: Place) -> Action | None:
    """What the named body is asked to do: "urges NAME to speed up ..."."""
    for hit, cost in view.walk_right(place.stop, 5):
        cue = hit.find("act")
        if cue is not None and cue.form == "base" and view.word(hit.start - 1) in ("to", "a") and cost <= 4:
            return cue.action
    return None


def _demand(
    view: View,
    place: Place,
    core: _Core | None,
    outer: Sequence[_Around],
    demand: _Around,
    span: tuple[int, int],
    actor: ActorType | None,
    speaker: ActorType | None,
) -> Act:
    inside = outer[: list(outer).index(demand)]
    prevent = any(around.kind in ("not", "prevent") for around in inside)
    target = _flip(core, inside) if core is not None else Action.IMPLEMENT
    if core is None:
        target = _asked_after(view, place) or target
    if core is None and prevent:
        target, prevent = Action.TERMINATE, False
    if demand.cue.part == "phrase" and demand.cue.form == "" and _is_modal(view, demand):
        actor = speaker_in(view.tokens) or speaker  # the subject of "must" is the one who is asked
    polarity = Polarity.PREVENT if prevent else Polarity.PROMOTE
    return Act(Action.CALL_FOR, Modality.REQUESTED, target, polarity, actor, *span, closeness=_closeness(core))


_MODAL_WORDS = words(
    "must should needs need ought has have it it's time debe deben debemos deberia deberian es tiene tienen "
    "doit doivent il needed que necesita necesitamos"
)


def _is_modal(view: View, demand: _Around) -> bool:
    return view.word(demand.hit.start) in _MODAL_WORDS


def _flip(core: _Core, inside: Sequence[_Around]) -> Action:
    """The act that is demanded: an act over an act changes it ("lift the suspension" is a restart)."""
    action = core.action
    for around in inside:
        if around.kind == "act" and around.cue.action is not None:
            action = _over(around.cue.action, action)
    return action


def _over(outer: Action, inner: Action) -> Action:
    if outer is Action.AMEND:
        return outer
    if outer in (Action.TERMINATE, Action.SUSPEND) and inner in (Action.SUSPEND, Action.TERMINATE):
        return Action.REINSTATE if outer is Action.TERMINATE and inner is Action.SUSPEND else outer
    return inner


def _commemorate(
    view: View, place: Place, core: _Core | None, span: tuple[int, int], actor: ActorType | None
) -> list[Act]:
    told = core is not None and core.cost <= 6 and core.cue.part == "verb" and view.word(0) not in ("today", "hoy")
    modality = Modality.PAST if told else Modality.ACTUAL
    acts = [Act(Action.COMMEMORATE, modality, actor=None, start=span[0], stop=span[1], closeness=0.9)]
    if core is not None and core.cost <= 6:
        actor = subject_before(view.tokens, view.clause_start(core.start), core.start)
        start = min(core.start, place.first)
        acts.append(Act(core.action, Modality.PAST, actor=actor, start=start, stop=max(place.stop, core.stop)))
    return acts


def _voice(
    view: View, place: Place, kinds: dict[str, _Around], span: tuple[int, int], actor: ActorType | None
) -> list[Act]:
    """No act governs the name: a reaction, a report, or nothing."""
    for kind, action in (("comment", Action.COMMENT), ("report", Action.REPORT)):
        if kind in kinds:
            return [Act(action, actor=actor, start=span[0], stop=span[1], closeness=0.8)]
    for hit, cost in view.walk_right(place.stop, 9):
        for kind, action in (("comment", Action.COMMENT), ("report", Action.REPORT)):
            cue = hit.find(kind)
            if cue is None or (cue.part != "phrase" and not _reports_itself(cue, cost, kind)):
                continue
            own = actor_at(view.tokens, place.first)
            return [Act(action, actor=own[0] if own else None, start=place.first, stop=hit.end, closeness=0.6)]
    return []


def _reports_itself(cue: Cue, cost: float, kind: str) -> bool:
    """ "COMAR received 130,000 applications": the named body publishes figures."""
    return kind == "report" and cue.part == "verb" and cue.form in ("past", "pres", "third") and cost <= 3


def _act(view: View, core: _Core, outer: Sequence[_Around], span: tuple[int, int], actor: ActorType | None) -> Act:
    action, target = core.action, None
    modality = _modality(view, core, outer)
    for around in outer:
        if around.kind == "act" and around.cue.part == "phrase" and around.cue.action is Action.ADOPT:
            action, target = Action.ADOPT, None
        elif around.kind == "act" and around.cue.action is Action.PROPOSE and not _only_considers(view, around):
            action, target = Action.PROPOSE, None
        elif around.kind in ("act", "prevent"):
            action, target = _step(around.cue.action or Action.SUSPEND, action, target, actor)
    if actor is ActorType.COURT:
        action, target = _in_court(action, target)
    if action is Action.BLOCK and actor is ActorType.EXECUTIVE and target is None:
        action = Action.TERMINATE  # "vacated by the Attorney General"
    if action is Action.CHALLENGE and modality is Modality.PLANNED and "plan" not in {one.kind for one in outer}:
        modality = Modality.ACTUAL  # asking a court "to end" something is done by asking
    if action in (Action.BLOCK, Action.ALLOW) and actor in (None, ActorType.UNKNOWN):
        actor = ActorType.COURT
    told = core.cue.form in ("past", "part", "ing", "base")
    return Act(
        action,
        modality,
        target,
        None,
        actor,
        *span,
        closeness=_closeness(core),
        is_finite_past=told,
        is_perfect=_is_perfect(view, core),
    )


def _only_considers(view: View, around: _Around) -> bool:
    """ "is weighing an end of": not a draft yet, the act stays what it is."""
    return view.word(around.hit.start).startswith(("consider", "weigh", "float", "estudi", "contempl"))


_HAVE = words("has have ha han hemos he we've i've they've")


def _is_perfect(view: View, core: _Core) -> bool:
    return any(view.word(index) in _HAVE for index in range(max(core.start - 5, 0), core.start))


def _step(outer: Action, inner: Action, target: Action | None, actor: ActorType | None) -> tuple[Action, Action | None]:
    """One act over another, from the inside out."""
    stops = outer is Action.BLOCK or (outer in (Action.SUSPEND, Action.TERMINATE) and actor is ActorType.COURT)
    if inner in (Action.BLOCK, Action.ALLOW):
        if outer in (Action.SUSPEND, Action.TERMINATE, Action.BLOCK):
            return (Action.ALLOW if inner is Action.BLOCK else Action.BLOCK), target
        return inner, target
    if stops:
        return Action.BLOCK, inner
    if outer is Action.ALLOW or (outer is Action.EXTEND and actor is ActorType.COURT):
        return Action.ALLOW, inner
    if outer is Action.CHALLENGE:
        return outer, None
    if outer in _ANNOUNCERS:
        return inner, target
    if inner is Action.IMPLEMENT:
        return outer, target
    return _over(outer, inner), target


def _in_court(action: Action, target: Action | None) -> tuple[Action, Action | None]:
    if action in COURT_STOPS:
        return Action.BLOCK, target
    if action is Action.REINSTATE:
        return Action.BLOCK, Action.TERMINATE
    if action in (Action.IMPLEMENT, Action.EXTEND):
        return Action.ALLOW, None
    if action is Action.ALLOW and target in (Action.IMPLEMENT, Action.EXTEND):
        return action, None
    return action, target


def _modality(view: View, core: _Core, outer: Sequence[_Around]) -> Modality:
    kinds = {around.kind for around in outer}
    governing = next((around.cue.form for around in reversed(outer) if around.kind == "act"), core.cue.form)
    if "not" in kinds and not _double_negation(outer):
        return Modality.NEGATED
    if view.is_question:
        return Modality.HYPOTHETICAL
    if "hypothetical" in kinds or _opens_with_if(view, core):
        return Modality.PLANNED if _would_of_draft(view, outer) else Modality.HYPOTHETICAL
    if _is_reported(view):
        return Modality.REPORTED
    if "plan" in kinds or governing == "fut" or _headline_to(view, core) or _scheduled(view, core):
        return Modality.PLANNED
    if _is_purpose(view, core, outer):
        return Modality.PLANNED
    if governing == "cond":
        return Modality.HYPOTHETICAL
    if _is_past(view, core):
        return Modality.PAST
    return Modality.ACTUAL


def _double_negation(outer: Sequence[_Around]) -> bool:
    return sum(around.kind == "not" for around in outer) > 1


def _opens_with_if(view: View, core: _Core) -> bool:
    start = view.clause_start(core.start)
    return view.word(start) in ("if", "unless", "si") and view.tokens[start].written.lower() != "sí"


def _would_of_draft(view: View, outer: Sequence[_Around]) -> bool:
    """ "The rule would extend": what a draft would do is planned."""
    for around in outer:
        if around.kind == "hypothetical" and view.word(around.hit.start) in ("would", "may"):
            before = range(max(around.hit.start - 6, 0), around.hit.start)
            return any(view.word(index) in _DRAFTS for index in before)
    return False


def _is_reported(view: View) -> bool:
    return any(hit.find("reported") for hit in view.hits)


def _headline_to(view: View, core: _Core) -> bool:
    """ "State to resume interviews": in a headline, "to" and a verb is the future."""
    if core.cue.form != "base" or view.word(core.start - 1) != "to" or core.start > 6:
        return False
    return not any(hit.start < core.start - 1 for hit in view.hits)


def _is_purpose(view: View, core: _Core, outer: Sequence[_Around]) -> bool:
    """ "working to establish": an infinitive is not done yet, unless a past verb carries it ("took steps to end")."""
    if core.cue.form != "base" or view.word(core.start - 1) != "to" or core.is_right:
        return False
    if view.word(core.start - 2).startswith(("continu", "keep", "kept")):
        return False
    return not any(around.kind in ("act", "attempt") and around.cue.form in ("past", "part") for around in outer)


def _scheduled(view: View, core: _Core) -> bool:
    """A present tense with a day to come: "vence en julio", "se reanudan el lunes"."""
    if core.cue.form not in ("pres", "third", "base", "subj") or not core.is_right:
        return False
    rest = " ".join(token.folded for token in view.tokens[core.stop : core.stop + 6])
    return bool(_WHEN.match(rest))


def _is_past(view: View, core: _Core) -> bool:
    if core.cue.form == "ing" and not _told(view, core):
        return False
    if core.cue.form in ("pres", "third", "base", "subj") and view.word(core.start - 1) != "to":
        return False
    if any(view.word(index) in ("had", "habia", "habian") for index in range(max(core.start - 3, 0), core.start)):
        return True
    return view.is_past


def _told(view: View, core: _Core) -> bool:
    """A gerund that continues a past statement: "reversed ..., reinstating NAME"."""
    return any(
        cue.kind == "act" and cue.form in ("past", "part")
        for hit in view.hits
        if hit.end <= core.start
        for cue in hit.cues
    )


def _closeness(core: _Core | None) -> float:
    return 0.5 if core is None else max(0.3, 1.0 - core.cost / 20)
