"""A policy's days as a calendar that programs subscribe to: iCalendar (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from watcher.models.story import Appointment, Due
from watcher.web.naming import Words
from watcher.web.render import web_link
from watcher.web.strings import Say

ASK_AGAIN = timedelta(hours=6)
_LONGEST = 500


def calendar(days: Sequence[Appointment], policy: str, words: Words, base_url: str) -> bytes:
    """The days as a calendar: the same days give the same bytes.

    A day that is moved keeps its UID, and its SEQUENCE goes up (RFC 5545, 3.8.7.4). A day whose match is dismissed, or
    whose entry is gone, is left out, not cancelled: without METHOD this is no message between calendars (RFC 5546)
    but the whole calendar as it is now, which programs that subscribe to it read again and put in the place of what
    they had (RFC 7986, 5.7). STATUS:CANCELLED would say that the government called the day off, which nobody said.
    """
    whole = Calendar()
    whole.add("prodid", "-//watcher//policy calendar//EN")
    whole.add("version", "2.0")
    whole.add("name", words.policy(policy))
    whole.add("x-wr-calname", words.policy(policy))
    whole.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for day in days:
        whole.add_component(_event(day, policy, words, base_url))
    body: bytes = whole.to_ical()
    return body


def uid(policy: str, day: Appointment) -> str:
    """What names a day for calendar programs: one for each policy, announcement or docket, and what it is for."""
    parts = "\0".join((policy, day.key, day.due))
    return f"{hashlib.sha256(parts.encode()).hexdigest()[:32]}@watcher"


def _event(day: Appointment, policy: str, words: Words, base_url: str) -> Event:
    say, report = Say(words.language), day.report
    what = say("Comments close") if day.due is Due.COMMENTS else say("A day named as the beginning or end")
    review = f"{base_url}/entries/{report.entry}"
    event = Event()
    event.add("uid", uid(policy, day))
    event.add("sequence", day.moved)
    event.add("dtstamp", _whole(day.changed_at))
    event.add("last-modified", _whole(day.changed_at))
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", _plain(f"{words.policy(policy)}: {what}"))
    event.add("description", _plain(f"“{day.quote}” {report.publisher.name}") + f"\n{review}")
    event.add("url", web_link(report.url) or review)
    event.add("transp", "TRANSPARENT")
    return event


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _plain(text: str) -> str:
    """One line without control characters, which no value may hold (RFC 5545, 3.1)."""
    return "".join(each if each.isprintable() else " " for each in text)[:_LONGEST]
