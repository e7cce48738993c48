"""What servers say in place of a page, under a status that claims success: you are refused, nothing is there."""

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
