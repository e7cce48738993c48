"""What courts do with a policy: they order, refuse, dismiss, and stop what others stopped."""

from __future__ import annotations

from watcher.classify.actors import actor_at
from watcher.classify.frame import RESTARTS, Frame
from watcher.classify.grammar import Act, Around, Core, has_be, is_modal
from watcher.classify.view import View
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType

_STOPS = frozenset((Action.SUSPEND, Action.TERMINATE, Action.BLOCK))


def is_ordered(view: View, demand: Around) -> bool:
    """ "the ruling of the court that asks the government to restart NAME": what a court asks, it orders."""
    if is_modal(view, demand) or demand.cue.part != "verb":
        return False
    opens = demand.hit.start - (view.word(demand.hit.start - 1) in ("le", "les"))
    if view.word(opens - 1) not in ("que", "that", "which"):
        return False
    before = range(max(opens - 10, view.lead), opens)
    return any((found := actor_at(view.tokens, index)) and found[0] is ActorType.COURT for index in before)


def ordered(frame: Frame, core: Core) -> list[Act]:
    """A court orders an act: what it restarts, it kept from ending."""
    target = Action.TERMINATE if core.action in RESTARTS else None
    start, stop = frame.span
    return [Act(Action.BLOCK, target_action=target, actor=ActorType.COURT, start=start, stop=stop)]


_KEEPS = words("keep save preserve continue extend restore mantener conservar restablecer")
_DISMISSED = words("dismissed rejected tossed desestimada desestimado desechada desechado rechazada rechazado")


def dismissed(frame: Frame) -> list[Act] | None:
    """ "The lawsuit against NAME was dismissed": a court has ruled, and what was attacked stays."""
    view, place, core = frame.view, frame.place, frame.core
    if core is None or core.action is not Action.CHALLENGE or core.is_right or core.cue.part != "noun":
        return None
    after = range(place.stop, min(place.stop + 7, len(view.tokens)))
    if not any(view.word(index) in _DISMISSED and has_be(view, index) for index in after):
        return None
    kept = any(view.word(index) in _KEEPS for index in range(core.stop, place.first))
    start, stop = frame.span
    return [Act(Action.BLOCK if kept else Action.ALLOW, actor=ActorType.COURT, start=start, stop=stop)]


def ruled(frame: Frame) -> list[Act] | None:
    """ "The court ruled that the government may keep using NAME": a leave is an answer, and no possibility."""
    view, core = frame.view, frame.core
    if _keeps_an_order(frame):
        return [Act(Action.BLOCK, actor=ActorType.COURT, start=frame.span[0], stop=frame.span[1])]
    denied = _is_found_wanting(frame)
    if denied is not None:
        return [Act(Action.BLOCK, actor=ActorType.COURT, start=denied, stop=frame.place.stop + 1)]
    if core is None or core.is_right or core.action in (Action.ALLOW, Action.BLOCK, Action.CHALLENGE):
        return None
    verdict = _verdict_before(view, core.start)
    if verdict is None:
        return None
    broken = any(view.word(index) in _BREAKS for index in range(verdict + 1, core.start))
    if broken:
        start, stop = verdict, max(core.stop, frame.place.stop)
        return [Act(Action.BLOCK, target_action=core.action, actor=ActorType.COURT, start=start, stop=stop)]
    leave = next((index for index in range(verdict + 1, core.start) if view.word(index) in _LEAVES), None)
    if leave is None:
        return None
    refused_ = view.word(leave) in _FORBIDS or view.word(leave + 1) in ("not", "no") or view.word(leave - 1) == "no"
    target = None if core.action in RESTARTS else core.action
    action = Action.BLOCK if refused_ else Action.ALLOW
    start, stop = verdict, max(core.stop, frame.place.stop)
    return [Act(action, target_action=target, actor=ActorType.COURT, start=start, stop=stop, closeness=frame.closeness)]


