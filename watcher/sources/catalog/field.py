"""A value of sources.yaml as it stands in a field of a form: a plain text, or a piece of YAML."""

from __future__ import annotations

from typing import Any

import yaml

from watcher.errors import ConfigError
from watcher.sources.catalog.document import parse

LONGEST = 20_000
"""Characters of a field."""
_PLAIN = frozenset({"url", "language", "name"})


def from_field(key: str, text: str) -> Any:
    """The value of a key as plain data, scalars as they are written; None for an empty field.

    Raises ConfigError when it is no YAML, with the line in the field.
    """
    text = text.strip().replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise ConfigError(f"{key}: is longer than {LONGEST:,} characters")
    if not text or key in _PLAIN:
        return text or None
    _refuse_aliases(key, text)
    found = parse(text.encode("utf-8", "replace"), key)
    if found.mistakes:
        _place, mark, what = found.mistakes[0]
        raise ConfigError(f"{key}:{mark.line}:{mark.column}: {what}")
    return found.data


def to_field(value: Any) -> str:
    """The same the other way round."""
    if value is None or isinstance(value, str):
        return value or ""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
    return text


def _refuse_aliases(key: str, text: str) -> None:
    """They are of no use in a field, and a few lines of them can mean gigabytes."""
    try:
        tokens = [token for token in yaml.scan(text, Loader=yaml.SafeLoader) if isinstance(token, yaml.AliasToken)]
    except yaml.YAMLError:
        return  # said better by the parser
    if tokens:
        raise ConfigError(f"{key}:{tokens[0].start_mark.line + 1}: write it without `*` aliases")
