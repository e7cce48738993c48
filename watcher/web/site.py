"""Everything the pages are made from, handed in once and found again from any request."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING

from starlette.requests import Request

from watcher.alerts.doors import Doors
from watcher.models.policies import Policy
from watcher.pipeline.events import Gathering
from watcher.store import Store
from watcher.web.passwords import Passwords

if TYPE_CHECKING:
    from watcher.fetch import AllowedAddress
    from watcher.web.health import HealthReport
    from watcher.web.provider import Provider
    from watcher.web.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Site:
    """What `make_app` was given."""

    store: Store
    policies: Mapping[str, Policy]
    clock: Callable[[], datetime]
    zone: tzinfo
    base_url: str
    secure_cookies: bool
    health: Callable[[], HealthReport]
    metrics: Callable[[], bytes]
    metrics_token: str
    doors: Doors | None
    subscribe: bool
    workbench: Workbench | None = None
    """What sources are tried and changed with; None where the file is not at hand."""
    trusted_proxies: Collection[IPv4Network | IPv6Network] = ()
    allow_send: Collection[AllowedAddress] = ()
    """Which addresses outside the public internet webhooks may have."""
    passwords: Passwords = field(default_factory=Passwords)
    second_reviewer: bool = False
    """Whether a verdict counts only when a second person agrees."""
    openid: Provider | None = None
    """With whom people may sign in elsewhere."""

    @property
    def gather(self) -> Gathering:
        """The rules of events: what the vocabulary says of policies, and whose report the operators want to lead."""
        parents = {policy.id: policy.parent for policy in self.policies.values()}
        catalog = self.store.catalogs.current()
        return Gathering(lambda: parents, lambda: catalog.leads if catalog else ())

    @property
    def mails(self) -> bool:
        """Whether mail can be sent."""
        return self.doors is not None

    @property
    def takes_subscribers(self) -> bool:
        """Whether anybody may subscribe, and mails can carry links that lead here."""
        return self.subscribe and self.doors is not None and bool(self.doors.base_url)


def site(request: Request) -> Site:
    """The site that answers a request."""
    found: Site = request.app.state.site
    return found
