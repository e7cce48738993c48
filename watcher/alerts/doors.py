"""The links in a mail that open something for its reader alone: confirm, change, unsubscribe. Signed, never stored.

A link carries the id of what it opens and a signature (HMAC-SHA-256) under the key of this installation. So every
mail has one, on every attempt the same, and a copy of the database opens none of them. No link shows an address.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlencode

from watcher.models.catalog import Recipient
from watcher.models.secret import Secret
from watcher.models.subscriptions import REQUEST, SUBSCRIBER


class Opens(StrEnum):
    """What a link is for: one for one thing opens nothing else. The values are where the pages stand."""

    CONFIRM = "subscribe/confirm"
    MANAGE = "subscription"
    UNSUBSCRIBE = "unsubscribe"
    STOP = "stop"
    """Mail to an address of sources.yaml."""


@dataclass(frozen=True, slots=True)
class Door:
    """What the reader of one mail can open; "" where there is nothing."""

    confirm: str = ""
    manage: str = ""
    unsubscribe: str = ""

    @property
    def is_one_click(self) -> bool:
        """Whether the reader's mail program may unsubscribe by itself: RFC 8058 section 3.1 wants https."""
        return self.unsubscribe.startswith("https://")


NO_DOOR = Door()


@dataclass(frozen=True, slots=True)
class Doors:
    """Makes the links, and reads them. `base_url` is the public address of the pages, without a slash at its end."""

    base_url: str
    key: Secret = field(repr=False)

    def of(self, recipient: Recipient, address: str) -> Door:
        """The links of a mail to an address of a recipient."""
        if not self.base_url:
            return NO_DOOR
        language = recipient.language
        if recipient.id.startswith(REQUEST):
            return Door(confirm=self._link(Opens.CONFIRM, recipient.id.removeprefix(REQUEST), language))
        if recipient.id.startswith(SUBSCRIBER):
            name = recipient.id.removeprefix(SUBSCRIBER)
            return Door(
                manage=self._link(Opens.MANAGE, name, language),
                unsubscribe=self._link(Opens.UNSUBSCRIBE, name, language),
            )
        return Door(unsubscribe=self._address(Opens.STOP, self._of_address(recipient.id, address), language))

    def token(self, opens: Opens, name: str) -> str:
        """What stands at the end of a link."""
        return f"{name}.{self._signature(opens, name)}"

    def read(self, opens: Opens, token: str) -> str | None:
        """The id that a token opens, or None when it is not one of ours for that."""
        name, _, signature = token.partition(".")
        good = hmac.compare_digest(signature.encode(), self._signature(opens, name).encode())
        return name if name and good else None

    def stops(
        self, token: str, recipients: Iterable[Recipient], addresses: Callable[[Recipient], Sequence[str]]
    ) -> tuple[Recipient, str] | None:
        """The recipient and the address whose mails have this token, or None."""
        for recipient in recipients:
            for address in addresses(recipient):
                if hmac.compare_digest(token.encode(), self._of_address(recipient.id, address).encode()):
                    return recipient, address
        return None

    def pseudonym(self, text: str) -> str:
        """A name for a client that can be compared and not be read."""
        return self._signature("client", text)

    def _of_address(self, recipient_id: str, address: str) -> str:
        return self._signature(Opens.STOP, f"{recipient_id}\0{address}")

    def _link(self, opens: Opens, name: str, language: str) -> str:
        return self._address(opens, self.token(opens, name), language)

    def _address(self, opens: Opens, token: str, language: str) -> str:
        return f"{self.base_url}/{opens}/{token}?{urlencode({'lang': language})}"

    def _signature(self, opens: str, name: str) -> str:
        signed = hmac.digest(self.key.reveal().encode(), f"{opens}\0{name}".encode("utf-8", "surrogatepass"), sha256)
        return urlsafe_b64encode(signed[:24]).decode()
