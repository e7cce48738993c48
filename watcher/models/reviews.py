"""Reviewing: what a person may change about a match, and what becomes of it when two people are at work.

`apply` is the whole decision, pure: an old state, a change, who and when in; the new state out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from watcher.models.words import Action, Modality, Verdict

FINAL = frozenset({Verdict.CONFIRMED, Verdict.DISMISSED})
"""What a second reviewer, where one is asked for, has to agree with."""


class DismissReason(StrEnum):
    """Why a match is dismissed: a closed set, so that it can be counted and learnt from."""

    OTHER_POLICY = "other-policy"
    OLD_NEWS = "old-news"
    DUPLICATE = "duplicate"
    IN_PASSING = "in-passing"
    MISREAD = "misread"
    OTHER = "other"


class Act(StrEnum):
    """What a line of the audit trail is about."""

    DECIDE = "decide"
    PROPOSE = "propose"
    CORRECT = "correct"
    ASSIGN = "assign"
    NOTE = "note"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """All that people can change about a match. `assignee`: a user's name or "". `due`: a day or None.

    `proposed` is the verdict that one person gave and a second has to agree with; `proposed_by` is who gave it.
    """

    verdict: Verdict = Verdict.NEW
    policy: str = ""
    action: Action = Action.MENTION
    modality: Modality = Modality.ACTUAL
    assignee: str = ""
    due: date | None = None
    proposed: Verdict | None = None
    proposed_by: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a person wants of one match; None = leave it. `version`: the state they looked at (None: whatever it is).

    `due` counts only together with `assignee`; assigning to "" takes both away.
    """

    match_id: str
    version: int | None = None
    verdict: Verdict | None = None
    reason: DismissReason | None = None
    note: str = ""
    policy: str | None = None
    action: Action | None = None
    modality: Modality | None = None
    assignee: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A change that was not made, because somebody else had changed the match since its `version`."""

    change: Change
    version: int
    """The one that is stored now."""


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """What became of some changes. `act_id` undoes all that were kept; "" when none was."""

    act_id: str
    kept: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    missing: tuple[str, ...]


def apply(old: Reviewed, change: Change, *, reviewer: str, second_reviewer: bool = False) -> Reviewed:
    """The state after a change.

    With `second_reviewer` the first person's confirmation or dismissal is a proposal; it becomes the verdict when
    another person says the same, and another verdict of theirs takes its place as the proposal.
    """
    new = replace(
        old,
        policy=change.policy or old.policy,
        action=change.action or old.action,
        modality=change.modality or old.modality,
    )
    if change.assignee is not None:
        new = replace(new, assignee=change.assignee, due=change.due if change.assignee else None)
    if change.verdict is None:
        return new
    agreed = old.proposed is change.verdict and old.proposed_by != reviewer
    if second_reviewer and change.verdict in FINAL and not agreed:
        return replace(new, proposed=change.verdict, proposed_by=reviewer)
    return replace(new, verdict=change.verdict, proposed=None, proposed_by="")


def act_of(old: Reviewed, new: Reviewed, change: Change) -> Act:
    """What the audit trail calls it: the most telling part of a change."""
    if change.verdict is not None:
        return Act.PROPOSE if new.proposed is not None else Act.DECIDE
    if (old.policy, old.action, old.modality) != (new.policy, new.action, new.modality):
        return Act.CORRECT
    return Act.ASSIGN if (old.assignee, old.due) != (new.assignee, new.due) else Act.NOTE


def differences(old: Reviewed, new: Reviewed) -> dict[str, tuple[str, str]]:
    """Field -> (before, after), as plain text, for what is not the same."""
    pairs = {each.name: (_plain(getattr(old, each.name)), _plain(getattr(new, each.name))) for each in fields(Reviewed)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def restored(now: Reviewed, changes: dict[str, tuple[str, str]]) -> Reviewed:
    """The state with some differences taken back."""
    before: dict[str, Any] = {name: _READ[name](pair[0]) for name, pair in changes.items()}
    return replace(now, **before)


def _plain(value: object) -> str:
    return "" if value is None else str(value)


_READ: dict[str, Callable[[str], object]] = {
    "verdict": Verdict,
    "policy": str,
    "action": Action,
    "modality": Modality,
    "assignee": str,
    "due": lambda text: date.fromisoformat(text) if text else None,
    "proposed": lambda text: Verdict(text) if text else None,
    "proposed_by": str,
}
