"""Words that try to become markup, planted wherever somebody else writes: sources, servers, browsers, colleagues."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.web.planted import NOW
from tests.web.test_markup import BANK, plant_words
from watcher.errors import StoreError
from watcher.models.accounts import Role, Scope, SignIn, SignInMethod, Visitor
from watcher.models.catalog import Criteria
from watcher.models.identity import entry_id
from watcher.models.reviews import Change
from watcher.models.words import Verdict
from watcher.store import Store

WORDS = (
    *BANK,
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<isindex action=javascript:alert(1) type=submit>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<keygen autofocus onfocus=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)/>#x'/></svg>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<base target=_blank href=//evil.example/>",
    "<plaintext>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<%00script>alert(1)</script>",
    "\"'><svg onload=alert`1`>",
    "</style></script></textarea></title>--><svg/onload=alert(1)>",
)
"""Sixty, of which thirty-five are those of the quick test."""


def plant(store: Store) -> None:
    """All words in all places: title, text, quote, publisher, source, URL, address, error; and what people write."""
    plant_words(store, WORDS)
    admin, _ = store.users.ensure_admin(NOW)
    for n, words in enumerate(WORDS):
        store.tokens.add(admin.name, words, [Scope.READ], NOW)
        store.sessions.open(admin.id, SignInMethod.LINK, Visitor(words, words), NOW)
        store.sign_ins.add(SignIn(NOW, words, SignInMethod.PASSWORD, bool(n % 2), words))
        store.silences.add(
            Criteria(words=(words,)), author=words, comment=words, expires_at=NOW + timedelta(days=9), now=NOW
        )
        _add_person(store, words)
        _note(store, entry_id(f"s{n}", f"urn:{words}"), words)


def _add_person(store: Store, words: str) -> None:
    try:
        store.users.add(words, Role.VIEWER, NOW)
    except StoreError:
        return  # no name: too long, or with what cannot be printed


def _note(store: Store, entry: str, words: str) -> None:
    view = store.entries.show(entry)
    assert view is not None
    change = Change(view.matches[0].id, verdict=Verdict.CONFIRMED, note=words)
    store.reviews.make([change], reviewer=words, now=NOW)


def pages() -> Iterator[str]:
    """The paths on which the words are shown, without queries."""
    yield from ("/", "/sources", "/policies", "/policies/title-42", "/alerts", "/alerts/silences", "/alerts/preview")
    yield from ("/feed-links", "/account", "/users")
    yield from (f"/entries/{entry_id(f's{n}', f'urn:{words}')}" for n, words in enumerate(WORDS))
