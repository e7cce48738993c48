"""The closed sets: the only values these things can have.

Definitions and decision rules of actions, modalities, actor types and announcement kinds stand in
`watcher/vocabulary/actions.yaml`; the glossary in the README has the rest.
"""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What happens to a policy."""

    PROPOSE = "propose"
    ADOPT = "adopt"
    IMPLEMENT = "implement"
    EXTEND = "extend"
    EXPAND = "expand"
    AMEND = "amend"
    SUSPEND = "suspend"
    TERMINATE = "terminate"
    REINSTATE = "reinstate"
    BLOCK = "block"
    ALLOW = "allow"
    CHALLENGE = "challenge"
    CALL_FOR = "call_for"
    COMMENT = "comment"
    COMMEMORATE = "commemorate"
    REPORT = "report"
    MENTION = "mention"


class Modality(StrEnum):
    """How real the action is: done, planned, asked for, ..."""

    ACTUAL = "actual"
    PLANNED = "planned"
    REQUESTED = "requested"
    REPORTED = "reported"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"
    PAST = "past"


class Polarity(StrEnum):
    """Whether a demand wants its target action to happen."""

    PROMOTE = "promote"
    PREVENT = "prevent"


class ActorType(StrEnum):
    """Who acts."""

    EXECUTIVE = "executive"
    COURT = "court"
    LEGISLATURE = "legislature"
    NGO = "ngo"
    INTERNATIONAL_ORGANISATION = "international_organisation"
    SUBNATIONAL_GOVERNMENT = "subnational_government"
    INDIVIDUAL = "individual"
    UNKNOWN = "unknown"


class AnnouncementKind(StrEnum):
    """What kind of document an entry is."""

    COURT_DECISION = "court_decision"
    OFFICIAL_ACTION = "official_action"
    PLANNED_ACTION = "planned_action"
    ADVOCACY_CALL = "advocacy_call"
    ANALYSIS_REPORT = "analysis_report"
    PASSING_MENTION = "passing_mention"


class PublisherType(StrEnum):
    """What kind of body stands behind a source."""

    EXECUTIVE = "executive"
    LEGISLATURE = "legislature"
    COURT = "court"
    INTERNATIONAL_ORGANISATION = "international_organisation"
    SUBNATIONAL_GOVERNMENT = "subnational_government"
    NGO = "ngo"
    RESEARCH = "research"
    MEDIA = "media"
    OTHER = "other"


class Verdict(StrEnum):
    """A person's decision about a match; every match starts as NEW."""

    NEW = "new"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    NEEDS_LAWYER = "needs-lawyer"
