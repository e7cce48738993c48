"""Every fault of mail servers and HTTP receivers (S1-S14, W1-W18) through the real outbox: `make receivers`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns import smtp_faults, webhook_faults
from tests.campaigns.receiving import table, tried

FAULTS = (*smtp_faults.FAULTS, *webhook_faults.FAULTS)


def test_no_fault_is_left_out() -> None:
    codes = [fault.code for fault in FAULTS]
    assert codes == [*(f"S{n}" for n in range(1, 15)), *(f"W{n}" for n in range(1, 19))]


async def test_no_fault_of_a_receiver_loses_an_alert_or_sends_one_under_another_id(
    migrated_sqlite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts = [await tried(fault, migrated_sqlite, tmp_path) for fault in FAULTS]
    with capsys.disabled():
        print(f"\n{table(accounts)}")
    assert sum(account.lost for account in accounts) == 0
    assert sum(account.foreign for account in accounts) == 0
    assert {account.fault.code: account.broken for account in accounts if account.broken} == {}
