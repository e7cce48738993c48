"""Countries and courts as announcements name them, English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from watcher.vocabulary import data_file


@lru_cache(maxsize=1)
def _places() -> dict[str, Any]:
    raw = yaml.load(data_file("places.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    assert isinstance(raw, dict)
    return raw


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """Name or people, without accents -> ISO 3166 code."""
    return {name: code for code, names in _places()["countries"].items() for name in names}


@lru_cache(maxsize=1)
def courts() -> Mapping[str, str]:
    """City -> the short name of the federal district court there."""
    return {city: court for court, cities in _places()["courts"].items() for city in cities}


def country(code: str, language: str) -> str:
    """The name of a country; the code itself where it has none here."""
    names = _places()["countries"].get(code)
    shown = _places()["shown_es"].get(code) if language == "es" else None
    return str(shown or (names[0] if names else code))
