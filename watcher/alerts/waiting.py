"""Why an alert waits, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.models.alerts import Waits, WaitsFor
from watcher.models.catalog import zone

_SHOWN = "%Y-%m-%d %H:%M %Z"
_SAID = {
    "en": {
        Waits.DIGEST: "waits for the digest of {until}",
        Waits.QUIET: "quiet hours of {recipient}: held until {until}",
        Waits.GROUP: "waits for others that come close behind",
    },
    "es": {
        Waits.DIGEST: "espera al resumen del {until}",
        Waits.QUIET: "horas de silencio de {recipient}: retenido hasta {until}",
        Waits.GROUP: "espera a otros que lleguen enseguida",
    },
}


def in_words(reasons: Sequence[WaitsFor], language: str, earlier: str = "") -> str:
    """The reasons in one line; `earlier` is the sentence of an older release, said as it is when there are none."""
    words = _SAID.get(language.lower().split("-")[0], _SAID["en"])
    return (
        "; ".join(words[each.what].format(until=_moment(each), recipient=each.recipient) for each in reasons) or earlier
    )


def _moment(reason: WaitsFor) -> str:
    return f"{reason.until.astimezone(zone(reason.timezone)):{_SHOWN}}" if reason.until else ""
