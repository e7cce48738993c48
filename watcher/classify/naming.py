"""What a sentence says by the name alone: whom it protects, the title of a bill, what is being prepared."""

from __future__ import annotations

from watcher.classify.actors import subject_before
from watcher.classify.grammar import Act, Core, has_be
from watcher.classify.view import Place, View
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType

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


_PREPARES = ("prepar", "plan")


def prepared(view: View, place: Place) -> Core | None:
    """ "is preparing NAME": what is prepared or planned, without a further verb, is its making."""
    for hit, cost in view.walk_left(place.first, 3):
        cue = hit.find("plan")
        if cue is None or cue.part != "verb" or not view.word(hit.start).startswith(_PREPARES) or cost > 3:
            return None
        return Core(Action.ADOPT, cue, hit.start, hit.end, cost, False) if view.word(hit.end) != "for" else None
    return None
