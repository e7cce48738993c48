"""Durations as people write them: 15m, 1h30m, 7d, 0.5s."""

from __future__ import annotations

import re
from datetime import timedelta

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = r"\d{1,6}(?:\.\d{1,3})?"
PATTERN = "".join(f"(?:{_PART}{unit})?" for unit in _SECONDS)
"""What can be read, largest unit first; also matches the empty text, which is none."""
EXAMPLES = "15m, 1h30m or 7d"


def parse(text: str) -> timedelta | None:
    """The duration that a text means, or None."""
    if not text or not re.fullmatch(PATTERN, text):
        return None
    parts = re.findall(rf"({_PART})([a-z])", text)
    return timedelta(seconds=sum(float(number) * _SECONDS[unit] for number, unit in parts))


def write(duration: timedelta) -> str:
    """The text that means it: "1h30m"; to the millisecond."""
    left = round(duration.total_seconds() * 1000)
    text = ""
    for unit in ("d", "h", "m"):
        count, left = divmod(left, _SECONDS[unit] * 1000)
        text += f"{count}{unit}" if count else ""
    if left or not text:
        text += f"{left / 1000:g}s"
    return text
