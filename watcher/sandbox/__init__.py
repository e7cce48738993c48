"""The room with thick walls: warm child processes with limits, in which bodies from strangers are parsed.

`Sandbox` and `Limits` are loaded on first use: a child imports this package too and must stay light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watcher.sandbox.limits import Limits
    from watcher.sandbox.room import Sandbox

__all__ = ["Limits", "Sandbox"]

_HOMES = {"Limits": "watcher.sandbox.limits", "Sandbox": "watcher.sandbox.room"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
