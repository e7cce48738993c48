"""Where the file is kinder to people than the dataclasses: sections may be missing, durations are texts.

Works on copies; a place in the shaped data differs from its place in the file only by `file_place`.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from watcher.models.catalog import Catalog, HostRule, Publisher, Recipient, Rule, Source
from watcher.sources.catalog import durations
from watcher.sources.catalog.document import Place
from watcher.sources.catalog.mistakes import Mistakes

Items = list[Any]

SECTIONS: dict[str, type[Any]] = {
    "publishers": Publisher,
    "hosts": HostRule,
    "sources": Source,
    "recipients": Recipient,
    "rules": Rule,
}
"""The keys at the top of the file and what each of their members is."""
assert set(SECTIONS) == {field.name for field in fields(Catalog)} - {"digest"}

OWN_OF_RECIPIENT = frozenset(field.name for field in fields(Recipient)) - {"options"}
"""All other keys of a recipient are its channel's options."""
_SWAPPED = {"not": "exclude", "exclude": "not"}
_ANY_DURATION = durations.parse("1s")


def shape(data: Any, mistakes: Mistakes) -> dict[str, Items]:
    """The members of every section, shaped for validation."""
    if not isinstance(data, dict):
        mistakes.add((), f"the file must have keys at its top: {', '.join(SECTIONS)}")
        return {section: [] for section in SECTIONS}
    for key in data.keys() - SECTIONS.keys():
        mistakes.add((key,), f"there is no key `{key}` here{mistakes.suggest(key, SECTIONS)}", key=True)
    return {section: _members(section, data.get(section), mistakes) for section in SECTIONS}


def file_place(section: str, loc: tuple[str | int, ...]) -> Place:
    """Where in the file a place of the shaped section is."""
    place = list(loc)
    if section == "rules" and len(place) > 1:
        place[1] = _SWAPPED.get(str(place[1]), place[1])
    if section == "recipients" and len(place) > 1 and place[1] == "options":
        del place[1]
    return (section, *place)


def _members(section: str, found: Any, mistakes: Mistakes) -> Items:
    if found is None:  # all of it is commented out
        return []
    if not isinstance(found, list):
        mistakes.add((section,), "write a list: each member begins with `-`")
        return []
    return [_member(section, index, item, mistakes) for index, item in enumerate(found)]


def _member(section: str, index: int, item: Any, mistakes: Mistakes) -> Any:
    if not isinstance(item, dict):
        return item
    match section:
        case "hosts":
            return _durations(item, ("apart",), (section, index), mistakes)
        case "sources":
            return {**item, **_every(item, (section, index), mistakes)}
        case "recipients":
            own = {key: value for key, value in item.items() if key in OWN_OF_RECIPIENT}
            return {**own, "options": {key: value for key, value in item.items() if key not in OWN_OF_RECIPIENT}}
        case "rules":
            return {_SWAPPED.get(key, key): value for key, value in item.items()}
        case _:
            return item


def _every(source: dict[str, Any], place: Place, mistakes: Mistakes) -> dict[str, Any]:
    """`every: 15m` means both bounds."""
    match source.get("every"):
        case str(text):
            both = _duration(text, (*place, "every"), mistakes)
            return {"every": {"min": both, "max": both}}
        case dict(bounds):
            return {"every": _durations(bounds, ("min", "max"), (*place, "every"), mistakes)}
        case _:
            return {}


def _durations(item: dict[str, Any], keys: tuple[str, ...], place: Place, mistakes: Mistakes) -> dict[str, Any]:
    texts = {key: item[key] for key in keys if isinstance(item.get(key), str)}
    return {**item, **{key: _duration(text, (*place, key), mistakes) for key, text in texts.items()}}


def _duration(text: str, place: Place, mistakes: Mistakes) -> Any:
    found = durations.parse(text)
    if found is None:
        mistakes.add(place, f"`{text}` is no duration; write one like {durations.EXAMPLES}")
        return _ANY_DURATION
    return found
