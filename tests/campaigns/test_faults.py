"""All eighty faults against the real daemon: nothing is lost, doubled, dialled or late. Prints a table."""

from __future__ import annotations

from pathlib import Path

from tests.faults.campaign import LONGEST, run
from tests.faults.server import serving
from tests.faults.table import table

NEIGHBOURS_LATE = 5.0
DAEMON_MIB, ALL_MIB = 300, 1.2 * 1024


async def test_the_daemon_survives_every_fault_and_its_neighbours_do_not_notice(tmp_path: Path) -> None:
    async with serving() as server:
        campaign = await run(server, tmp_path)
    shown = table(campaign)
    print(shown)
    assert not [result.mistakes for result in campaign.results if result.mistakes], shown
    assert max(result.seconds for result in campaign.results) <= LONGEST
    assert campaign.private_dials == []
    assert campaign.given_away == []
    assert (campaign.restarts, campaign.exit_code) == (0, 0), campaign.log[-3000:]
    assert campaign.neighbours_lost == 0
    assert campaign.neighbours_late <= NEIGHBOURS_LATE
    assert campaign.memory.daemon < DAEMON_MIB
    assert campaign.memory.everything < ALL_MIB
