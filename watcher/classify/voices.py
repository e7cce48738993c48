"""What is said about a policy without an act upon it: reactions, reports, judgements, anniversaries."""

from __future__ import annotations

import re

from watcher.classify.actors import actor_at, speaker_in, subject_before
from watcher.classify.frame import Frame
from watcher.classify.grammar import BE, Act, Core
from watcher.classify.lexicon import Cue
from watcher.classify.view import View
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType, Modality

_TELLS = (("comment", Action.COMMENT), ("report", Action.REPORT))
OPPOSE = ("reject", "oppos", "resist", "rechaz", "opon", "opus")
"""How a verb begins by which somebody is against something, and does not prevent it yet."""


def commemorated(frame: Frame) -> list[Act] | None:
    """An anniversary, with the act that is remembered where the sentence tells it."""
    if "commemorate" not in frame.kinds:
        return None
    view, place, core, actor = frame.view, frame.place, frame.core, frame.actor
    near = core is not None and core.cost <= 6
    told = near and core is not None and core.cue.part == "verb" and not _is_of_today(frame)
    modality = Modality.PAST if told else Modality.ACTUAL
    of_deed = near and core is not None and core.cue.part == "verb" and "today" not in (view.word(0), view.word(1))
    own = actor if actor in (ActorType.EXECUTIVE, ActorType.INTERNATIONAL_ORGANISATION) and not of_deed else None
    acts = [Act(Action.COMMEMORATE, modality, None, None, own, *frame.span, closeness=0.9)]
    if core is not None and near:
        actor = subject_before(view.tokens, view.clause_start(core.start), core.start)
        start = min(core.start, place.first)
        acts.append(Act(core.action, Modality.PAST, actor=actor, start=start, stop=max(place.stop, core.stop)))
    return acts


def _is_of_today(frame: Frame) -> bool:
    """ "Today marks two years of NAME", "Two years ago today, ...": the day itself is the occasion."""
    last = frame.kinds["commemorate"].hit.end - 1
    return frame.view.word(0) in ("today", "hoy") or frame.view.word(last) in ("today", "week", "month")


def found_by_study(frame: Frame) -> list[Act] | None:
    """ ", a survey finds": the sentence ends with whose finding it is."""
    if frame.core is not None and frame.core.action is not Action.IMPLEMENT:
        return None
    opening = _FINDS.match(frame.view.folded)
    if opening is not None:
        before = [token.folded for token in frame.view.tokens]
        verb = next((index for index, word in enumerate(before) if word == opening[1]), 0)
        finder = subject_before(frame.view.tokens, frame.view.lead, verb)
        return [Act(Action.REPORT, actor=finder, start=frame.span[0], stop=frame.span[1], closeness=0.7)]
    if _FINDING.search(frame.view.folded) is None:
        return None
    finder = speaker_in(frame.view.tokens) or frame.actor
    return [Act(Action.REPORT, actor=finder, start=frame.span[0], stop=frame.span[1], closeness=0.7)]


_FINDS = re.compile(
    r"\W*(?:(?:new|a|an|the|latest|recent|un|una|nuevos|los|el|la|nuevo) )*(?:data|figures|report|study|survey|"
    r"analysis|records|audit|statistics|datos|cifras|informe|estudio|encuesta|analisis)\b[^,;]{0,70}?"
    r"\b(shows?|finds?|found|reveals?|showed|revealed|muestran?|revelan?|concluye|calcula|documenta)\b"
)
"""How a sentence opens whose subject is what was found out: "New data obtained by X show that ..."."""
_FINDING = re.compile(
    r", [\w' -]{0,30}\b(?:survey|study|report|audit|data|figures|researchers?|inspector|auditors|analysis|records|"
    r"estudio|informe|encuesta|datos|cifras|investigadores|academicos)(?: [\w ]{0,25})? (?:finds?|found|show|shows|"
    r"showed|say|says|said|write|writes|wrote|suggests?|senalan?|muestran?|revelan?|concluyen?|advierten)\W*$|"
    r", (?:revelan?|senalan?|muestran?|concluyen?|documentan?|advierten?) (?:un|una|el|la|los|las) [\w' -]{0,40}$|"
    r", according to [\w' -]{0,40}\b(?:figures|data|statistics|numbers|study|report|records)\b|"
    r", segun [\w' -]{0,40}\b(?:estudio|informe|encuesta|datos|cifras|analisis)\b"
)


def discussed(frame: Frame) -> list[Act] | None:
    """ "The leaders discussed the implementation of NAME": an act that is talked about is not done by talking."""
    core, view = frame.core, frame.view
    if core is None or core.is_right or core.cue.part != "noun":
        return None
    start = view.clause_start(core.start)
    talk = next((index for index in range(core.start - 1, start - 1, -1) if view.word(index) in _TALKS), None)
    if talk is None:
        return None
    done = (around.hit for around in frame.outer if around.cue.part == "verb")
    return None if any(talk < hit.start and hit.end < core.start for hit in done) else []


_TALKS = words(
    "discussed discuss discusses discussing reviewed conversaron dialogaron discutieron abordaron repasaron trataron"
)


