"""Who acts in a sentence, and who speaks in a document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import ahocorasick_rs

from watcher.classify.fold import fold
from watcher.classify.policyfile import read_yaml
from watcher.classify.tokens import Token
from watcher.classify.wordsets import words
from watcher.models.words import ActorType, PublisherType
from watcher.vocabulary import data_file

SPEAKERS: Mapping[PublisherType, ActorType] = {
    PublisherType.EXECUTIVE: ActorType.EXECUTIVE,
    PublisherType.LEGISLATURE: ActorType.LEGISLATURE,
    PublisherType.COURT: ActorType.COURT,
    PublisherType.INTERNATIONAL_ORGANISATION: ActorType.INTERNATIONAL_ORGANISATION,
    PublisherType.SUBNATIONAL_GOVERNMENT: ActorType.SUBNATIONAL_GOVERNMENT,
    PublisherType.NGO: ActorType.NGO,
    PublisherType.RESEARCH: ActorType.NGO,
}

_COMPLEMENT = words(
    "in of for to from against with at on into between among toward towards via under by than and or about "
    "over told informed assured join joins joined joining "
    "de del en a al para contra con por entre hacia ante sobre y o que"
)
_ARTICLES = words("the a an el la los las un una both new its our their his her u.s federal")


@lru_cache(maxsize=1)
def _names() -> Mapping[str, Sequence[tuple[tuple[str, ...], bool, ActorType]]]:
    """First word -> (all words, written with a capital?, type), longest first."""
    table: dict[str, list[tuple[tuple[str, ...], bool, ActorType]]] = {}
    for kind, groups in read_yaml(data_file("actors.yaml")).items():
        for name in (str(name) for group in groups for name in group):
            words = tuple(fold(word).strip(" .") for word in name.split())
            table.setdefault(words[0], []).append((words, name[0].isupper(), ActorType(kind)))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


@lru_cache(maxsize=16384)
def _named(folded: str) -> Sequence[tuple[tuple[str, ...], bool, ActorType]]:
    """The names that begin with a word, also in the plural or possessive."""
    names = _names()
    folded = folded.removesuffix("'s")
    if folded not in names and folded.endswith("s"):
        folded = folded[:-2] if folded.endswith("es") and folded[:-2] in names else folded[:-1]
    return names.get(folded, ())


def _is_written_so(written: str, name: tuple[str, ...]) -> bool:
    """A name needs its capital; an acronym of two or three letters needs them all ("UN", not "Un")."""
    return written.isupper() if len(name) == 1 and len(name[0]) <= 3 else written[0].isupper()


def actor_at(tokens: Sequence[Token], index: int) -> tuple[ActorType, int] | None:
    """The actor whose name begins at a token, with the number of its words."""
    token = tokens[index]
    for name, capital, kind in _named(token.folded):
        if capital and not _is_written_so(token.written, name):
            continue
        end = index + len(name)
        if end <= len(tokens) and all(
            tokens[index + step].folded.removesuffix("'s") == word for step, word in enumerate(name) if step
        ):
            return kind, len(name)
    return None


def subject_before(tokens: Sequence[Token], start: int, stop: int) -> ActorType | None:
    """The actor in `tokens[start:stop]` that is most likely the subject of a verb at `stop`.

    The nearest one that is not the complement of a preposition, else the nearest one.
    """
    found: list[tuple[int, ActorType, bool]] = []
    named_to = start
    index = start
    while index < stop:
        actor = actor_at(tokens, index)
        if actor is None:
            index += 1
            continue
        kind, width = actor
        if kind is ActorType.SUBNATIONAL_GOVERNMENT and _is_whence(tokens, index):
            index += width
            continue
        kind = ActorType.LEGISLATURE if _is_member(tokens, index, start) else kind
        if kind is ActorType.EXECUTIVE and found and _is_of_state(tokens, index, found[-1]):
            kind = ActorType.SUBNATIONAL_GOVERNMENT
        found.append((index, kind, _is_complement(tokens, index, start)))
        index += width
        named_to = index
    heads = [kind for place, kind, complement in found if not complement and not _is_other(tokens, place)]
    if heads:
        return heads[-1]
    if _is_unknown_name(tokens, max(start, named_to - 1), stop):
        return None
    return found[-1][1] if found else None


def _is_of_state(tokens: Sequence[Token], index: int, last: tuple[int, ActorType, bool]) -> bool:
    """ "the Texas attorney general": an office of a state stands right behind the name of the state."""
    place, kind, _ = last
    return kind is ActorType.SUBNATIONAL_GOVERNMENT and tokens[index].folded == "attorney" and index - place <= 2


def _is_member(tokens: Sequence[Token], index: int, start: int) -> bool:
    """ "Sen. Marco Rubio", "Rep. Harris": who now governs may have sat in a legislature, or has a namesake there."""
    before = [token.folded.strip(".") for token in tokens[max(index - 3, start) : index] if token.is_word]
    return bool(before) and tokens[index].written[:1].isupper() and not _MEMBERS.isdisjoint(before[-2:])


_MEMBERS = words(
    "sen sens rep reps senator senators congressman congresswoman congressmember senador senadora diputado"
)


def _is_whence(tokens: Sequence[Token], index: int) -> bool:
    """ "Graham (R-South Carolina)", "Chavez, of Arizona": a state that says whence somebody comes."""
    before = index - 1 - (tokens[index - 1].folded == "of")
    return before >= 0 and not tokens[before].is_word


def _is_other(tokens: Sequence[Token], index: int) -> bool:
    """ "NAME and other plaintiffs": who is named says what the others are."""
    return index > 1 and tokens[index - 1].folded in ("other", "others", "otros", "otras")


_AUXILIARIES = words("is are was were has have had will also been be today again ha han fue esta estan")


def _is_unknown_name(tokens: Sequence[Token], start: int, stop: int) -> bool:
    """Whether the word before a verb is the name of somebody we do not know ("Hoeven is pressing")."""
    index = stop - 1
    while index > start and tokens[index].folded in _AUXILIARIES:
        index -= 1
    return index > start and tokens[index].written[:1].isupper() and actor_at(tokens, index) is None


def _is_complement(tokens: Sequence[Token], index: int, start: int) -> bool:
    before = index - 1
    while before >= start and (tokens[before].folded in _ARTICLES or tokens[before].written[:1].isupper()):
        if _makes_complement(tokens, before, start, index):
            return True
        before -= 1
    return before >= start and _makes_complement(tokens, before, start, index)


def _makes_complement(tokens: Sequence[Token], before: int, start: int, index: int) -> bool:
    """Whether a word is a preposition; "a" is one in Spanish only."""
    word = tokens[before].folded
    if word not in _COMPLEMENT:
        return False
    if word in ("and", "y") and before > start and tokens[before - 1].folded == ",":
        return False  # "..., and the agency announced": a new clause
    return word != "a" or any(token.folded in _SPANISH for token in tokens[start : index + 8])


_SPANISH = words("el los las del que una al")


def agent_after(tokens: Sequence[Token], start: int, stop: int) -> ActorType | None:
    """The actor of a passive: "was blocked by a federal judge"."""
    for index in range(start, min(stop, start + 14)):
        if tokens[index].folded in ("by", "por", "par"):
            for place in range(index + 1, min(index + 7, stop)):
                actor = actor_at(tokens, place)
                if actor is not None:
                    return actor[0]
    return None


_SAYS = words(
    "said says say wrote write writes stated states noted added told asked dijo informo confirmo senalo "
    "aseguro dijeron informaron indico explico preciso senala afirma afirmo asegura indica advierte advirtio "
    "advierten sostiene reitero insistio warned warns argues argued"
)


def speaker_in(tokens: Sequence[Token]) -> ActorType | None:
    """Whom the sentence quotes: ", forty mayors wrote", ", informó el DHS"."""
    for index in range(len(tokens) - 1, -1, -1):
        if tokens[index].folded not in _SAYS:
            continue
        after = next(
            (
                actor_at(tokens, place)
                for place in range(index + 1, min(index + 5, len(tokens)))
                if actor_at(tokens, place)
            ),
            None,
        )
        if after is not None:
            return after[0]
        comma = max((place for place in range(index) if not tokens[place].is_word), default=-1)
        return subject_before(tokens, max(index - 6, comma + 1), index)
    return None


_PARTY = re.compile(r"\([dri][ ,][a-z.]+\)|\([a-z]{2} \d{1,2}\)")
"""How a member of the US Congress is written: "(R-NE)", "(FL-24)", folded."""
_SIGNS = {
    ActorType.EXECUTIVE: [
        "version estenografica",
        "by the authority vested in me",
        "readout of",
        "a proclamation on",
        "fact sheet:",
        "press secretary",
        "statement by president",
        "statement from president",
        "statement by the president",
        "statement from the white house",
        "remarks by president",
        "remarks by the president",
        "remarks by vice president",
        "presidential determination",
        "secretary of state",
        "the white house",
        "conferencia de prensa",
        "memorandum",
        "my administration",
        "executive order 1",
    ],
    ActorType.LEGISLATURE: [
        "sen. ",
        "rep. ",
        "reps. ",
        "sens. ",
        "u.s. senate",
        "senator",
        "congressman",
        "congresswoman",
        "representative ",
        "members of congress",
        "house republicans",
        "house democrats",
        "judiciary",
        "chairman",
        "chairwoman",
        "ranking member",
        "lawmakers",
        "caucus",
        "diputad",
        "senador",
        "legisladores",
    ],
    ActorType.NGO: [
        "kind urges",
        "kind president",
        "kind notes",
        "kind is",
        "kids in need of defense",
        "supportkind",
        "our organizations",
        "organizations",
        "coalition",
        "advocates",
        "media contact",
        "nonprofit",
        "aclu",
        "human rights first",
        "organizaciones",
        "law center",
    ],
}
_OPINION = ("opinion of the court", "united states court of appeals for", "it is so ordered", "slip op")


@lru_cache(maxsize=1)
def _sign_automaton() -> tuple[ahocorasick_rs.AhoCorasick, list[ActorType]]:
    """All signs at once, a third of the time of counting each (measured), and whose sign each is."""
    signs = [sign for signs in _SIGNS.values() for sign in signs]
    return ahocorasick_rs.AhoCorasick(signs), [kind for kind, signs in _SIGNS.items() for _ in signs]


_OPENS = re.compile(
    r"\W*(?:(?:opening |closing )?remarks (?:as prepared for delivery )?by (?:the )?(?:vice )?president\b|"
    r"readout (?:of|from) |(?:background|on the record) press |press (?:briefing|gaggle) |a proclamation on|"
    r"memorandum (?:on|for) |presidential (?:memorandum|determination|message)|executive order \d|"
    r"statement (?:by|from) (?:the )?(?:vice )?president |"
    r"joint (?:statement|declaration|communique) (?:by president|from (?:the )?(?:united states|mexico|canada))|"
    r"action the [a-z-]+ administration)"
)
"""How only titles of an executive open, whoever else they name ("Readout of President Biden's Meeting with ...")."""


_SURNAMES = re.compile(
    r"(?!(?:Alert|Action|Analysis|Breaking|Brief|Comunicado|Editorial|Exclusive|Explainer|Factsheet|Letter|Listen|Live|"
    r"News|Nota|Note|Notice|Op-Ed|Opinion|Photo|Photos|Podcast|Press|Question|Read|Report|Statement|Summary|Update|"
    r"Urgent|Urgente|Video|Watch|Webinar|Today|Hoy|Mexico|Texas)\b)"
    r"[A-Z][a-z]+[A-Za-z'’-]*(?:(?:, | and | & |, and )[A-Z][a-z]+[A-Za-z'’-]*){0,3}: "
    r"(?:[A-Z][a-z]+ )?(?:Must |Should |Needs? to |It's Time to |Do Not |Don't )?[A-Z][a-z]+ "
)
"""How press offices of members of Congress write: "Garcia: Restore ...", "Hoeven, Cramer: DHS Must ..."."""


_ALERT_OPENS = re.compile(
    r"\W*(?:(?:call|tell|contact|e-?mail|write to) (?:your|congress|the president|president|dhs|the white house)\b|"
    r"(?:take action|act now|action alert|alerta de accion|actua ahora|dile al?|firma la peticion)\b)"
)
"""How an action alert opens."""
_BODY_OPENS = re.compile(
    r"\W*(?:[a-z][a-z .,/]{0,40} ?[-–—:] ?)?(?:the |la |el |los |las )?(?:unhcr|acnur|iom|oim|iachr|cidh|"
    r"unicef|ohchr|oacnudh|united nations|naciones unidas|inter-american commission|"
    r"comision interamericana|un (?:experts|refugee|human)|"
    r"un high commissioner|alto comisionad|office of the (?:united nations )?high commissioner|"
    r"oficina del alto comisionado|international organization for migration|"
    r"organizacion internacional para las migraciones|"
    r"expertos de la onu|council of europe)\b"
)
"""How a statement of an international organisation opens: with its own name."""


def _signs_in(head: str) -> dict[ActorType, int]:
    automaton, kinds = _sign_automaton()
    counts = dict.fromkeys(_SIGNS, 0)
    for index, _, _ in automaton.find_matches_as_indexes(head, overlapping=True):
        counts[kinds[index]] += 1
    return counts


def speaker_of(title: str, text: str, publisher_type: PublisherType | None) -> ActorType | None:
    """Who speaks in a document: the publisher where it is known, else whom its head and foot show."""
    if publisher_type is not None:
        return SPEAKERS.get(publisher_type)
    opening = fold(title or text[:200])
    if title and _OPENS.match(opening):
        return ActorType.EXECUTIVE
    if _ALERT_OPENS.match(opening):
        return ActorType.NGO
    if _BODY_OPENS.match(opening):
        return ActorType.INTERNATIONAL_ORGANISATION
    head = f"{opening} {fold(text[:900])} {fold(text[-200:])}"
    if any(sign in head for sign in _OPINION):
        return ActorType.COURT
    counts = _signs_in(head)
    counts[ActorType.LEGISLATURE] += len(_PARTY.findall(head))
    counts[ActorType.EXECUTIVE] += head.startswith("president trump")
    kind = max(counts, key=lambda one: counts[one])
    if not counts[kind] and _SURNAMES.match(title or text[:200]):
        return ActorType.LEGISLATURE
    if not counts[kind]:
        return ActorType.EXECUTIVE if "whitehouse.gov" in text or "president trump" in head else None
    return kind
