"""What watcher says of itself: a test alert, the daily canary, the weekly receipt. Same outbox, stable ids, en/es."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watcher.alerts.oneline import one_line
from watcher.alerts.payload import LANGUAGES, VERSION, Links, instant, storable
from watcher.models.alerts import Delivery, DeliveryState
from watcher.models.catalog import Recipient
from watcher.models.identity import notice_delivery_id, notice_id
from watcher.models.receipts import Figures

TYPES = ("notice.test", "notice.canary", "notice.receipt", "notice.confirmation", "notice.stopped")
LINE = 500
BLIND = 10
"""Sources that a receipt names, those that could not be seen for longest."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say: `said` maps a language to the headline and the lines below it."""

    kind: str
    period: str
    said: Mapping[str, tuple[str, tuple[str, ...]]]
    figures: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        """The same for the same kind and period."""
        return notice_id(self.kind, self.period)


def trial(recipient: str, now: datetime) -> Notice:
    """One that a person asked for, to see whether alerts arrive."""
    said = {
        "en": (
            f"Test alert of watcher for {recipient}",
            ("This is a test. Nothing happened to any policy.", "If you can read this, alerts arrive here."),
        ),
        "es": (
            f"Aviso de prueba de watcher para {recipient}",
            ("Esto es una prueba. No pasó nada con ninguna política.", "Si lee esto, los avisos llegan aquí."),
        ),
    }
    return Notice("test", f"{recipient} {now.isoformat()}", said)


def canary(due: datetime) -> Notice:
    """The one of a day: its absence says that alerts do not arrive."""
    said = {
        "en": (
            f"Canary of {due:%Y-%m-%d}: watcher can send",
            ("This comes through the same way as every alert.", "If it stays away one day, alerts may stay away too."),
        ),
        "es": (
            f"Canario del {due:%Y-%m-%d}: watcher puede enviar",
            ("Llega por el mismo camino que los avisos.", "Si un día falta, quizá falten también los avisos."),
        ),
    }
    return Notice("canary", due.isoformat(), said)


def stopped(recipient: str, address: str, now: datetime) -> Notice:
    """The reader of an address asked for no more mails."""
    said = {
        "en": (
            f"{address} gets no more alerts",
            (
                f"Its reader asked for that, by the link in a mail (recipient {recipient}).",
                f"To send there again: watcher alerts enable {recipient}, or the button on the page of alerts.",
            ),
        ),
        "es": (
            f"{address} ya no recibe avisos",
            (
                f"Quien lo lee lo pidió con el enlace de un mensaje (destinatario {recipient}).",
                f"Para volver a enviar: watcher alerts enable {recipient}, o el botón de la página de avisos.",
            ),
        ),
    }
    return Notice("stopped", f"{recipient} {address} {now.isoformat()}", said)


def receipt(found: Figures) -> Notice:
    """What was watched, found and told in a time; says first whether all alerts arrived."""
    return Notice(
        "receipt",
        f"{found.since.isoformat()} {found.until.isoformat()}",
        {"en": _receipt_en(found), "es": _receipt_es(found)},
        {
            "since": instant(found.since),
            "until": instant(found.until),
            "sources": found.sources,
            "checks": found.checks,
            "failed_checks": found.failed,
            "blind_seconds": {source or "network": int(lasted.total_seconds()) for source, lasted in found.blind},
            "matches": found.matches,
            "alerts": {state.value: number for state, number in found.alerts.items()},
        },
    )


def tell(
    notice: Notice,
    recipients: Iterable[Recipient],
    *,
    addresses: Callable[[Recipient], Sequence[str]],
    links: Links,
    now: datetime,
) -> tuple[Delivery, ...]:
    """The deliveries of a notice: one per address. Pure, with stable ids: made twice, they are the same."""
    said = payload(notice, links=links, now=now)
    return tuple(
        Delivery(
            id=notice_delivery_id(recipient.id, address, notice.id),
            entry_id=notice.id,
            rule_ids=(notice.kind,),
            recipient_id=recipient.id,
            channel=recipient.channel,
            address=address,
            payload=said,
            due_at=now,
        )
        for recipient in recipients
        for address in dict.fromkeys(addresses(recipient))
    )


