"""Where the recorded feeds and pages lie, and the reason to skip where they do not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent


def material(*parts: str) -> Path:
    """The path below WATCHER_SHARED (default: ../shared beside the checkout); skips the test when it is not there."""
    path = Path(os.environ.get("WATCHER_SHARED") or _ROOT.parent / "shared").joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is not there: set WATCHER_SHARED to the directory with the recorded feeds and pages")
    return path
