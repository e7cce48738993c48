"""Who publishes in the demo: invented publishers, each with its own address, form and habits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from watcher.models.catalog import Publisher
from watcher.models.words import PublisherType


class Form(StrEnum):
    """What an outlet offers to be watched by."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"
    RDF = "rdf"
    LISTING = "listing"


class Habit(StrEnum):
    """Which validators an outlet's server sends (RFC 9110 section 8.8)."""

    BOTH = "both"
    ETAG = "etag"
    WEAK = "weak"
    """A weak ETag."""
    MODIFIED = "modified"
    NONE = "none"
    """No validators; the same bytes while nothing is published."""
    RESTLESS = "restless"
    """No validators, and a feed that carries the time of the request: new bytes every time."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One source of the demo. `id` is also the name of its file of announcements, `layout` that of its page template.

    The outlet's feed or listing is at `path`; an announcement is at `folder`/`slug`. `full_text` says that the feed
    carries whole texts; else it has teasers, and only the page has the rest.
    """

    id: str
    publisher: Publisher
    form: Form
    path: str
    folder: str
    layout: str
    language: str = "en"
    full_text: bool = False
    charset: str = "utf-8"
    habit: Habit = Habit.BOTH

    def entry_path(self, slug: str) -> str:
        """The path of an announcement's page."""
        return f"{self.folder}/{slug}"


def _publisher(identity: str, name: str, kind: PublisherType, country: str | None = "US") -> Publisher:
    return Publisher(identity, f"{name} (demo)", kind, country)


_BORDER = _publisher("border-affairs", "Department of Border Affairs", PublisherType.EXECUTIVE)
_FOREIGN = _publisher("foreign-relations", "Department of Foreign Relations", PublisherType.EXECUTIVE)
_MANSION = _publisher("federal-mansion", "The Federal Mansion", PublisherType.EXECUTIVE)
_HOUSE = _publisher("house-border-committee", "House Committee on Borders", PublisherType.LEGISLATURE)
_COURT = _publisher("federal-court", "Federal Court of Appeals for the Western Circuit", PublisherType.COURT)
_HARBOUR = _publisher("harbour-for-refugees", "Harbour for Refugees", PublisherType.NGO)
_LEGAL_AID = _publisher("borderlands-legal-aid", "Borderlands Legal Aid", PublisherType.NGO)
_COALITION = _publisher("asylum-now-coalition", "Asylum Now Coalition / Coalición Asilo Ya", PublisherType.NGO)
_UN = _publisher(
    "displaced-people-office", "UN Office for Displaced People", PublisherType.INTERNATIONAL_ORGANISATION, None
)
_COMISION = _publisher("comision-refugio", "Comisión Nacional de Refugio", PublisherType.EXECUTIVE, "MX")
_COURIER = _publisher("frontier-courier", "The Frontier Courier", PublisherType.MEDIA)
_DIARIO = _publisher("diario-del-rio", "Diario del Río", PublisherType.MEDIA, "MX")
_LAKESHORE = _publisher("lakeshore-bulletin", "Lakeshore Bulletin", PublisherType.SUBNATIONAL_GOVERNMENT, "CA")

OUTLETS: tuple[Outlet, ...] = (
    Outlet("border-affairs-press", _BORDER, Form.RSS, "/newsroom/rss.xml", "/newsroom/releases", "agency"),
    Outlet("border-affairs-notices", _BORDER, Form.LISTING, "/notices", "/notices", "notices", habit=Habit.MODIFIED),
    Outlet("foreign-relations", _FOREIGN, Form.LISTING, "/statements", "/statements", "ministry", habit=Habit.ETAG),
    Outlet("federal-mansion", _MANSION, Form.ATOM, "/actions/feed", "/actions", "mansion", full_text=True),
    Outlet("house-border-committee", _HOUSE, Form.RSS, "/rss", "/news", "committee", habit=Habit.NONE),
    Outlet("federal-court", _COURT, Form.LISTING, "/opinions.html", "/opinions", "court", habit=Habit.MODIFIED),
    Outlet(
        "harbour-for-refugees", _HARBOUR, Form.RSS, "/feed", "/stories", "charity", full_text=True, habit=Habit.WEAK
    ),
    Outlet("borderlands-legal-aid", _LEGAL_AID, Form.JSON, "/feed.json", "/resources", "clinic", full_text=True),
    Outlet(
        "asylum-now-coalition", _COALITION, Form.RSS, "/feed", "/voices", "coalition", full_text=True, habit=Habit.ETAG
    ),
    Outlet("displaced-people-office", _UN, Form.RDF, "/news/index.rdf", "/news", "office"),
    Outlet(
        "comision-refugio",
        _COMISION,
        Form.LISTING,
        "/prensa",
        "/prensa/articulos",
        "comision",
        language="es",
        charset="iso-8859-1",
        habit=Habit.NONE,
    ),
    Outlet("frontier-courier", _COURIER, Form.ATOM, "/atom.xml", "/stories", "courier", habit=Habit.WEAK),
    Outlet("diario-del-rio", _DIARIO, Form.RSS, "/rss", "/noticias", "diario", language="es", habit=Habit.RESTLESS),
    Outlet("lakeshore-bulletin", _LAKESHORE, Form.RSS, "/bulletin.xml", "/bulletin", "bulletin", habit=Habit.MODIFIED),
)


def publishers(outlets: tuple[Outlet, ...] = OUTLETS) -> tuple[Publisher, ...]:
    """The publishers behind the outlets, each once, in their order."""
    return tuple({outlet.publisher.id: outlet.publisher for outlet in outlets}.values())
