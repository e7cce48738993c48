"""What one entry says of a policy: its matches taken together, the most cautious reading of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from watcher.models.story import Axis, Report
from watcher.models.words import Modality, Verdict
from watcher.story.states import Telling
from watcher.story.steps import read

TOLD = frozenset({Modality.ACTUAL, Modality.PLANNED, Modality.NEGATED})
"""What the story reads: done, planned, or denied."""
_NAMED_ONLY = re.compile(
    r"^(?:the |el |la )?(?:end|ending|termination|rescission|suspension|pause|reinstatement|return|expansion|extension|"
    r"fin|final|terminación|rescisión|cancelación|suspensión|pausa|regreso|restablecimiento|ampliación|expansión|"
    r"prórroga|extensión|bloqueo) (?:of|to|de|del|a|al)\b",
    re.IGNORECASE,
)
"""A noun names an act and does not tell it: "The end of Title 42 is not enough"."""


def tellings(reports: Iterable[Report]) -> list[Telling]:
    """What all reports say, in order of time."""
    by_entry: dict[str, list[Telling]] = defaultdict(list)
    for report in reports:
        if told := _read(report):
            by_entry[report.entry].append(told)
    return sorted((each for entry in by_entry.values() for each in _cautious(entry)), key=lambda each: each.order)


def _read(report: Report) -> Telling | None:
    if report.verdict is Verdict.DISMISSED or report.modality not in TOLD:
        return None
    said = read(report.action, report.modality, report.target, report.actor, report.quote)
    if said is None:
        return None
    told = Telling(report, said)
    sure = told.primary or report.verdict is Verdict.CONFIRMED
    return told if sure or not _NAMED_ONLY.match(report.quote) else None


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
