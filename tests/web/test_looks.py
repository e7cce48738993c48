"""The colours of the style sheet: text can be read, light and dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

SHEET = files("watcher.web").joinpath("static", "watcher.css").read_text("utf-8")
TEXT_ON = [
    ("ink", ("paper", "sheet", "sunk", "accent-wash", "bad-wash", "warn-wash", "proof")),
    ("ink", ("p1", "p2", "p3", "p4", "p5", "p6")),
    ("soft", ("paper", "sheet", "sunk", "accent-wash", "bad-wash", "warn-wash")),
    ("accent", ("paper", "sheet", "sunk", "accent-wash")),
    ("good", ("sheet", "paper", "accent-wash")),
    ("bad", ("sheet", "paper")),
    ("warn", ("sheet", "paper", "accent-wash")),
    ("accent-ink", ("accent",)),
    ("mark-ink", ("mark",)),
]


def palette(scheme: str) -> dict[str, str]:
    """Variable -> colour; dark replaces light."""
    blocks = re.findall(r":root \{(.*?)\}", SHEET, re.S)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[0]))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[1]))
    return colours


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "grounds"), TEXT_ON)
def test_text_can_be_read(scheme: str, text: str, grounds: tuple[str, ...]) -> None:
    colours = palette(scheme)
    for ground in grounds:
        assert contrast(colours[text], colours[ground]) >= 4.5, (scheme, text, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edges_of_controls_can_be_seen(scheme: str) -> None:
    colours = palette(scheme)
    for ground in ("paper", "sheet"):
        assert contrast(colours["edge"], colours[ground]) >= 3
        assert contrast(colours["accent"], colours[ground]) >= 3


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, definition of contrast ratio)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