def judged(frame: Frame) -> list[Act] | None:
    """ "Ending NAME is insanity": the act is what a judgement is about."""
    core = frame.core
    if core is None or not _is_topic_of_judgement(frame, core):
        return None
    start, stop = frame.span
    return [Act(Action.COMMENT, actor=frame.speaker, start=start, stop=stop, closeness=frame.closeness)]


def _is_topic_of_judgement(frame: Frame, core: Core) -> bool:
    view, place = frame.view, frame.place
    if core.cue.form != "ing" or core.is_right or sum(token.is_word for token in view.tokens[: core.start]) > 6:
        return False
    if any(view.word(index) in BE or view.word(index) == "will" for index in range(max(core.start - 3, 0), core.start)):
        return False
    return any(view.word(index) in _JUDGES for index in range(place.stop, place.stop + 5))


_JUDGES = words("is was would will")


def voiced(frame: Frame) -> list[Act] | None:
    """What is said where no act governs the name."""
    return voice(frame) if frame.core is None else None


def voice(frame: Frame) -> list[Act]:
    """A reaction, a report, or nothing."""
    view, kinds = frame.view, frame.kinds
    (start, stop), actor = frame.span, _speaking(frame)
    if "prevent" in kinds and view.word(kinds["prevent"].hit.start).startswith(OPPOSE):
        return [Act(Action.COMMENT, actor=actor, start=start, stop=stop, closeness=0.8)]
    for kind, action in _TELLS:
        if kind in kinds:
            told = kinds[kind].cue.part != "noun" or view.word(kinds[kind].hit.start) != "statement"
            return [Act(action, actor=actor, start=start, stop=stop, closeness=0.8, explicit=told)]
    said = _report_named_so(frame, actor) or _reaction_after(frame) or _said_after(frame)
    return [said] if said is not None else []


def _speaking(frame: Frame) -> ActorType | None:
    """Who reacts or reports: not the one who is reproached, and the named body itself of its own figures."""
    view, place, kinds, actor = frame.view, frame.place, frame.kinds, frame.actor
    if "comment" in kinds and view.word(kinds["comment"].hit.start).startswith(("misus", "weaponi")):
        actor = speaker_in(view.tokens)  # the subject is the one who is reproached
    if "comment" in kinds and view.word(kinds["comment"].hit.start) in BE:
        return speaker_in(view.tokens)  # "the President is right to ...": the subject is judged
    if "prevent" in kinds and view.word(kinds["prevent"].hit.start).startswith(OPPOSE):
        return actor
    if "report" in kinds and actor is None:
        named = actor_at(view.tokens, place.first)
        return named[0] if named and place.first + named[1] == place.stop else None  # "figures of COMAR"
    return actor


def _report_named_so(frame: Frame, actor: ActorType | None) -> Act | None:
    """ "the NAME report": the name is followed by what is reported on it."""
    place = frame.place
    named_so = next((hit for hit, _ in frame.view.walk_right(place.stop, 0.5) if hit.start == place.stop), None)
    if named_so is None or not any(cue.kind == "report" and cue.part == "noun" for cue in named_so.cues):
        return None
    return Act(Action.REPORT, actor=actor, start=place.first, stop=named_so.end, closeness=0.6)


def _said_after(frame: Frame) -> Act | None:
    """What the words after a name say of it, or the named body of itself."""
    view, place = frame.view, frame.place
    for hit, cost in view.walk_right(place.stop, 9):
        for kind, action in _TELLS:
            cue = hit.find(kind)
            if cue is None or (cue.part != "phrase" and not _reports_itself(cue, cost, kind)):
                continue
            placed = view.word(place.stop - 2) in ("in", "en", "with", "con")  # "Remain in Mexico" is not Mexico
            own = actor_at(view.tokens, place.first) or (None if placed else actor_at(view.tokens, place.stop - 1))
            return Act(action, actor=own[0] if own else None, start=place.first, stop=hit.end, closeness=0.6)
    return None


def _reaction_after(frame: Frame) -> Act | None:
    """ "NAME is a cruel measure, lamented the network": the verb behind the comma says whose reaction it is."""
    view, place = frame.view, frame.place
    for hit in view.hits:
        cue = hit.find("comment")
        if hit.start <= place.stop or cue is None or cue.part != "verb" or cue.form not in ("past", "pres", "third"):
            continue
        if view.tokens[hit.start - 1].written in (",", "”", '"', "»"):
            return Act(Action.COMMENT, actor=_next_actor(view, hit.end), start=place.first, stop=hit.end, closeness=0.6)
    return None


def _next_actor(view: View, index: int) -> ActorType | None:
    after = range(index, min(index + 6, len(view.tokens)))
    return next((found[0] for place in after if (found := actor_at(view.tokens, place)) is not None), None)


def _reports_itself(cue: Cue, cost: float, kind: str) -> bool:
    """ "COMAR received 130,000 applications": the named body publishes figures."""
    return kind == "report" and cue.part == "verb" and cue.form in ("past", "pres", "third", "part") and cost <= 3
