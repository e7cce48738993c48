"""Pages that say, with status 200, that a program is not welcome: a challenge, a captcha, a firewall's refusal.

Each is recognised by several marks of the service that makes it, and only where hardly anything else is on the page:
"Access Denied" is also what reports about asylum are called, and sites behind such a service carry its scripts.
"""

from __future__ import annotations

import re

_LONGEST = 256 * 1024
_MOST_WORDS = 250
_HTML = (b"<!doctype html", b"<html", b"<head", b"<title", b"<!--", b"<body")
_NAME = re.compile(r"/?[a-z0-9]+")
_UNSEEN = frozenset({"script", "style", "noscript", "svg"})

_MARKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Cloudflare", ("just a moment", "challenge-platform")),
    ("Cloudflare", ("just a moment", "_cf_chl_opt")),
    ("Cloudflare", ("un momento", "_cf_chl_opt")),
    ("Cloudflare", ("_cf_chl_opt", "challenge-platform")),
    ("Cloudflare", ("attention required!", "cloudflare")),
    ("Cloudflare", ("cf-error-details", "cloudflare ray id")),
    ("Akamai", ("access denied", "you don't have permission to access", "reference")),
    ("Akamai", ("errors.edgesuite.net", "reference")),
    ("Akamai", ("sec-if-cpt-container", "akamai")),
    ("Imperva", ("incapsula incident id",)),
    ("Imperva", ("_incapsula_resource", "noindex", "main-iframe")),
    ("DataDome", ("captcha-delivery.com", "datadome")),
    ("DataDome", ("captcha-delivery.com", "please enable js")),
    ("HUMAN", ("access to this page has been denied", "px-captcha")),
    ("Sucuri", ("sucuri website firewall", "access denied")),
    ("AWS WAF", ("awswafintegration", "challenge.js")),
    ("AWS WAF", ("gokuprops", "challenge")),
    ("F5", ("the requested url was rejected", "support id")),
    ("FortiGuard", ("web page blocked", "fortinet")),
    ("a firewall", ("challenge validation",)),
    ("a firewall", ("<title>request rejected</title>",)),
    ("a firewall", ("verifying you are human", "javascript")),
    ("a firewall", ("checking your browser before accessing",)),
    ("a firewall", ("verificando que usted no es un robot",)),
    ("a firewall", ("verificando su navegador",)),
)


def who_blocks(body: bytes) -> str | None:
    """The service whose refusal or challenge a page is, or None when it is anything else.

    Linear in the size of the body; anything but a small page of HTML is None.
    """
    head = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if len(body) > _LONGEST or not head.startswith(_HTML):
        return None
    text = body.decode("utf-8", "replace").replace("’", "'").replace("&#39;", "'").lower()
    who = next((who for who, marks in _MARKS if all(mark in text for mark in marks)), None)
    return who if who and _words(text) <= _MOST_WORDS else None


def _words(text: str) -> int:
    """How many words a reader sees, roughly; in one pass, because the page may be made to make a pattern slow."""
    count, unseen = 0, ""
    for piece in text.split("<"):
        tag, _, after = piece.partition(">")
        found = _NAME.match(tag)
        name = found[0] if found else ""
        if unseen and name != f"/{unseen}":
            continue
        unseen = name if name in _UNSEEN else ""
        count += 0 if unseen else len(after.split())
    return count
