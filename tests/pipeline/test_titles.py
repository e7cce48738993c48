"""What an entry without title is called."""

from __future__ import annotations

import pytest

from watcher.models.entries import Entry
from watcher.pipeline.titles import title_of, titled


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://e.org/news/secretary-ends-mpp", "Secretary ends mpp"),
        ("https://e.org/news/secretary_ends_mpp.html?page=2", "Secretary ends mpp"),
        ("https://e.org/news/2026-11-24-secretary-ends-mpp/", "Secretary ends mpp"),
        ("https://e.org/protecci%C3%B3n-en-la-frontera-1234567", "Protección en la frontera"),
        ("https://e.org/news/secretary-ends-mpp/index.html", "Secretary ends mpp"),
        ("https://e.org/news/20261124", "https://e.org/news/20261124"),
        ("https://e.org/about", "https://e.org/about"),
        ("https://e.org/", "https://e.org/"),
        ("https://e.org/a%00b%ff-c-word-word", "https://e.org/a%00b%ff-c-word-word"),
        ("", ""),
    ],
)
def test_a_name_in_the_address_is_a_title(url: str, title: str) -> None:
    assert title_of(url) == title


def test_the_title_of_the_page_takes_the_place_of_a_stopgap_only() -> None:
    url = "https://e.org/secretary-ends-mpp"
    stopgap = Entry(key="1", url=url, title=title_of(url), text="", teaser=True)
    own = Entry(key="1", url=url, title="Its own title", text="", teaser=True)
    assert titled(stopgap, "The Secretary Ends MPP").title == "The Secretary Ends MPP"
    assert titled(stopgap, "").title == "Secretary ends mpp"
    assert titled(own, "The Secretary Ends MPP").title == "Its own title"