def payload(notice: Notice, *, links: Links, now: datetime) -> dict[str, Any]:
    """The notice as plain JSON data: the body of webhooks (see `watcher.alerts.payload`)."""
    told = {
        "id": notice.id,
        "kind": notice.kind,
        "headline": {language: notice.said[language][0] for language in LANGUAGES},
        "lines": {language: list(notice.said[language][1]) for language in LANGUAGES},
    }
    page = f"{links.base_url.rstrip('/')}/alerts" if links.base_url else None
    data = {"notice": told, "receipt": notice.figures, "links": {"alerts": page}}
    whole: dict[str, Any] = storable(
        {"type": f"notice.{notice.kind}", "version": VERSION, "timestamp": instant(now), "data": data}
    )
    return whole


# --- for people --------------------------------------------------------------------------------------------------

_FOOT = {
    "en": ("The ledger of alerts", "Sent by watcher, automatically."),
    "es": ("El registro de avisos", "Enviado automáticamente por watcher."),
}


def is_notice(payload: Mapping[str, Any]) -> bool:
    """Whether a payload is one of these."""
    return payload.get("type") in TYPES


def subject(payload: Mapping[str, Any], language: str) -> str:
    """The headline in one line."""
    return one_line(payload["data"]["notice"]["headline"][_spoken(language)], 180)


def lines(payload: Mapping[str, Any], language: str) -> Iterator[str]:
    """For the terminal: a block."""
    yield f"▌ {subject(payload, language)}"
    for line in payload["data"]["notice"]["lines"][_spoken(language)]:
        yield f"▌ {one_line(line, LINE)}"


def content(payload: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values of the mail's templates."""
    page, sent_by = _FOOT[_spoken(language)]
    return {
        "language": _spoken(language),
        "subject": subject(payload, language),
        "lines": [one_line(line, LINE) for line in payload["data"]["notice"]["lines"][_spoken(language)]],
        "page": page,
        "sent_by": sent_by,
        "link": payload["data"]["links"]["alerts"],
    }


def _spoken(language: str) -> str:
    tag = language.lower().split("-")[0]
    return tag if tag in LANGUAGES else "en"


# --- the receipt in words ----------------------------------------------------------------------------------------


def _receipt_en(found: Figures) -> tuple[str, tuple[str, ...]]:
    arrived = found.alerts.get(DeliveryState.DELIVERED, 0)
    all_well = "all alerts delivered" if not found.undelivered else f"{found.undelivered} alerts NOT delivered"
    silenced = found.alerts.get(DeliveryState.SILENCED, 0)
    return (
        f"Receipt {found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}: {all_well}",
        (
            f"Sources: {found.sources}, checked {found.checks:,} times; {found.failed:,} checks failed.",
            *(f"Blind: {source or 'all, no network'} for {_hours(lasted)}." for source, lasted in found.blind[:BLIND]),
            *([f"Blind: {len(found.blind) - BLIND} more sources."] if len(found.blind) > BLIND else []),
            *([] if found.blind else ["No source was out of sight."]),
            f"New matches: {found.matches:,}.",
            f"Alerts: {arrived:,} delivered, {found.undelivered:,} not delivered, {silenced:,} held by silences.",
        ),
    )


def _receipt_es(found: Figures) -> tuple[str, tuple[str, ...]]:
    arrived = found.alerts.get(DeliveryState.DELIVERED, 0)
    all_well = "todos los avisos entregados" if not found.undelivered else f"{found.undelivered} avisos SIN entregar"
    silenced = found.alerts.get(DeliveryState.SILENCED, 0)
    return (
        f"Informe del {found.since:%Y-%m-%d} al {found.until:%Y-%m-%d}: {all_well}",
        (
            f"Fuentes: {found.sources}, {found.checks:,} consultas; {found.failed:,} consultas fallaron.",
            *(
                f"A ciegas: {source or 'todas, sin red'} durante {_hours(lasted)}."
                for source, lasted in found.blind[:BLIND]
            ),
            *([f"A ciegas: {len(found.blind) - BLIND} fuentes más."] if len(found.blind) > BLIND else []),
            *([] if found.blind else ["Ninguna fuente quedó fuera de la vista."]),
            f"Hallazgos nuevos: {found.matches:,}.",
            f"Avisos: {arrived:,} entregados, {found.undelivered:,} sin entregar, {silenced:,} en silencio.",
        ),
    )


def _hours(lasted: timedelta) -> str:
    hours, minutes = divmod(int(lasted.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"
