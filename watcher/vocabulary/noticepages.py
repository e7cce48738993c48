"""What servers say in place of a page, under a status that claims success: you are refused, nothing is there.

By the marks of the service that made the page (in its bytes), or by the words a reader sees where a notice begins; and
only where hardly anything else is on the page: "Access Denied" is also what reports about asylum are called, and sites
behind such a service carry its scripts. In Python, not in a data file: readers run where no file can be opened.
"""

from __future__ import annotations

import re

_REFUSED = re.compile(
    r"^(?:error\W+)?(?:40[13]\W+)?(?:access (?:to this (?:page|site) (?:has been|is) )?denied|forbidden|unauthori[sz]ed"
    r"|attention required|just a moment|request (?:blocked|rejected|unsuccessful)|pardon our interruption"
    r"|security (?:check|verification)|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|are you (?:a )?(?:human|robot)|(?:please )?enable (?:javascript|cookies)|(?:sorry, )?you have been blocked"
    r"|acceso denegado|acceso restringido|comprobando (?:tu|su) navegador|verifi(?:que|ca) que (?:es|eres) humano"
    r"|acc[eè]s refus[eé])",
    re.IGNORECASE,
)
_PROOF = re.compile(
    r"verify (?:that )?you are (?:a )?human|enable javascript and cookies to continue|complete the (?:captcha"
    r"|security check)|unusual traffic from your|incapsula incident id|cloudflare ray id|your support id is"
    r"|i am not a robot|no soy un robot|reference\W{1,3}#?\d+\.[0-9a-f]{6,}",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"^(?:sorry\W+|oops\W+|error\W+|http\W+)*(?:(?:error )?(?:404|410)\b"
    r"|(?:the |this )?(?:page|file|content|document|resource)[^.]{0,40}?"
    r"(?:not found|can(?:no|')t be found|could not be found|no longer (?:available|exists)|does(?: not|n't) exist"
    r"|is (?:missing|not available|unavailable))"
    r"|not found|(?:we )?(?:can(?:no|')t|could(?: not|n't)) find (?:the|that|this) page|nothing (?:was )?found"
    r"|p[áa]gina no (?:encontrada|disponible)|no (?:se )?(?:encontr[óo]|encuentra|pudo encontrar) la p[áa]gina"
    r"|la p[áa]gina (?:solicitada |que busca )?no (?:existe|se encuentra|fue encontrada)|contenido no disponible"
    r"|page (?:introuvable|non trouv[ée]e))",
    re.IGNORECASE,
)
_SHORT = 1500
"""Characters: a notice says little else. A longer text under such a headline is about being refused."""
_BEGINNING = 400
_SITE = re.compile(r"\s+[|»·•–—-]\s+")


def is_refusal(title: str, text: str) -> bool:
    """Whether this is the page of a guard in front of the site, not one of its own."""
    if len(text) > _SHORT:
        return False
    return any(_REFUSED.match(said) for said in _said(title, text)) or _PROOF.search(text[:_SHORT]) is not None


def is_missing(title: str, text: str) -> bool:
    """Whether this page says that there is no such page."""
    return len(text) <= _SHORT and any(_MISSING.match(said) for said in _said(title, text))


def _said(title: str, text: str) -> list[str]:
    """What stands where a notice begins: the parts of the title, the first lines."""
    parts = [*_SITE.split(title), *text[:_BEGINNING].split("\n")[:4]]
    return [part.strip().replace("’", "'") for part in parts]


# --- by the bytes ------------------------------------------------------------------------------------------------

_LARGEST = 256 * 1024
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
    if len(body) > _LARGEST or not head.startswith(_HTML):
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
