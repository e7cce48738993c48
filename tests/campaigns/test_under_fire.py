"""The main acceptance scenario with several processes, whose workers are killed (-9) all the while.

The moments are drawn from a seed. The receivers' ledgers are compared with ours, as they are in peace.
"""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import environment as peaceful
from tests.acceptance.conftest import stage
from tests.acceptance.daemon import UNDER_FIRE
from tests.acceptance.test_watching import test_announcements_are_found_alerted_and_shown

__all__ = ["peaceful", "stage", "test_announcements_are_found_alerted_and_shown"]

SEED = 20211202


@pytest.fixture
def shape() -> str:
    return "several"


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def environment(peaceful: dict[str, str]) -> dict[str, str]:
    return {**peaceful, UNDER_FIRE: str(SEED)}
