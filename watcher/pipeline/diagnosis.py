"""What a check's answer is a symptom of: failures by their class and by what the answer says, documents by what they
list. One check, no memory of doubts: whether a symptom lasts is for others to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.errors import ProblemClass
from watcher.models.catalog import Source
from watcher.models.checks import CheckOutcome, CheckRecord
from watcher.models.incidents import Examined, Habits, IncidentKind, Repair
from watcher.vocabulary import noticepages

if TYPE_CHECKING:
    from watcher.pipeline.health import Case

KNOWN_AFTER = 5
"""Good checks before a list that is empty or short is unusual: till then nobody knows what is usual."""
SMALL_LIST = 6
"""A list that was ever shorter than this may shrink to anything: half of it is too few to tell from a quiet week."""
OLD_COPY = 3
"""So many of the newest entries must be missing again before a copy is old: one or two were just taken back."""

_BY_CLASS = {
    ProblemClass.BLOCKED: IncidentKind.BLOCKED,
    ProblemClass.ROBOTS: IncidentKind.BLOCKED,
    ProblemClass.GONE: IncidentKind.GONE,
    ProblemClass.MOVED: IncidentKind.MOVED,
}
_OF_THE_NETWORK = frozenset(
    {ProblemClass.NAME_NOT_FOUND, ProblemClass.REFUSED, ProblemClass.TIMEOUT, ProblemClass.INCOMPLETE, ProblemClass.TLS}
)
"""What also comes of a cut cable, a dead name server or a login page of a hotel."""

_SECOND_LEVEL = frozenset(
    ("ac", "co", "com", "edu", "gob", "gouv", "gov", "gub", "go", "int", "mil", "net", "nic", "or", "org", "ne", "nom")
)


@dataclass(frozen=True, slots=True)
class Symptom:
    """What one check says is wrong."""

    kind: IncidentKind
    message: str
    repairs: tuple[Repair, ...] = ()


def failure(case: Case) -> Symptom:
    """What a failed check is a symptom of."""
    problem, examined = case.record.problem, case.examined
    message = problem.message if problem else "the check failed"
    if problem and problem.kind in _BY_CLASS:
        return Symptom(_BY_CLASS[problem.kind], message, _leads(case))
    if case.record.answer is None:  # nothing came, or an error of the server
        return Symptom(IncidentKind.FAILING, message)
    if examined is None:
        return Symptom(IncidentKind.UNREADABLE, message)
    kind = _kind_of_page(case, examined)
    return Symptom(kind, _about_page(kind, message, examined), _repairs(case, kind, examined))


def says_nothing_of_the_source(record: CheckRecord) -> bool:
    """A failure that a dead network of ours would give as well: no server answered."""
    problem = record.problem
    if problem is None or problem.unasked:
        return False
    return record.status is None and record.answer is None and problem.kind in _OF_THE_NETWORK


def says_nothing_of_the_network(source: Source, record: CheckRecord) -> bool:
    """Nobody was asked: a refusal by rules that were known, an address that is not dialled, mail in a folder."""
    problem = record.problem
    unasked = problem is not None and (problem.unasked or problem.kind is ProblemClass.ROBOTS)
    return unasked or not source.url.startswith(("http://", "https://"))


def symptom(case: Case) -> Symptom | None:
    """What is unusual about a document that can be read; None when nothing is.

    The same bytes again, or 304, say again what they said.
    """
    record, known = case.record, case.habits
    if elsewhere := _elsewhere(case):
        return elsewhere
    if record.outcome is CheckOutcome.UNCHANGED or record.listed is None:
        said = known.listed
        is_home = record.answer is not None and said is not None and said.kind is IncidentKind.MOVED
        return Symptom(said.kind, said.message, said.repairs) if said and not is_home else None
    return _empty(record, known) or _old_copy(record, known) or _shrunk(record, known)


def site_of(url: str) -> str:
    """The registrable domain of an address, near enough: two labels, three below a second level such as gob.mx.

    Without the public suffix list: what is hosted as `name.github.io` counts as one site.
    """
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    labels = host.split(".")
    if host.replace(".", "").isdigit() or ":" in host or len(labels) < 3:
        return host
    few = 3 if len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-few:])


# --- documents that can be read ----------------------------------------------------------------------------------


def _elsewhere(case: Case) -> Symptom | None:
    answer, home = case.record.answer, case.habits.site
    if answer is None or not home or site_of(answer.final_url) == home:
        return None
    message = f"{case.source.url} now leads to another site: {answer.final_url}"
    return Symptom(IncidentKind.MOVED, message, (_new_address(case, answer.final_url),))


def _new_address(case: Case, url: str) -> Repair:
    listed = case.record.listed
    return Repair("url", url, f"finds {listed.entries} entries" if listed else "")


def _least(known: Habits) -> int | None:
    return min((low for _, low in known.lows), default=None) if known.reads >= KNOWN_AFTER else None


def _empty(record: CheckRecord, known: Habits) -> Symptom | None:
    least = _least(known)
    if record.listed is None or record.listed.entries or not least:
        return None
    return Symptom(IncidentKind.EMPTY, f"lists nothing; it always listed at least {least} entries")


def _shrunk(record: CheckRecord, known: Habits) -> Symptom | None:
    """A list that brings news is alive, however short."""
    least = _least(known)
    if record.listed is None or record.entries or least is None or least < SMALL_LIST:
        return None
    if record.listed.entries * 2 >= least:
        return None
    return Symptom(IncidentKind.SHRUNK, f"lists {record.listed.entries} entries; it always listed at least {least}")


def _old_copy(record: CheckRecord, known: Habits) -> Symptom | None:
    newest = record.listed.newest if record.listed else None
    if newest is None or record.entries or len(known.latest) < OLD_COPY or newest >= known.latest[OLD_COPY - 1]:
        return None
    message = f"an old state is served: the newest entry is of {newest:%Y-%m-%d}, there was one of "
    return Symptom(IncidentKind.FROZEN, f"{message}{known.latest[0]:%Y-%m-%d}")


# --- documents that cannot ---------------------------------------------------------------------------------------


def _kind_of_page(case: Case, examined: Examined) -> IncidentKind:
    if not examined.html:
        return IncidentKind.UNREADABLE
    title, _, headings = examined.title.partition("\n")
    said = f"{headings}\n{examined.text}".strip()
    if noticepages.is_refusal(title, said):
        return IncidentKind.BLOCKED
    if noticepages.is_missing(title, said):
        return IncidentKind.GONE
    answer, known = case.record.answer, case.habits
    if known.site and answer and site_of(answer.final_url) != known.site:
        return IncidentKind.MOVED
    if known.html:
        no_list = case.source.kind == "listing" and not examined.repairs
        return IncidentKind.EMPTY if no_list else IncidentKind.REDESIGNED
    return IncidentKind.MOVED if examined.feeds else IncidentKind.UNREADABLE


def _about_page(kind: IncidentKind, message: str, examined: Examined) -> str:
    title = examined.title.partition("\n")[0][:120]
    if kind in (IncidentKind.BLOCKED, IncidentKind.GONE) and title:
        return f"{message} The page says: “{title}”"
    return message


def _repairs(case: Case, kind: IncidentKind, examined: Examined) -> tuple[Repair, ...]:
    """A refusal proposes nothing: what stands on its page is not the publisher's."""
    if kind is IncidentKind.BLOCKED:
        return ()
    if kind is IncidentKind.REDESIGNED:
        return examined.repairs
    feeds = () if case.habits.html else tuple(Repair("url", url) for url in examined.feeds if url != case.source.url)
    return feeds[:3] or _leads(case)


def _leads(case: Case) -> tuple[Repair, ...]:
    """Where the redirects ended, when that is somewhere else."""
    answer = case.record.answer
    if answer is None or not answer.redirects or answer.final_url == case.source.url:
        return ()
    return (Repair("url", answer.final_url),)