def _keeps_an_order(frame: Frame) -> bool:
    """ "kept in place an order that bars the agency from NAME": the order goes on, and NAME stays stopped."""
    core, view = frame.core, frame.view
    if core is None or core.is_right or frame.actor is not ActorType.COURT:
        return False
    if core.action not in (Action.EXTEND, Action.ALLOW):
        return False
    inside = range(core.stop, frame.place.first - 1)
    return any(view.word(index) in _ORDERS and view.word(index + 1) in _THAT_STOPS for index in inside)


_THAT_STOPS = words("that which que blocking barring halting stopping preventing against contra limiting restricting")


def held_back(frame: Frame) -> list[Act] | None:
    """ "A judge barred the agency from NAME", "refused to stop it from NAME": a stop is ruled, or refused."""
    if frame.core is not None or frame.actor is not ActorType.COURT:
        return None
    verbs = [frame.view.word(one.hit.start) for one in frame.outer if one.kind in ("prevent", "not")]
    if not any(word.startswith(_HOLDS_BACK) for word in verbs):
        return None
    refused_ = any(word.startswith(_REFUSALS) for word in verbs)
    start, stop = frame.span
    return [Act(Action.ALLOW if refused_ else Action.BLOCK, actor=ActorType.COURT, start=start, stop=stop)]


_HOLDS_BACK = ("stop", "block", "halt", "bar", "prevent", "prohib", "forb", "imped", "impid", "fren", "deten", "detuv")


def turned_away(frame: Frame) -> list[Act] | None:
    """ "dismissed an appeal by advocates who argued that NAME breaks the law": what was attacked stays."""
    view, place = frame.view, frame.place
    if _SUITS.isdisjoint(view.between(view.lead, place.first)):
        return None  # asked first: most sentences tell of no suit
    for index, word in enumerate(view.between(view.lead, place.first - 2), start=view.lead):
        if not word.startswith(_DISMISSES):
            continue
        suit = next((at for at in range(index + 1, min(index + 5, place.first)) if view.word(at) in _SUITS), None)
        if suit is None or not _is_of_private(view, suit, place.first) or not _is_ruled_by_court(view, index):
            continue
        ends = frame.core is not None and frame.core.action in (Action.TERMINATE, Action.SUSPEND)
        target = Action.TERMINATE if ends else None
        return [Act(Action.ALLOW, target_action=target, actor=ActorType.COURT, start=index, stop=place.stop)]
    return None


def _is_of_private(view: View, suit: int, stop: int) -> bool:
    """Whether the suit is told to be of somebody else than the government, who attack the policy in it."""
    between = range(suit, stop)
    named = [found[0] for index in between if (found := actor_at(view.tokens, index)) is not None]
    attacked = any(view.word(index).startswith(_ATTACKS) for index in between)
    return attacked and (not named or named[0] not in (ActorType.EXECUTIVE, ActorType.COURT))


def _is_ruled_by_court(view: View, verb: int) -> bool:
    before = range(max(verb - 12, view.lead), verb)
    return any((found := actor_at(view.tokens, index)) and found[0] is ActorType.COURT for index in before)


_DISMISSES = ("dismiss", "reject", "toss", "threw", "desestim", "rechaz", "desech")
_SUITS = words(
    "appeal appeals challenge challenges lawsuit lawsuits suit suits petition complaint claims recurso recursos "
    "demanda demandas impugnacion apelacion amparo amparos"
)
_ATTACKS = ("argu", "claim", "alleg", "contend", "said", "aleg", "sosten", "argument", "challeng", "impugn")


def _is_found_wanting(frame: Frame) -> int | None:
    """ "The court held that NAME cannot override the statute": where the verdict stands on what NAME may do."""
    view, stop = frame.view, frame.place.stop
    forbids = view.word(stop) in _FORBIDS or (view.word(stop) in ("may", "can") and view.word(stop + 1) == "not")
    faulty = not _FAULTS.isdisjoint(view.between(stop, stop + 6))
    return _verdict_before(view, frame.place.first) if forbids or faulty else None


def _verdict_before(view: View, index: int) -> int | None:
    """Where the last "ruled that" of a court stands before a token."""
    for place in range(index - 1, view.lead, -1):
        if view.word(place) in ("that", "que") and (verb := _ruling_at(view, place)) is not None:
            before = range(max(verb - 9, view.lead), verb)
            named = [found[0] for at in before if (found := actor_at(view.tokens, at)) is not None]
            return verb if ActorType.COURT in named else None
    return None


