"""Three reports of one announcement beside what is planted, and one of its opposite."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.web.planted import NOW, POLICIES, found, record
from watcher.events import take_print
from watcher.models.alerts import Announcement
from watcher.models.checks import CheckOutcome, CheckRecord, EntryRecord
from watcher.models.documents import Validators
from watcher.models.identity import entry_id
from watcher.models.words import Action, PublisherType
from watcher.pipeline.events import Gathering
from watcher.store import Store

GATHER = Gathering(lambda: {policy.id: policy.parent for policy in POLICIES.values()})
LEAD, WIRE, RADIO, BACK = (entry_id("kind-news", f"urn:report-{name}") for name in ("lead", "wire", "radio", "back"))
TEXTS = {
    "lead": ("Department ends the Migrant Protection Protocols", "The Migrant Protection Protocols end on June 21."),
    "wire": ("US scraps border program", "Officials said the Migrant Protection Protocols end on June 21."),
    "radio": ("Border program is over", "Listeners heard: the Migrant Protection Protocols end on June 21."),
    "back": ("Program returns", "The Migrant Protection Protocols are back."),
}


def report(name: str, hours: float, action: Action = Action.TERMINATE) -> EntryRecord:
    title, text = TEXTS[name]
    match = found("mpp", "Migrant Protection Protocols", text, title=title, action=action)
    at = NOW + timedelta(hours=hours)
    made = record(
        "kind-news", f"urn:report-{name}", title, text, [match], published=at, url=f"https://{name}.example/n"
    )
    said = Announcement(
        entry_id=made.entry_id,
        revision=1,
        source_id="kind-news",
        publisher_id=name,
        publisher_name=name.title(),
        publisher_type=PublisherType.EXECUTIVE if name == "lead" else PublisherType.MEDIA,
        url=made.entry.url,
        title=title,
        text=text,
        language="en",
        published=at,
        first_seen=at,
        announcement_kind=None,
        matches=(match,),
    )
    return replace(made, print=take_print(said))


def plant_reports(store: Store) -> None:
    """As one check brings them."""
    (claimed,) = store.sources.claim_due(
        NOW, lease=timedelta(minutes=5), limit=1, only=["kind-news"], ignore_schedule=True
    )
    reports = (report("lead", 0), report("wire", 1), report("radio", 2), report("back", 3, Action.REINSTATE))
    check = CheckRecord(
        source_id="kind-news",
        fence=claimed.fence,
        started_at=NOW,
        finished_at=NOW,
        outcome=CheckOutcome.READ,
        next_check_at=NOW + timedelta(minutes=15),
        validators=Validators(),
        body_sha256=None,
        status=200,
        entries=reports,
        entries_seen=len(reports),
    )
    store.checks.record([check], GATHER)
