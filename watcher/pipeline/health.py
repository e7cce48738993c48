"""Whether something is wrong with a source, what, since when, and whether we are sure: pure decisions.

A check leaves a record; what the checks before have learnt (`Habits`) says what is usual. What is unusual is first a
doubt; when it lasts, an incident opens; when a check finds nothing unusual any more, it closes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.models.catalog import Source
from watcher.models.checks import CheckOutcome, CheckRecord
from watcher.models.identity import incident_id
from watcher.models.incidents import Doubt, Examined, Habits, Incident, IncidentChange, IncidentKind
from watcher.pipeline import diagnosis, habits, rhythm
from watcher.pipeline.diagnosis import Symptom

FAILED_CHECKS = 4
"""I20: a source that failed more than three checks in a row is reported; fewer are a server's daily life."""
SHORTEST = timedelta(hours=1)
"""No restart of a server and no bad minute is an incident, however often a source is checked."""

_LASTS = {
    IncidentKind.EMPTY: (3, SHORTEST),  # content systems that rebuild a page serve an empty list for minutes
    IncidentKind.MOVED: (2, SHORTEST),  # a redirect to a maintenance page elsewhere ends soon
    IncidentKind.SHRUNK: (3, timedelta(hours=24)),  # a cleared archive fills again in a day; a lost list does not
    IncidentKind.FROZEN: (3, timedelta(hours=24)),  # a cache that serves yesterday's copy runs out within a day
}
"""How many checks in a row, and for how long, a doubt about a document that can be read must last."""
_NOTHING_CAME = frozenset({IncidentKind.SILENT, IncidentKind.FROZEN})
"""The same trouble seen from two sides: one does not take the other's place."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: a check's record, and what was known of its source before."""

    source: Source
    habits: Habits
    open: Incident | None
    record: CheckRecord
    examined: Examined | None = None
    """Of an answer that cannot be read."""
    network_down: bool = False

    @property
    def now(self) -> datetime:
        return self.record.finished_at


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check changes: what is known of the source, its incident, and whether its answer is kept as evidence."""

    habits: Habits
    opened: Incident | None = None
    closed: Incident | None = None
    keep_answer: bool = False

    @property
    def change(self) -> IncidentChange | None:
        """The change to record, still without deliveries; None when there is none."""
        return IncidentChange(self.opened, self.closed) if self.opened or self.closed else None


def judge(case: Case) -> Judgement:
    """What follows from a check. At most one incident is open about a source: another kind takes its place."""
    case = replace(case, habits=habits.of(case.habits, case.source))
    if case.record.outcome is CheckOutcome.FAILED:
        return _judge_failure(case)
    return _judge_success(case)


# --- checks that failed ------------------------------------------------------------------------------------------


def _judge_failure(case: Case) -> Judgement:
    if case.network_down and diagnosis.says_nothing_of_the_source(case.record):
        return Judgement(case.habits)
    doubt = _lasting(case.habits.failing, diagnosis.failure(case), case)
    known = replace(case.habits, failing=doubt)
    keep = _shows_it(doubt, case.habits.failing)
    if not _is_sure_of_failure(doubt, case.now) or _is_told(case.open, doubt):
        return Judgement(known, keep_answer=keep)
    return Judgement(known, _opened(case, doubt), case.open, keep_answer=keep)


def _is_sure_of_failure(doubt: Doubt, now: datetime) -> bool:
    return doubt.in_a_row >= FAILED_CHECKS and now - doubt.since >= SHORTEST


def _is_told(incident: Incident | None, doubt: Doubt) -> bool:
    """An incident that is open says enough, until the trouble has surely become one with another remedy."""
    if incident is None:
        return False
    return doubt.kind in (incident.kind, IncidentKind.FAILING) or doubt.checks < FAILED_CHECKS


# --- checks that went well ---------------------------------------------------------------------------------------


def _judge_success(case: Case) -> Judgement:
    symptom = diagnosis.symptom(case)
    doubt = _lasting(case.habits.listed, symptom, case) if symptom else None
    known = habits.learn(case.habits, case.record, doubt)
    keep = doubt is not None and _shows_it(doubt, case.habits.listed)
    trouble = doubt if doubt and _is_sure(doubt, case.now) else _silence(case.source, known, case.now)
    if trouble is not None:
        return _judge_trouble(case, known, trouble, keep)
    if case.open is None or doubt is not None:
        return Judgement(known, keep_answer=keep)
    note = habits.gap_in_words(known.gap) if known.gap and known.gap.until >= case.record.started_at else ""
    return Judgement(known, closed=replace(case.open, closed_at=case.now, note=note))


def _judge_trouble(case: Case, known: Habits, trouble: Doubt, keep: bool) -> Judgement:
    kinds = {trouble.kind, case.open.kind} if case.open else set()
    if len(kinds) == 1 or (kinds and kinds <= _NOTHING_CAME):
        return Judgement(known, keep_answer=keep)
    return Judgement(known, _opened(case, trouble), case.open, keep_answer=keep)


def _is_sure(doubt: Doubt, now: datetime) -> bool:
    checks, lasted = _LASTS[doubt.kind]
    return doubt.checks >= checks and now - doubt.since >= lasted


def _silence(source: Source, known: Habits, now: datetime) -> Doubt | None:
    """Nothing new for longer than the source ever takes."""
    quiet = rhythm.silence(source, known, now)
    if quiet is None:
        return None
    frozen = habits.stands_still(known, now)
    kind = IncidentKind.FROZEN if frozen else IncidentKind.SILENT
    message = f"{quiet.in_words}{'; its bytes, which changed all the time, stand still' if frozen else ''}"
    return Doubt(kind, quiet.since, 1, 1, message)


# --- doubts and incidents ----------------------------------------------------------------------------------------


def _lasting(before: Doubt | None, symptom: Symptom, case: Case) -> Doubt:
    """The doubt after one more check that says something is wrong."""
    evidence = case.record.evidence.sha256 if case.record.evidence else None
    if before is None:
        since, in_a_row = case.record.started_at, 1
    else:
        since, in_a_row = before.since, before.in_a_row + 1
    if before is not None and before.kind is symptom.kind:
        evidence, checks = before.evidence or evidence, before.checks + 1
    else:
        checks = 1
    counts = [each for each in (_entries(case), before.entries if before else None) if each is not None]
    return Doubt(
        kind=symptom.kind,
        since=since,
        checks=checks,
        in_a_row=in_a_row,
        message=symptom.message,
        evidence=evidence,
        repairs=symptom.repairs,
        entries=min(counts, default=None),
    )


def _shows_it(doubt: Doubt, before: Doubt | None) -> bool:
    """Whether this check's answer is the first that shows the trouble: it is kept."""
    return doubt.evidence is not None and (before is None or before.evidence != doubt.evidence)


