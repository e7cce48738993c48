"""The JSON Schema of sources.yaml, for editors: made from the dataclasses and their docstrings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watcher.models.catalog import Catalog
from watcher.sources.catalog import durations
from watcher.sources.catalog.validate import adapter

Schema = dict[str, Any]

_TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
_DURATION: Schema = {"type": "string", "pattern": f"^{durations.PATTERN}$", "examples": durations.EXAMPLES.split(", ")}


def json_schema(kinds: Mapping[str, type[Any]], channels: Mapping[str, type[Any]]) -> Schema:
    """A schema of draft 2020-12; `kinds` and `channels` map names to the dataclasses of their options."""
    definitions: Schema = {}
    top = _of(Catalog, "", definitions)
    catalog, source = definitions[top], definitions["Source"]
    recipient, rule = definitions["Recipient"], definitions["Rule"]
    del catalog["properties"]["digest"]
    catalog["required"] = ["publishers", "sources"]
    rule["properties"]["not"] = rule["properties"].pop("exclude")
    _rename(definitions["Quiet"], {"start": "from", "end": "to"})
    source["properties"]["every"]["anyOf"].insert(0, dict(_DURATION))
    _choose(source, "kind", {name: {"options": _ref(_of(of, f"{name}.", definitions))} for name, of in kinds.items()})
    _flatten(recipient, {name: definitions[_of(of, f"{name}.", definitions)] for name, of in channels.items()})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sources.yaml",
        **_ref(top),
        "$defs": _readable_durations(definitions),
    }


def _of(of: type[Any], prefix: str, definitions: Schema) -> str:
    """Adds the definitions of a dataclass under names with a prefix; returns its own name."""
    schema = adapter(of).json_schema(ref_template=f"#/$defs/{prefix}{{model}}")
    definitions |= {f"{prefix}{name}": definition for name, definition in schema.pop("$defs", {}).items()}
    return str(schema["items"]["$ref"]).removeprefix("#/$defs/")


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _choose(definition: Schema, key: str, chosen: Mapping[str, Schema]) -> None:
    """The value of `key` decides over other properties."""
    definition["properties"][key] = {"enum": list(chosen), "description": definition["properties"][key]["description"]}
    definition["allOf"] = [
        {"if": {"properties": {key: {"const": name}}}, "then": {"properties": properties}}
        for name, properties in chosen.items()
    ]


def _rename(definition: Schema, names: Mapping[str, str]) -> None:
    """Properties under the names that they have in the file; times are texts like 22:00."""
    properties, required = definition["properties"], definition["required"]
    for name, key in names.items():
        properties[key] = {"type": "string", "pattern": _TIME, "description": properties.pop(name)["description"]}
        required[required.index(name)] = key


def _flatten(recipient: Schema, options: Mapping[str, Schema]) -> None:
    """A recipient's options stand beside its own keys."""
    del recipient["properties"]["options"]
    del recipient["additionalProperties"]
    recipient["unevaluatedProperties"] = False
    _choose(recipient, "channel", {name: of.get("properties", {}) for name, of in options.items()})
    for condition, of in zip(recipient["allOf"], options.values(), strict=True):
        condition["then"]["required"] = of.get("required", [])


def _readable_durations(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_readable_durations(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "duration":
        described = {key: schema[key] for key in ("title", "description") if key in schema}
        return {**_DURATION, **described}
    return {key: _readable_durations(value) for key, value in schema.items()}
