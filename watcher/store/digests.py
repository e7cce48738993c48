"""What is kept of a token: its SHA-256, from which nobody gets back to the token."""

from __future__ import annotations

import hashlib


def sha256_of(token: str) -> str:
    """64 hexadecimal digits; any string has one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
