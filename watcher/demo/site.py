"""The newsroom over HTTP: every publisher on its own address, and a desk that shows what is going on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from watcher.demo.answers import answer
from watcher.demo.feeds import write_feed
from watcher.demo.mailbox import Mailbox
from watcher.demo.newsroom import Newsroom, Published
from watcher.demo.outlets import OUTLETS, Form, Outlet
from watcher.demo.receiver import Receiver

_MONTHS = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}
_LARGEST_HOOK = 1_000_000
_FRAMED = {"content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"}


def make_site(newsroom: Newsroom, clock: Callable[[], datetime], hosts: Mapping[str, str], desk: ASGIApp) -> ASGIApp:
    """The application for all addresses: `hosts` maps a publisher's id to its address; all others are the desk's."""
    templates = _templates()
    sites = {
        address: _publisher_site(
            newsroom, clock, templates, [each for each in OUTLETS if each.publisher.id == identity]
        )
        for identity, address in hosts.items()
    }

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        """Chooses by the address that was dialled, which no header can change."""
        await sites.get(scope["server"][0], desk)(scope, receive, send)

    return site


def make_desk(newsroom: Newsroom, mailbox: Mailbox, receiver: Receiver) -> Starlette:
    """The pages about the demo: its publishers, the mailbox, and the webhook receiver with its list."""
    templates = _templates()

    def page(template: str, **values: Any) -> HTMLResponse:
        return HTMLResponse(templates.get_template(f"desk/{template}.html").render(**values))

    async def front(request: Request) -> Response:
        return page("front", newsroom=newsroom, outlets=OUTLETS, mailbox=mailbox, receiver=receiver)

    async def mails(request: Request) -> Response:
        return page("mailbox", mails=mailbox.mails[::-1])

    async def mail(request: Request) -> Response:
        found = mailbox.find(request.path_params["number"])
        if found is None:
            raise HTTPException(404, "There is no such message.")
        return page("mail", mail=found)

    async def mail_html(request: Request) -> Response:
        found = mailbox.find(request.path_params["number"])
        if found is None or not found.html:
            raise HTTPException(404, "There is no such message, or it has no HTML.")
        return HTMLResponse(found.html, headers=_FRAMED)

    async def hooks(request: Request) -> Response:
        return page("hooks", hooks=receiver.hooks[::-1], refused=receiver.refused)

    async def take_hook(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST_HOOK:
                raise HTTPException(413, "That is more than an alert can be.")
        return Response(status_code=receiver.take(request.headers, body))

    return Starlette(
        routes=[
            Route("/", front),
            Route("/mailbox", mails),
            Route("/mailbox/{number:int}", mail),
            Route("/mailbox/{number:int}/html", mail_html),
            Route("/hooks", hooks),
            Route("/hooks/in", take_hook, methods=["POST"]),
        ]
    )


def _publisher_site(
    newsroom: Newsroom, clock: Callable[[], datetime], templates: Environment, outlets: list[Outlet]
) -> Starlette:
    async def home(request: Request) -> Response:
        return RedirectResponse(_index_path(outlets[0]), 302)

    routes = [Route("/", home), Route("/robots.txt", _robots)]
    for outlet in outlets:
        routes += _Shown(newsroom, clock, templates, outlet).routes()
    return Starlette(routes=routes)


async def _robots(request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /search\n")


class _Shown:
    """One outlet's feed or listing, and its pages."""

    def __init__(
        self, newsroom: Newsroom, clock: Callable[[], datetime], templates: Environment, outlet: Outlet
    ) -> None:
        self._newsroom = newsroom
        self._clock = clock
        self._template = templates.get_template(f"{outlet.layout}.html")
        self._outlet = outlet
        self._home = newsroom.origins[outlet.publisher.id]

    def routes(self) -> list[Route]:
        """A feed has an index page beside it; a listing is one."""
        paths = [Route(_index_path(self._outlet), self.index), Route(self._outlet.entry_path("{slug}"), self.entry)]
        return paths if self._outlet.form is Form.LISTING else [Route(self._outlet.path, self.feed), *paths]

    async def feed(self, request: Request) -> Response:
        entries = self._newsroom.published(self._outlet)
        body, media_type = write_feed(self._outlet, entries, self._home, self._clock())
        return self._answer(request, body, f"{media_type}; charset=utf-8")

    async def index(self, request: Request) -> Response:
        return self._page(request, None)

    async def entry(self, request: Request) -> Response:
        found = self._newsroom.find(self._outlet, request.path_params["slug"])
        if found is None:
            raise HTTPException(404, "There is no such page here (yet).")
        return self._page(request, found)

    def _page(self, request: Request, entry: Published | None) -> Response:
        shown = self._template.render(
            outlet=self._outlet,
            publisher=self._outlet.publisher.name.removesuffix(" (demo)"),
            feed="" if self._outlet.form is Form.LISTING else self._outlet.path,
            index=_index_path(self._outlet),
            entries=self._newsroom.published(self._outlet),
            entry=entry,
        )
        charset = self._outlet.charset
        return self._answer(request, shown.encode(charset, "xmlcharrefreplace"), f"text/html; charset={charset}")

    def _answer(self, request: Request, body: bytes, content_type: str) -> Response:
        entries = self._newsroom.published(self._outlet)
        modified = entries[0].at.replace(microsecond=0) if entries else None
        return answer(request.headers, body, content_type, habit=self._outlet.habit, modified=modified)


def _index_path(outlet: Outlet) -> str:
    return outlet.path if outlet.form is Form.LISTING else outlet.folder


def _templates() -> Environment:
    templates = Environment(loader=PackageLoader(__package__), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    templates.filters["day"] = _day
    return templates


def _day(when: datetime, language: str = "en") -> str:
    """A date as people write it, whatever the locale of this machine."""
    month = _MONTHS[language][when.month - 1]
    return f"{when.day} de {month} de {when.year}" if language == "es" else f"{month} {when.day}, {when.year}"
