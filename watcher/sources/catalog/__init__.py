"""sources.yaml: what the operators want watched, and who hears of it.

The functions are loaded on first use: the children that read sources import this package too and must stay light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watcher.sources.catalog.dump import dump_catalog
    from watcher.sources.catalog.read import read_catalog
    from watcher.sources.catalog.schema import json_schema

__all__ = ["dump_catalog", "json_schema", "read_catalog"]

_HOMES = {"dump_catalog": "dump", "json_schema": "schema", "read_catalog": "read"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
