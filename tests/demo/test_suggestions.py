"""The listings of the newsroom: what is suggested for them finds what the selectors in its sources.yaml find."""

from __future__ import annotations

import httpx
import pytest

from tests.demo.test_site import address, selectors
from watcher.demo.outlets import OUTLETS, Form, Outlet
from watcher.demo.stage import Stage
from watcher.sources import listing
from watcher.sources.suggest import suggest


@pytest.mark.parametrize(
    "outlet", [each for each in OUTLETS if each.form is Form.LISTING], ids=lambda outlet: str(outlet.id)
)
async def test_the_first_suggestion_finds_the_same_entries(
    stage: Stage, outlet: Outlet, web: httpx.AsyncClient
) -> None:
    got = await web.get(address(stage, outlet))
    url = str(got.url)
    chosen = listing.Options(**suggest(got.content, url=url)[0].options)  # type: ignore[arg-type]
    wanted, found = (
        listing.read(got.content, url=url, media_type="text/html", charset="utf-8", options=options).entries
        for options in (selectors(stage, outlet), chosen)
    )
    assert [(each.url, each.title, each.published) for each in found] == [
        (each.url, each.title, each.published) for each in wanted
    ]
