"""Frozen dataclasses as JSON text and back, checked against their types on the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from watcher.models.alerts import WaitsFor
from watcher.models.catalog import Catalog, Criteria, Recipient, Rule, Source
from watcher.models.checks import LateDocument
from watcher.models.events import Print
from watcher.models.incidents import Habits
from watcher.models.matches import Classification, Match
from watcher.models.subscriptions import Choices, Refusal
from watcher.store.columns import clean

T = TypeVar("T")


class Codec(Generic[T]):
    """JSON of one dataclass, or of a tuple of them.

    Keys that this version does not know are passed over, so an older release can read on.
    """

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._kind)  # built on first use: it takes milliseconds, and imports should take none

    def dump(self, value: T) -> str:
        """The JSON text, without NUL and lone surrogates."""
        try:
            text = self._adapter.dump_json(value).decode()
        except PydanticSerializationError:  # a lone surrogate cannot be encoded
            text = ""
        if text and "\\u0000" not in text:
            return text
        return self._adapter.dump_json(cast(T, _cleaned(value))).decode()

    def load(self, text: str) -> T:
        """The value again."""
        return self._adapter.validate_json(text)


SOURCE: Codec[Source] = Codec(Source)
CATALOG: Codec[Catalog] = Codec(Catalog)
CRITERIA: Codec[Criteria] = Codec(Criteria)
MATCH: Codec[Match] = Codec(Match)
CLASSIFICATION: Codec[Classification] = Codec(Classification)
PRINT: Codec[Print] = Codec(Print)
HABITS: Codec[Habits] = Codec(Habits)
LATE: Codec[tuple[LateDocument, ...]] = Codec(tuple[LateDocument, ...])
RULE: Codec[Rule] = Codec(Rule)
RECIPIENT: Codec[Recipient] = Codec(Recipient)
CHOICES: Codec[Choices] = Codec(Choices)
REFUSALS: Codec[tuple[Refusal, ...]] = Codec(tuple[Refusal, ...])
WAITS_FOR: Codec[tuple[WaitsFor, ...]] = Codec(tuple[WaitsFor, ...])


def dump_plain(value: object) -> str:
    """Plain data (mappings, sequences, strings, numbers) as JSON text, without NUL and lone surrogates."""
    return json.dumps(_cleaned(value), ensure_ascii=False, separators=(",", ":"))


def load_plain(text: str) -> Any:
    """Plain data again."""
    return json.loads(text)


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_cleaned(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _cleaned(getattr(value, f.name)) for f in fields(value)})
    return value
