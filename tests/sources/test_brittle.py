"""Selectors that will not last are refused with the reason, and those that people write are not."""

from __future__ import annotations

import pytest

from watcher.sources import listing
from watcher.sources.brittle import brittle


@pytest.mark.parametrize(
    ("selector", "word"),
    [
        (".css-1x2y3z", "build tool"),
        ("div.sc-abc", "build tool"),
        (".sc-bdVaJa h3", "build tool"),
        (".Teaser_title__3xYz9", "build tool"),
        (".svelte-1abc23", "build tool"),
        ("div[data-v-7ba5bd90]", "build tool"),
        ('li[class="item css-1q2w3e"]', "build tool"),
        ("#post-123", "one entry"),
        ('[id="node-4711"] a', "one entry"),
        (".post-10442", "one entry"),
        ("li:nth-child(2) > a:nth-child(3)", "positions"),
        ("tr:nth-of-type(2) td:nth-last-child(1)", "positions"),
        ("div > div > div > ul > li > a", "say nothing"),
    ],
)
def test_a_brittle_selector_is_refused_with_its_reason(selector: str, word: str) -> None:
    reason = brittle(selector)
    assert reason is not None
    assert word in reason
    assert "choose" in reason


@pytest.mark.parametrize(
    "selector",
    [
        "article",
        ".views-row",
        "li.usa-collection__item",
        'a[href*="/es/comunicados/"]',
        "td:nth-child(2)",
        "tr:nth-child(n+2)",
        ".col-md-3 .field--name-field-date",
        ".et_pb_column_2_5",
        ".block__element--mod2",
        ".footer__socialIcon",
        ".md\\:w-1\\/2",
        '[class^="Teaser_title__"]',
        "table.rgMasterTable > tbody > tr:has(a[href])",
        "#content > ul.news-2024 li",
        ".A300x600",
        'div#main h2 a[rel~="bookmark"]',
    ],
)
def test_a_selector_that_says_what_it_means_is_taken(selector: str) -> None:
    assert brittle(selector) is None


def test_one_position_is_no_list() -> None:
    assert brittle("li:nth-child(1)", many=True)
    assert brittle("td:nth-child(1) a", many=True) is None


@pytest.mark.parametrize("name", ["entry", "link", "title", "date", "summary"])
def test_the_kind_listing_refuses_brittle_selectors_and_names_the_option(name: str) -> None:
    with pytest.raises(ValueError, match="build tool") as caught:
        listing.Options(**{"entry": "li", name: ".css-1x2y3z"})  # type: ignore[arg-type]
    assert str(caught.value).startswith(f"{name}: `css-1x2y3z`")
