"""How right events are: our own announcements replayed in the order of time through the real rules."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.corpus.rows import HERE
from watcher.alerts import rules
from watcher.alerts.payload import Links
from watcher.classify import Classifier
from watcher.events import take_print
from watcher.models.alerts import Announcement
from watcher.models.catalog import Criteria, Recipient, Rule
from watcher.models.events import Around, Member, Told
from watcher.models.identity import event_id
from watcher.models.words import Action, PublisherType
from watcher.pipeline.events import Gathering

FILE = HERE / "events.jsonl"
DESK = Recipient("desk", "email", options={"to": ["desk@example.org"]})
_OPINIONS = (Action.COMMENT, Action.COMMEMORATE, Action.MENTION, Action.REPORT)
EVERYTHING = Rule("acts", ("desk",), when=Criteria(actions=tuple(each for each in Action if each not in _OPINIONS)))
"""What a desk asks for: whatever happens or is asked for."""


@dataclass(slots=True)
class Replayed:
    """Where the entries of one half went, and which of them rang."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    placed: dict[str, str] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    rang: set[str] = field(default_factory=set)
    selected: set[str] = field(default_factory=set)
    acts: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def read_rows(half: str) -> list[dict[str, Any]]:
    """The announcements of a half, in the order of time."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["half"] == half]


def replay(half: str, classifier: Classifier) -> Replayed:
    """Place every entry as if its source were checked at once, with one recipient who wants all acts."""
    policies = classifier.vocabulary.policies
    parents = {policy.id: policy.parent for policy in policies.values()}
    gather, found = Gathering(lambda: parents), Replayed()
    members: list[Member] = []
    told: dict[str, list[Told]] = defaultdict(list)
    linked: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(half):
        announcement = _announcement(row, classifier)
        new = take_print(announcement)
        found.rows.append(row)
        if new is None:
            found.placed[row["id"]] = f"nothing in {row['id']}"
            continue
        near = tuple(each for each in members if abs(each.print.at - new.at) < timedelta(days=30))
        placement = gather.place(new, Around(near))
        own = placement.event_id or event_id(new.entry_id)
        for other in (placement.reaction_to, *placement.reacted_by):
            if other:
                linked[own].add(other)
                linked[other].add(own)
        found.placed[row["id"]], found.why[row["id"]] = own, placement.why
        found.acts[row["id"]] = str([(act.policy, act.action.value, act.modality.value) for act in new.acts[:2]])
        here = [each for each in members if each.event_id in {own, *linked[own]}]
        made = rules.route(
            announcement,
            [EVERYTHING],
            {"desk": DESK},
            parents=parents,
            policies=policies,
            addresses=lambda each: ("desk@example.org",),
            links=Links(),
            now=new.at,
        )
        mine = Member(own, new, placement.why)
        before = [each for member in here for each in told[member.print.entry_id]]
        for delivery in gather.settle(mine, made, here, before):
            found.selected.add(row["id"])
            if not delivery.repeats:
                found.rang.add(row["id"])
            told[new.entry_id].append(
                Told(
                    delivery.id,
                    new.entry_id,
                    delivery.channel,
                    delivery.address,
                    delivery.rule_ids,
                    delivery.payload,
                    not delivery.repeats,
                )
            )
        members.append(mine)
    return found


def _announcement(row: Mapping[str, Any], classifier: Classifier) -> Announcement:
    at, publisher = datetime.fromisoformat(row["at"]), PublisherType(row["publisher_type"])
    said = classifier.classify(text=row["text"], title=row["title"], publisher_type=publisher, published_at=at)
    return Announcement(
        entry_id=row["id"],
        revision=1,
        source_id=row["publisher"],
        publisher_id=row["publisher"],
        publisher_name=row["publisher_name"],
        publisher_type=publisher,
        url=row["url"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
        published=at,
        first_seen=at,
        announcement_kind=said.announcement_kind,
        matches=said.matches,
        links=tuple(row.get("links", ())),
        versions=tuple(row.get("versions", ())),
    )


def measure(half: str, classifier: Classifier) -> tuple[dict[str, float], list[str]]:
    """The measures of one half, and what went wrong in it."""
    found = replay(half, classifier)
    truth = {row["id"]: row["event"] for row in found.rows}
    told = [row for row in found.rows if row["id"] in found.selected]
    news = [row for row in told if row["news"]]
    first: dict[str, str] = {}
    for row in told:
        first.setdefault(row["event"], row["id"])
    missed = [row for row in news if row["id"] not in found.rang]
    missed += [row for row in told if first[row["event"]] == row["id"] not in found.rang and row["kind"] != "reaction"]
    needless = [row for row in told if row["id"] in found.rang and not row["news"] and first[row["event"]] != row["id"]]
    merged = _other_policies(found)
    values = {
        "entries": float(len(found.rows)),
        "events": float(len(set(truth.values()))),
        "b_cubed": b_cubed(truth, found.placed),
        "alerts_per_event": 1 + len(needless) / max(len(first), 1),
        "missed_novelty": len(missed) / max(len(news) + len(first), 1),
        "merged_policies": len(merged) / len(found.rows),
    }
    errors = [f"missed {_name(row, found)}" for row in missed]
    errors += [f"needless {_name(row, found)}" for row in needless]
    errors += _misplaced(found, truth)
    return {f"events.{half}.{name}": value for name, value in values.items()}, errors


def b_cubed(truth: Mapping[str, str], said: Mapping[str, str]) -> float:
    """The F1 of B-cubed precision and recall (Bagga and Baldwin 1998): each entry judges its neighbours."""
    pairs = Counter((truth[each], said[each]) for each in truth)
    of_truth, of_said = Counter(truth.values()), Counter(said.values())
    precision = sum(pairs[truth[each], said[each]] / of_said[said[each]] for each in truth) / len(truth)
    recall = sum(pairs[truth[each], said[each]] / of_truth[truth[each]] for each in truth) / len(truth)
    return 2 * precision * recall / (precision + recall)


def _other_policies(found: Replayed) -> list[str]:
    """Entries that share an event with more entries of another policy than of their own."""
    of: dict[str, Counter[str]] = defaultdict(Counter)
    for row in found.rows:
        of[found.placed[row["id"]]][row["policy"]] += 1
    return [row["id"] for row in found.rows if of[found.placed[row["id"]]].most_common(1)[0][0] != row["policy"]]


def _misplaced(found: Replayed, truth: Mapping[str, str]) -> list[str]:
    founder: dict[str, str] = {}
    home: dict[str, str] = {}
    errors = []
    for row in found.rows:
        place = found.placed[row["id"]]
        if founder.setdefault(place, truth[row["id"]]) != truth[row["id"]]:
            errors.append(f"merged into {founder[place]}: {_name(row, found)} {found.why.get(row['id'])}")
        elif home.setdefault(truth[row["id"]], place) != place:
            errors.append(f"apart: {_name(row, found)}")
    return errors


def _name(row: Mapping[str, Any], found: Replayed) -> str:
    return (
        f"{row['event']} {row['kind']} {row['language']} {row['title'][:60]!r} {found.acts.get(row['id'], 'no match')}"
    )
