"""Why an alert waits, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watcher.alerts.moments import shown
from watcher.models.alerts import Waits, WaitsFor
from watcher.models.catalog import zone

_SAID = {
    "en": {
        Waits.DIGEST: "waits for the digest of {until}",
        Waits.QUIET: "quiet hours of {recipient}: held until {until}",
        Waits.GROUP: "waits for others that come close behind",
        Waits.REPEAT: "same announcement as “{title}” ({publisher}); it says nothing new",
    },
    "es": {
        Waits.DIGEST: "espera al resumen del {until}",
        Waits.QUIET: "horas de silencio de {recipient}: retenido hasta {until}",
        Waits.GROUP: "espera a otros que lleguen enseguida",
        Waits.REPEAT: "el mismo anuncio que «{title}» ({publisher}); no dice nada nuevo",
    },
}


def in_words(reasons: Sequence[WaitsFor], language: str, earlier: str = "") -> str:
    """The reasons in one line; `earlier` is the sentence of an older release, said as it is when there are none."""
    words = _SAID.get(language.lower().split("-")[0], _SAID["en"])
    return "; ".join(_told(each, words) for each in reasons) or earlier


def _told(reason: WaitsFor, words: Mapping[Waits, str]) -> str:
    return words[reason.what].format(
        until=_moment(reason), recipient=reason.recipient, title=reason.title, publisher=reason.publisher
    )


def _moment(reason: WaitsFor) -> str:
    return shown(reason.until, zone(reason.timezone)) if reason.until else ""
