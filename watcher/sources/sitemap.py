"""Sitemaps: the pages of a site as it lists them for search engines; which of them are new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from html import escape
from urllib.parse import unquote, urlsplit

from watcher.models.catalog import Interval
from watcher.models.entries import RawEntry, RawReading
from watcher.sources import base, dates, keys, seenpages, urlset
from watcher.sources.seenpages import Part, Seen, State


@dataclass(frozen=True, slots=True)
class Options:
    """Which of the listed pages are announcements."""

    include: tuple[str, ...] = ()
    """Patterns of addresses, such as `*/news/*` (`*` stands for any characters; one that begins with `/` is held
    against the path). Only pages that fit one are taken; none given: all."""
    exclude: tuple[str, ...] = ()
    """Patterns of addresses that are not taken, also of parts of an index, such as `*/product-sitemap*`."""
    newest: int = 200
    """How many of the pages that are there at the first check become entries; all others are known from then on."""
    since_days: int = 0
    """Pages whose date is older than so many days are not taken; 0: all are."""

    def __post_init__(self) -> None:
        """Raises ValueError for numbers that cannot work."""
        if not 0 <= self.newest <= _MOST_AT_FIRST:
            raise ValueError(f"newest: write a number from 0 to {_MOST_AT_FIRST}")
        if self.since_days < 0:
            raise ValueError("since_days: write a number of days, or 0 for all pages")


KIND = base.Kind(
    name="sitemap",
    options=Options,
    every=Interval(timedelta(hours=1), timedelta(hours=24)),
    accept="application/xml, text/xml;q=0.9, application/gzip;q=0.8, */*;q=0.5",
    read="watcher.sources.sitemap:read",
    decoded=False,
    remembers=True,
    timed=True,
)

AT_ONCE = 500
"""Entries of one reading; the document is read again for the others."""
_MOST_AT_FIRST = 2000
_DEEPEST = 2
"""Indexes above a sitemap. The protocol allows one; more are a loop, or a site that never ends."""
_PARTS_AT_FIRST = 10
_FIRST, _LAST = 2, 8
"""Of the parts of an index that have no date: new pages come at an end, mostly the last one."""
_DAY = timedelta(days=1)
_OF_A_BUILD, _FEW = 0.5, 20
"""A date that more than half of at least 20 pages share is that of the site's last build, and says nothing."""
_WORDS_OF_A_NAME = 4
_MIGRATION = 5
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A member that counts. `time` is in seconds, 0 where no date is believed; `claimed` is as written.

    A date without a time counts as the end of its day: whatever comes on that day may be new.
    """

    url: str
    mark: bytes
    time: int
    claimed: int
    whole_day: bool
    member: urlset.Member


def read(
    body: bytes,
    *,
    url: str,
    media_type: str,
    charset: str | None,
    options: Options,
    memory: str | None = None,
    now: datetime,
) -> RawReading:
    """The pages that were not listed before, newest first, each a teaser; of an index, where to read on.

    The first time the newest ones are taken (`Options.newest`), the others are known from then on. `seenpages` says
    what is remembered, and what cannot be noticed. The same page under http, https, `www.`, with a trailing slash or
    tracking parameters is not new, nor is one that has moved: its long name is known, and its old address is gone.
    Of an index those parts are read whose lastmod is newer than when they were read last; without lastmod the first
    two and the last eight. Raises ParseError as `urlset.parse`.
    """
    sitemap = urlset.parse(body, url)
    here = seenpages.mark_of(keys.canonical_url(url))
    seen = seenpages.read(memory) if memory is not None else Seen(root=here, left=options.newest)
    if seen is None:  # other rules wrote it: nothing can be compared, so nothing is news
        seen = Seen(root=here, left=0)
    listed = _listed(sitemap, url, options, now)
    if sitemap.is_index:
        return _read_index(listed, here, seen)
    return _read_pages(listed, url, here, seen, _earliest(options, now))


# --- what is listed ----------------------------------------------------------------------------------------------


def _listed(sitemap: urlset.Sitemap, url: str, options: Options, now: datetime) -> list[_Listed]:
    """The members that options allow, in their order, each address once, with the dates that can be believed."""
    include = () if sitemap.is_index else options.include
    found: dict[bytes, _Listed] = {}
    for member in sitemap.members:
        address = base.web_address(url, member.address)
        if address and _is_wanted(address, include, options.exclude):
            each = _dated(address, member, now)
            found.setdefault(seenpages.page_of(each.mark), each)
    listed = list(found.values())
    return listed if sitemap.is_index else _without_dates_of_a_build(listed)


def _is_wanted(address: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    if exclude and any(_fits(address, pattern) for pattern in exclude):
        return False
    return not include or any(_fits(address, pattern) for pattern in include)


def _fits(address: str, pattern: str) -> bool:
    return fnmatchcase(urlsplit(address).path if pattern.startswith("/") else address, pattern)


def _dated(address: str, member: urlset.Member, now: datetime) -> _Listed:
    canonical = keys.canonical_url(address)
    written = member.published or member.changed
    moment, whole_day = _moment(written, now)
    time = int(moment.timestamp()) if moment else 0
    return _Listed(address, seenpages.mark(canonical, _name(canonical)), time, time, whole_day, member)


def _moment(written: str, now: datetime) -> tuple[datetime | None, bool]:
    """When something was, and whether only its day is known."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return dates.believable(dates.read_date(written), now), False
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    if dates.believable(moment, now) is None:
        return None, False
    whole_day = len(written) <= len("2026-11-24")
    return (moment + _DAY - timedelta(seconds=1) if whole_day else moment), whole_day


