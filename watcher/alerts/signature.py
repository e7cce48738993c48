"""The signature that lets a receiver know that a webhook is ours and fresh: Standard Webhooks 1.0, symmetric (v1)."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from watcher.models.secret import Secret

PREFIX = "whsec_"
_ADVICE = "make one with: python3 -c \"import base64, os; print('whsec_' + base64.b64encode(os.urandom(32)).decode())\""


def headers(delivery_id: str, at: datetime, body: bytes, secrets: Sequence[Secret]) -> dict[str, str]:
    """The three headers of an attempt at that time. One signature per secret, so that a secret can be changed.

    Raises ValueError when a secret is not 24 to 64 bytes in base64.
    """
    timestamp = str(int(at.timestamp()))
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(signing_key(secret), signed) for secret in secrets),
    }


def signing_key(secret: Secret) -> bytes:
    """The bytes to sign with, of "whsec_" and base64. Raises ValueError; its text does not show the secret."""
    encoded = secret.reveal().strip().removeprefix(PREFIX)
    try:
        key = b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"the signing secret is not base64; {_ADVICE}") from None
    if not 24 <= len(key) <= 64:
        raise ValueError(f"the signing secret has {len(key)} bytes, and must have 24 to 64; {_ADVICE}")
    return key


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()