def _ruling_at(view: View, that: int) -> int | None:
    return next((index for index in range(that - 1, that - 4, -1) if view.word(index) in _RULES), None)


_FAULTS = words("without unlawfully improperly contrary arbitrary capricious violation sin contraria arbitraria")
"""What a court finds wanting in a policy: "held that NAME was issued without notice"."""
_RULES = words(
    "ruled rules held holds decided decides found finds said says dictamino resolvio determino fallo sentencio decidio "
    "concluyo dijo"
)
_BREAKS = words(
    "violated violo broke unlawfully illegally improperly wrongly arbitrarily ilegalmente indebidamente infringio"
)
"""What a court says of an act that it undoes: "ruled that the agency violated the law by ending NAME"."""
_LEAVES = words("may can could cannot can't puede pueden podra podran podia")
_FORBIDS = words("cannot can't")


_REFUSALS = ("den", "refus", "declin", "reject", "neg", "nieg", "rechaz", "rehus")
_ORDERS = words("order ruling injunction decision judgment orden fallo sentencia")


def refuses(frame: Frame, around: Around) -> bool:
    """A court that denies, refuses or rejects something has ruled."""
    if frame.actor is not ActorType.COURT or around.kind not in ("not", "prevent") or around.cue.part != "verb":
        return False
    return frame.view.word(around.hit.start).startswith(_REFUSALS)


def refused(
    frame: Frame, refusal: Around, core: Core, action: Action, target: Action | None
) -> tuple[Action, Action | None]:
    """What a refusal by a court means: whose wish it was tells whether the stop or its ending is refused."""
    view = frame.view
    inside = range(refusal.hit.end, frame.place.first)
    if core.action is not Action.ALLOW and any(view.word(index) in _ORDERS for index in inside):
        return Action.BLOCK, (Action.TERMINATE if core.action in RESTARTS else None)  # the order stays in force
    if action in (Action.BLOCK, Action.ALLOW):
        return (Action.ALLOW if action is Action.BLOCK else Action.BLOCK), target
    between = range(refusal.hit.end, core.start)
    wished = any((found := actor_at(view.tokens, index)) and found[0] is not ActorType.COURT for index in between)
    if action in (Action.SUSPEND, Action.TERMINATE):
        return (Action.BLOCK, action) if wished else (Action.ALLOW, None)
    if action in RESTARTS:
        return Action.ALLOW, Action.TERMINATE
    return action, target


def prolongs_an_order(frame: Frame, around: Around, core: Core) -> bool:
    """ "extended the order that halts NAME": the order goes on, and NAME stays stopped."""
    if frame.actor is not ActorType.COURT or around.cue.action is not Action.EXTEND or core.action not in _STOPS:
        return False
    return any(frame.view.word(index) in _ORDERS for index in range(around.hit.end, core.start + 1))


def is_over_an_order(frame: Frame, around: Around, core: Core) -> bool:
    """ "paused an order that had restricted NAME": a court stops what another court ordered."""
    if frame.actor is not ActorType.COURT or around.kind != "act" or around.cue.action not in _STOPS:
        return False
    view, inside = frame.view, range(around.hit.end, core.start)
    orders = any(view.word(index) in _ORDERS for index in inside)
    return orders and view.word(core.start - 1) in ("that", "which", "had", "que") and core.action is not Action.ALLOW


def in_court(action: Action, target: Action | None) -> tuple[Action, Action | None]:
    """An act as it is meant of a court: it blocks and allows, where others end and go on."""
    if action in _STOPS:
        return Action.BLOCK, target
    if action is Action.REINSTATE:
        return Action.BLOCK, Action.TERMINATE
    if action in (Action.IMPLEMENT, Action.EXTEND):
        return Action.ALLOW, None
    goes_on = action is Action.ALLOW and target in (Action.IMPLEMENT, Action.EXTEND)
    return action, (None if goes_on else target)
