"""What is asked for: demands, motions before a court, slogans, and the bare wishes of those who cannot act."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.classify.actors import actor_at, speaker_in
from watcher.classify.courts import is_ordered, ordered
from watcher.classify.frame import VOICES, Frame
from watcher.classify.grammar import BE, DETERMINERS, Act, Around, Core, has_be, is_modal
from watcher.classify.stacking import flip
from watcher.classify.view import Place, View
from watcher.classify.voices import voice
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType, Modality, Polarity


def demanded(frame: Frame) -> list[Act] | None:
    """What a demand in the sentence comes to: words, an order, a suit, or a call; None where there is none."""
    demand = frame.kinds.get("demand")
    if demand is None:
        return None
    view = frame.view
    if frame.core is None and _asks_for_words(frame, demand):
        return voice(frame._replace(actor=None))
    if frame.core is not None and is_ordered(view, demand):
        return ordered(frame, frame.core)
    if _asks_a_court(view, demand):
        start, stop = frame.span
        how = _how_asked(frame)
        return [Act(Action.CHALLENGE, how, actor=frame.actor, start=start, stop=stop, closeness=frame.closeness)]
    if _is_own_duty(frame, demand) or _is_before_court(frame, demand):
        return None
    if _asks_to_be_told(view, demand):
        actor = _caller(frame, demand)
        return [Act(Action.COMMENT, actor=actor, start=frame.span[0], stop=frame.span[1], closeness=frame.closeness)]
    return [_call(frame, demand)]


def _how_asked(frame: Frame) -> Modality:
    """ "could ask the court", "plans to ask", "did not ask": how real a motion is."""
    if "not" in frame.kinds:
        return Modality.NEGATED
    opens = frame.view.word(frame.view.lead) in ("if", "unless", "si")
    if opens or any(one.kind == "hypothetical" and one.cost <= 3 for one in frame.outer):
        return Modality.HYPOTHETICAL
    return Modality.PLANNED if "plan" in frame.kinds else Modality.ACTUAL


def _is_before_court(frame: Frame, demand: Around) -> bool:
    """ "The court denied the government's request for a stay": what it rules on is no demand of its own."""
    return frame.actor is ActorType.COURT and demand.cue.part == "noun"


def _asks_to_be_told(view: View, demand: Around) -> bool:
    """ "demanding answers on NAME", "calls for an investigation into NAME": what is asked for does nothing to it."""
    return any(view.word(index) in _ANSWERS for index in range(demand.hit.end, demand.hit.end + 4))


_ANSWERS = words(
    "answers information details documents records explanation explanations clarity transparency investigation inquiry "
    "briefing data respuestas informacion explicaciones documentos transparencia investigacion"
)


def _asks_for_words(frame: Frame, demand: Around) -> bool:
    """ "was asked to comment on NAME", "I want to thank them for NAME": words about it are asked for, no act."""
    asked = frame.kinds.get("comment")
    if asked is None or asked.hit.start < demand.hit.start:
        return False
    return asked.cue.part == "noun" or frame.view.word(asked.hit.start) == "thank"


def _asks_a_court(view: View, demand: Around) -> bool:
    """ "asked the judge to end NAME": what is asked of a court is a motion or a suit."""
    if not view.word(demand.hit.start).startswith(_MOVES) or has_be(view, demand.hit.start):
        return False
    after = range(demand.hit.end, min(demand.hit.end + 4, len(view.tokens)))
    asked = next((actor for index in after if (actor := actor_at(view.tokens, index)) is not None), None)
    return asked is not None and asked[0] is ActorType.COURT


_MOVES = ("ask", "petition", "request", "pid", "solicit")


def _is_own_duty(frame: Frame, demand: Around) -> bool:
    """ "We must address": said by the government of itself, that is no demand to somebody else."""
    if not is_modal(frame.view, demand) or frame.speaker is not ActorType.EXECUTIVE:
        return False
    own = (None, ActorType.EXECUTIVE)
    return frame.actor in own and speaker_in(frame.view.tokens) in own


def _call(frame: Frame, demand: Around) -> Act:
    view, core = frame.view, frame.core
    inside = frame.outer[: list(frame.outer).index(demand)]
    target, prevent = _wanted(frame, demand, inside)
    if is_modal(view, demand) and view.word(demand.hit.start - 1) in ("nobody", "nadie"):
        prevent = not prevent
    if target is Action.SUSPEND and core is not None and view.word(core.start) in ("stop", "stopping", "stops"):
        target = Action.TERMINATE  # who cries "stop" does not ask for a pause
    polarity = Polarity.PREVENT if prevent else Polarity.PROMOTE
    actor = _caller(frame, demand)
    return Act(Action.CALL_FOR, Modality.REQUESTED, target, polarity, actor, *frame.span, closeness=frame.closeness)


def _wanted(frame: Frame, demand: Around, inside: Sequence[Around]) -> tuple[Action, bool]:
    """The act that is called for, and whether it is to be prevented."""
    prevent = any(around.kind in ("not", "prevent") for around in inside)
    if frame.core is not None:
        return flip(frame.core.action, inside), prevent
    if prevent or frame.view.word(demand.hit.start) in ("alto", "basta"):
        return Action.TERMINATE, False
    return _asked_after(frame.view, frame.place) or Action.IMPLEMENT, False


def _caller(frame: Frame, demand: Around) -> ActorType | None:
    """Who calls: the subject of the demand, unless the subject is the one who is asked."""
    actor = frame.actor
    if demand.cue.part == "phrase" and demand.cue.form == "" and is_modal(frame.view, demand):
        actor = speaker_in(frame.view.tokens) or frame.speaker  # the subject of "must" is the one who is asked
    told_of_speaker = demand.cue.form in ("ing", "ger") or demand.cue.part == "noun"
    if told_of_speaker and actor is ActorType.EXECUTIVE and frame.speaker in VOICES:
        return frame.speaker  # "a letter to the Secretary demanding ...": the nearest name is the one who is asked
    return actor


def _asked_after(view: View, place: Place) -> Action | None:
    """What the named body is asked to do: "urges NAME to speed up ..."."""
    for hit, cost in view.walk_right(place.stop, 5):
        cue = hit.find("act")
        if cue is not None and cue.form == "base" and view.word(hit.start - 1) in ("to", "a") and cost <= 4:
            return cue.action
    return None


def warned(frame: Frame) -> list[Act] | None:
    """ "We cannot end NAME": who could not do it anyway asks that it be left alone."""
    core, denial = frame.core, frame.kinds.get("not")
    voice_heard = frame.speaker if frame.speaker in VOICES else speaker_in(frame.view.tokens)
    if core is None or denial is None or voice_heard not in VOICES:
        return None
    if frame.view.word(denial.hit.start) not in _CANNOT or frame.view.word(denial.hit.start - 1) not in _WE:
        return None
    start, stop = frame.span
    target = flip(core.action, frame.outer)
    return [
        Act(Action.CALL_FOR, Modality.REQUESTED, target, Polarity.PREVENT, voice_heard, start, stop, frame.closeness)
    ]


_CANNOT = words("cannot can't")
_WE = words("we america americans congress")


def cried(frame: Frame) -> list[Act] | None:
    """ "No to the return of NAME!", "¡No al regreso de NAME!": a sentence that opens so is a demand."""
    prevent = frame.kinds.get("prevent")
    if prevent is None or not _is_slogan(frame.view, prevent):
        return None
    target = frame.core.action if frame.core is not None else Action.IMPLEMENT
    asking = speaker_in(frame.view.tokens) or frame.speaker
    return [Act(Action.CALL_FOR, Modality.REQUESTED, target, Polarity.PREVENT, asking, *frame.span)]


def _is_slogan(view: View, prevent: Around) -> bool:
    first, after = view.word(prevent.hit.start), view.word(prevent.hit.start + 1)
    opens = not any(token.is_word for token in view.tokens[view.lead : prevent.hit.start])
    return opens and first == "no" and after in ("to", "a", "al")


def wished(frame: Frame) -> list[Act] | None:
    """A bare verb that opens a list item or sentence: a wish of those who cannot do it ("Reinstating NAME.")."""
    core, speaker = frame.core, frame.speaker
    if core is None or not (speaker in VOICES or (speaker is None and core.cue.form == "base")):
        return None
    if "plan" in frame.kinds or frame.actor is not None or not _opens_item(frame.view, frame.place, core):
        return None
    target = flip(core.action, frame.outer)
    polarity = Polarity.PREVENT if "not" in frame.kinds else Polarity.PROMOTE
    asking = speaker or speaker_in(frame.view.tokens)
    return [Act(Action.CALL_FOR, Modality.REQUESTED, target, polarity, asking, *frame.span, closeness=frame.closeness)]


_POLITE = words("please do not don't never let's and now por favor no")


def _opens_item(view: View, place: Place, core: Core) -> bool:
    if core.is_right or core.cue.part == "noun" or core.cue.form not in ("base", "ing"):
        return False
    if view.word(core.start - 1) in DETERMINERS:
        return False
    start = max(view.lead, view.clause_start(core.start))
    first = next((hit for hit in view.hits if hit.start >= start and hit.find("not") is None), None)
    if first is None:
        return False
    before = [token.folded for token in view.tokens[start : first.start] if token.is_word]
    if len([word for word in before if word not in _POLITE]) > 1:
        return False
    opener = first.find("act")
    if opener is None or opener.form != core.cue.form or view.word(core.start - 1) in ("to", "will"):
        return False
    return not any(view.word(index) in BE for index in range(place.stop, min(place.stop + 4, len(view.tokens))))
