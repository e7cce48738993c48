"""What a sentence says about a policy: the verb that governs the name, and what stands around that verb.

The words before a name are read from the inside out ("urges ... to / prevent / the reinstatement of / NAME"): the
nearest act, then each operator that takes it as its object.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from watcher.classify.actors import actor_at, agent_after, speaker_in, subject_before
from watcher.classify.grammar import ANNOUNCERS, BE, DETERMINERS, Act, Around, Core, has_be, is_modal
from watcher.classify.lexicon import Cue
from watcher.classify.modality import modality_of
from watcher.classify.nearest import nearest_act
from watcher.classify.operators import operators_around, predicate_of
from watcher.classify.view import Place, View
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType, Modality, Polarity

COURT_STOPS = frozenset((Action.SUSPEND, Action.TERMINATE, Action.BLOCK))


def read(view: View, place: Place, implied: Action | None, speaker: ActorType | None) -> list[Act]:
    """What the sentence says about the policy at a place, the main act first; empty when it only names it.

    `implied` is an action that the name itself expresses; `speaker` is who speaks in the document.
    """
    if implied is Action.MENTION:
        return []
    people = names_people(view, place)
    if people and (suit := _suit_of(view, place)) is not None:
        return [suit]
    nameless = people or _is_in_title_of_bill(view, place)
    core = None if nameless else nearest_act(view, place, implied) or _prepared(view, place)
    outer = operators_around(view, place, core) + predicate_of(view, place, core)
    return _compose(view, place, core, outer, speaker)


_PERSONS = words("people individuals persons those workers immigrants migrants families professionals personas")
_PEOPLE = words(
    "holders holder recipients recipient beneficiaries beneficiary enrollees respondents parolees "
    "beneficiarios beneficiarias beneficiario titulares"
)


def names_people(view: View, place: Place) -> bool:
    """Whether the name only says which people are meant ("a path to citizenship for TPS holders")."""
    if any(view.word(index) in _PEOPLE for index in (place.first, place.stop - 1, place.stop)):
        return True
    return view.word(place.first - 1) in ("with", "con") and view.word(place.first - 2) in _PERSONS


def _suit_of(view: View, place: Place) -> Act | None:
    """ "NAME holders filed suit": those whom it protects go to court over it."""
    for hit, cost in view.walk_right(place.stop, 9):
        cue = hit.find("act")
        if cue is not None:
            if cue.action is not Action.CHALLENGE or cue.part == "noun" or has_be(view, hit.start) or cost > 9:
                return None
            suing = subject_before(view.tokens, place.stop, hit.start) or ActorType.INDIVIDUAL
            return Act(Action.CHALLENGE, actor=suing, start=place.first, stop=hit.end, is_finite_past=True)
    return None


_IN_TITLES = words("of for and the to from in with")


def _is_in_title_of_bill(view: View, place: Place) -> bool:
    """ "introduced the NAME of Certain Persons Act": the words belong to the title of a bill."""
    for index in range(place.stop, min(place.stop + 7, len(view.tokens))):
        token = view.tokens[index]
        if token.written == "Act":
            return True
        if not token.written[:1].isupper() and token.folded not in _IN_TITLES:
            return False
    return False


def _prepared(view: View, place: Place) -> Core | None:
    """ "is preparing NAME": what is prepared or planned, without a further verb, is its making."""
    for hit, cost in view.walk_left(place.first, 3):
        cue = hit.find("plan")
        if cue is None or cue.part != "verb" or not view.word(hit.start).startswith(_PREPARES) or cost > 3:
            return None
        return Core(Action.ADOPT, cue, hit.start, hit.end, cost, False) if view.word(hit.end) != "for" else None
    return None


_PREPARES = ("prepar", "plan")


def _compose(view: View, place: Place, core: Core | None, outer: list[Around], speaker: ActorType | None) -> list[Act]:
    kinds = {around.kind: around for around in reversed(outer)}
    span = _span(place, core, outer)
    actor = _actor(view, place, core, outer)
    if actor is None and speaker is ActorType.COURT:
        actor = speaker  # a court says what it did without naming itself: "removals halted", "it is ordered that"
    if "commemorate" in kinds:
        return _commemorate(view, place, core, span, actor)
    if "demand" in kinds and core is None and _asks_for_words(view, kinds):
        return _voice(view, place, kinds, span, None)
    if "demand" in kinds and core is not None and _is_ordered(view, kinds["demand"], actor):
        target = Action.TERMINATE if core.action in _RESTARTS else None
        return [Act(Action.BLOCK, target_action=target, actor=ActorType.COURT, start=span[0], stop=span[1])]
    if "demand" in kinds and _asks_a_court(view, kinds["demand"]):
        return [Act(Action.CHALLENGE, actor=actor, start=span[0], stop=span[1], closeness=_closeness(core))]
    if "demand" in kinds and not _is_own_duty(view, kinds["demand"], speaker, actor):
        return [_demand(view, place, core, outer, kinds["demand"], span, actor, speaker)]
    if "prevent" in kinds and _is_slogan(view, kinds["prevent"]):
        target = core.action if core is not None else Action.IMPLEMENT
        asking = speaker_in(view.tokens) or speaker
        return [Act(Action.CALL_FOR, Modality.REQUESTED, target, Polarity.PREVENT, asking, *span)]
    if (core is None or core.action is Action.IMPLEMENT) and _is_finding(view):
        finder = speaker_in(view.tokens) or actor
        return [Act(Action.REPORT, actor=finder, start=span[0], stop=span[1], closeness=0.7)]
    if core is None:
        return _voice(view, place, kinds, span, actor)
    if _is_topic_of_judgement(view, place, core):
        return [Act(Action.COMMENT, actor=speaker, start=span[0], stop=span[1], closeness=_closeness(core))]
    may_wish = speaker in _VOICES or (speaker is None and core.cue.form == "base")
    if may_wish and _opens_item(view, place, core, actor) and "plan" not in kinds:
        target, polarity = _flip(core, outer), Polarity.PREVENT if "not" in kinds else Polarity.PROMOTE
        asking = speaker or speaker_in(view.tokens)
        return [Act(Action.CALL_FOR, Modality.REQUESTED, target, polarity, asking, *span, closeness=_closeness(core))]
    if core.action is Action.CHALLENGE and _is_dismissed(view, place, core):
        kept = any(view.word(index) in _KEEPS for index in range(core.stop, place.first))
        action, target = (Action.BLOCK, None) if kept else (Action.ALLOW, None)
        return [Act(action, target_action=target, actor=ActorType.COURT, start=span[0], stop=span[1])]
    act = _act(view, place, core, outer, span, actor)
    if _is_of_proposal(view, outer):
        return [replace(act, action=Action.PROPOSE, modality=Modality.ACTUAL, target_action=None)]
    if _is_rejection(view, kinds, act):
        return [replace(act, action=Action.COMMENT, modality=Modality.ACTUAL, target_action=None)]
    if act.action in (Action.BLOCK, Action.ALLOW, Action.CHALLENGE):
        own = actor is not ActorType.COURT or speaker in _VOICES
        reacts = "comment" in kinds and kinds["comment"].cue.part in ("verb", "phrase") and own
        actor = None if actor is ActorType.COURT else actor
        reaction = replace(act, action=Action.COMMENT, modality=Modality.ACTUAL, target_action=None, actor=actor)
        return [reaction, act] if reacts else _with_partner(act, core)
    if "comment" in kinds and kinds["comment"].cost <= 12 and not _is_after(kinds, "plan", "comment"):
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


def _is_of_proposal(view: View, outer: Sequence[Around]) -> bool:
    """ "A proposed rule published today would pause NAME": what is proposed is proposed with this text."""
    would = next((around.hit.start for around in outer if view.word(around.hit.start) in ("would", "podria")), None)
    if would is None:
        return False
    return any(
        (cue := hit.find("act")) is not None and cue.action is Action.PROPOSE and cue.part == "noun"
        for hit in view.hits
        if view.clause_start(would) <= hit.start < would and view.word(hit.start) not in _BY_LAW
    )


_BY_LAW = words("bill legislation draft")
_KEEPS = words("keep save preserve continue extend restore mantener conservar restablecer")


def _is_dismissed(view: View, place: Place, core: Core) -> bool:
    """ "The lawsuit against NAME was dismissed": a court has ruled, and what was attacked stays."""
    if core.is_right or core.cue.part != "noun":
        return False
    after = range(place.stop, min(place.stop + 7, len(view.tokens)))
    return any(view.word(index) in _DISMISSED and has_be(view, index) for index in after)


_DISMISSED = words("dismissed rejected tossed desestimada desestimado desechada desechado rechazada rechazado")
_POLITE = words("please do not don't never let's and now por favor no")


def _opens_item(view: View, place: Place, core: Core, actor: ActorType | None) -> bool:
    """A bare verb that opens a list item or sentence: a wish of those who cannot do it ("Reinstating NAME.")."""
    if core.is_right or core.cue.part == "noun" or core.cue.form not in ("base", "ing") or actor is not None:
        return False
    if view.word(core.start - 1) in DETERMINERS:
        return False
    start = max(view.lead, view.clause_start(core.start))
    opening = [hit for hit in view.hits if hit.start >= start and hit.find("not") is None]
    first = opening[0] if opening else None
    before = [token.folded for token in view.tokens[start : first.start] if token.is_word] if first else []
    if first is None or len([word for word in before if word not in _POLITE]) > 1:
        return False
    opener = first.find("act")
    if opener is None or opener.form != core.cue.form or view.word(core.start - 1) in ("to", "will"):
        return False
    return not any(view.word(index) in BE for index in range(place.stop, min(place.stop + 4, len(view.tokens))))


def _is_rejection(view: View, kinds: dict[str, Around], act: Act) -> bool:
    """ "Mexico rejects the return of NAME": whoever opposes an act does not do it, and reacts to it."""
    against = kinds.get("prevent")
    if against is None or act.actor is ActorType.COURT:
        return False
    return view.word(against.hit.start).startswith(_OPPOSE) and against.cue.part == "verb"


_OPPOSE = ("reject", "oppos", "resist", "rechaz", "opon", "opus")


def _is_slogan(view: View, prevent: Around) -> bool:
    """ "No to the return of NAME!", "¡No al regreso de NAME!": a sentence that opens so is a demand."""
    first, after = view.word(prevent.hit.start), view.word(prevent.hit.start + 1)
    opens = not any(token.is_word for token in view.tokens[view.lead : prevent.hit.start])
    return opens and first == "no" and after in ("to", "a", "al")


def _is_finding(view: View) -> bool:
    """ ", a survey finds": the sentence ends with whose finding it is."""
    return _FINDING.search(view.folded) is not None


_FINDING = re.compile(
    r", [\w' -]{0,30}\b(?:survey|study|report|audit|data|figures|researchers?|inspector|auditors|analysis|records|"
    r"estudio|informe|encuesta|datos|cifras|investigadores|academicos)(?: [\w ]{0,25})? (?:finds?|found|show|shows|"
    r"showed|say|says|said|write|writes|wrote|suggests?|senalan?|muestran?|revelan?|concluyen?|advierten)\W*$|"
    r", (?:revelan?|senalan?|muestran?|concluyen?|documentan?|advierten?) (?:un|una|el|la|los|las) [\w' -]{0,40}$|"
    r", segun [\w' -]{0,40}\b(?:estudio|informe|encuesta|datos|cifras|analisis)\b"
)


def _is_after(kinds: dict[str, Around], first: str, second: str) -> bool:
    """Whether one operator stands outside another ("promised to condemn")."""
    return first in kinds and kinds[first].hit.start < kinds[second].hit.start


def _is_topic_of_judgement(view: View, place: Place, core: Core) -> bool:
    """ "Ending NAME is insanity": the act is what a judgement is about."""
    if core.cue.form != "ing" or core.is_right or sum(token.is_word for token in view.tokens[: core.start]) > 6:
        return False
    if any(view.word(index) in BE or view.word(index) == "will" for index in range(max(core.start - 3, 0), core.start)):
        return False
    return any(view.word(index) in ("is", "was", "would", "will") for index in range(place.stop, place.stop + 5))


def _is_background(act: Act, core: Core) -> bool:
    """An act that a report only mentions: its use, or something told at a distance."""
    return act.action is Action.IMPLEMENT or core.cost > 1.5


def _with_partner(act: Act, core: Core) -> list[Act]:
    """Two joined verbs are two acts, in the order of the text."""
    return [act] if core.also is None else [replace(act, action=core.also), act]


def _span(place: Place, core: Core | None, outer: Sequence[Around]) -> tuple[int, int]:
    starts = [place.first, *(around.hit.start for around in outer if around.kind != "reported")]
    stops = [place.stop, *(around.hit.end for around in outer if around.hit.start >= place.stop and core)]
    if core is not None:
        starts.append(core.start)
        stops.append(core.stop)
    return min(starts), max(stops)


def _actor(view: View, place: Place, core: Core | None, outer: Sequence[Around]) -> ActorType | None:
    """The subject of the outermost verb, or the agent of a passive."""
    if core is not None and core.relative:
        return subject_before(view.tokens, core.relative, core.start)
    if core is not None and core.is_right:
        agent = agent_after(view.tokens, core.stop, len(view.tokens)) if core.passive else None
        if agent is not None:
            return agent
        verbs = [around.hit.start for around in outer if around.hit.start < place.first and _is_verbal(around)]
        if not verbs:
            start = view.clause_start(place.first)
            between = {view.word(index) for index in range(start, place.first)}
            if view.word(view.lead) in ("if", "unless", "si") or "as" in between:
                return None  # who stands in another clause does not do it
            subject = subject_before(view.tokens, view.clause_start(place.first), place.first)
            return subject if subject in (ActorType.LEGISLATURE, ActorType.COURT) else None
        verb = min(verbs)
    elif core is not None and outer and outer[-1].hit.start >= place.stop:
        return agent_after(view.tokens, outer[-1].hit.end, len(view.tokens))
    else:
        verbs = [around.hit.start for around in outer if _is_verbal(around)]
        verb = min(verbs) if verbs else (core.start if core is not None else place.first)
    subject = subject_before(view.tokens, view.clause_start(verb), verb)
    return ActorType.LEGISLATURE if subject is None and _is_of_a_bill(view, outer) else subject


def _is_of_a_bill(view: View, outer: Sequence[Around]) -> bool:
    """ "passed the bill, which would restart NAME": what a bill would do, the legislature does."""
    would = next((around.hit.start for around in outer if view.word(around.hit.start) == "would"), None)
    if would is None or view.word(would - 1) not in ("which", "that"):
        return False
    before = [actor for index in range(would) if (actor := actor_at(view.tokens, index)) is not None]
    return any(kind is ActorType.LEGISLATURE for kind, _ in before)


def _is_verbal(around: Around) -> bool:
    return around.kind in ("demand", "plan", "prevent", "act", "comment", "attempt", "not", "report")


def _is_own_duty(view: View, demand: Around, speaker: ActorType | None, actor: ActorType | None) -> bool:
    """ "We must address": said by the government of itself, that is no demand to somebody else."""
    if not is_modal(view, demand) or speaker is not ActorType.EXECUTIVE:
        return False
    return actor in (None, ActorType.EXECUTIVE) and speaker_in(view.tokens) in (None, ActorType.EXECUTIVE)


def _asks_for_words(view: View, kinds: dict[str, Around]) -> bool:
    """ "was asked to comment on NAME", "I want to thank them for NAME": words about it are asked for, no act."""
    demand = kinds["demand"]
    asked = kinds.get("comment")
    if asked is None or asked.hit.start < demand.hit.start:
        return False
    return asked.cue.part == "noun" or view.word(asked.hit.start) == "thank"


_RESTARTS = frozenset((Action.REINSTATE, Action.IMPLEMENT, Action.EXTEND))


def _is_ordered(view: View, demand: Around, actor: ActorType | None) -> bool:
    """ "the ruling of the court that asks the government to restart NAME": what a court asks, it orders."""
    if is_modal(view, demand) or demand.cue.part != "verb":
        return False
    opens = demand.hit.start - (view.word(demand.hit.start - 1) in ("le", "les"))
    if view.word(opens - 1) not in ("que", "that", "which"):
        return False
    before = range(max(opens - 10, view.lead), opens)
    return any((found := actor_at(view.tokens, index)) and found[0] is ActorType.COURT for index in before)


def _asks_a_court(view: View, demand: Around) -> bool:
    """ "asked the judge to end NAME": what is asked of a court is a motion or a suit."""
    if not view.word(demand.hit.start).startswith(_MOVES) or has_be(view, demand.hit.start):
        return False
    after = range(demand.hit.end, min(demand.hit.end + 4, len(view.tokens)))
    asked = next((actor for index in after if (actor := actor_at(view.tokens, index)) is not None), None)
    return asked is not None and asked[0] is ActorType.COURT


_MOVES = ("ask", "petition", "request", "pid", "solicit")


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
    core: Core | None,
    outer: Sequence[Around],
    demand: Around,
    span: tuple[int, int],
    actor: ActorType | None,
    speaker: ActorType | None,
) -> Act:
    inside = outer[: list(outer).index(demand)]
    prevent = any(around.kind in ("not", "prevent") for around in inside)
    target = _flip(core, inside) if core is not None else Action.IMPLEMENT
    if core is None:
        target = _asked_after(view, place) or target
    if core is None and (prevent or view.word(demand.hit.start) in ("alto", "basta")):
        target, prevent = Action.TERMINATE, False
    if is_modal(view, demand) and view.word(demand.hit.start - 1) in ("nobody", "nadie"):
        prevent = not prevent
    if demand.cue.part == "phrase" and demand.cue.form == "" and is_modal(view, demand):
        actor = speaker_in(view.tokens) or speaker  # the subject of "must" is the one who is asked
    if demand.cue.form == "ing" and actor is ActorType.EXECUTIVE and speaker in _VOICES:
        actor = speaker  # "a letter to the Secretary demanding ...": the nearest name is the one who is asked
    if target is Action.SUSPEND and core is not None and view.word(core.start) in ("stop", "stopping", "stops"):
        target = Action.TERMINATE  # who cries "stop" does not ask for a pause
    polarity = Polarity.PREVENT if prevent else Polarity.PROMOTE
    return Act(Action.CALL_FOR, Modality.REQUESTED, target, polarity, actor, *span, closeness=_closeness(core))


def _flip(core: Core, inside: Sequence[Around]) -> Action:
    """The act that is demanded: an act over an act changes it ("lift the suspension" is a restart)."""
    action = core.action
    for around in inside:
        if around.kind == "act" and around.cue.action is not None:
            action = _over(around.cue.action, action)
    return action


def _over(outer: Action, inner: Action) -> Action:
    if outer is Action.AMEND:
        return outer
    if outer in (Action.TERMINATE, Action.SUSPEND) and inner in (Action.EXPAND, Action.EXTEND, Action.ADOPT):
        return outer  # "rescinded a rule expanding NAME"
    if outer in (Action.TERMINATE, Action.SUSPEND) and inner in (Action.SUSPEND, Action.TERMINATE):
        return Action.REINSTATE if outer is Action.TERMINATE and inner is Action.SUSPEND else outer
    return inner


def _commemorate(
    view: View, place: Place, core: Core | None, span: tuple[int, int], actor: ActorType | None
) -> list[Act]:
    told = core is not None and core.cost <= 6 and core.cue.part == "verb" and view.word(0) not in ("today", "hoy")
    modality = Modality.PAST if told else Modality.ACTUAL
    own = actor if actor in (ActorType.EXECUTIVE, ActorType.INTERNATIONAL_ORGANISATION) and not told else None
    acts = [Act(Action.COMMEMORATE, modality, actor=own, start=span[0], stop=span[1], closeness=0.9)]
    if core is not None and core.cost <= 6:
        actor = subject_before(view.tokens, view.clause_start(core.start), core.start)
        start = min(core.start, place.first)
        acts.append(Act(core.action, Modality.PAST, actor=actor, start=start, stop=max(place.stop, core.stop)))
    return acts


def _voice(
    view: View, place: Place, kinds: dict[str, Around], span: tuple[int, int], actor: ActorType | None
) -> list[Act]:
    """No act governs the name: a reaction, a report, or nothing."""
    if "comment" in kinds and view.word(kinds["comment"].hit.start).startswith(("misus", "weaponi")):
        actor = speaker_in(view.tokens)  # the subject is the one who is reproached
    if "prevent" in kinds and view.word(kinds["prevent"].hit.start).startswith(_OPPOSE):
        return [Act(Action.COMMENT, actor=actor, start=span[0], stop=span[1], closeness=0.8)]
    if "report" in kinds and actor is None:
        named = actor_at(view.tokens, place.first)
        actor = named[0] if named and place.first + named[1] == place.stop else None  # "figures of COMAR"
    for kind, action in (("comment", Action.COMMENT), ("report", Action.REPORT)):
        if kind in kinds:
            told = kinds[kind].cue.part != "noun" or view.word(kinds[kind].hit.start) != "statement"
            return [Act(action, actor=actor, start=span[0], stop=span[1], closeness=0.8, explicit=told)]
    named_so = next((hit for hit, cost in view.walk_right(place.stop, 0.5) if hit.start == place.stop), None)
    if named_so is not None and any(cue.kind == "report" and cue.part == "noun" for cue in named_so.cues):
        return [Act(Action.REPORT, actor=actor, start=place.first, stop=named_so.end, closeness=0.6)]
    reaction = _reaction_after(view, place)
    if reaction is not None:
        return [reaction]
    for hit, cost in view.walk_right(place.stop, 9):
        for kind, action in (("comment", Action.COMMENT), ("report", Action.REPORT)):
            cue = hit.find(kind)
            if cue is None or (cue.part != "phrase" and not _reports_itself(cue, cost, kind)):
                continue
            own = actor_at(view.tokens, place.first) or actor_at(view.tokens, place.stop - 1)
            return [Act(action, actor=own[0] if own else None, start=place.first, stop=hit.end, closeness=0.6)]
    return []


def _reaction_after(view: View, place: Place) -> Act | None:
    """ "NAME is a cruel measure, lamented the network": the verb behind the comma says whose reaction it is."""
    for hit in view.hits:
        cue = hit.find("comment")
        if hit.start <= place.stop or cue is None or cue.part != "verb" or cue.form not in ("past", "pres", "third"):
            continue
        if view.tokens[hit.start - 1].written in (",", "”", '"', "»"):
            after = range(hit.end, min(hit.end + 6, len(view.tokens)))
            who = next((found[0] for index in after if (found := actor_at(view.tokens, index)) is not None), None)
            return Act(Action.COMMENT, actor=who, start=place.first, stop=hit.end, closeness=0.6)
    return None


def _reports_itself(cue: Cue, cost: float, kind: str) -> bool:
    """ "COMAR received 130,000 applications": the named body publishes figures."""
    return kind == "report" and cue.part == "verb" and cue.form in ("past", "pres", "third", "part") and cost <= 3


def _act(
    view: View, place: Place, core: Core, outer: Sequence[Around], span: tuple[int, int], actor: ActorType | None
) -> Act:
    action, target = core.action, None
    modality = modality_of(view, place, core, outer)
    for around in outer:
        if _refuses(view, around, actor):
            action, target = _refused(view, place, around, core, action, target)
            modality = Modality.ACTUAL if modality is Modality.NEGATED else modality
        elif _is_over_an_order(view, around, core, actor):
            action, target = (Action.BLOCK, Action.TERMINATE) if core.action in _RESTARTS else (Action.ALLOW, None)
            modality = Modality.PAST if view.is_past else Modality.ACTUAL
        elif around.kind == "act" and around.cue.part == "phrase" and around.cue.action is Action.ADOPT:
            if around.hit.end != core.start or core.cue.form not in ("third", "past"):
                action, target = Action.ADOPT, None  # but "the final rule rescinds NAME" is what it does
        elif around.kind == "act" and around.cue.action is Action.PROPOSE and not _only_considers(view, around):
            action, target = Action.PROPOSE, None
        elif around.kind == "prevent" and actor is not ActorType.COURT and action in (Action.TERMINATE, Action.SUSPEND):
            action = Action.EXTEND  # keeping somebody from ending it
        elif around.kind in ("act", "prevent"):
            action, target = _step(around.cue.action or Action.SUSPEND, action, target, actor)
    if actor is ActorType.COURT:
        action, target = _in_court(action, target)
    if action is Action.BLOCK and actor is ActorType.EXECUTIVE and target is None:
        action = Action.TERMINATE  # "vacated by the Attorney General"
    asked = action in (Action.CHALLENGE, Action.PROPOSE) and action is not core.action
    if asked and modality is Modality.PLANNED and "plan" not in {one.kind for one in outer}:
        modality = Modality.ACTUAL  # asking a court "to end" something, or a bill "to end" it, is done by asking
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
        is_start=_is_start(view, core),
        is_fresh=view.is_fresh,
        is_perfect=_is_perfect(view, core),
    )


def _refuses(view: View, around: Around, actor: ActorType | None) -> bool:
    """A court that denies, refuses or rejects something has ruled."""
    if actor is not ActorType.COURT or around.kind not in ("not", "prevent") or around.cue.part != "verb":
        return False
    return view.word(around.hit.start).startswith(_REFUSALS)


def _is_over_an_order(view: View, around: Around, core: Core, actor: ActorType | None) -> bool:
    """ "paused an order that had restricted NAME": a court stops what another court ordered."""
    if actor is not ActorType.COURT or around.kind != "act" or around.cue.action not in COURT_STOPS:
        return False
    inside = range(around.hit.end, core.start)
    orders = any(view.word(index) in _ORDERS for index in inside)
    return orders and view.word(core.start - 1) in ("that", "which", "had", "que") and core.action is not Action.ALLOW


_REFUSALS = ("den", "refus", "declin", "reject", "neg", "nieg", "rechaz", "rehus")
_ORDERS = words("order ruling injunction decision judgment orden fallo sentencia")


def _refused(
    view: View, place: Place, refusal: Around, core: Core, action: Action, target: Action | None
) -> tuple[Action, Action | None]:
    """What a refusal by a court means: whose wish it was tells whether the stop or its ending is refused."""
    inside = range(refusal.hit.end, place.first)
    if core.action is not Action.ALLOW and any(view.word(index) in _ORDERS for index in inside):
        return Action.BLOCK, (Action.TERMINATE if core.action in _RESTARTS else None)  # the order stays in force
    if action in (Action.BLOCK, Action.ALLOW):
        return (Action.ALLOW if action is Action.BLOCK else Action.BLOCK), target
    between = range(refusal.hit.end, core.start)
    wished = any((found := actor_at(view.tokens, index)) and found[0] is not ActorType.COURT for index in between)
    if action in (Action.SUSPEND, Action.TERMINATE):
        return (Action.BLOCK, action) if wished else (Action.ALLOW, None)
    if action in _RESTARTS:
        return Action.ALLOW, Action.TERMINATE
    return action, target


def _only_considers(view: View, around: Around) -> bool:
    """ "is weighing an end of": not a draft yet, the act stays what it is."""
    return view.word(around.hit.start).startswith(("consider", "weigh", "float", "estudi", "contempl"))


_STARTS = words(
    "first today tonight begin begins began start starts started effect force effective vigor hoy primer primera "
    "primeros primeras ratify ratifies ratified ratifica ratifico "
    "arranca comienza comenzo empieza empezo marcha monday tuesday wednesday thursday friday again"
)


def _is_start(view: View, core: Core) -> bool:
    """False for what only goes on: an application, a stop that remains, a return that nobody is said to bring about."""
    returns = core.action is Action.REINSTATE and core.is_right and core.cue.part in ("move", "phrase")
    remains = view.word(core.start).startswith("remain")
    if core.action is not Action.IMPLEMENT and not returns and not remains:
        return True
    return any(token.folded in _STARTS for token in view.tokens)


_HAVE = words("has have ha han hemos he we've i've they've")


def _is_perfect(view: View, core: Core) -> bool:
    return any(view.word(index) in _HAVE for index in range(max(core.start - 5, 0), core.start))


def _step(outer: Action, inner: Action, target: Action | None, actor: ActorType | None) -> tuple[Action, Action | None]:
    """One act over another, from the inside out."""
    stops = outer is Action.BLOCK or (outer in (Action.SUSPEND, Action.TERMINATE) and actor is ActorType.COURT)
    if inner is Action.CHALLENGE and (stops or outer is Action.ALLOW):
        return Action.ALLOW, None  # "dismissed the suit against NAME"
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
    if outer in ANNOUNCERS:
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


def _closeness(core: Core | None) -> float:
    return 0.5 if core is None else max(0.3, 1.0 - core.cost / 20)
