"""From texts to the story, through the real classifier: our own transitions, and the seed documents."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.corpus import stories
from tests.corpus.rows import CORPUS, read_lines, shared_is_here
from watcher.classify import Classifier, load_vocabulary
from watcher.models.story import Axis, Story
from watcher.story import tell

_TYPES = {"government": "executive", "coalition": "ngo"}


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(load_vocabulary())


def test_there_are_sixty_transitions_a_third_of_them_spanish_and_half_of_them_traps() -> None:
    rows = stories.read_rows("stories")
    assert len(rows) >= 60
    assert sum(row["lang"] == "es" for row in rows) >= 20
    assert sum("trap" in row for row in rows) >= 30


@pytest.mark.parametrize(("name", "right"), [("stories", 0.95), ("later_stories", 0.85)])
def test_most_transitions_come_out_right_and_nothing_ends_that_did_not(
    classifier: Classifier, name: str, right: float
) -> None:
    values, errors = stories.measure(name, classifier)
    assert values[f"{name}.right"] >= right, errors
    assert values[f"{name}.false_ends"] == 0, errors


@pytest.fixture(scope="module")
def seeds() -> list[dict[str, Any]]:
    if not shared_is_here():
        pytest.skip(f"the shared corpora are not at {CORPUS}; set WATCHER_SHARED to tell the seeds' stories")
    return [_entry(raw) for raw in read_lines(CORPUS / "seed_labels.jsonl")]


def _entry(raw: dict[str, Any]) -> dict[str, Any]:
    kind = raw["publisher_type"]
    return {
        "publisher": raw["publisher"],
        "name": raw["publisher"],
        "type": _TYPES.get(kind, kind),
        "at": raw["date"][:10],
        "title": "",
        "text": (CORPUS / "seeds" / raw["file"]).read_text(encoding="utf-8"),
    }


def _told(policy: str, seeds: list[dict[str, Any]], classifier: Classifier) -> Story:
    return tell(policy, stories.reports(seeds, policy, classifier), today=date(2021, 12, 1))


def test_the_agreement_with_el_salvador_is_reported_by_kind_and_its_end_announced_by_state(
    seeds: list[dict[str, Any]], classifier: Classifier
) -> None:
    assert stories.told(_told("aca-el-salvador", seeds, classifier), Axis.GOVERNMENT) == [
        "2020-12-17 announced by Kids in Need of Defense (KIND)",
        "2021-02-02 announced:ended",
        "2021-02-02 announced:suspended",
    ]


def test_the_agreements_did_not_end_when_state_announced_that_they_would(
    seeds: list[dict[str, Any]], classifier: Classifier
) -> None:
    told = _told("aca", seeds, classifier)
    assert sorted(stories.told(told, Axis.GOVERNMENT)) == [
        "2021-02-02 announced:ended",
        "2021-02-02 announced:suspended",
    ]
    assert told.now.government is None
    assert told.on(Axis.COURTS) == ()


def test_the_restart_of_the_central_american_minors_program_is_planned(
    seeds: list[dict[str, Any]], classifier: Classifier
) -> None:
    told = stories.told(_told("cam", seeds, classifier), Axis.GOVERNMENT)
    assert "2021-02-02 announced:brought-back" in told
    assert all(" announced:" in state for state in told)


def test_the_end_of_remain_in_mexico_is_promised_and_its_anniversary_changes_nothing(
    seeds: list[dict[str, Any]], classifier: Classifier
) -> None:
    told = _told("mpp", seeds, classifier)
    assert stories.told(told, Axis.GOVERNMENT) == ["2021-01-29 announced:ended by Kids in Need of Defense (KIND)"]
    assert told.on(Axis.COURTS) == ()
