"""Writes a catalog as sources.yaml: reading it again gives the same catalog."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import time, timedelta
from enum import Enum
from typing import Any

import yaml

from watcher.models.catalog import Catalog, Interval
from watcher.sources.catalog import durations
from watcher.sources.catalog.shape import LEADS, OPERATORS, RETENTION, SECTIONS, UPKEEP

_QUIET = {"start": "from", "end": "to"}
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def dump_catalog(catalog: Catalog) -> str:
    """The YAML text; what is as by default is left out, secrets are the references that they were."""
    data: dict[str, Any] = {
        section: [member_data(section, member) for member in getattr(catalog, section)] for section in SECTIONS
    }
    if catalog.operators:
        data = {"publishers": data.pop("publishers"), OPERATORS: list(catalog.operators), **data}
    if catalog.leads:
        data[LEADS] = [each.value for each in catalog.leads]
    data |= {key: _plain(value) for key in UPKEEP if (value := getattr(catalog, key))}
    if kept := _plain(catalog.retention):
        data[RETENTION] = kept
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


def member_data(section: str, member: Any) -> dict[str, Any]:
    """A member of a section as plain data; what is as by default is left out."""
    data: dict[str, Any] = _plain(member)
    if section == "recipients":
        data |= data.pop("options", {})
        if "quiet" in data:
            data["quiet"] = {_QUIET.get(key, key): value for key, value in data["quiet"].items()}
    if section == "rules" and "exclude" in data:
        data["not"] = data.pop("exclude")
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, Interval) and value.min == value.max:
        return durations.write(value.min)
    if is_dataclass(value):
        found = {field.name: getattr(value, field.name) for field in fields(value) if not _as_by_default(value, field)}
        return {name: _plain(each) for name, each in found.items()}
    if isinstance(value, timedelta):
        return durations.write(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return dict(value) if hasattr(value, "items") else value


def _as_by_default(owner: Any, field: Field[Any]) -> bool:
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    return bool(getattr(owner, field.name) == default)
