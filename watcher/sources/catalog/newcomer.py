"""A source that is to be added: whose it is, what it is called, whether it is watched already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from watcher.errors import ConfigError
from watcher.models.catalog import Catalog, Publisher, Source
from watcher.models.words import PublisherType
from watcher.sources import naming
from watcher.sources.keys import canonical_url


@dataclass(frozen=True, slots=True)
class WantedPublisher:
    """The publisher that a person asks for; what is None is found out from the address."""

    id: str | None = None
    name: str | None = None
    type: str | None = None

    def among(self, catalog: Catalog, url: str) -> tuple[Publisher, bool]:
        """The publisher behind an address, and whether it is a new one."""
        known = {each.id: each for each in catalog.publishers}
        if self.id in known:
            return known[self.id], False
        if self.id is None and self.name is None and (owner := _owner(catalog, url)):
            return owner, False
        return self._new(url, known), True

    def _new(self, url: str, known: Collection[str]) -> Publisher:
        host = urlsplit(url).hostname or url
        wanted = self.id or naming.unique(naming.slug(self.name or "") or naming.publisher_id(url), known)
        of_type = PublisherType(self.type) if self.type else naming.publisher_type(host)
        return Publisher(wanted, self.name or host.removeprefix("www."), of_type)


def free_id(source: Source, publisher: str, catalog: Catalog) -> str:
    """An id for it that no other source has."""
    return naming.source_id(source.url, publisher, source.kind, {each.id for each in catalog.sources})


def refuse_watched(url: str, catalog: Catalog) -> None:
    """Raises ConfigError when the address is a source already."""
    for source in catalog.sources:
        if canonical_url(source.url) == canonical_url(url):
            raise ConfigError(
                f"{url}: is watched already, as `{source.id}`; `watcher sources try {source.id}` tries it"
            )


def _owner(catalog: Catalog, url: str) -> Publisher | None:
    """The publisher that alone has sources on the host of an address."""
    host = _host(url)
    owners = {source.publisher for source in catalog.sources if _host(source.url) == host}
    return next((each for each in catalog.publishers if {each.id} == owners), None)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")
