"""Alerts in a terminal."""

from __future__ import annotations

import io

import pytest

from tests.alerts.samples import announcement, claimed, recipient, said
from watcher.alerts.channels.console import ConsoleSender
from watcher.errors import DeliveryError


async def shown(stream: io.TextIOWrapper, **about: str) -> str:
    told = claimed("console", "console", about=said(announcement(**about)))
    await ConsoleSender(stream).send(told, recipient("console"))
    stream.seek(0)
    return stream.read()


async def test_a_block_says_what_happens_quotes_it_and_links_it() -> None:
    block = await shown(io.TextIOWrapper(io.BytesIO(), "utf-8"))
    assert "Department of Homeland Security" in block
    assert "“It will end the *Migrant Protection Protocols* (MPP) at once, the Secretary said." in block
    assert "https://agency.example/news/1" in block
    assert "https://watcher.example/entries/entry1" in block
    assert "acts: a test" in block


async def test_text_from_outside_cannot_steer_the_terminal() -> None:
    block = await shown(
        io.TextIOWrapper(io.BytesIO(), "utf-8"), title="\x1b[2Jx\r\n\x07\x9b31m", url="https://a/\x1b[2J"
    )
    assert block.count("\n") == 6
    assert not set("\x1b\x07\x9b\r") & set(block)


async def test_a_terminal_with_few_letters_gets_what_it_can_show() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    assert "?" in await shown(stream, publisher_name="Comisión")


async def test_a_closed_terminal_is_an_error_that_passes() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8")
    stream.close()
    with pytest.raises(DeliveryError) as refused:
        await ConsoleSender(stream).send(claimed("console", "console"), recipient("console"))
    assert not refused.value.permanent
