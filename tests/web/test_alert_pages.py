"""Silences, previews, test alerts, one delivery, and the ledger as a file."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import httpx

from tests.web.conftest import Machine
from tests.web.page import says
from watcher.alerts.channels.base import channels
from watcher.models.alerts import AttemptResult, DeliveryState
from watcher.store import Store


async def test_a_silence_is_made_shown_and_ended(desk: httpx.AsyncClient, planted: Store, machine: Machine) -> None:
    made = await desk.post("/alerts/silences", data={"policies": "mpp", "hours": "24", "comment": "known since Monday"})
    assert made.status_code == 303
    (silence,) = planted.silences.in_force(machine.now)
    assert (silence.author, silence.expires_at) == ("admin", machine.now + timedelta(hours=24))
    shown = says(await desk.get("/alerts/silences"), "main")
    assert "known since Monday" in shown
    assert "0 alerts held" in shown
    assert "Policies: Migrant Protection Protocols" in shown
    await desk.post(f"/alerts/silences/{silence.id}/end")
    assert planted.silences.in_force(machine.now) == []
    assert "Over" in says(await desk.get("/alerts/silences"), "main")


async def test_a_silence_of_everything_is_refused_with_the_reason(desk: httpx.AsyncClient, planted: Store) -> None:
    answer = await desk.post("/alerts/silences", data={"hours": "4", "comment": "quiet"})
    assert answer.status_code == 400
    assert "would hold every alert" in answer.text
    assert planted.silences.listing() == []


async def test_a_rule_is_tried_out_before_it_is_saved(desk: httpx.AsyncClient) -> None:
    answer = await desk.post("/alerts/preview", data={"text": "when: {policies: [mpp]}", "days": "30"})
    assert answer.status_code == 200
    assert "entries with matches" not in answer.text
    assert "/entries/" in answer.text


async def test_a_rule_with_a_mistake_is_explained_with_its_line(desk: httpx.AsyncClient) -> None:
    answer = await desk.post("/alerts/preview", data={"text": "when:\n  policies: [mppp]"})
    assert answer.status_code == 400
    assert "the rule:2:14" in answer.text
    assert "did you mean `mpp`" in answer.text


async def test_a_test_alert_goes_through_the_outbox(desk: httpx.AsyncClient, planted: Store, machine: Machine) -> None:
    assert "desk@example.org" in (await desk.get("/alerts/test")).text
    answer = await desk.post("/alerts/test", data={"recipient": "desk"})
    detail = answer.headers["location"]
    assert "Test alert of watcher for desk" in (await desk.get(detail)).text
    (claimed,) = [
        each
        for each in planted.deliveries.claim_due(machine.now, lease=timedelta(minutes=1), limit=50)
        if each.delivery.id == detail.rpartition("/")[2]
    ]
    assert claimed.delivery.payload["type"] == "notice.test"


async def test_a_receiver_that_is_gone_is_shown_and_switched_on_again(
    desk: httpx.AsyncClient, planted: Store, machine: Machine
) -> None:
    await desk.post("/alerts/test", data={"recipient": "desk"})
    claimed = planted.deliveries.claim_due(machine.now, lease=timedelta(minutes=1), limit=1)[0]
    gone = AttemptResult(claimed.delivery.id, claimed.fence, DeliveryState.DISABLED, machine.now, "410 Gone", None)
    planted.deliveries.finish([gone])
    assert "410 Gone" in (await desk.get("/alerts")).text
    recipient = planted.deliveries.stopped()[0].recipient_id
    await desk.post(f"/alerts/recipients/{recipient}/enable")
    assert planted.deliveries.stopped() == []


async def test_what_is_tried_again_says_which_attempt_of_how_many_and_when_the_next_comes(
    desk: httpx.AsyncClient, planted: Store, machine: Machine
) -> None:
    await desk.post("/alerts/test", data={"recipient": "desk"})
    claimed = planted.deliveries.claim_due(machine.now, lease=timedelta(minutes=1), limit=1)[0]
    later = machine.now + timedelta(minutes=5)
    failed = AttemptResult(claimed.delivery.id, claimed.fence, DeliveryState.RETRYING, machine.now, "451 wait", later)
    planted.deliveries.finish([failed])
    shown = says(await desk.get("/alerts?state=retrying"), "main")
    most = channels()[claimed.delivery.channel].schedule.attempts
    assert f"1 of {most} attempts" in shown
    assert "next try" in shown
    planted.deliveries.stop("desk", claimed.delivery.channel, claimed.delivery.address, "switched off", machine.now)
    assert "switched off" in says(await desk.get(f"/alerts/{claimed.delivery.id}"), "main")


async def test_the_ledger_is_exported_as_csv(desk: httpx.AsyncClient, planted: Store) -> None:
    answer = await desk.get("/alerts/export.csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["id"] for row in rows] == [row.id for row in planted.deliveries.listing()]
    assert "attachment" in answer.headers["content-disposition"]
    assert (await desk.get("/alerts/export.csv?channel=none")).text.count("\n") == 1


async def test_a_delivery_that_is_not_there_is_not_found(desk: httpx.AsyncClient) -> None:
    assert (await desk.get("/alerts/none")).status_code == 404
