"""Recipients made here: mail and webhooks. What needs a secret in its address stays in sources.yaml."""

from __future__ import annotations

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.alerts.channels.base import channels
from watcher.errors import ConfigError
from watcher.fetch.guard import is_closed
from watcher.models.catalog import Catalog, Recipient
from watcher.sources.catalog.checks import wrong_with_url
from watcher.sources.catalog.onerule import read_recipient
from watcher.web.catalog import in_force
from watcher.web.render import page
from watcher.web.rules import FIELDS, in_form, refuse_taken, text_of
from watcher.web.site import Site, site
from watcher.web.strings import LANGUAGES
from watcher.web.subscribe import timezones

CHANNELS = ("email", "webhook")
_HOOK = re.compile(r"\$\{WATCHER_HOOK_[A-Z0-9_]+\}")
"""Secrets that a page may name: no other variable, and no file, can be had signed and sent from here."""
_URGENT = {"modalities": ["actual"], "actor_types": ["executive", "legislature", "court"]}


async def new(request: Request) -> Response:
    """The empty form."""
    return _form(request, {"id": "", "channel": "email"})


async def edit(request: Request) -> Response:
    """The form of a recipient that was made here."""
    made = await _made(request)
    return _form(request, _as_form(made), editing=made.id)


async def take(request: Request) -> Response:
    """Saves a new one."""
    return await _taken(request, await request.form(max_files=0, max_fields=FIELDS), editing="")


async def change(request: Request) -> Response:
    """Saves another state of one that was made here."""
    made = await _made(request)
    return await _taken(request, await request.form(max_files=0, max_fields=FIELDS), editing=made.id)


async def remove(request: Request) -> Response:
    """Takes one out that no rule sends to; what waits for it ends, with the reason."""
    here, name = site(request), request.path_params["recipient_id"]
    made = await _made(request)
    catalog = await run_in_threadpool(in_force, here.store)
    users = [rule.id for rule in catalog.rules if name in rule.send]
    if users:
        wrong = f"the rules {', '.join(users)} send to it; change them first"
        return _form(request, _as_form(made), editing=name, wrong=wrong)
    because = f"the recipient was removed by {request.state.user.name}"
    await run_in_threadpool(here.store.made.remove_recipient, name, because, here.clock())
    return RedirectResponse("/alerts/rules", status_code=303)


async def _made(request: Request) -> Recipient:
    made = await run_in_threadpool(site(request).store.made.all)
    found = next((each.what for each in made.recipients if each.what.id == request.path_params["recipient_id"]), None)
    if found is None:
        raise HTTPException(404)
    return found


async def _taken(request: Request, form: FormData, *, editing: str) -> Response:
    here, values = site(request), _values(form, editing)
    catalog = await run_in_threadpool(in_force, here.store)
    try:
        recipient = _read(values, catalog, here)
        if not editing:
            refuse_taken(recipient.id, [each.id for each in catalog.recipients], "recipient")
    except ConfigError as error:
        return _form(request, values, editing=editing, wrong=in_form(error))
    await run_in_threadpool(here.store.made.save, recipient, request.state.user.name, here.clock())
    return RedirectResponse("/alerts/rules", status_code=303)


def _read(values: dict[str, Any], catalog: Catalog, here: Site) -> Recipient:
    """The recipient, checked like one of sources.yaml, and more strictly. Raises ConfigError."""
    if values["channel"] == "email" and not here.mails:
        raise ConfigError("channel: no mail is set up; set WATCHER_SMTP_URL and start watcher again")
    if values["channel"] == "webhook":
        if wrong := wrong_with_url(values["url"]):
            raise ConfigError(f"url: {wrong}")
        if is_closed(values["url"], here.allow_send):
            raise ConfigError(
                "url: this address is not on the public internet and would never be called; "
                "if it is yours, allow it in WATCHER_ALLOW_SEND and start watcher again"
            )
        if not _HOOK.fullmatch(values["secret"]):
            raise ConfigError("secret: name a variable like ${WATCHER_HOOK_SECRET}, and set it where watcher runs")
    return read_recipient(values, catalog, here.policies.keys(), channels()[values["channel"]].options)


def _values(form: FormData, recipient_id: str) -> dict[str, Any]:
    """What was written into the form, by the keys of a recipient in sources.yaml."""
    channel = text_of(form, "channel")
    values: dict[str, Any] = {"id": recipient_id or text_of(form, "id")}
    values |= {"channel": channel if channel in CHANNELS else "email", "language": text_of(form, "language")}
    if values["channel"] == "email":
        values["to"] = [line.strip() for line in text_of(form, "to").splitlines() if line.strip()]
    else:
        values |= {"url": text_of(form, "url"), "secret": text_of(form, "secret")}
    if timezone := text_of(form, "timezone"):
        values["timezone"] = timezone
    start, end = text_of(form, "from"), text_of(form, "until")
    if start or end:
        urgent = {"urgent": _URGENT} if form.get("urgent") == "on" else {}
        values["quiet"] = {"from": start, "to": end, "timezone": timezone, **urgent}
    return values


def _as_form(recipient: Recipient) -> dict[str, Any]:
    """A recipient as the values that its form shows."""
    values: dict[str, Any] = {"id": recipient.id, "channel": recipient.channel, "language": recipient.language}
    values |= {**recipient.options, "timezone": str(recipient.place) if recipient.place else ""}
    if quiet := recipient.quiet:
        values["quiet"] = {
            "from": f"{quiet.start:%H:%M}",
            "to": f"{quiet.end:%H:%M}",
            "timezone": quiet.timezone,
            **({"urgent": _URGENT} if quiet.urgent else {}),
        }
    return values


def _form(request: Request, values: dict[str, Any], *, editing: str = "", wrong: str = "") -> Response:
    here = site(request)
    return page(
        request,
        "recipient.html",
        status=400 if wrong else 200,
        values=values,
        editing=editing,
        wrong=wrong,
        channels=CHANNELS,
        written=LANGUAGES,
        mails=here.mails,
        zone=str(here.zone),
        timezones=timezones(),
    )


ROUTES = [
    Route("/alerts/recipients/new", new),
    Route("/alerts/recipients/new", take, methods=["POST"]),
    Route("/alerts/recipients/{recipient_id}/edit", edit),
    Route("/alerts/recipients/{recipient_id}/edit", change, methods=["POST"]),
    Route("/alerts/recipients/{recipient_id}/remove", remove, methods=["POST"]),
]
