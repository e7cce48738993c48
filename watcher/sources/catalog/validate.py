"""Validation by the dataclasses themselves: pydantic reads their fields, its errors become ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from types import GenericAlias
from typing import Any, get_args, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from watcher.models.catalog import Criteria, Rule
from watcher.sources.catalog.document import Place
from watcher.sources.catalog.mistakes import Mistakes
from watcher.sources.catalog.shape import SECTIONS, Items, file_place

_CONFIG = ConfigDict(extra="forbid", use_attribute_docstrings=True)
Deeper = Mapping[str, str]
"""Keys, and the key under which they belong."""

_CRITERIA: Deeper = {field.name: "when" for field in fields(Criteria)}
_UNKNOWN_KEY = "unexpected_keyword_argument"
_SAY = {
    "string_type": "write a text",
    "tuple_type": "write a list, such as [one, two]",
    "dataclass_type": "write keys and values below it, indented",
    "mapping_type": "write keys and values below it, indented",
    "dict_type": "write keys and values below it, indented",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "time_parsing": "write a time of the day as 22:00, in 24 hours and with two digits each",
    "time_type": "write a time of the day as 22:00, in 24 hours and with two digits each",
    "time_delta_type": "write a duration such as 15m, 1h30m or 7d",
}


def adapter(of: Any) -> TypeAdapter[Any]:
    """Validates lists of a dataclass. Of lists, because pydantic takes no settings for a dataclass on its own."""
    return _adapter(of)


@cache
def _adapter(of: Any) -> TypeAdapter[Any]:
    members: Any = GenericAlias(tuple, (of, ...))
    return TypeAdapter(members, config=_CONFIG)


def members(section: str, items: Items, options: Mapping[int, Deeper], mistakes: Mistakes) -> tuple[Any, ...]:
    """A section's dataclasses; nothing when there are mistakes.

    `options` has the options that each member could have, by its index: some people write them one level too high.
    """
    of = SECTIONS[section]
    try:
        validated: tuple[Any, ...] = adapter(of).validate_python(items)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            deeper = _CRITERIA if of is Rule else options.get(int(each["loc"][0]), {})
            _Telling(of, mistakes, deeper).tell(each, file_place(section, each["loc"]))
        return ()
    return validated


def option_values(of: type[Any], given: Any, place: Place, mistakes: Mistakes) -> dict[str, Any]:
    """The options that were given, as plain data (what JSON can hold) of the right types; defaults stay out."""
    try:
        validated = adapter(of).validate_python([given])
    except ValidationError as error:
        errors = error.errors(include_url=False)
        for each in errors:
            _Telling(of, mistakes, given=given).tell(each, (*place, *each["loc"][1:]))
        if all(each["type"] == _UNKNOWN_KEY for each in errors):  # what checks itself has not been asked yet
            unknown = {each["loc"][1] for each in errors}
            option_values(of, {key: value for key, value in given.items() if key not in unknown}, place, mistakes)
        return {}
    plain: dict[str, Any] = adapter(of).dump_python(validated, mode="json")[0]
    return {key: value for key, value in plain.items() if key in given}


@dataclass(frozen=True, slots=True)
class _Telling:
    """Puts pydantic's errors about a dataclass into our words.

    `deeper` says of keys under which other key they belong; `given` are the values where they are options.
    """

    of: type[Any]
    mistakes: Mistakes
    deeper: Deeper = field(default_factory=dict)
    given: Any = None

    def tell(self, error: ErrorDetails, place: Place) -> None:
        match error["type"]:
            case "missing":
                where = " under `options:`" if "options" in place[:-1] else ""
                self.mistakes.add(place[:-1], f"`{place[-1]}` is missing{where}")
            case "unexpected_keyword_argument":
                self.mistakes.add(place, self._unknown_key(str(place[-1]), error["loc"][1:]), key=True)
            case "enum" | "literal_error":
                choices = re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))
                self.mistakes.add(place, _unknown_value(error["input"], choices, self.mistakes))
            case "value_error":
                reason = str(error["ctx"]["error"])
                self.mistakes.add((*place, *_option_named_first(reason, self.given)), reason)
            case kind:
                self.mistakes.add(place, _SAY.get(kind, error["msg"]))

    def _unknown_key(self, key: str, loc: Place) -> str:
        if len(loc) == 1 and key in self.deeper:
            return f"`{key}` belongs one level deeper, under `{self.deeper[key]}:`"
        known = [_as_in_file(name) if self.of is Rule else name for name in _keys(self.of, loc)]
        hint = self.mistakes.suggest(key, known) if known else " (it takes no options)"
        return f"there is no key `{key}` here{hint}"


def _as_in_file(name: str) -> str:
    return str(file_place("rules", (0, name))[2])


def _unknown_value(value: object, choices: list[str], mistakes: Mistakes) -> str:
    if not isinstance(value, str):
        return "write a text"
    hint = mistakes.suggest(value, [choice for choice in choices if choice])
    listed = "" if hint.startswith(" (there are") else f"; there are: {', '.join(choices)}"
    return f"`{value}` is not known here{hint}{listed}"


def _keys(of: Any, loc: Place) -> list[str]:
    """The fields of the dataclass that the last part of `loc` should be one of."""
    for part in loc[:-1]:
        if isinstance(part, str):
            hint = get_type_hints(of)[part]
            of = next((each for each in (hint, *get_args(hint)) if is_dataclass(each)), of)
    return [field.name for field in fields(of)]


def _option_named_first(reason: str, given: Any) -> tuple[str, ...]:
    """Dataclasses that check themselves begin their reason with the option's name."""
    word = re.match(r"\W?(\w+)", reason)
    return (word[1],) if word and isinstance(given, dict) and word[1] in given else ()
