"""Incidents in words, English and Spanish: what they are called, what happened, what to do."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml

from watcher.vocabulary import data_file

LANGUAGES = ("en", "es")


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    raw = yaml.load(data_file("incidents.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    assert isinstance(raw, dict)
    return raw


def label(kind: str, language: str = "en") -> str:
    """What an incident's kind is called: "moved"."""
    return _say(kind, "label", language)


def headline(kind: str, source: str, language: str = "en") -> str:
    """What happened to a source (its name): "KIND news has moved"."""
    return _say(kind, "headline", language).replace("{source}", source)


def advice(kind: str, language: str = "en") -> str:
    """What the reader can do next."""
    return _say(kind, "advice", language)


def _say(kind: str, part: str, language: str) -> str:
    said = _words()[kind][part]
    return str(said.get(language.split("-")[0], said["en"]))
