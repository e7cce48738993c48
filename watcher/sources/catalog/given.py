"""Options of a source kind as they are given on a command line: `name=value`, a list by giving the name again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, get_origin, get_type_hints

from pydantic import ValidationError

from watcher.errors import ConfigError
from watcher.sources.catalog.validate import adapter


def given_options(of: type[Any], pairs: Sequence[str]) -> dict[str, Any]:
    """The options that were given, as plain data of the types that `of` declares. Raises ConfigError."""
    values = _values(of, pairs)
    try:
        plain: dict[str, Any] = adapter(of).dump_python(adapter(of).validate_python([values]), mode="json")[0]
    except ValidationError as error:
        raise ConfigError("\n".join(f"--option: {_said(each)}" for each in error.errors(include_url=False))) from error
    return {name: value for name, value in plain.items() if name in values}


def _values(of: type[Any], pairs: Sequence[str]) -> dict[str, Any]:
    hints = get_type_hints(of)
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        name = name.strip()
        if not equals or name not in hints:
            known = ", ".join(field.name for field in fields(of))
            raise ConfigError(
                f"--option {pair}: write name=value; names are: {known or 'none, this kind has no options'}"
            )
        if get_origin(hints[name]) is tuple:
            values[name] = [*values.get(name, ()), value]
        else:
            values[name] = value
    return values


def _said(error: Any) -> str:
    if error["type"] == "missing":
        return f"`{error['loc'][-1]}` is missing; write --option {error['loc'][-1]}=..."
    reason = str(error["ctx"]["error"]) if "error" in error.get("ctx", {}) else error["msg"]
    where = ".".join(str(part) for part in error["loc"][1:])
    return reason if not where or reason.startswith(where) else f"{where}: {reason}"
