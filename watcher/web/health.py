"""Is it alive, is it ready, what do the numbers say: the three addresses that machines ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from watcher.web.site import site

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What /readyz tells: whether the schedule ticks, whether the database takes writes, and a sentence about both."""

    ticking: bool
    database_writable: bool
    detail: str = ""

    @property
    def ready(self) -> bool:
        """Whether this process does its work."""
        return self.ticking and self.database_writable


HealthCheck = Callable[[], HealthReport]


async def alive(request: Request) -> Response:
    """The process answers; nothing else is looked at."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """200 while the process does its work, 503 otherwise; the body says which part does not."""
    report = await run_in_threadpool(site(request).health)
    body = {
        "ready": report.ready,
        "ticking": report.ticking,
        "database_writable": report.database_writable,
        "detail": report.detail,
    }
    return JSONResponse(body, status_code=200 if report.ready else 503)


async def metrics(request: Request) -> Response:
    """The numbers in Prometheus' text format, for who holds the token or asks from this machine."""
    here = site(request)
    if not (_has_token(request, here.metrics_token) or _from_this_machine(request)):
        return PlainTextResponse(
            "Metrics are for loopback, or with the token: Authorization: Bearer TOKEN.\n",
            status_code=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    return Response(await run_in_threadpool(here.metrics), headers={"content-type": METRICS_TYPE})


def _has_token(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return bool(token) and compare_digest(given.encode(), token.encode())


def _from_this_machine(request: Request) -> bool:
    """A connection from loopback that no proxy handed on: behind one, everybody comes from loopback."""
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    if forwarded or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


ROUTES = [
    Route("/healthz", alive),
    Route("/readyz", ready),
    Route("/metrics", metrics),
]
