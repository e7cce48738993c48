"""Log lines: one event name, key=value; as text for people or as JSON for programs. Standard library only."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({})))  # what every record has; the rest is ours
_HIDDEN = frozenset({"message", "asctime", "taskName"})


def set_up_logging(log_format: str, *, stream: TextIO | None = None) -> None:
    """Send log lines to `stream` (default: standard error). Call once, at the start of a process.

    As JSON everything from INFO on; as text only warnings, because a person at the terminal is told the rest in words.
    """
    level = logging.INFO if log_format == "json" else logging.WARNING
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "uvicorn", "asyncio", "trafilatura", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def extras(record: logging.LogRecord) -> dict[str, object]:
    """The key=value part of a log line."""
    return {key: value for key, value in vars(record).items() if key not in _STANDARD and key not in _HIDDEN}


class TextFormatter(logging.Formatter):
    """`2026-11-24T10:00:00Z INFO check.read source=kind-news entries=3`"""

    def format(self, record: logging.LogRecord) -> str:
        pairs = "".join(f" {key}={_quoted(value)}" for key, value in extras(record).items())
        line = f"{_when(record)} {record.levelname} {_one_line(record.getMessage())}{pairs}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time, level, event, and the pairs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _when(record),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **extras(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _when(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _quoted(value: object) -> str:
    text = _one_line(str(value))
    return json.dumps(text, ensure_ascii=False) if " " in text or '"' in text or not text else text


def _one_line(text: str) -> str:
    """Nobody outside may begin a log line of their own."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
