"""Why an entry is in its event, in the reader's language; what is stored is English, of a closed set of phrases."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from watcher.vocabulary.wording import label
from watcher.web.naming import Words
from watcher.web.strings import Say

BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Joining:
    """Says reasons; a phrase that we do not know is shown as it is stored."""

    words: Words

    def __call__(self, why: str) -> str:
        """The whole reason as one sentence."""
        return BETWEEN.join(self._phrase(each) for each in why.split(BETWEEN)) if why else ""

    def _phrase(self, stored: str) -> str:
        say, words = Say(self.words.language), self.words
        for pattern, put in _phrases(say, words):
            if found := re.fullmatch(pattern, stored):
                return put(found)
        return stored


def _phrases(say: Say, words: Words) -> list[tuple[str, Callable[[re.Match[str]], str]]]:
    """Pattern of a stored phrase -> how it is said; see `watcher.events.alike` and `watcher.store.regrouping`."""
    return [
        ("the same address", lambda _: say("the same address")),
        (r"the same text, (\d+%) contained", lambda m: say("the same text, {share} contained", share=m[1])),
        (r"copied text, (\d+%) contained", lambda m: say("copied text, {share} contained", share=m[1])),
        ("one links to the other", lambda _: say("one links to the other")),
        (
            r"(.+) links to the announcement of (.+)",
            lambda m: say("{name} links to the announcement of {other}", name=m[1], other=m[2]),
        ),
        (
            "its page names the other as itself in another language",
            lambda _: say("its page names the other as itself in another language"),
        ),
        ("the same publisher in another language", lambda _: say("the same publisher in another language")),
        ("the same publisher goes back to it", lambda _: say("the same publisher goes back to it")),
        (r"the same act: (\w+) (\w+) (\S+)", lambda m: say("the same act: {act}", act=_act(words, m))),
        (r"both say (.+)", lambda m: say("both say {facts}", facts=m[1])),
        ("within an hour", lambda _: say("within an hour")),
        (r"(\d+) h apart", lambda m: say("{n} h apart", n=m[1])),
        (r"(\d+) days apart", lambda m: say("{n} days apart", n=m[1])),
        ("a person put them together", lambda _: say("a person put them together")),
        (r"put together by (.+)", lambda m: say("put together by {name}", name=m[1])),
    ]


def _act(words: Words, found: re.Match[str]) -> str:
    actor, action = label("actor_type", found[1], words.language), label("action", found[2], words.language)
    return f"{actor}, {action}, {words.policy(found[3])}"
