"""How right stories are: our own transitions, from texts to states, through the real classifier."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from tests.corpus.rows import HERE
from watcher.classify import Classifier
from watcher.models.catalog import Publisher
from watcher.models.identity import match_id
from watcher.models.story import Axis, Report, Standing, State, Step, Story
from watcher.models.words import PublisherType, Verdict
from watcher.story import tell

CORPORA = ("stories", "later_stories")
"""The second ones were written when the first ones were right."""
TODAY = date(2026, 11, 24)


def read_rows(name: str) -> list[dict[str, Any]]:
    """The transitions of a corpus: the entries of one policy, and the states of each axis that they make."""
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def reports(entries: Iterable[Mapping[str, Any]], policy: str, classifier: Classifier) -> list[Report]:
    """What the classifier finds about a policy in these entries."""
    found = []
    for number, entry in enumerate(entries):
        at, type_ = datetime.fromisoformat(entry["at"]).replace(tzinfo=UTC), PublisherType(entry["type"])
        said = classifier.classify(text=entry["text"], title=entry["title"], publisher_type=type_, published_at=at)
        found += [
            Report(
                match=match_id(str(number), match),
                entry=str(number),
                event="",
                at=at,
                action=match.action,
                modality=match.modality,
                target=match.target_action,
                actor=match.actor_type,
                score=match.score,
                quote=match.evidence.text,
                publisher=Publisher(entry["publisher"], entry["name"], type_),
                title=entry["title"],
                url=None,
                seq=number,
                verdict=Verdict(entry.get("verdict", "new")),
            )
            for match in said.matches
            if match.policy == policy
        ]
    return found


def story_of(row: Mapping[str, Any], classifier: Classifier) -> Story:
    """The story that a row tells."""
    return tell(row["policy"], reports(row["entries"], row["policy"], classifier), today=TODAY)


def in_words(state: State) -> str:
    """A state as the corpus writes it: "2021-02-02 announced:ended by Continental Wire"."""
    words = f"{state.on} {state.step}" + (f":{state.of}" if state.of else "")
    words += " (confirmed)" if state.standing is Standing.CONFIRMED else ""
    words += f" by {', '.join(state.reported_by)}" if state.reported_by else ""
    return words + (" [blocked]" if state.blocked_by else "")


def told(story: Story, axis: Axis) -> list[str]:
    """The states of an axis as the corpus writes them."""
    return [in_words(state) for state in story.on(axis)]


def mistake(row: Mapping[str, Any], story: Story) -> str:
    """What differs from what the row says, or ""."""
    for axis in Axis:
        if sorted(told(story, axis)) != sorted(row[axis.value]):
            return f"{axis}: {told(story, axis)}, expected {row[axis.value]}"
    wanted = row.get("contradictions", 0)
    return f"{len(story.contradictions)} contradictions" if len(story.contradictions) != wanted else ""


def false_ends(row: Mapping[str, Any], story: Story) -> int:
    """How often it says that a policy ended, which the row does not."""
    said = sum(state.step is Step.ENDED for state in story.states)
    return max(0, said - sum(" ended" in each for each in row[Axis.GOVERNMENT.value]))


def measure(name: str, classifier: Classifier) -> tuple[dict[str, float], list[str]]:
    """The measures, and what went wrong in words."""
    rows = read_rows(name)
    stories = [(row, story_of(row, classifier)) for row in rows]
    wrong = {row["id"]: said for row, story in stories if (said := mistake(row, story))}
    values = {
        f"{name}.rows": float(len(rows)),
        f"{name}.right": 1 - len(wrong) / len(rows),
        f"{name}.false_ends": float(sum(false_ends(row, story) for row, story in stories)),
    }
    return values, [f"{row}: {said}" for row, said in wrong.items()]