def _without_dates_of_a_build(listed: list[_Listed]) -> list[_Listed]:
    times = Counter(each.time for each in listed if each.time and not each.member.published)
    common, count = times.most_common(1)[0] if times else (0, 0)
    if len(listed) < _FEW or count <= _OF_A_BUILD * len(listed):
        return listed
    return [replace(each, time=0) if each.time == common and not each.member.published else each for each in listed]


def _name(canonical: str) -> str:
    """The last part of a path when it is so long that no other page is called the same by chance, else ""."""
    path = canonical.partition("?")[0]
    name = unquote(path.rpartition("/")[2]).lower() if path.count("/") > 2 else ""
    return name if len(_WORD.findall(name)) >= _WORDS_OF_A_NAME else ""


def _earliest(options: Options, now: datetime) -> int:
    return int((now - options.since_days * _DAY).timestamp()) if options.since_days else 0


# --- an index ----------------------------------------------------------------------------------------------------


def _read_index(listed: list[_Listed], here: str, seen: Seen) -> RawReading:
    me = _part(here, seen)
    if me.level >= _DEEPEST:
        return RawReading((), memory=seen.written())
    parts = {_document(each): each for each in listed if _document(each) not in (here, seen.root)}
    is_first = me.state is State.AT_FIRST
    due = list(_due_at_first(parts) if is_first else _due(parts, seen))
    _remember_parts(parts, due, seen, me, is_first=is_first)
    seen.remember_parts({here: replace(me, state=State.READ)})
    more = tuple(parts[each].url for each in sorted(due, key=lambda each: parts[each].time, reverse=True))
    return RawReading((), memory=seen.written(), more=more, again=_changes_unseen(parts))


def _document(each: _Listed) -> str:
    return seenpages.page_of(each.mark).hex()


def _due_at_first(parts: dict[str, _Listed]) -> Iterator[str]:
    """Enough for the newest pages; of the other parts it is enough to know that they were there."""
    dated = sorted((each for each in parts if parts[each].time), key=lambda each: parts[each].time, reverse=True)
    yield from dated[:_PARTS_AT_FIRST]
    yield from _at_the_ends(parts)


def _due(parts: dict[str, _Listed], seen: Seen) -> Iterator[str]:
    newest = max((each.time for each in parts.values()), default=0)
    for name, each in parts.items():
        known = seen.parts.get(name)
        if not each.time:
            continue
        is_today = each.whole_day and each.time == newest
        if each.time > (known.time if known else seen.floor) or is_today:
            yield name
    yield from _at_the_ends(parts)


def _at_the_ends(parts: dict[str, _Listed]) -> list[str]:
    undated = [each for each in parts if not parts[each].time]
    return undated if len(undated) <= _FIRST + _LAST else [*undated[:_FIRST], *undated[-_LAST:]]


def _remember_parts(parts: dict[str, _Listed], due: Sequence[str], seen: Seen, me: Part, *, is_first: bool) -> None:
    state_of_new = State.AT_FIRST if is_first else State.NEWCOMER
    taken = {name: Part(each.time, me.level + 1) for name, each in parts.items()}
    taken |= {name: replace(taken[name], state=state_of_new) for name in due}
    taken |= {name: replace(seen.parts[name], time=taken[name].time) for name in parts.keys() & seen.parts.keys()}
    if is_first:
        unread = [parts[name].time for name in parts.keys() - set(due)]
        seen.floor = max(seen.floor, max(unread, default=0))
    seen.remember_parts(taken)


