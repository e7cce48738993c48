"""What a status means for a source: a document, nothing new, the next address, or a problem with its class."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import httpx

from watcher.errors import FetchError, ProblemClass
from watcher.fetch.headers import Head, retry_after
from watcher.fetch.problems import forbidden, trouble
from watcher.fetch.urls import parse, shown

COMPLETE = frozenset({200, 203})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HOLDS = frozenset({429, 503})
"""With a Retry-After, these are the whole host's wish to be left alone."""
NOT_MODIFIED = 304

_WHY = {
    204: (ProblemClass.UNEXPECTED, "answers without a document (204)"),
    205: (ProblemClass.UNEXPECTED, "answers without a document (205)"),
    206: (ProblemClass.INCOMPLETE, "sends a part where the whole was asked for (206)"),
    304: (ProblemClass.UNEXPECTED, 'says "not modified" (304) without having been asked whether it was'),
    401: (ProblemClass.BLOCKED, "wants a login (401)"),
    403: (ProblemClass.BLOCKED, "refuses us (403)"),
    404: (ProblemClass.GONE, "there is nothing at this address (404)"),
    407: (ProblemClass.UNEXPECTED, "a proxy wants a login (407)"),
    408: (ProblemClass.TIMEOUT, "says that the request took too long (408)"),
    410: (ProblemClass.GONE, "says that this address is gone for good (410)"),
    429: (ProblemClass.BLOCKED, "says that we ask too often (429)"),
    451: (ProblemClass.BLOCKED, "may not answer for legal reasons (451)"),
    503: (ProblemClass.UNEXPECTED, "the server is overloaded or under repair (503)"),
}

_ADVICE = {
    401: "Only what everybody may read is read: look for an address of the same source that needs no login.",
    410: "The publisher has taken this away: look on the publisher's site for what replaces it, or take the source out "
    "of sources.yaml (what it brought stays).",
    429: "Ask this host less often: a longer `apart` under `hosts`, a longer `every` for its sources. "
    "It is tried again when the server likes.",
    503: "Nothing to do yet: it is tried again later.",
}


def refusal(status: int, headers: Head, url: httpx.URL, now: datetime) -> FetchError | None:
    """The error that an answer stands for, or None for a complete document (200, 203)."""
    wait, where = retry_after(headers, now), shown(url)
    if guard := _challenge(status, headers):
        message = f"{where}: {guard} asks for a proof that a person is reading ({status})"
        return trouble(ProblemClass.BLOCKED, message, status=status, retry_after=wait)
    if status in COMPLETE:
        return None
    kind, why = _WHY.get(status) or _other(status)
    return trouble(kind, f"{where}: {why}", status=status, retry_after=wait, advice=_ADVICE.get(status))


def _challenge(status: int, headers: Head) -> str | None:
    """Who put a page in front of the document that only a browser gets past. The markers are those of the services."""
    if headers.get("cf-mitigated", "").strip().lower() == "challenge":
        return "Cloudflare"
    if headers.get("x-amzn-waf-action", "").strip().lower() in {"challenge", "captcha"}:
        return "AWS WAF"
    if "x-sucuri-block" in headers:
        return "Sucuri"
    if status in COMPLETE:
        return None
    if status == 403 and "x-iinfo" in headers:
        return "Imperva"
    if "x-datadome" in headers or "x-dd-b" in headers:
        return "DataDome"
    if status in {403, 503} and headers.get("server", "").lower().startswith(("akamaighost", "akamainetstorage")):
        return "Akamai"
    return None


def _other(status: int) -> tuple[ProblemClass, str]:
    if status >= 500:
        return ProblemClass.UNEXPECTED, f"the server has an error of its own ({status})"
    if status in REDIRECTS:
        return ProblemClass.MOVED, f"redirects without saying where to ({status})"
    return ProblemClass.UNEXPECTED, f"answers with the unexpected status {status}"


def next_address(here: httpx.URL, location: str, asked: list[str], most: int) -> httpx.URL:
    """Where a redirect leads, checked as any address is.

    From an encrypted to an unencrypted address is refused: whoever sits in between could then write announcements.
    Raises FetchError (moved; refused, unasked).
    """
    where = shown(here)
    try:
        target = parse(str(here.join(location)))
    except FetchError as error:
        raise FetchError(replace(error.problem, message=f"{where} redirects, but {error.problem.message}")) from error
    except (httpx.InvalidURL, ValueError) as error:
        raise forbidden(f"{where} redirects to {shown(location)}, which is no valid address") from error
    if here.scheme == "https" and target.scheme == "http":
        raise trouble(ProblemClass.MOVED, f"{where} redirects from https to the unencrypted {shown(target)}")
    if str(target) in asked:
        raise trouble(ProblemClass.MOVED, f"{where} redirects in a circle (back to {shown(target)})")
    if len(asked) > most:
        raise trouble(ProblemClass.MOVED, f"{shown(asked[0])} redirects more than {most} times")
    return target
