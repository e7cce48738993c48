"""The nearest act to a name: the verb that takes it as its object, or whose subject it is."""

from __future__ import annotations

from watcher.classify.actors import actor_at
from watcher.classify.grammar import (
    ATTACH,
    BE,
    DETERMINERS,
    RELATIVES,
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

_SPIRIT = words(
    "years era days time anos tiempos epoca goals goal spirit principles auspices commitments objectives vision"
)
_ADJUNCT = words("under through by about with regarding via during bajo mediante durante con")


def nearest_act(view: View, place: Place, implied: Action | None) -> Core | None:
    """The act that governs a name, to its left or right; `implied` is the act that the name itself expresses."""
    left = _left_core(view, place)
    right = _right_core(view, place)
    if implied is not None:
        cue = Cue("act", implied, "noun", "", "any")
        own = Core(implied, cue, place.first, place.stop, 1.0, False)
        left = own
    if left is None or right is None:
        return left or right
    if implied is None and view.word(_before_determiners(view, place)) in ("that", "que") and not right.relative:
        return right  # "ruled that NAME exceeds ...": the name is the subject of what is told
    if left.cost <= 2.5 or (left.cue.part == "noun" and right.passive and left.cost <= 7):
        return left  # a passive verb is said of the noun that holds the name: "the injunction against NAME is stayed"
    return left if left.cost <= right.cost + 1 else right


def _before_determiners(view: View, place: Place) -> int:
    """The token before a name and its articles."""
    index = place.first - 1
    while index > 0 and view.word(index) in DETERMINERS - RELATIVES:
        index -= 1
    return index


def _left_core(view: View, place: Place) -> Core | None:
    best: Core | None = None
    adjunct = _is_adjunct(view, place.first)
    clause = view.clause_start(place.first, through_relatives=True)
    voiced = False
    for hit, cost in view.walk_left(place.first, 16):
        if hit.start < clause or _is_condition(view, hit, place):
            break
        if _is_asked_after(view, hit):
            continue
        cue = act_cue(view, hit)
        if cue is None or cue.action is None:
            voiced = voiced or _is_voice_noun(hit)
            continue
        if (voiced and cue.action is Action.ADOPT) or not is_possible(view, hit, cue) or _is_users_use(view, hit):
            continue
        total = cost + _left_penalty(view, hit, cue, cost)
        if adjunct and cue.part != "phrase":
            if not _reaches_through(view, hit, cue, place):
                continue
            total += 4.0 if cue.action in _WHOLE or _is_paper(view, hit) else 12.0
        if _is_for_others(view, hit, cue, place, cost):
            continue
        if total <= 16 and (best is None or total < best.cost):
            best = Core(cue.action, cue, hit.start, hit.end, total, False)
            if total <= 3:
                break
    if best is not None:
        best.also = _coordinated(view, best)
    return best


def _is_condition(view: View, hit: Hit, place: Place) -> bool:
    """ "If courts strike it down, NAME could end", "After a pause, NAME resumes": what stands before the comma."""
    opens = view.word(view.lead) in ("if", "unless", "si", "once", "after", "following", "tras", "luego")
    between = range(hit.end, place.first)
    return opens and any(view.tokens[index].written == "," and not view.covered[index - 1] for index in between)


def _is_asked_after(view: View, hit: Hit) -> bool:
    """ "report about how the agency will maintain NAME": what is to be told is not done."""
    return view.asks_how is not None and hit.start - 7 <= view.asks_how < hit.start


_BELONGINGS = words(
    "eligibility intake access enrollment enrolment applications application support funding funds resources "
    "authorization authorizations permits permit validity "
    "documents processing interviews registration designation "
    "designations admissions appointments slots capacity authority "
    "autorizacion autorizaciones permiso permisos vigencia elegibilidad acceso solicitudes apoyo fondos recursos citas"
)


def _is_for_others(view: View, hit: Hit, cue: Cue, place: Place, cost: float) -> bool:
    """ "creates a path for NAME": the verb has another object, the name says for whom."""
    if cue.part != "verb" or cost <= 1.5 or view.word(hit.start).startswith(("designa", "redesigna")):
        return False
    between = view.between(max(place.first - 10, hit.end), place.first)
    return ("for" in between or "para" in between) and _BELONGINGS.isdisjoint(between)


_WHOLE = frozenset((Action.IMPLEMENT, Action.SUSPEND, Action.TERMINATE, Action.REINSTATE, Action.BLOCK, Action.ALLOW))
"""Acts that reach a policy through what is done under it ("resume interviews under NAME")."""


def _reaches_through(view: View, hit: Hit, cue: Cue, place: Place) -> bool:
    """Whether an act whose object is something else holds for the policy it is done under, and not only beside it.

    "expanded eligibility under NAME" does, "to continue cooperation under NAME" and "established during NAME" do not.
    """
    through = view.word(_before_determiners(view, place))
    if through in _OCCASION or (cue.action is Action.IMPLEMENT and through not in _UNDER):
        return False
    if cue.action in _WHOLE:
        return True
    return not _BELONGINGS.isdisjoint(view.word(index) for index in range(hit.end, place.first))


def _is_paper(view: View, hit: Hit) -> bool:
    """ "extended work permits for people covered by NAME": what people hold under a policy is changed with it."""
    return not _PAPERS.isdisjoint(view.between(hit.end, hit.end + 4))


_PAPERS = words("authorization authorizations permit permits autorizacion autorizaciones permiso permisos")
_OCCASION = words("during durante")
_UNDER = words("under bajo within")


def _is_users_use(view: View, hit: Hit) -> bool:
    """ "how to use NAME": people use it, nobody applies it."""
    before = view.word(hit.start - 1)
    if before in ("who", "quienes") or (before == "que" and view.word(hit.start).startswith("us")):
        return view.word(hit.start).startswith(("use", "using", "usa", "utiliz"))
    return view.word(hit.start) in ("use", "usar", "utilizar", "access") and before in ("to", "para", "de")


def _is_voice_noun(hit: Hit) -> bool:
    """ "issues a statement on NAME": what is issued is the statement, not the policy."""
    if hit.find("comment") is None and hit.find("report") is None:
        return False
    return any(cue.kind in ("comment", "report") and cue.part in ("noun", "phrase") for cue in hit.cues)


def _is_adjunct(view: View, index: int) -> bool:
    """Whether the name hangs on a preposition that keeps it from being an object ("returned under NAME")."""
    back = index - 1
    while back >= 0 and back > index - 4 and view.word(back) in DETERMINERS:
        back -= 1
    if view.word(back) == "to":
        return view.word(back - 1) == "pursuant"
    if view.word(back) == "of":
        return view.word(back - 1) in _SPIRIT
    return view.word(back) in _ADJUNCT


_WISHES = words("want wants wanted need needs see have get quiere quieren")


def _left_penalty(view: View, hit: Hit, cue: Cue, cost: float) -> float:
    if cue.part == "noun":
        attached = view.word(hit.end) in ATTACH or view.word(hit.end - 1) in ATTACH or cost <= 0.35
        return 0.0 if attached else 6.0
    if cue.part == "move" and cue.language == "en":
        return 8.0
    if cue.part == "verb" and cue.form in ("past", "part") and has_be(view, hit.start):
        return 0.0 if view.word(hit.end) in ("by",) else 7.0
    if cue.part == "verb" and (is_noun_here(view, hit, cue) or _describes(view, hit, cue, cost)):
        return 20.0
    return 0.0


def _describes(view: View, hit: Hit, cue: Cue, cost: float) -> bool:
    """ "a privately operated NAME": the participle says of what sort it is, and tells nothing that happened."""
    opens = view.word(hit.start - 2)
    adverb = view.word(hit.start - 1).endswith("ly") and (opens in DETERMINERS or opens in ATTACH)
    return cue.language == "en" and cue.form in ("past", "part") and cost <= 0.1 and adverb


def _coordinated(view: View, core: Core) -> Action | None:
    """The first of two joined verbs: "suspend and terminate"."""
    joint = core.start - 1
    if view.word(joint) not in ("and", "y", "or", "e", "then"):
        return None
    for hit, cost in view.walk_left(joint, 1.0):
        cue = act_cue(view, hit)
        if cue is not None and cost <= 0.5 and cue.action not in (None, core.action) and cue.part == core.cue.part:
            core.start = hit.start
            return cue.action
        return None
    return None


def _right_core(view: View, place: Place) -> Core | None:
    for hit, cost in view.walk_right(place.stop, 12):
        cue = _right_cue(view, hit, cost, place)
        if cue is None and _is_joined_verb(view, hit):
            break
        if cue is not None and cue.part == "move" and view.word(_before_determiners(view, place)) in _TOPIC_OF:
            break  # "her work on NAME has appeared in three reviews"
        if cue is None or cue.action is None or not is_possible(view, hit, cue):
            continue
        core = Core(cue.action, cue, hit.start, hit.end, cost, True, passive=cue.part == "verb")
        core.also = _coordinated_right(view, core)
        return core
    return _relative_core(view, place)


_TOPIC_OF = words("on about sobre")


def _is_joined_verb(view: View, hit: Hit) -> bool:
    """ "changes how officers conduct NAME and raises the standard applied": what follows is said of another subject."""
    cue = hit.find("act")
    finite = cue is not None and cue.part == "verb" and cue.form in ("third", "past", "pres")
    return finite and view.word(hit.start - 1) in ("and", "y", "e")


def _relative_core(view: View, place: Place) -> Core | None:
    """An act told in a clause about the name: "NAME, which the agency ended in May"."""
    which = place.stop + (view.word(place.stop) == ",")
    if view.word(which) not in ("which", "that", "que"):
        return None
    for hit, cost in view.walk_right(which + 1, 6):
        cue = act_cue(view, hit)
        if (
            cue is not None
            and cue.action is not None
            and cue.form in ("past", "part")
            and not _starts_object(view, hit, cue)
        ):
            return Core(cue.action, cue, hit.start, hit.end, cost + 4, True, relative=which + 1)
    return None


def _right_cue(view: View, hit: Hit, cost: float, place: Place) -> Cue | None:
    if hit.find("act") is None:
        return None
    acts = [cue for cue in hit.cues if cue.kind == "act"]
    passive = not BE.isdisjoint(view.between(max(hit.start - 4, place.stop), hit.start))
    reflexive = view.word(hit.start - 1) == "se"
    wanted = not _WISHES.isdisjoint(view.between(place.first - 5, place.first))
    nominal = view.word(hit.start - 1) in DETERMINERS - RELATIVES
    for cue in acts:
        if cue.part == "phrase" and cost <= 8 and view.word(hit.start) not in _TO_BECOME:
            return cue
        if nominal and cue.part != "noun":
            continue
        if cue.part == "move" and _is_infinitive(view, hit, cue, place):
            if _is_headline_future(view, hit, place):
                return cue
            continue
        if cue.part == "move" and (cue.form != "part" or passive) and not _starts_object(view, hit, cue):
            return cue
        if cue.part == "verb" and (passive or reflexive) and cue.form != "base":
            return cue
        if (
            cue.part == "verb"
            and cue.form in _PARTICIPLES[cue.language]
            and (cost <= (6 if wanted else 1.5) or _is_complemented(view, place, hit))
            and not _starts_object(view, hit, cue)
        ):
            return cue
        if cue.part == "verb" and cue.action in _OF_SERVICES and _acts_itself(view, hit, cue, place, cost):
            return cue
        if (
            cue.part == "noun"
            and cost <= 1.2
            and hit.start - place.stop <= 2
            and view.word(hit.start) != view.word(place.first)
        ):
            return cue
    return None


def _is_complemented(view: View, place: Place, hit: Hit) -> bool:
    """ "NAME for South Sudan extended": only for whom it is stands before the participle."""
    between = view.tokens[place.stop + 1 : hit.start]
    if view.word(place.stop) not in ("for", "with", "para", "con") or not 0 < len(between) < 4:
        return False
    return all(token.written[:1].isupper() for token in between)


_TO_BECOME = words("ser sera seremos")
"""What takes the name as its complement and says nothing of it as a subject ("la cumbre será en Quebec")."""


def _is_infinitive(view: View, hit: Hit, cue: Cue, place: Place) -> bool:
    """ "NAME, an initiative to expand pathways": a purpose, not what the policy does."""
    if cue.form == "ing":
        return not has_be(view, hit.start)
    if cue.form == "base" and view.plans_before(hit.start):
        return False  # "NAME is scheduled to lapse"
    if cue.form == "base" and view.word(hit.start - 1) in ("and", "or", "y", "o"):
        return any(view.word(index) in ("to", "para") for index in range(place.stop, hit.start))
    return cue.form == "base" and view.word(hit.start - 1) in ("to", "para", "a", "de")


def _is_headline_future(view: View, hit: Hit, place: Place) -> bool:
    """ "NAME interviews to resume": a headline without a finite verb, and no object after the infinitive."""
    between = [view.tokens[index] for index in range(place.stop, hit.start - 1)]
    if view.word(hit.start - 1) != "to" or len(between) > 2 or not all(token.is_word for token in between):
        return False
    after = view.word(hit.end)
    return not after or not view.tokens[hit.end].is_word or after in ("in", "on", "by", "next", "this", "at", "after")


_PARTICIPLES = {"en": ("past", "part"), "es": ("part",), "fr": ()}


def _starts_object(view: View, hit: Hit, cue: Cue) -> bool:
    """Whether an object follows: then the verb is active, and the policy its subject."""
    after = view.word(hit.end)
    if cue.language == "en" and view.word(hit.start).startswith("continu") and _goes_on_with(view, hit.end):
        return True
    if cue.part == "move" and any(view.word(index) in _OF_ITSELF for index in range(hit.end, hit.end + 4)):
        return False
    if cue.language == "es":
        return after in ("la", "los", "las", "un", "una", "su", "sus")
    return after in DETERMINERS and after not in ("this", "every", "each", "another")


def _goes_on_with(view: View, index: int) -> bool:
    """ "NAME countries will continue close coordination": what is continued follows, without an article."""
    after = view.word(index)
    if not after or not view.tokens[index].is_word or after.endswith(("ly", "ing")) or after.isdigit():
        return False
    return after not in _AFTER_MOVE and after not in DETERMINERS


_AFTER_MOVE = words(
    "to in on at for until through under while as today tomorrow again now next and or but with without from by "
    "despite during unabated apace along across after before because throughout past beyond into even monday tuesday "
    "wednesday thursday friday saturday sunday where when"
)


_OF_SERVICES = (Action.SUSPEND, Action.REINSTATE, Action.EXPAND, Action.TERMINATE)
_SERVICES = words("atencion registro tramites tramite citas oficina oficinas servicio servicios operaciones labores")


def _acts_itself(view: View, hit: Hit, cue: Cue, place: Place, cost: float) -> bool:
    """ "COMAR reanudó la atención": a body that is itself the policy stops and resumes what it does for people."""
    if cost > 1.5 or cue.form not in ("past", "pres", "third", "fut"):
        return False
    serves = any(view.word(index) in _SERVICES for index in range(hit.end, hit.end + 5))
    return serves and actor_at(view.tokens, place.stop - 1) is not None


_OF_ITSELF = words("door doors puertas oficina oficinas office offices sede sedes")
"""What a programme or a body opens or closes of itself: "NAME closed its doors"."""


def _coordinated_right(view: View, core: Core) -> Action | None:
    """The first of two joined predicates, the second becoming the core: "will be suspended and terminated"."""
    if view.word(core.stop) not in ("and", "y"):
        return None
    for hit, cost in view.walk_right(core.stop + 1, 1.0):
        cue = act_cue(view, hit)
        if cue is not None and cost <= 0.5 and cue.action not in (None, core.action):
            first = core.action
            core.action, core.stop = cue.action or first, hit.end
            return first
        return None
    return None
