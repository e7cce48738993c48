"""Text without its accents."""

from __future__ import annotations

import re
import unicodedata

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def without_accents(text: str) -> str:
    """Compatibility forms taken apart (NFKD), the marks that combine with a letter dropped; case stays."""
    return text if text.isascii() else _BEYOND_ASCII.sub(_taken_apart, text)


def _taken_apart(beyond: re.Match[str]) -> str:
    """Only what is not ASCII: most texts are ASCII with a few quotation marks in them."""
    return "".join(each for each in unicodedata.normalize("NFKD", beyond[0]) if not unicodedata.combining(each))