def _changes_unseen(parts: dict[str, _Listed]) -> bool:
    """Whether a part may get new pages while the index stays the same: it has no date, or only that of today."""
    newest = max((each.time for each in parts.values()), default=0)
    return any(not each.time or (each.whole_day and each.time == newest) for each in parts.values())


# --- pages -------------------------------------------------------------------------------------------------------


def _read_pages(listed: list[_Listed], url: str, here: str, seen: Seen, earliest: int) -> RawReading:
    part = _part(here, seen)
    known = seen.pages()
    unknown = [each for each in listed if seenpages.page_of(each.mark) not in known]
    if part.state is State.AT_FIRST:
        new = _newest_first(unknown, earliest)[: seen.left]
        seen.left -= len(new)
        rest: list[_Listed] = []
    else:
        every = _newest_first(_new(listed, unknown, here, seen, part), earliest)
        new, rest = every[:AT_ONCE], every[AT_ONCE:]
    _remember_pages(listed, rest, here, seen)
    if not rest:
        seen.remember_parts({here: replace(part, state=State.READ)})
    return RawReading(_entries(new), memory=seen.written(), more=(url,) if rest else ())


def _part(here: str, seen: Seen) -> Part:
    """What is known of this sitemap. One that nobody listed under this address (the root, or after a redirect) is
    learnt."""
    return seen.parts.get(here, Part(0, 0 if here == seen.root else 1, State.AT_FIRST))


def _newest_first(listed: Sequence[_Listed], earliest: int) -> list[_Listed]:
    """Those that are not too old; pages without date come after the others, in their order."""
    young = [each for each in listed if not each.time or each.time >= earliest]
    return sorted(young, key=lambda each: each.time, reverse=True)


def _new(listed: Sequence[_Listed], unknown: Sequence[_Listed], here: str, seen: Seen, part: Part) -> list[_Listed]:
    if part.state is State.NEWCOMER:
        new = list(unknown)
    else:
        ends = _near_the_ends(listed, here, seen)
        new = [each for each in unknown if (each.time > seen.floor if each.time else each.mark in ends)]
    moved = _moved(listed, new, seen)
    return [each for each in new if each.mark not in moved]


def _near_the_ends(listed: Sequence[_Listed], here: str, seen: Seen) -> set[bytes]:
    """The undated pages of which it would be known that they were there before."""
    if here not in seen.undated:
        return set()
    undated, room = [each.mark for each in listed if not each.time], seen.room(here)
    if len(undated) <= room and len(seen.undated[here]) < room:
        return set(undated)
    near = room // 4
    return {*undated[:near], *undated[-near:]}


def _moved(listed: Sequence[_Listed], new: Sequence[_Listed], seen: Seen) -> set[bytes]:
    """Those of the new ones that are known under an address that is gone.

    A page with a later date than all that were known may be the next edition of a column that always has the same
    name, unless many move at once. A news sitemap lists two days only: there, everything goes.
    """
    if any(each.member.published for each in listed):
        return set()
    here = {seenpages.page_of(each.mark) for each in listed}
    marks = [*seen.dated, *(mark for marks in seen.undated.values() for mark in marks)]
    gone = {seenpages.slug_of(mark) for mark in marks if seenpages.page_of(mark) not in here} - {b""}
    found = [each for each in new if seenpages.slug_of(each.mark) in gone]
    newest = max(seen.dated.values(), default=0)
    return {each.mark for each in found if len(found) >= _MIGRATION or each.time <= newest}


def _remember_pages(listed: Sequence[_Listed], rest: Sequence[_Listed], here: str, seen: Seen) -> None:
    """All but those that the next reading is to find again."""
    later = {each.mark for each in rest}
    taken = [each for each in listed if each.mark not in later]
    seen.remember_dated((each.mark, each.time) for each in taken if each.time)
    seen.remember_undated(here, [(each.mark, each.claimed) for each in taken if not each.time])


def _entries(new: Sequence[_Listed]) -> tuple[RawEntry, ...]:
    names = keys.assign([keys.Marks("", each.url, "") for each in new])
    return tuple(_entry(key, each) for key, each in zip(names, new, strict=True))


def _entry(key: str, each: _Listed) -> RawEntry:
    written = each.member.published
    return RawEntry(
        key=key,
        url=each.url,
        title=escape(each.member.title),
        content="",
        teaser=True,
        published=dates.read_date(written),
        published_raw=written,
        language=base.primary_language(each.member.language),
    )
