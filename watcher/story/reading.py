"""What one entry says of a policy: its matches taken together, the most cautious reading of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from watcher.models.story import Axis, Report, Step
from watcher.models.words import Modality, Verdict
from watcher.story.states import Telling, is_primary
from watcher.story.steps import Said, read

TOLD = frozenset({Modality.ACTUAL, Modality.PLANNED, Modality.NEGATED})
"""What the story reads: done, planned, or denied."""
_NAMED_ONLY = re.compile(
    r"^(?:the |el |la )?(?:end|ending|termination|rescission|suspension|pause|reinstatement|return|expansion|extension|"
    r"fin|final|terminación|rescisión|cancelación|suspensión|pausa|regreso|restablecimiento|ampliación|expansión|"
    r"prórroga|extensión|bloqueo) (?:of|to|de|del|a|al)\b",
    re.IGNORECASE,
)
"""A noun names an act and does not tell it: "The end of Title 42 is not enough"."""

_CLOSE = 20
_REJOICES = re.compile(r"\b(?:finally|at last|at long last|por fin|al fin|finalmente)\b", re.IGNORECASE)
"""A headline that rejoices runs ahead: "MPP finally ends" above a promise."""
_PROMISES = re.compile(
    r"\b(?:vow|promis|pledg|promet|jur[aó]|compromet)\w*\b[^.;]{0,80}(?::|\bthat\b|\bque\b)|"
    r"\b(?:vows?|promises?|pledges?) to\b|\b(?:promete|prometió)\b",
    re.IGNORECASE,
)
"""What stands in a headline before words that are a promise: "Biden vows: Title 42 is over"."""
_REFUSES = re.compile(
    r"^(?:\w+ ){0,3}(?:refus|declin|reject|den(?:y|ie)|rechaz|deneg|se neg)\w*\b(?: \w+){0,6}? "
    r"(?:stay|lift|pause|dissolve|suspend|block|halt|freeze|suspender|levantar|bloquear|frenar|detener|pausar)\b",
    re.IGNORECASE,
)
"""A court that refuses to change anything: what was blocked stays so, and nothing new is."""


def tellings(reports: Iterable[Report], parties: Collection[str] = ()) -> list[Telling]:
    """What all reports say, in order of time; `parties` are the countries whose bodies can act, if known."""
    by_entry: dict[str, list[Telling]] = defaultdict(list)
    for report in reports:
        if told := _read(report, parties):
            by_entry[report.entry].append(told)
    return sorted((each for entry in by_entry.values() for each in _cautious(entry)), key=lambda each: each.order)


def _read(report: Report, parties: Collection[str]) -> Telling | None:
    if report.verdict is Verdict.DISMISSED or report.modality not in TOLD:
        return None
    said = read(report.action, report.modality, report.target, report.actor, report.quote)
    if said is None:
        return None
    told = Telling(report, said, is_primary(report, parties))
    if report.verdict is Verdict.CONFIRMED:
        return told
    if said.step in (Step.BLOCKED, Step.STRUCK_DOWN) and _REFUSES.search(report.quote):
        return None
    return told if told.primary else _second_hand(told)


def _second_hand(told: Telling) -> Telling | None:
    """What somebody else's words are worth; None: they only name the act, or run ahead of it."""
    report, said = told.report, told.said
    before, _, after = report.title.partition(report.quote)
    if _NAMED_ONLY.match(report.quote):
        return None
    if said.axis is not Axis.GOVERNMENT or said.is_plan or said.denied or report.quote not in report.title:
        return told
    if _PROMISES.search(before):
        return replace(told, said=Said(Axis.GOVERNMENT, Step.ANNOUNCED, said.step))
    return None if _REJOICES.search(f"{before[-_CLOSE:]}{report.quote}{after[:_CLOSE]}") else told


def _cautious(entry: Sequence[Telling]) -> list[Telling]:
    return [each for each in entry if each.report.verdict is Verdict.CONFIRMED or not _said_better(each, entry)]


def _said_better(act: Telling, entry: Sequence[Telling]) -> bool:
    """Whether the entry also says that it is planned only, or what exactly a court's act is about.

    Headlines shorten: "Restarting the program" above "will restart", "blocks the policy" above "blocks its expansion".
    """
    for other in entry:
        if act.said.axis is Axis.COURTS and act.said.of is None and other.said.of and other.said.step is act.said.step:
            return True
        if other.said.is_plan and not act.said.is_plan and other.report.action is act.report.action:
            return True
    return False
