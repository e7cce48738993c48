"""Examples of what the API says and takes, made of the very values, so that they cannot be other than these."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.models.alerts import DeliveryState
from watcher.models.catalog import Criteria, Publisher, Rule
from watcher.models.changes import Noun
from watcher.models.checks import CheckOutcome, TextState
from watcher.models.events import EventRow, Regrouping, RegroupingNote
from watcher.models.incidents import Incident, IncidentKind
from watcher.models.matches import Match, Mention, Reason, Span
from watcher.models.reviews import Act, DismissReason
from watcher.models.views import CaptureView, DeliveryRow, EntryRow, MatchRow, ReviewNote, VisitRow
from watcher.models.words import Action, ActorType, Modality, PublisherType, Verdict
from watcher.verdicts import Fate, Planned
from watcher.web.api.shapes import (
    ChangeOut,
    Done,
    EventOut,
    Imported,
    MatchReview,
    RegroupedOut,
    ReportOut,
    Reviewed,
    SourceOut,
    Undone,
)

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PUBLISHER = Publisher("dhs", "Department of Homeland Security", PublisherType.EXECUTIVE, "US")
TITLE = "DHS ends the Migrant Protection Protocols"
URL = "https://www.example.gov/news/protocols-ended"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MATCH = MatchRow(
    id="4c2a9be01d",
    match=Match(
        policy="mpp",
        action=Action.TERMINATE,
        modality=Modality.ACTUAL,
        target_action=None,
        target_polarity=None,
        actor_type=ActorType.EXECUTIVE,
        score=0.97,
        reasons=(Reason("named in the title", 0.4), Reason("said of it in the same sentence", 0.57)),
        evidence=Span("title", 0, 41, TITLE),
        mentions=(Mention("title", 13, 41, "Migrant Protection Protocols", "en"),),
    ),
    main=True,
    verdict=Verdict.CONFIRMED,
    backfill=False,
    entry_id="b7d1f03a55",
    source_id="dhs-news",
    publisher=PUBLISHER,
    title=TITLE,
    url=URL,
    language="en",
    published=AT,
    first_seen=AT,
    vocabulary_version="2026.5",
    version=1,
)
ENTRY = EntryRow(
    MATCH.entry_id, "dhs-news", PUBLISHER, TITLE, URL, "en", AT, AT, AT, 1, TextState.SOURCE, backfill=False, matches=1
)
LINE = MatchReview(
    MATCH.id,
    ReviewNote(
        Verdict.CONFIRMED, "Seen in the register too.", "Ana", AT, Act.DECIDE, changes={"verdict": ("new", "confirmed")}
    ),
)
INCIDENT = Incident("e81f20c4", "dhs-news", IncidentKind.BLOCKED, AT, AT, "the server refuses programs (403)", SHA256)
EVENT = EventRow("c99a01bd77", MATCH.entry_id, TITLE, PUBLISHER.name, PUBLISHER.type, AT, 3, AT, AT)
REPORT = ReportOut(MATCH.entry_id, PUBLISHER.name, PUBLISHER.type, TITLE, "en", AT, "the same text, 93% contained")
ACT = RegroupingNote("5f60718a1b2c3d4e", Regrouping.SPLIT, "Ana", AT, ("77aa01bb20",), "Border program returns")
EXAMPLES: dict[str, object] = {
    "EventRow": EVENT,
    "EventOut": EventOut(EVENT.id, EVENT.lead, AT, AT, 3, (REPORT,), None, (), (ACT,)),
    "RegroupedOut": RegroupedOut(ACT.act_id, "d10b02ce88", ACT.moved),
    "MatchRow": MATCH,
    "EntryRow": ENTRY,
    "MatchReview": LINE,
    "ReviewNote": LINE.line,
    "Reviewed": Reviewed("a1b2c3d4e5f60718", MATCH),
    "Undone": Undone("07f1e2d3c4b5a697", (MATCH.id,)),
    "Imported": Imported(
        applied=False,
        act="",
        counts={"change": 1, "conflict": 1},
        lines=[
            Planned(2, MATCH.id, Fate.SAME),
            Planned(3, "77aa01bb", Fate.CONFLICT, "it is dismissed in version 2 now; the file has version 1"),
        ],
    ),
    "Problem": {
        "type": "urn:watcher:problem:version",
        "title": "Conflict",
        "status": 409,
        "detail": "Somebody changed it: it is in version 2 now, and you saw version 1.",
    },
    "Incident": INCIDENT,
    "Rule": Rule("government-acts", ("desk",), "acts of government", Criteria(policies=("mpp",), min_score=0.6)),
    "CaptureView": CaptureView(SHA256, 18_344, (VisitRow("dhs-news", URL, URL, (), 200, "text/html", AT),)),
    "DeliveryRow": DeliveryRow(
        *("d0c1b2a3", MATCH.entry_id, TITLE, "desk", "email", "desk@example.org", DeliveryState.DELIVERED),
        *(1, "250 2.0.0 Ok", AT, None, AT),
    ),
    "SourceOut": SourceOut(
        id="dhs-news",
        name="News of the department",
        publisher=PUBLISHER,
        kind="feed",
        url="https://www.example.gov/feed.xml",
        enabled=True,
        retired=False,
        last_check_at=AT,
        last_outcome=CheckOutcome.FAILED,
        last_success_at=AT,
        next_check_at=AT,
        failures=3,
        failing_since=AT,
        problem_kind="refused",
        problem="the server refuses programs (403)",
        advice="Ask the publisher for leave.",
        entries=212,
        matches=31,
        newest_entry_at=AT,
        incident=INCIDENT,
    ),
    "ChangeOut": ChangeOut(Noun.MATCH, MATCH.id, AT, match=MATCH),
    "Done": Done("dhs-news", "due"),
    "ReviewIn": {"version": 0, "verdict": "dismissed", "reason": DismissReason.OLD_NEWS, "note": "From 2019."},
}
