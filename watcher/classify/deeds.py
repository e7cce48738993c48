"""What is done to a policy: the nearest act, changed by each operator over it, with its modality and actor."""

from __future__ import annotations

from watcher.classify.courts import in_court, is_over_an_order, prolongs_an_order, refused, refuses
from watcher.classify.frame import RESTARTS, Frame
from watcher.classify.grammar import Act, Around, Core
from watcher.classify.modality import modality_of
from watcher.classify.stacking import step
from watcher.classify.view import View
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType, Modality


def deed(frame: Frame, core: Core) -> Act:
    """The act of a frame with all that stands over it."""
    view, actor = frame.view, frame.actor
    action, target, modality = _stacked(frame, core)
    if action is Action.ADOPT and _is_of_draft(view, core):
        action = Action.PROPOSE
    if action is Action.IMPLEMENT and _is_done_again(view, core):
        action = Action.REINSTATE
    if action is Action.IMPLEMENT and _is_widened(frame, core):
        action = Action.EXPAND
    if actor is ActorType.COURT:
        action, target = in_court(action, target)
    if action is Action.BLOCK and actor is ActorType.EXECUTIVE and target is None:
        action = Action.TERMINATE  # "vacated by the Attorney General"
    if modality is Modality.ACTUAL and any(_only_considers(view, one) for one in frame.outer if one.kind == "act"):
        modality = Modality.PLANNED  # "estudia prorrogar NAME"
    asked = action in (Action.CHALLENGE, Action.PROPOSE) and action is not core.action
    if asked and modality is Modality.PLANNED and "plan" not in frame.kinds:
        modality = Modality.ACTUAL  # asking a court "to end" something, or a bill "to end" it, is done by asking
    if action in (Action.BLOCK, Action.ALLOW) and actor in (None, ActorType.UNKNOWN):
        actor = ActorType.COURT
    return Act(
        action,
        modality,
        target,
        None,
        actor,
        *frame.span,
        closeness=frame.closeness,
        is_finite_past=core.cue.form in ("past", "part", "ing", "base"),
        is_start=_is_start(view, core),
        is_fresh=view.is_fresh,
        is_perfect=_is_perfect(view, core),
    )


def _stacked(frame: Frame, core: Core) -> tuple[Action, Action | None, Modality]:
    """Act, target and modality after each operator, from the inside out."""
    action, target = core.action, None
    modality = modality_of(frame.view, frame.place, core, frame.outer)
    for around in frame.outer:
        if refuses(frame, around):
            action, target = refused(frame, around, core, action, target)
            modality = Modality.ACTUAL if modality is Modality.NEGATED else modality
        elif is_over_an_order(frame, around, core):
            action, target = (Action.BLOCK, Action.TERMINATE) if core.action in RESTARTS else (Action.ALLOW, None)
            modality = Modality.PAST if frame.view.is_past else Modality.ACTUAL
        elif prolongs_an_order(frame, around, core):
            continue
        elif around.kind in ("act", "prevent"):
            action, target = _under(frame, core, around, action, target)
    return action, target, modality


def _under(
    frame: Frame, core: Core, around: Around, action: Action, target: Action | None
) -> tuple[Action, Action | None]:
    """Act and target under one more act, or under what prevents it."""
    cue = around.cue
    if around.kind == "prevent":
        if frame.actor is not ActorType.COURT and action in (Action.TERMINATE, Action.SUSPEND):
            return Action.EXTEND, target  # keeping somebody from ending it
    elif cue.part == "phrase" and cue.action is Action.ADOPT:
        rules = around.hit.end == core.start and core.cue.form in ("third", "past")
        return (action, target) if rules else (Action.ADOPT, None)  # "the final rule rescinds NAME" is what it does
    elif cue.action is Action.PROPOSE and not _only_considers(frame.view, around):
        return Action.PROPOSE, None
    return step(cue.action or Action.SUSPEND, action, target, frame.actor)


def _is_of_draft(view: View, core: Core) -> bool:
    """ "intends to publish a proposed rule on NAME": what is published is a draft."""
    if core.is_right or core.cue.part != "verb":
        return False
    near = (hit for hit in view.hits if core.stop <= hit.start <= core.stop + 2)
    return any(cue.action is Action.PROPOSE and cue.part != "verb" for hit in near for cue in hit.cues)


def _is_done_again(view: View, core: Core) -> bool:
    """ "may again use NAME", "vuelve a aplicar NAME": what is applied once more is back."""
    before = view.between(core.start - 2, core.start)
    returns = len(before) == 2 and before[0].startswith(("vuelv", "volv")) and before[1] == "a"
    return core.cue.part == "verb" and not core.is_right and (before[-1:] == ["again"] or returns)


def _is_widened(frame: Frame, core: Core) -> bool:
    """ "apply NAME to the full length of the border", "aplicar NAME en todo el país": where it did not apply before."""
    view, stop = frame.view, frame.place.stop
    if core.is_right or not view.word(core.start).startswith(("appl", "aplic")):
        return False
    after = view.between(stop, stop + 4)
    return bool(after) and after[0] in ("to", "a", "en", "across") and not _WHOLE_OF.isdisjoint(after)


_WHOLE_OF = words("full entire whole all toda todo todas todos")


def _only_considers(view: View, around: Around) -> bool:
    """ "is weighing an end of": not a draft yet, the act stays what it is."""
    return view.word(around.hit.start).startswith(
        ("consider", "weigh", "float", "estudi", "contempl", "evalu", "valora", "sopes", "baraj")
    )


def is_voted_down(frame: Frame) -> bool:
    """ "voted against an amendment to end NAME", "rejected a bill that would end it": it was not done."""
    if frame.actor is not ActorType.LEGISLATURE:
        return False
    against = [one.hit for one in frame.outer if one.kind in ("prevent", "not") and one.cue.part == "verb"]
    after = [frame.view.word(index) for hit in against for index in range(hit.end, hit.end + 9)]
    voted = any(frame.view.word(hit.start).startswith(_VOTES) for hit in against)
    return voted and not _BILLS.isdisjoint(after)


_VOTES = ("vot", "reject", "defeat", "rechaz", "desech")
_BILLS = words("amendment bill measure resolution legislation motion enmienda iniciativa proyecto dictamen")
_STARTS = words(
    "agreed acuerdan acordaron midnight "
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
    return not _HAVE.isdisjoint(view.between(core.start - 5, core.start))


_BY_LAW = words("bill legislation draft")


def is_of_proposal(frame: Frame) -> bool:
    """ "A proposed rule published today would pause NAME": what is proposed is proposed with this text."""
    view = frame.view
    would = next((one.hit.start for one in frame.outer if view.word(one.hit.start) in ("would", "podria")), None)
    if would is None and frame.core is not None and frame.core.cue.form == "cond":
        would = frame.core.start  # "una regla propuesta que modificaría NAME"
    if would is None:
        return False
    return any(
        any(cue.kind == "act" and cue.action is Action.PROPOSE and cue.part in ("noun", "phrase") for cue in hit.cues)
        for hit in view.hits
        if view.clause_start(would, through_relatives=True) <= hit.start < would and view.word(hit.start) not in _BY_LAW
    )


def with_partner(act: Act, core: Core) -> list[Act]:
    """Two joined verbs are two acts, in the order of the text."""
    return [act] if core.also is None else [act._replace(action=core.also), act]
