"""The API against its own description; in a process of its own, because the description makes the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.campaign
ASKED = Path(__file__).with_name("asked_by_description.py")


def test_every_answer_of_the_api_is_one_that_is_described() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", "addopts=", "-p", "no:cacheprovider", str(ASKED)],
        cwd=ASKED.parents[2],
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout[-8_000:]
