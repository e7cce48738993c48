"""The only door to the network: a guarded, bounded, polite HTTP client (see `Fetcher`)."""

from watcher.fetch.bounds import Limits
from watcher.fetch.client import Answer, Fetcher
from watcher.fetch.guard import AllowedAddress
from watcher.fetch.mailboxes import Mailboxes
from watcher.fetch.resolver import Resolver

__all__ = ["AllowedAddress", "Answer", "Fetcher", "Limits", "Mailboxes", "Resolver"]
