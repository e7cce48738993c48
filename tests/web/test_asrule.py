"""A search becomes the form of a rule, as far as a rule can say the same."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from tests.web.conftest import Machine, signed_in
from tests.web.page import says
from watcher.models.accounts import Role
from watcher.store import Store
from watcher.web.asrule import rule_address
from watcher.web.filters import Filters


def fields(**values: str) -> list[tuple[str, str]]:
    parts = urlsplit(rule_address(Filters(values)))
    assert parts.path == "/alerts/rules/new"
    return parse_qsl(parts.query)


def test_filters_are_criteria() -> None:
    assert fields(policy="mpp", action="terminate", verdict="any") == [
        ("when.policies", "mpp"),
        ("when.actions", "terminate"),
    ]


@pytest.mark.parametrize(
    ("searched", "criteria"),
    [
        ("wall", [("when.words", "wall")]),
        ('"return to Mexico"', [("when.words", "return to Mexico")]),
        ("wall OR fence", [("when.words", "wall\nfence")]),
        ("wall NOT policy:mpp", [("search", "wall NOT policy:mpp")]),
        ("wall NOT rumour", [("when.words", "wall"), ("not.words", "rumour")]),
        ("wall publisher:kind", [("when.words", "wall"), ("when.publishers", "kind")]),
        ("wall fence", [("search", "wall fence")]),
        ("(wall", [("search", "(wall")]),
        ("(wall fence) OR gate", [("search", "(wall fence) OR gate")]),
    ],
)
def test_a_search_is_words_or_is_named_as_what_a_rule_cannot_say(
    searched: str, criteria: list[tuple[str, str]]
) -> None:
    assert fields(q=searched) == criteria


async def test_the_form_is_filled_in(desk: httpx.AsyncClient) -> None:
    form = await desk.get(rule_address(Filters({"policy": "mpp", "q": "wall OR fence"})))
    assert 'name="when.policies" value="mpp" checked' in form.text
    assert "wall\nfence</textarea>" in form.text
    unsaid = await desk.get(rule_address(Filters({"policy": "mpp", "q": "wall fence"})))
    assert "what the search “wall fence” says" in says(unsaid, "main")


async def test_who_may_not_make_rules_is_not_led_there(app: Starlette, planted: Store, machine: Machine) -> None:
    async with signed_in(app, planted, machine.now, Role.REVIEWER) as reviewer:
        for address in ("/inbox?policy=mpp", "/policies/mpp"):
            answer = await reviewer.get(address)
            assert answer.status_code == 200
            assert "/alerts/rules/new" not in answer.text
