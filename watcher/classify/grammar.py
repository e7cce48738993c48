"""What the steps of reading share: the act that was found, its operators, and a little grammar."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from watcher.classify.actors import actor_at, agent_after, subject_before
from watcher.classify.lexicon import Cue
from watcher.classify.tokens import Hit
from watcher.classify.view import View
from watcher.classify.wordsets import words
from watcher.models.words import Action, ActorType, Modality, Polarity

BE = words(
    "is are was were be been being gets got get remains remain becomes fue fueron es son sera seran ser sido "
    "siendo queda quedo quedan quedaron quedar esta estan estaba est sont ete"
)
ATTACH = words(
    "of to for in on against with from over regarding into at de del a al para con contra en sobre du des "
    "aux au under within blocking"
)
DETERMINERS = words(
    "the a an its this that these those his her their our any no such another new every each la el los las "
    "un una su sus este esta del al ese esa trump's biden's administration's government's immediate"
)
MODALS = words("must should will would can could may might to shall cannot not never don't doesn't")


DRAFTS = words(
    "rule bill proposal act legislation order amendment measure package plan text agreement proyecto regla "
    "iniciativa ley reforma amendement deal request"
)
ANNOUNCERS = frozenset((Action.ADOPT, Action.IMPLEMENT, Action.PROPOSE))


class Act(NamedTuple):
    """One thing said about a policy. `start` and `stop` are the tokens to quote; `closeness` is 0 to 1.

    A named tuple, as every reading makes several: a quarter of the time of a frozen dataclass (measured).
    """

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
    is_fresh: bool = False
    """The sentence says itself that it is news ("today", "this week")."""
    is_start: bool = True
    """An application that begins with this text, and does not merely go on."""
    is_perfect: bool = False
    """Told with "has" or "have": done and still so."""


@dataclass(slots=True)
class Core:
    """The nearest act, before the operators around it are read.

    `cost` says how far the name is from it; `also` is the first of two joined verbs ("suspend and terminate").
    """

    action: Action
    cue: Cue
    start: int
    stop: int
    cost: float
    is_right: bool
    also: Action | None = None
    passive: bool = False
    relative: int = 0
    """Where the relative clause begins that says it ("NAME, which the agency ended"), or 0."""


_MAY_BE_ANYBODYS = words(
    "allow allows allowed allowing permit permits permitted permitting let lets letting grant grants granted granting "
    "authorize authorizes authorized authorizing sanction sanctions sanctioned validate block blocks blocked blocking "
    "confirmada confirmado confirmadas confirmados respaldada respaldado autorizada autorizado permitida permitido "
    "permite permiten permitio permitieron permitir permitiendo permita permitan confirmar confirma confirmo "
    "respalda respaldo respaldar autoriza autorizo autorizar bloquear bloquea bloqueo "
    "keep keeps kept keeping leave leaves left leaving mantuvo"
)


_REMAINS = words("stay stays staying")
_VERDICTS = words("is was violated violates broke breaks exceeds exceeded may can")
"""How a phrase begins that is a ruling only where a court says it ("is unlawful", "may stand")."""


def is_possible(view: View, hit: Hit, cue: Cue) -> bool:
    """Whether the body that must do this is in the sentence: only courts allow and block in our sense."""
    if cue.action not in (Action.ALLOW, Action.BLOCK):
        return True
    if cue.part == "phrase" and view.word(hit.start) in _VERDICTS:
        return view.names_court
    if view.word(hit.start) in _REMAINS and (cue.part == "verb" or view.word(hit.start - 1) in MODALS):
        return view.names_court  # "may stay for another year": people stay, no rule is stayed
    if view.word(hit.start) not in _MAY_BE_ANYBODYS:
        return True
    if not view.names_court:
        return False
    subject = subject_before(view.tokens, view.clause_start(hit.start), hit.start)
    agent = agent_after(view.tokens, hit.end, len(view.tokens))
    return ActorType.COURT in (subject, agent) or view.word(hit.start - 1) == "to"


def act_cue(view: View, hit: Hit) -> Cue | None:
    """The act that a cue phrase means at its place: a noun after a determiner, a verb elsewhere."""
    if hit.find("act") is None:
        return None  # asked first: most cues are operators
    acts = [cue for cue in hit.cues if cue.kind == "act" and is_possible(view, hit, cue)]
    if view.word(hit.start).startswith("conclud") and _is_opinion(view, hit):
        return None
    if (view.word(hit.start - 1), view.word(hit.start)) in _FIXED:
        return None
    if _lacks_accent(view, hit.start):
        named = view.word(hit.start - 1) in _SPANISH_ARTICLES  # "un aumento": the noun, and no past tense
        return next((cue for cue in acts if cue.part == "noun" and named), None)
    if view.word(hit.start).startswith(("announc", "anunci")) and _tells_clause(view, hit):
        return None  # what is announced follows in a clause of its own
    if view.word(hit.start).startswith("remov") and _is_of_people(view, hit):
        return None
    if view.word(hit.start) == "amendment" and view.word(hit.end) == "to" and _opens_infinitive(view, hit.end + 1):
        return None
    if view.word(hit.start).startswith("review") and not _PAPERS.isdisjoint(view.between(hit.end, hit.end + 5)):
        return None
    if view.word(hit.start) == "opening" and view.word(hit.end) in _OPENED:
        return None
    if view.word(hit.start).startswith("expand") and view.word(hit.end) in ("on", "upon"):
        return None
    if view.word(hit.start) in ("appeal", "appeals") and view.word(hit.end) in _BENCHES:
        return None
    if view.word(hit.start) == "close" and view.word(hit.end) in _CLOSE:
        return None
    if view.word(hit.end) == "for" and view.word(hit.start).startswith(("appl", "qualif")):
        return None
    if view.word(hit.start).startswith(("extend", "extiend")) and acts and acts[0].language == "es":
        wider = _is_wider(view, hit)
        return next((cue for cue in acts if (cue.action is Action.EXPAND) == wider), acts[0])
    if len({cue.part for cue in acts}) < 2:
        return acts[0] if acts else None
    nominal = view.word(hit.start - 1) in DETERMINERS or view.word(hit.end) in ("of", "to", "de", "del")
    if view.word(hit.start - 1) in MODALS:
        nominal = False
    wanted = ("noun", "phrase") if nominal else ("phrase", "verb", "move")
    return next((cue for part in wanted for cue in acts if cue.part == part), acts[0])


def _opens_infinitive(view: View, index: int) -> bool:
    """ "an amendment to end NAME": the draft of a law, no change of NAME."""
    return any(hit.start == index and any(cue.form == "base" for cue in hit.cues) for hit in view.hits)


def _is_opinion(view: View, hit: Hit) -> bool:
    """ "the senators concluded, ...", "it is concluded by the scientists that": an opinion, no agreement."""
    after = [view.word(index) for index in range(hit.end, hit.end + 6)]
    return "that" in after or not _is_word(view, hit.end)


def _lacks_accent(view: View, index: int) -> bool:
    """ "bajo el programa" is no "bajó", "un cambio" no "cambió"; capitals may go without accents."""
    written = view.tokens[index].written
    return view.word(index) in _ACCENTED and not written.endswith("ó") and not written.isupper()


_ACCENTED = words("bajo cambio retiro aumento inicio reinicio")


def _is_of_people(view: View, hit: Hit) -> bool:
    """ "the removal of illegal aliens", "removing families": people are removed, no policy."""
    return not _REMOVED.isdisjoint(view.between(hit.end, hit.end + 4))


_PAPERS = words("files file records documents data footage emails transcripts statistics literature")
"""What is reviewed by those who look into something, and not changed by it."""
_REMOVED = words(
    "aliens alien immigrants migrants noncitizens people families children individuals persons proceedings "
    "liberians venezuelans haitians those him her them"
)
_BENCHES = words("court courts panel judge judges board bench")
"""What "appeal" only says of what sort it is: "an appeals court"."""
_CLOSE = words(
    "coordination cooperation collaboration contact consultation partnership partners partner ties attention watch "
    "relationship relations work allies ally to"
)
"""What is near, and not shut: "continue close coordination under NAME"."""
_OPENED = words("remarks statement statements session ceremony plenary hearing day")


def _tells_clause(view: View, hit: Hit) -> bool:
    """ "announced that", "announced on Friday that", "anunció hoy que"."""
    after = [view.word(index) for index in range(hit.end, hit.end + 4)]
    found = next((place for place, word in enumerate(after) if word in ("that", "que")), None)
    return found is not None and all(word in _DAYS for word in after[:found])


_DAYS = words(
    "on today yesterday monday tuesday wednesday thursday friday saturday sunday late early this week morning "
    "el este hoy ayer lunes martes miercoles jueves viernes sabado domingo"
)
_FIXED = frozenset(
    (
        ("the", "following"),
        ("in", "addition"),
        ("so", "called"),
        ("customs", "enforcement"),
        ("immigration", "enforcement"),
        ("border", "enforcement"),
        ("law", "enforcement"),
    )
)
"""Two words that mean something else together: "the following remarks", "in addition to", the name of an agency."""
_MORE = words(
    "personas quienes menores familias mas otros otras todo toda decenas cientos miles nuevos nuevas varios varias dos "
    "tres cuatro"
)


def _is_wider(view: View, hit: Hit) -> bool:
    """Spanish "extender" is wider with "a" and a place or group, longer without."""
    after = [view.word(index) for index in range(hit.end, min(hit.end + 14, len(view.tokens)))]
    reached = any(first == "a" and second in _MORE for first, second in pairwise(after))
    return after[:1] == ["a"] or reached


def _is_word(view: View, index: int) -> bool:
    return index < len(view.tokens) and view.tokens[index].is_word


def has_be(view: View, index: int) -> bool:
    """A form of "to be" shortly before: the verb is passive."""
    return not BE.isdisjoint(view.between(index - 3, index))


def is_noun_here(view: View, hit: Hit, cue: Cue) -> bool:
    """A verb form that is a noun at its place: "the order", "asylum limits"."""
    before = view.word(hit.start - 1)
    if cue.language == "es":
        return before in _SPANISH_ARTICLES and view.word(hit.start).endswith("o")
    if hit.end - hit.start != 1 or cue.language != "en":
        return False
    if cue.form in ("base", "third") and before in DETERMINERS - RELATIVES:
        return True
    if cue.form == "base" and before == "this":
        return True
    return cue.form == "third" and view.word(hit.start) in _PLURALS and not _may_be_subject(view, hit.start - 1)


_SPANISH_ARTICLES = words("un el este ese su nuevo del al ningun")
RELATIVES = words("that this who which")


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
    if token.folded in RELATIVES or token.folded in DRAFTS or token.folded in ("it", "he", "she", "and", "also"):
        return True
    is_name = token.written[:1].isupper() and index > view.lead
    return is_name or actor_at(view.tokens, index) is not None


class Around(NamedTuple):
    """An operator found around the act, in reading order from the inside out."""

    kind: str
    cue: Cue
    hit: Hit
    cost: float


MODAL_WORDS = words(
    "must should needs need ought has have it it's time debe deben debemos deberia deberian es tiene tienen "
    "doit doivent il needed que necesita necesitamos"
)


def is_modal(view: View, demand: Around) -> bool:
    return view.word(demand.hit.start) in MODAL_WORDS
