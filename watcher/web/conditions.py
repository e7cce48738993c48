"""The conditions of a rule or a silence in words: those of the form, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from watcher.models.catalog import Catalog, Criteria
from watcher.web.naming import Words
from watcher.web.strings import Say


def in_words(criteria: Criteria, words: Words, catalog: Catalog | None) -> str:
    """What must hold: "Policies: Title 42, Remain in Mexico; How real it is: done". "" when everything fits."""
    say, shown = Say(words.language), _shown(words, catalog)
    titles = {
        "policies": say("Policies"),
        "publishers": say("Publishers"),
        "publisher_types": say("Kinds of publishers"),
        "sources": say("Sources"),
        "languages": say("Languages"),
        "actions": say("Actions"),
        "modalities": say("How real it is"),
        "announcement_kinds": say("Kinds of announcements"),
        "actor_types": say("Who acts"),
        "words": say("Words in the text"),
    }
    lists = [each.name for each in fields(Criteria) if each.name in titles and getattr(criteria, each.name)]
    parts = [f"{titles[name]}: {', '.join(map(shown.get(name, str), getattr(criteria, name)))}" for name in lists]
    if criteria.min_score is not None:
        parts.append(say("How sure: at least {score}", score=f"{criteria.min_score:g}"))
    return "; ".join(parts)


def _shown(words: Words, catalog: Catalog | None) -> dict[str, Callable[[str], str]]:
    publishers = {each.id: each.name for each in catalog.publishers} if catalog else {}
    sources = {each.id: each.name or each.id for each in catalog.sources} if catalog else {}
    return {
        "policies": words.policy,
        "publishers": lambda publisher: publishers.get(publisher, publisher),
        "publisher_types": words.publisher_type,
        "sources": lambda source: sources.get(source, source),
        "languages": words.spoken_language,
        "actions": words.action,
        "modalities": words.modality,
        "announcement_kinds": words.announcement_kind,
        "actor_types": words.actor_type,
    }
