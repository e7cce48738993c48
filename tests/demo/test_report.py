"""The report says what did not arrive, and only that makes it fail."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from tests.demo.conftest import NOW
from watcher.demo.catalog import alerts
from watcher.demo.drafts import Draft, Expectation, read_drafts
from watcher.demo.mailbox import Mail
from watcher.demo.newsroom import Newsroom, Published
from watcher.demo.outlets import OUTLETS, publishers
from watcher.demo.receiver import Hook
from watcher.demo.report import Report, Seen, compare, show
from watcher.models.matches import Match, Span
from watcher.models.views import MatchRow
from watcher.models.words import Action, ActorType, Modality, Verdict

PARENTS = {"aca": "safe-third-country", "aca-honduras": "aca", "mpp": None, "title-42": None}


@cache
def published() -> tuple[Published, ...]:
    newsroom = Newsroom(read_drafts(), {each.id: f"http://{each.id}.test" for each in publishers()}, opened=NOW)
    newsroom.publish_all(NOW)
    return newsroom.published()


def row(out: Published, wanted: Expectation) -> MatchRow:
    match = Match(
        wanted.policy,
        wanted.action or Action.MENTION,
        wanted.modality or Modality.ACTUAL,
        None,
        None,
        wanted.actor or ActorType.UNKNOWN,
        score=0.9,
        reasons=(),
        evidence=Span("text", 0, 3, "The"),
        mentions=(),
    )
    return MatchRow(
        id=f"{out.draft.slug}-{wanted.policy}",
        match=match,
        main=True,
        verdict=Verdict.NEW,
        backfill=out.draft.age is not None,
        entry_id=out.draft.slug,
        source_id=out.draft.outlet.id,
        publisher=out.draft.outlet.publisher,
        title=out.draft.title,
        url=f"{out.url}?utm_source=rss",
        language="en",
        published=out.at,
        first_seen=NOW,
        vocabulary_version="1",
    )


def mail(number: int, out: Published) -> Mail:
    return Mail(number, NOW, "watcher@newsroom.demo", ("desk@newsroom.demo",), (), f"Read it: {out.url}\n", "")


@cache
def everything() -> Seen:
    """All that a perfect watcher would have brought."""
    alerted = [each for each in published() if alerts(each.draft)]
    return Seen(
        entries={outlet.id: sum(each.draft.outlet == outlet for each in published()) for outlet in OUTLETS},
        matches=[row(each, wanted) for each in published() for wanted in each.draft.expected],
        mails=[mail(number, each) for number, each in enumerate(alerted, 1)],
        hooks=[Hook(each.draft.slug, NOW, 1, {"data": {"entry": [{"url": each.url}]}}) for each in alerted],
    )


def report(seen: Seen) -> Report:
    return compare(published(), seen, parents=PARENTS)


def of(slug: str) -> Published:
    return next(each for each in published() if each.draft.slug == slug)


def test_when_everything_arrived_nothing_is_missing_and_the_exit_code_is_0() -> None:
    found = report(everything())
    assert (found.missing, found.remarks, found.exit_code) == ((), (), 0)
    assert "Everything expected arrived." in show(found)


def test_the_table_has_a_line_for_each_source_and_the_sum() -> None:
    found = report(everything())
    assert [line.source for line in found.lines[:-1]] == [outlet.id for outlet in OUTLETS]
    total = found.lines[-1]
    assert total.published == total.entries == len(read_drafts())
    assert total.alerts == total.mails == total.hooks == len(everything().mails)
    lines = show(found).splitlines()
    assert len({len(line) for line in lines[: len(found.lines) + 2]}) == 1


def test_when_nothing_arrived_everything_is_missing() -> None:
    found = report(Seen({}, [], [], []))
    assert found.exit_code == 1
    assert "federal-court: 7 of 7 entries were not stored" in found.missing
    assert sum(text.endswith("no mail") for text in found.missing) == len(everything().mails)
    assert "Expected, and did not arrive:" in show(found)


def test_a_lost_mail_and_a_lost_webhook_are_named() -> None:
    seen = everything()
    found = report(replace(seen, mails=seen.mails[1:], hooks=seen.hooks[1:]))
    title = next(each.draft.title for each in published() if each.url in seen.mails[0].text)
    assert [text.split(": ")[-1] for text in found.missing] == ["no mail", "no webhook"]
    assert all(title in text for text in found.missing)


def test_a_policy_that_was_not_found_is_missing_and_one_too_many_is_a_remark() -> None:
    seen = everything()
    out = of("title-42-will-end")
    wrong = row(out, Expectation("mpp"))
    found = report(replace(seen, matches=[wrong, *(each for each in seen.matches if each.entry_id != out.draft.slug)]))
    assert [text.rsplit(": ", 1)[1] for text in found.missing] == ["no match of title-42"]
    assert [text.rsplit(": ", 1)[1] for text in found.remarks] == ["also matched mpp"]


def test_a_parent_or_child_of_an_expected_policy_is_neither_right_nor_wrong() -> None:
    seen = everything()
    also = [
        row(of("agreement-with-honduras"), Expectation(policy)) for policy in ("aca-honduras", "safe-third-country")
    ]
    assert report(replace(seen, matches=[*seen.matches, *also])).remarks == ()


def test_other_labels_than_a_person_gives_are_a_remark() -> None:
    seen = everything()
    out = of("haiti-status-extended")
    other = row(out, Expectation("tps", Action.TERMINATE, Modality.ACTUAL, ActorType.EXECUTIVE))
    found = report(replace(seen, matches=[other, *(each for each in seen.matches if each.entry_id != out.draft.slug)]))
    assert found.missing == ()
    assert found.remarks[0].endswith("tps is terminate/actual/executive, expected extend/actual/executive")


def test_an_alert_that_says_something_else_than_happened_is_missing() -> None:
    seen = everything()
    out = of("title-42-will-end")
    other = row(out, Expectation("title-42", Action.EXTEND, Modality.ACTUAL, ActorType.EXECUTIVE))
    found = report(replace(seen, matches=[other, *(each for each in seen.matches if each.entry_id != out.draft.slug)]))
    assert found.missing[0].endswith("title-42 is extend/actual/executive, expected terminate/planned/executive")
    assert found.remarks == ()


def test_an_alert_that_nobody_expected_and_a_second_mail_are_remarks() -> None:
    seen = everything()
    alerted = next(each for each in published() if each.url in seen.mails[0].text)
    more = [mail(98, of("metering-rollout-resumes")), mail(99, alerted)]
    found = report(replace(seen, mails=[*seen.mails, *more]))
    assert sorted(text.rsplit(": ", 1)[1] for text in found.remarks) == ["2 mails", "alerted, which nobody expected"]


def test_refused_webhooks_make_it_fail() -> None:
    assert report(replace(everything(), refused_hooks=2)).missing == ("2 webhooks were refused by the receiver",)


def test_backfill_is_not_expected_to_be_alerted() -> None:
    old: list[Draft] = [each for each in read_drafts() if each.age is not None]
    assert old
    assert not any(map(alerts, old))