def _entries(case: Case) -> int | None:
    return case.record.listed.entries if case.record.listed else None


def _opened(case: Case, doubt: Doubt) -> Incident:
    return Incident(
        id=incident_id(case.source.id, doubt.kind, case.now),
        source_id=case.source.id,
        kind=doubt.kind,
        since=doubt.since,
        opened_at=case.now,
        message=doubt.message,
        evidence=doubt.evidence,
        repairs=doubt.repairs,
    )


# --- sources that nobody comes to --------------------------------------------------------------------------------

NEGLECTED = timedelta(hours=24)
"""A due source is checked within minutes; after a day its host's other sources take all the turns, or hang."""


def neglected(source: Source, next_check_at: datetime, started_at: datetime, now: datetime) -> Incident | None:
    """The incident of a source that is due and not checked, although this process has run for long enough.

    Silence itself needs no such look: it is decided at every check, and a check that finds nothing new is one.
    """
    waits_since = max(next_check_at, started_at)
    if now - waits_since < NEGLECTED:
        return None
    message = (
        f"due since {next_check_at:%Y-%m-%d %H:%M} UTC and never its turn: other sources of the same host take too long"
    )
    kind = IncidentKind.FAILING
    return Incident(incident_id(source.id, kind, now), source.id, kind, waits_since, now, message)
