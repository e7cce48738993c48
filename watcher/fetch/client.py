"""Fetching a document and sending a message: one bounded exchange, through the guard, in its host's turn."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import httpx

from watcher import __version__
from watcher.errors import FetchError, ProblemClass
from watcher.fetch import headers as said
from watcher.fetch.answers import COMPLETE, HOLDS, NOT_MODIFIED, REDIRECTS, next_address, refusal
from watcher.fetch.authorities import Authorities
from watcher.fetch.body import BodyReader, beginning, read_some, robots_body
from watcher.fetch.bounds import DAY, Limits
from watcher.fetch.connections import Connections
from watcher.fetch.decode import ACCEPTED, BROKEN, EncodingError
from watcher.fetch.dial import Dialer
from watcher.fetch.guard import AllowedAddress
from watcher.fetch.limits import Turns
from watcher.fetch.problems import FOREIGN, forbidden, from_foreign, plain, trouble
from watcher.fetch.proxy import Proxied
from watcher.fetch.resolver import Resolver, SystemResolver
from watcher.fetch.robots import Reply, Robots
from watcher.fetch.transport import Door, make_client
from watcher.fetch.urls import origin, parse, port_of, shown
from watcher.models.catalog import HostRule
from watcher.models.catalog import Robots as RobotsRule
from watcher.models.documents import Document, NotModified, RefusedError, Validators
from watcher.models.hosts import HostNote, NoteKind

_RawHeaders = list[tuple[bytes, bytes]]
_MOST_NOTES = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver answered to a message. `body` is its beginning, as it came; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    retry_after: timedelta | None


@dataclass(slots=True)
class _Asked:
    """The state of one fetch: what was asked so far (the present address last), what with, and the seconds left."""

    url: str
    host: str
    validators: Validators
    headers: _RawHeaders
    ca_file: str | None
    left: float
    addresses: list[str] = field(default_factory=list)

    def extensions(self, here: httpx.URL) -> dict[str, str | None]:
        """A source's CA file vouches for the source's host, not for those that it redirects to."""
        return {"ca_file": self.ca_file if here.host == self.host else None}


class Fetcher:
    """The one door to the network. Safe for any number of tasks of one event loop; close it with `aclose`.

    `contact` goes into the User-Agent. `hosts` says how politely each host is asked. `allow` names the ranges outside
    the public internet that may be dialled. With `proxy` (an http:// address), the proxy resolves and dials: it then
    has to be the guard for names, only addresses written as numbers are still judged here. `ca_file` adds certificate
    authorities to the public ones, for all hosts.
    """

    def __init__(
        self,
        *,
        contact: str,
        hosts: Sequence[HostRule] = (),
        allow: Sequence[AllowedAddress] = (),
        proxy: str | None = None,
        resolve: Resolver | None = None,
        limits: Limits | None = None,
        clock: Callable[[], datetime],
        ca_file: Path | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._clock = clock
        self._allow = tuple(allow)
        self._bodies = BodyReader(self._limits)
        self._turns = Turns(hosts, self._limits.at_once)
        self._robots = Robots(clock, self._limits.redirects, self._note)
        self._unsaved: dict[tuple[NoteKind, str], HostNote] = {}
        self._user_agent = user_agent(contact).encode("ascii")
        self._client = make_client(self._door(proxy, resolve or SystemResolver(), ca_file))

    def _door(self, proxy: str | None, resolve: Resolver, ca_file: Path | None) -> Door:
        authorities = Authorities(ca_file)
        if proxy is None:
            return Connections(Dialer(resolve, self._allow, self._limits, authorities), self._limits)
        return Proxied(proxy, self._allow, self._limits, authorities)

    async def fetch(
        self, url: str, validators: Validators | None = None, *, accept: str = "*/*", ca_file: str | None = None
    ) -> Document | NotModified:
        """The document at an address, or NotModified when nothing changed since those validators.

        Every hop is one that the host's robots.txt allows, and waits for the host's turn; the exchanges together take
        at most `Limits.deadline`, that for robots.txt included. `ca_file` names authorities to trust for the host of
        this address, beside the public ones. Raises FetchError with class, message and advice; whatever goes wrong
        outside is one.
        """
        given, here = validators or Validators(), parse(url)
        seconds = self._limits.deadline.total_seconds()
        asked = _Asked(url, here.host, given, self._headers(given, accept), ca_file, seconds)
        while True:
            asked.addresses.append(str(here))
            apart = await self._allowed(here, asked)
            async with self._turns.turn(here.host, port_of(here), apart=apart), self._timed(here, asked):
                found = await self._visit(here, asked)
            if not isinstance(found, httpx.URL):
                return found
            here = found

    def _headers(self, validators: Validators, accept: str) -> _RawHeaders:
        return [
            (b"User-Agent", self._user_agent),
            (b"Accept", accept.encode("ascii")),
            (b"Accept-Encoding", ACCEPTED.encode("ascii")),
            *said.conditions(validators),
        ]

    async def _allowed(self, here: httpx.URL, asked: _Asked) -> timedelta:
        """How far apart the host wants its requests. Raises FetchError when its robots.txt does not allow this one."""
        if self._turns.rule(here.host, port_of(here)).robots is RobotsRule.IGNORE:
            return timedelta()
        self._turns.raise_if_held(here.host, port_of(here))
        most = min(asked.left, self._limits.robots_deadline.total_seconds())
        robots = replace(asked, headers=self._headers(Validators(), "text/plain, */*;q=0.5"), left=most)
        try:
            return await self._robots.apart(here, partial(self._ask_robots, asked=robots))
        except FetchError:
            self._turns.raise_if_held(here.host, port_of(here))  # says more, and how long to wait
            raise
        finally:
            asked.left -= most - robots.left

    async def _ask_robots(self, here: httpx.URL, asked: _Asked) -> Reply:
        async with self._turns.turn(here.host, port_of(here)), self._timed(here, asked):
            response = await self._client.send(self._request(here, asked), stream=True)
            try:
                headers, status = said.head(response.headers.raw), response.status_code
                self._heed(here, status, headers)
                complete = status in COMPLETE
                body = await robots_body(response, headers, self._limits, shown(here)) if complete else b""
                return Reply(status, headers, body)
            finally:
                await response.aclose()

    @asynccontextmanager
    async def _timed(self, here: httpx.URL, asked: _Asked) -> AsyncIterator[None]:
        """An exchange within the seconds that are left, which it uses up."""
        began = asyncio.get_running_loop().time()
        try:
            async with self._bounded(here, asked.left, shown):
                yield
        finally:
            asked.left -= asyncio.get_running_loop().time() - began

    def _request(self, here: httpx.URL, asked: _Asked) -> httpx.Request:
        return httpx.Request("GET", here, headers=asked.headers, extensions=asked.extensions(here))

    def _heed(self, here: httpx.URL, status: int, headers: said.Head) -> None:
        """Leave the whole host alone for as long as it asks for."""
        if status in HOLDS and (wait := said.retry_after(headers, self._clock())):
            self._turns.hold(here.host, port_of(here), wait, status)
            about = f"{here.host.lower()}:{port_of(here)}"
            self._note(HostNote(NoteKind.HOLD, about, self._clock() + min(wait, DAY), str(status)))

    def _note(self, note: HostNote) -> None:
        if len(self._unsaved) < _MOST_NOTES:
            self._unsaved[note.kind, note.about] = note

    def unsaved(self) -> tuple[HostNote, ...]:
        """What hosts have said and nobody has kept yet (see `saved`)."""
        return tuple(self._unsaved.values())

    def saved(self, notes: Iterable[HostNote]) -> None:
        """These are kept; what was said since then is not."""
        for note in notes:
            if self._unsaved.get((note.kind, note.about)) == note:
                del self._unsaved[note.kind, note.about]

    def recall(self, notes: Iterable[HostNote]) -> None:
        """What hosts said before a restart, as far as it still holds."""
        now = self._clock()
        for note in notes:
            left = note.until - now
            if not timedelta() < left <= DAY:
                continue
            if note.kind is NoteKind.ROBOTS:
                self._robots.recall(note)
            else:
                host, _, port = note.about.rpartition(":")
                self._turns.hold(host, int(port), left, int(note.text))

    @asynccontextmanager
    async def _bounded(self, url: httpx.URL, seconds: float, show: Callable[[httpx.URL], str]) -> AsyncIterator[None]:
        """The deadline around an exchange, and the place where foreign exceptions become ours."""
        try:
            async with asyncio.timeout(seconds) as deadline:
                yield
        except FetchError:
            raise
        except TimeoutError as error:
            if not deadline.expired():
                raise from_foreign(error, show(url)) from error
            raise trouble(ProblemClass.TIMEOUT, f"{show(url)}: no complete answer in time") from error
        except FOREIGN as error:
            raise from_foreign(error, show(url)) from error

    async def _visit(self, here: httpx.URL, asked: _Asked) -> Document | NotModified | httpx.URL:
        """Ask one address: what came, or where it redirects to."""
        response = await self._client.send(self._request(here, asked), stream=True)
        try:
            return await self._understood(response, here, asked)
        finally:
            await response.aclose()

    async def _understood(
        self, response: httpx.Response, here: httpx.URL, asked: _Asked
    ) -> Document | NotModified | httpx.URL:
        headers, status, now = said.head(response.headers.raw), response.status_code, self._clock()
        self._heed(here, status, headers)
        if status == NOT_MODIFIED and said.conditions(asked.validators):
            await _drain(response)
            return _not_modified(asked, headers, now)
        if status in REDIRECTS and (location := headers.get("location")):
            return next_address(here, location, asked.addresses, self._limits.redirects)
        if error := refusal(status, headers, here, now):
            raise await self._with_answer(error, response, headers, asked)
        body = await self._bodies.read(response, headers, shown(here))
        return _document(response, headers, body, asked, now)

    async def _with_answer(
        self, error: FetchError, response: httpx.Response, headers: said.Head, asked: _Asked
    ) -> FetchError:
        """The refusal with the beginning of what the server says to it; whatever goes wrong with that is no news."""
        body = bytearray()
        seconds = min(self._limits.refusal_deadline.total_seconds(), asked.left / 2)
        with suppress(TimeoutError, *FOREIGN, *BROKEN, EncodingError):
            async with asyncio.timeout(seconds):
                await beginning(response, headers, self._limits.refusal, body)
        if not body:
            return error
        answer = _document(response, headers, bytes(body), asked, self._clock())
        return RefusedError(error.problem, answer, status=error.status, retry_after=error.retry_after)

    async def send(self, url: str, *, headers: Mapping[str, str], body: bytes, deadline: timedelta) -> Answer:
        """POST a message, without waiting for a turn and without following redirects: the status is the answer.

        Once the status is there, a slow body no longer makes it fail. Raises FetchError; its messages name only the
        host, because the path of such an address may be its secret.
        """
        target = _receiver(url)
        raw = [(name.encode("ascii"), value.encode()) for name, value in headers.items()]
        request = httpx.Request("POST", target, headers=[(b"User-Agent", self._user_agent), *raw], content=body)
        seconds, loop = deadline.total_seconds(), asyncio.get_running_loop()
        ends = loop.time() + seconds
        async with self._bounded(target, seconds, origin):
            response = await self._client.send(request, stream=True)
        beginning = bytearray()
        try:
            with suppress(FetchError):
                async with self._bounded(target, ends - loop.time(), origin):
                    await read_some(response, self._limits.answer, beginning)
        finally:
            await response.aclose()
        got = said.head(response.headers.raw)
        return Answer(response.status_code, got, bytes(beginning), said.retry_after(got, self._clock()))

    def use_hosts(self, hosts: Sequence[HostRule]) -> None:
        """Ask hosts as politely as these rules say from now on; waits that have begun go on."""
        self._turns.use(hosts)

    async def aclose(self) -> None:
        """Close the connections that are kept open."""
        await self._client.aclose()


def user_agent(contact: str) -> str:
    """Who asks, honestly, and where to complain: `watcher/0.1.0 (+desk@example.org)`."""
    reach = plain(contact, 200).encode("ascii", "replace").decode("ascii").replace("(", "").replace(")", "")
    return f"watcher/{__version__} (+{reach})" if reach else f"watcher/{__version__}"


def _receiver(url: str) -> httpx.URL:
    try:
        return parse(url)
    except FetchError as error:
        raise forbidden("the receiver's address is not a plain http or https address") from error


async def _drain(response: httpx.Response) -> None:
    """A 304 has no body, but only reading to its end frees the connection for the next request."""
    async for _nothing in response.aiter_raw():
        return


def _not_modified(asked: _Asked, headers: said.Head, now: datetime) -> NotModified:
    new, old = said.validators(headers, now), asked.validators
    return NotModified(
        url=asked.url,
        fetched_at=now,
        validators=Validators(new.etag or old.etag, new.last_modified or old.last_modified),
        fresh_for=said.fresh_for(headers, now),
    )


def _document(response: httpx.Response, headers: said.Head, body: bytes, asked: _Asked, now: datetime) -> Document:
    media_type, charset = said.media_type(headers)
    return Document(
        url=asked.url,
        final_url=asked.addresses[-1],
        status=response.status_code,
        headers=said.kept(response.headers.raw),
        media_type=media_type,
        charset=charset,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=now,
        redirects=tuple(asked.addresses[:-1]),
        validators=said.validators(headers, now),
        fresh_for=said.fresh_for(headers, now),
    )
