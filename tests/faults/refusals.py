"""F69 to F76: robots.txt that fails, and servers that do not want us."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.faults.behaviour import WELL, Family, Fault, Served, Variant, bad, page, silence
from tests.faults.bombs import HTML
from tests.faults.feeds import titled
from tests.faults.transport import OK
from tests.fetch.server import Asked, Handler, flood, reply

FEED = page(titled(["Behind robots.txt"]))
WITHOUT_RULES = reply("200 OK", ["Content-Type: text/html"], b"<!doctype html><html><body>Not found</body></html>")
CHALLENGE = b"<!doctype html><title>Just a moment...</title>"


def _come_back_later() -> Handler:
    """Ten minutes from when it is asked."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
        await reply("503 Service Unavailable", [f"Retry-After: {later}"])(asked, out)

    return handler


def _robots(title: str, robots: Handler, *outcomes: str) -> Variant:
    served = Served(FEED, ("Behind robots.txt",) if WELL in outcomes else ())
    return Variant(title, lambda number, place: served, frozenset(outcomes), robots=robots)


def _fault(code: str, *variants: Variant) -> Fault:
    return Fault(code, Family.TIME, variants)


FAULTS = (
    _fault("F69", _robots("robots.txt fails (500)", reply("500 Internal Server Error"), "robots")),
    _fault("F70", _robots("robots.txt never comes", silence(), "robots", "timeout")),
    _fault(
        "F71", _robots("robots.txt has 1 GB", flood(OK + b"\r\n", b"# nothing to see here\n" * 3000), WELL, "robots")
    ),
    _fault("F72", _robots("robots.txt is a web page", WITHOUT_RULES, WELL)),
    _fault("F73", bad("403 always", page(b"go away", HTML, status="403 Forbidden"), "blocked")),
    _fault(
        "F74",
        bad(
            "429 and Retry-After: 120", reply("429 Too Many Requests", ["Retry-After: 120"]), "blocked", leave_alone=120
        ),
    ),
    _fault("F75", bad("503 until a date", _come_back_later(), "unexpected", "blocked", leave_alone=600)),
    _fault(
        "F76",
        bad("Cloudflare", page(CHALLENGE, HTML, "cf-mitigated: challenge", status="403 Forbidden"), "blocked"),
        bad("Cloudflare with 200", page(CHALLENGE, HTML, "cf-mitigated: challenge"), "blocked"),
        bad("AWS WAF", page(CHALLENGE, HTML, "x-amzn-waf-action: challenge", status="202 Accepted"), "blocked"),
        bad("DataDome", page(CHALLENGE, HTML, "x-datadome: protected", status="403 Forbidden"), "blocked"),
        bad("Akamai", page(CHALLENGE, HTML, "Server: AkamaiGHost", status="403 Forbidden"), "blocked"),
    ),
)
