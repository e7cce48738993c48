"""What a sentence says by the name alone: whom it protects, the title of a bill, what is being prepared."""

from __future__ import annotations

import re

from watcher.classify.actors import subject_before
from watcher.classify.grammar import Act, Core, has_be
from watcher.classify.view import Place, View
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType

_CALLED = words(
    "known called dubbed nicknamed titled entitled conocido conocida conocidos llamado llamada denominado denominada"
)
_KINDS = words(
    "policy practice program programme rule agreement order process proclamation initiative system app plan deal "
    "measure politica practica programa regla acuerdo orden proceso proclamacion iniciativa sistema aplicacion plan "
    "medida"
)


def with_apposition(view: View, place: Place) -> Place:
    """The place of a name with the words that it renames: "the practice of turning people back, known as NAME"."""
    called = next((index for index in range(place.first - 1, place.first - 5, -1) if view.word(index) in _CALLED), None)
    if called is None:
        return place
    clause = max(called - 24, view.lead)
    head = next((index for index in range(called - 1, clause - 1, -1) if view.word(index) in _KINDS), None)
    return place if head is None else place._replace(first=head)


_PERSONS = words("people individuals persons those workers immigrants migrants families professionals personas")
_PEOPLE = words(
    "holders holder recipients recipient beneficiaries beneficiary enrollees respondents parolees "
    "beneficiarios beneficiarias beneficiario titulares"
)


def names_people(view: View, place: Place) -> bool:
    """Whether the name only says which people are meant ("a path to citizenship for TPS holders")."""
    if view.word(place.first) in _PEOPLE or not _PEOPLE.isdisjoint(view.between(place.stop - 1, place.stop + 1)):
        return True
    return view.word(place.first - 1) in ("with", "con") and view.word(place.first - 2) in _PERSONS


def tells_whom(view: View, place: Place, core: Core) -> bool:
    """Whether its use only says which people are meant ("helps families who were returned under NAME")."""
    if core.action is not Action.IMPLEMENT or core.is_right or core.cue.form not in ("past", "part"):
        return False
    return any(view.word(index) in _WHO for index in range(max(core.start - 4, view.lead), core.start))


def tells_which_case(view: View, place: Place, core: Core) -> bool:
    """Whether the name only says which case is meant ("dropped its appeal in the NAME case")."""
    in_court = core.action in (Action.BLOCK, Action.ALLOW, Action.CHALLENGE)
    return not in_court and view.word(place.stop) in _CASES and not core.is_right


_CASES = words("case cases lawsuit lawsuits litigation trial")
_WHO = words("who quienes")


def suit_of(view: View, place: Place) -> Act | None:
    """ "NAME holders filed suit": those whom it protects go to court over it."""
    for hit, cost in view.walk_right(place.stop, 9):
        cue = hit.find("act")
        if cue is not None:
            if cue.action is not Action.CHALLENGE or cue.part == "noun" or has_be(view, hit.start) or cost > 9:
                return None
            suing = subject_before(view.tokens, place.stop, hit.start) or ActorType.INDIVIDUAL
            return Act(Action.CHALLENGE, actor=suing, start=place.first, stop=hit.end, is_finite_past=True)
    return None


_CAREER = re.compile(
    r"\bpreviously (?:served|worked|led|held)\b|\bcareer (?:diplomat|official|foreign)|"
    r"\bjoined (?:our|the) (?:team|staff|board|firm)\b|\bbegan (?:his|her|their) career\b|"
    r"\bdecades of (?:service|experience)\b|\bse desempeno como\b|\bdiplomatic[oa] de carrera\b|"
    r"\banteriormente (?:fue|trabajo|dirigio|ocupo)\b|\bcon una trayectoria\b"
)


def is_biography(view: View) -> bool:
    """ "A career diplomat, she helped to draft NAME": what somebody did in a life is no news of it."""
    return _CAREER.search(view.folded) is not None


_MEETINGS = words("meeting meetings ministerial ministerials roundtable coordinator signatories signatory")


def names_meeting(view: View, place: Place) -> bool:
    """Whether the name only says which meeting or post is meant ("will host the NAME ministerial")."""
    return view.word(place.stop) in _MEETINGS or view.word(place.stop + 1) in _MEETINGS


_IN_TITLES = words("of for and the to from in with")


def is_in_title_of_bill(view: View, place: Place) -> bool:
    """ "introduced the NAME of Certain Persons Act": the words belong to the title of a bill."""
    for index in range(place.stop, min(place.stop + 7, len(view.tokens))):
        token = view.tokens[index]
        if token.written == "Act":
            return True
        if not token.written[:1].isupper() and token.folded not in _IN_TITLES:
            return False
    return False


_INSTRUMENTS = words(
    "rule notice order memorandum proclamation guidance directive regla aviso orden memorando proclamacion"
)
_CHANGES = frozenset((Action.AMEND, Action.TERMINATE, Action.SUSPEND, Action.EXTEND, Action.EXPAND, Action.REINSTATE))


def done_by_instrument(view: View, place: Place) -> Core | None:
    """ "This final rule changes how officers conduct NAME": what an instrument says that it does."""
    for hit in view.hits:
        if hit.start > view.lead + 8 or hit.start >= place.first:
            return None
        cue = hit.find("act")
        if cue is None or cue.part != "verb" or cue.form not in ("third", "pres") or cue.action not in _CHANGES:
            continue
        before = view.between(view.lead, hit.start)
        if before[-1:] and before[-1] in _INSTRUMENTS and not _THIS.isdisjoint(before):
            return Core(cue.action, cue, hit.start, hit.end, 6.0, False)
    return None


_THIS = words("this esta este")
_PREPARES = ("prepar", "plan")


def prepared(view: View, place: Place) -> Core | None:
    """ "is preparing NAME": what is prepared or planned, without a further verb, is its making."""
    for hit, cost in view.walk_left(place.first, 3):
        cue = hit.find("plan")
        if cue is None or cue.part != "verb" or not view.word(hit.start).startswith(_PREPARES) or cost > 3:
            return None
        return Core(Action.ADOPT, cue, hit.start, hit.end, cost, False) if view.word(hit.end) != "for" else None
    return None
