"""APIs: JSON answers that list announcements, read with JMESPath paths, page by page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from watcher.models.catalog import Interval
from watcher.models.entries import RawEntry, RawReading
from watcher.sources import base, dates, jsontext, keys, paging, paths
from watcher.sources.presets import DEFAULTS, PRESETS


@dataclass(frozen=True, slots=True)
class Options:
    """Where everything stands in the answer: JMESPath paths (https://jmespath.org), all but `entries` and `next` within
    an entry. What is not given comes from the preset; a path that finds a list gives its texts."""

    preset: Literal["", "federal-register", "federal-register-inspection", "wordpress", "courtlistener"] = ""
    """An interface whose paths are known."""
    entries: str = ""
    """The list of entries; default: the answer itself."""
    id: str = ""
    """What identifies an entry; default: `id`."""
    url: str = ""
    """The address of an entry's page; default: `url`, else `link`."""
    title: str = ""
    """Default: `title`."""
    title_is: Literal["", "text", "html"] = ""
    """Whether titles are plain text (the default) or markup."""
    text: str = ""
    """The text as plain text."""
    html: str = ""
    """The text as markup; where it finds something, `text` is not asked."""
    date: str = ""
    """When it was published: a date in words or figures, or seconds or milliseconds since 1970; default: `date`."""
    date_order: Literal["", "MDY", "DMY", "YMD"] = ""
    """How 3/2/2021 is meant; default: the habit of the language."""
    language: str = ""
    """The language tag of an entry."""
    full_text: Literal["", "always", "never"] = ""
    """Whether the answer carries full texts. always: the pages of its entries are not fetched; never: they are."""
    where: str = ""
    """Only entries for which this is true are taken, for interfaces that cannot filter themselves: `type == 'Rule'`."""
    words: tuple[str, ...] = ()
    """Only entries whose title or text in the answer has one of these words or phrases are taken."""
    next: str = ""
    """What leads to the next page: its address, a value for `next_parameter`, or true where there is one."""
    next_parameter: str = ""
    """The query parameter that asks for a page; without `next` it counts up until a page is empty."""
    counts: Literal["", "pages", "entries"] = ""
    """What `next_parameter` counts: pages (the default), or entries that came before."""
    first_page: int = 1
    """The number of the first page, where `next_parameter` counts pages."""
    pages: int = 5
    """How many pages the first check reads. Later ones go on while a page brings something new."""

    def __post_init__(self) -> None:
        """Raises ValueError for a path that is none, with the reason."""
        for name in ("entries", "id", "url", "title", "text", "html", "date", "language", "where", "next"):
            _check_path(name, getattr(self, name))
        if not 1 <= self.pages <= 100:
            raise ValueError("pages: write a number from 1 to 100")
        if any(not word.strip() for word in self.words):
            raise ValueError("words: a word must not be empty; it would be found everywhere")
        if (self.counts or self.first_page != 1) and not self.of("next_parameter"):
            name = "counts" if self.counts else "first_page"
            raise ValueError(f"{name}: name the parameter that counts, as `next_parameter: page`")

    def of(self, name: str) -> str:
        """An option as it counts: as given, else as the preset says, else by default."""
        given: str = getattr(self, name)
        return given or PRESETS.get(self.preset, {}).get(name) or DEFAULTS.get(name, "")


KIND = base.Kind(
    name="api",
    options=Options,
    every=Interval(timedelta(minutes=15), timedelta(hours=6)),
    accept="application/json, application/*+json;q=0.9, */*;q=0.1",
    read="watcher.sources.api:read",
    remembers=True,
)

_SIZES = ("per_page", "page_size", "pagesize", "limit", "rows")
_SECONDS = re.compile(r"\d{9,10}")
_MILLISECONDS = re.compile(r"\d{12,13}")
_TAGS = re.compile(r"<[^<>]*>")
_LOOK = "`watcher sources try` shows what the paths find; the beginning of the answer is kept with this problem."


def read(
    body: bytes, *, url: str, media_type: str, charset: str | None, options: Options, memory: str | None = None
) -> RawReading:
    """The entries that the paths find in a JSON answer, in its order, and the address of the next page.

    Raises ParseError: UNREADABLE (empty, not JSON), INCOMPLETE (it ends in the middle), UNEXPECTED (`entries` finds no
    list, or the other paths find nothing in any of its entries).
    """
    _refuse_markup(body, url)
    answer = jsontext.read_json(body, url)
    rows = _rows(answer, url, body, options)
    found = _with_keys([_entry(row, url, options) for row in rows])
    if rows and not any(entry.url or entry.title or entry.content for entry, _ in found):
        message = f"`{options.of('entries')}` finds a list at {url}, but the paths find nothing in its entries."
        raise base.unexpected(message, f"Correct `title`, `url`, `text` or `html`. {_LOOK}", body)
    trail = paging.trail(memory, url, options.pages)
    left, more = trail.onward(url, _next(answer, url, len(rows), options), [entry.key for entry, _ in found])
    wanted = tuple(entry for entry, row in found if _is_wanted(entry, row, options))
    return RawReading(wanted, memory=left, more=more)


def _check_path(name: str, path: str) -> None:
    try:
        if path:
            paths.check(path)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _refuse_markup(body: bytes, url: str) -> None:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        advice = "If it is a feed, use `kind: feed`; if a page of links, `kind: listing`; else the address has moved."
        raise base.unexpected(f"{url} is a page or a feed, not JSON.", advice, body)


def _rows(answer: Any, url: str, body: bytes, options: Options) -> list[Any]:
    rows = paths.find(options.of("entries"), answer)
    if not isinstance(rows, list):
        advice = f"Correct the path `entries`, or the address: it may answer with an error. {_LOOK}"
        raise base.unexpected(f"`{options.of('entries')}` finds no list of entries at {url}.", advice, body)
    return [row for row in rows if isinstance(row, dict | list)]


def _entry(row: Any, url: str, options: Options) -> tuple[keys.Marks, RawEntry, Any]:
    link = base.web_address(url, _found(row, "url", options))
    title = _found(row, "title", options)
    raw_date = " ".join(_TAGS.sub(" ", _found(row, "date", options)).split())
    content = _found(row, "html", options) or _escaped(_found(row, "text", options, between="\n"))
    entry = RawEntry(
        key="",
        url=link,
        title=title if options.of("title_is") == "html" else _escaped(title),
        content=content,
        teaser=link is not None and (options.of("full_text") != "always" or not content.strip()),
        published=_moment(raw_date, options),
        published_raw=raw_date,
        language=base.primary_language(_found(row, "language", options)),
    )
    return keys.Marks(_found(row, "id", options), link or "", title, raw_date, content), entry, row


def _with_keys(found: Sequence[tuple[keys.Marks, RawEntry, Any]]) -> list[tuple[RawEntry, Any]]:
    unique: dict[str, tuple[RawEntry, Any]] = {}
    for key, (_, entry, row) in zip(keys.assign([marks for marks, _, _ in found]), found, strict=True):
        unique.setdefault(key, (replace(entry, key=key), row))
    return list(unique.values())


def _found(row: Any, name: str, options: Options, between: str = " ") -> str:
    path = options.of(name)
    return _joined(paths.find(path, row), between) if path else ""


def _joined(value: Any, between: str) -> str:
    """A text, or the texts of a list; those of a list within it are separated by commas."""
    if not isinstance(value, list):
        return jsontext.as_text(value)
    parts = [
        ", ".join(filter(None, map(jsontext.as_text, each))) if isinstance(each, list) else jsontext.as_text(each)
        for each in value
    ]
    return between.join(part for part in parts if part)


def _escaped(text: str) -> str:
    return html.escape(text.strip(), quote=False).replace("\n", "<br>")


def _moment(written: str, options: Options) -> datetime | None:
    if _SECONDS.fullmatch(written):
        return datetime.fromtimestamp(int(written), UTC)
    if _MILLISECONDS.fullmatch(written):
        return datetime.fromtimestamp(int(written) / 1000, UTC)
    return dates.read_date(written, options.date_order or None)


def _is_wanted(entry: RawEntry, row: Any, options: Options) -> bool:
    if options.where and not paths.find(options.where, row):
        return False
    said = html.unescape(_TAGS.sub(" ", f"{entry.title}\n{entry.content}"))
    return not options.words or any(_says(said, word) for word in options.words)


def _says(text: str, word: str) -> bool:
    """Whether a text has a word or phrase, with no letter or digit directly before or after it."""
    phrase = r"\s+".join(re.escape(part) for part in word.split())
    return re.search(rf"(?<!\w){phrase}(?!\w)", text, re.IGNORECASE) is not None


def _next(answer: Any, url: str, rows: int, options: Options) -> str | None:
    path, parameter = options.of("next"), options.of("next_parameter")
    there_is = paths.find(path, answer) if path else bool(parameter)
    if not there_is or not rows:
        return None
    if not parameter:
        return base.web_address(url, jsontext.as_text(there_is))
    if there_is is True:
        return _counted(url, parameter, rows, options) if path or not _is_last(url, rows) else None
    value = jsontext.as_text(there_is)
    return paging.with_parameter(url, parameter, value) if value else None


def _counted(url: str, parameter: str, rows: int, options: Options) -> str:
    now = paging.parameter(url, parameter)
    current = int(now) if re.fullmatch(r"\d{1,9}", now) else None
    if options.of("counts") == "entries":
        following = (current or 0) + rows
    else:
        following = (options.first_page if current is None else current) + 1
    return paging.with_parameter(url, parameter, str(following))


def _is_last(url: str, rows: int) -> bool:
    """A page with fewer entries than were asked for has none after it."""
    sizes = [paging.parameter(url, name) for name in _SIZES]
    return any(re.fullmatch(r"\d{1,6}", size) and rows < int(size) for size in sizes)
