"""The same questions to every kind of source: a new kind is one file, and is asked them without being named here."""

from __future__ import annotations

import dataclasses
import inspect
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watcher.errors import ParseError
from watcher.models.entries import RawReading
from watcher.sources.base import Kind, kinds

_KINDS = list(kinds().values())
_HOSTILE = {
    "nothing": b"",
    "blanks": b" \n\t" * 100,
    "a path": b"/etc/passwd",
    "an address": b"http://169.254.169.254/",
    "noise": bytes(range(256)) * 20,
    "json": b'{"error": "not found"}',
    "cut json": b'{"items": [{"id": 1',
    "a block page": b"<html><head><title>Access denied</title></head><body><h1>Access denied</h1></body></html>",
    "a pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "cut xml": b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>A',
    "laughs": b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
}


def _options(kind: Kind) -> object:
    """The kind's options with a selector or address for each that has no default."""
    needed = [field for field in dataclasses.fields(kind.options) if field.default is field.default_factory]
    return kind.options(**{field.name: "a" for field in needed})


def _told(kind: Kind) -> dict[str, Any]:
    """What some kinds want to be told besides."""
    memory = {"memory": None} if kind.remembers else {}
    return memory | ({"now": datetime(2026, 11, 24, 12, tzinfo=UTC)} if kind.timed else {})


each_kind = pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.name)


@each_kind
def test_a_kind_is_described_completely(kind: Kind) -> None:
    assert kind.read.startswith("watcher.sources.")
    assert kind.accept
    assert timedelta(minutes=1) <= kind.every.min <= kind.every.max <= timedelta(days=1)


@each_kind
def test_options_are_frozen_and_plain(kind: Kind) -> None:
    assert dataclasses.is_dataclass(kind.options)
    assert kind.options.__dataclass_params__.frozen  # type: ignore[attr-defined]
    for value in dataclasses.asdict(_options(kind)).values():  # type: ignore[call-overload]
        assert isinstance(value, str | int | float | bool | list | tuple | dict | None)


@each_kind
def test_every_option_says_what_it_is_for(kind: Kind) -> None:
    source = inspect.getsource(kind.options)
    assert source.count('"""') >= 2 + 2 * len(dataclasses.fields(kind.options))


@each_kind
def test_every_kind_is_read_the_same_way(kind: Kind) -> None:
    parameters = inspect.signature(kind.reader()).parameters
    assert list(parameters) == ["body", "url", "media_type", "charset", "options", *_told(kind)]


@each_kind
@pytest.mark.parametrize("body", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_whatever_comes_is_read_or_refused_with_advice(kind: Kind, body: bytes) -> None:
    try:
        reading = kind.reader()(
            body, url="https://e.org/", media_type="text/html", charset=None, options=_options(kind), **_told(kind)
        )
    except ParseError as error:
        problem, sample = error.problem, error.sample
        assert "https://e.org/" in problem.message
        assert problem.advice
        assert sample.isprintable()
        assert len(sample) <= 300
    else:
        assert isinstance(reading, RawReading)
        assert len({entry.key for entry in reading.entries}) == len(reading.entries)
        assert all(entry.key and (entry.url or not entry.teaser) for entry in reading.entries)
