"""The whole demo, up and running: newsroom, mailbox and webhook receiver on loopback addresses of their own."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from watcher.demo.drafts import read_drafts
from watcher.demo.mailbox import Mailbox, receiving_mail
from watcher.demo.newsroom import Newsroom
from watcher.demo.outlets import publishers
from watcher.demo.receiver import Receiver
from watcher.demo.serving import listen, port_of, serving
from watcher.demo.site import make_desk, make_site

DESK_HOST = "127.0.0.2"
"""The first publisher is on the next address, and so on."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What is running, and where. `secret` is the webhook receiver's (whsec_...), new for every stage."""

    newsroom: Newsroom
    mailbox: Mailbox
    receiver: Receiver
    hosts: tuple[str, ...]
    """The publishers' addresses."""
    web_port: int
    smtp_port: int
    secret: str

    @property
    def desk(self) -> str:
        """Where the demo's own pages are."""
        return f"http://{DESK_HOST}:{self.web_port}"


@asynccontextmanager
async def open_stage(clock: Callable[[], datetime], *, port: int = 0) -> AsyncIterator[Stage]:
    """Opens the newsroom at the time that `clock` says, and serves everything until the context ends.

    All web addresses share `port` (0 = a free one). Raises OSError where it is taken or 127.0.0.2 does not exist.
    """
    hosts = {publisher.id: f"127.0.0.{3 + place}" for place, publisher in enumerate(publishers())}
    web = listen([DESK_HOST, *hosts.values()], port)
    smtp = listen([DESK_HOST])
    secret = "whsec_" + b64encode(secrets.token_bytes(24)).decode()
    origins = {identity: f"http://{host}:{port_of(web[0])}" for identity, host in hosts.items()}
    newsroom = Newsroom(read_drafts(), origins, opened=clock())
    mailbox, receiver = Mailbox(clock), Receiver(secret, clock)
    site = make_site(newsroom, clock, hosts, make_desk(newsroom, mailbox, receiver))
    async with receiving_mail(mailbox, smtp[0]), serving(site, web):
        yield Stage(newsroom, mailbox, receiver, tuple(hosts.values()), port_of(web[0]), port_of(smtp[0]), secret)
