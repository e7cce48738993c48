"""F64 to F68: certificates that must not be trusted, and a downgrade (F44)."""

from __future__ import annotations

from tests.faults.behaviour import Door, Family, Fault, bad
from tests.faults.navigation import moved
from tests.faults.transport import REDIRECTED


def _door(code: str, title: str, door: Door) -> Fault:
    return Fault(code, Family.TIME, (bad(title, REDIRECTED, "tls", door=door),))


FAULTS = (
    Fault(
        "F44",
        Family.NAVIGATION,
        (bad("from https to http", moved("http://127.1.250.44/"), "moved", door=Door.TRUSTED),),
    ),
    _door("F64", "expired", Door.EXPIRED),
    _door("F65", "for another name", Door.WRONG_NAME),
    _door("F66", "signed by itself", Door.SELF_SIGNED),
    _door("F67", "only TLS 1.0", Door.OLD_TLS),
    _door("F68", "without its intermediate", Door.NO_INTERMEDIATE),
)
