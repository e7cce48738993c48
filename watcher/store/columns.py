"""The column types: moments that are always aware UTC, and text that every database takes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, Text, TypeDecorator

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without NUL (refused by PostgreSQL) and lone surrogates (not encodable): each becomes U+FFFD.

    One character for one, so that offsets into the text still hold. Text is cleaned when it is read; this is the
    last resort.
    """
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("\ufffd", text)


class Words(TypeDecorator[str]):
    """Text, cleaned on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in, aware UTC out; SQLite keeps it as text of fixed width, which sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; the store takes aware datetimes only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def sequence(name: str = "seq") -> Column[Any]:
    """A primary key in the order of insertion, never used twice (SQLite: AUTOINCREMENT); lists page by it."""
    return Column(name, BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)
