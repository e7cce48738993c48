"""Log lines: one event, its pairs, and nobody else's lines."""

from __future__ import annotations

import json
import logging

from watcher.observe.logging import JsonFormatter, TextFormatter


def record(message: str, **pairs: object) -> logging.LogRecord:
    made = logging.getLogger("test").makeRecord("test", logging.INFO, "f", 1, message, (), None, extra=pairs)
    made.created = 0
    return made


def test_a_text_line_has_the_event_and_its_pairs() -> None:
    line = TextFormatter().format(record("check.read", source="kind", title="two words"))
    assert line == '1970-01-01T00:00:00Z INFO check.read source=kind title="two words"'


def test_a_json_line_has_the_same() -> None:
    line = json.loads(JsonFormatter().format(record("check.read", source="kind")))
    assert line == {"time": "1970-01-01T00:00:00Z", "level": "info", "event": "check.read", "source": "kind"}


def test_nobody_begins_a_line_of_their_own() -> None:
    hostile = "x\n1970-01-01T00:00:00Z INFO all.is.well\x1b[2J"
    assert "\n" not in TextFormatter().format(record("check.read", title=hostile))
    assert "\x1b" not in TextFormatter().format(record(hostile))
