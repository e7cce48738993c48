"""One announcement of five outlets, in two languages, is one mail and one follow-up: through the real daemon."""

from __future__ import annotations

from tests.acceptance.daemon import running, until
from tests.acceptance.ledgers import all_delivered, now, stored
from watcher.demo.catalog import DESK
from watcher.demo.stage import Stage
from watcher.models.alerts import DeliveryState, Waits
from watcher.store import open_store


async def test_five_outlets_and_the_spanish_version_are_one_mail_and_one_follow_up_in_its_thread(
    stage: Stage, environment: dict[str, str]
) -> None:
    async with running(environment, "--no-web") as daemon:
        await daemon.says("watching")
        store = open_store(environment["WATCHER_DATABASE_URL"])
        await until(lambda: stored(store) == len(stage.newsroom.published()), 60, lambda: daemon.text)
        for _ in range(6):  # one after the other: what is news depends on what was told before
            out = stage.newsroom.publish_next(now())
            assert out
            assert out.draft.event == "end-of-mpp"
            await until(lambda: stored(store) == len(stage.newsroom.published()), 60, lambda: daemon.text)
            await until(lambda: all_delivered(store), 30, lambda: daemon.text)
        assert await daemon.stop() == 0
    mails = [mail for mail in stage.mailbox.mails if DESK in mail.recipients]
    assert len(mails) == 2, "\n=====\n".join(mail.header("Subject") + mail.text[:900] for mail in mails)
    first, follow_up = mails
    assert follow_up.header("References") == follow_up.header("In-Reply-To") == first.header("Message-ID")
    assert follow_up.header("Subject").startswith("Update: ")
    assert "New since you were told:" in follow_up.text
    held = store.deliveries.listing(state=DeliveryState.HELD, limit=500)
    assert {(why.what, why.title, why.publisher) for row in held for why in row.waits_for} == {
        (Waits.REPEAT, "Department ends the Migrant Protection Protocols", "Department of Border Affairs (demo)")
    }
    store.close()
