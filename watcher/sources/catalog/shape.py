"""Where the file is kinder to people than the dataclasses: sections may be missing, durations are texts.

Works on copies; a place in the shaped data differs from its place in the file only by `file_place`.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from watcher.models.catalog import Catalog, Digest, HostRule, How, Publisher, Recipient, Rule, Source
from watcher.models.words import PublisherType
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
OPERATORS = "operators"
"""The key beside them: a list of ids of recipients."""
LEADS = "leads"
"""The key beside them: types of publishers, whose reports lead an event in this order."""
UPKEEP = ("canary", "receipt", "heartbeat")
"""Those that say that watcher is alive; see `upkeep`."""
RETENTION = "retention"
"""How long is kept what no policy was found in; see `retention`."""
assert {*SECTIONS, OPERATORS, LEADS, *UPKEEP, RETENTION} == {field.name for field in fields(Catalog)} - {"digest"}

OWN_OF_RECIPIENT = frozenset(field.name for field in fields(Recipient)) - {"options"}
"""All other keys of a recipient are its channel's options."""
_SWAPPED = {"not": "exclude", "exclude": "not"}
_QUIET = {"from": "start", "to": "end"}
_QUIET_IN_FILE = {name: key for key, name in _QUIET.items()}
_HOW = 'write immediate, or {digest: "0 8 * * mon-fri", timezone: America/New_York}'
_ANY_DURATION = durations.parse("1s")


def shape(data: Any, mistakes: Mistakes) -> dict[str, Items]:
    """The members of every section, shaped for validation."""
    if not isinstance(data, dict):
        mistakes.add((), f"the file must have keys at its top: {', '.join(SECTIONS)}")
        return {section: [] for section in SECTIONS}
    known = (*SECTIONS, OPERATORS, LEADS, *UPKEEP, RETENTION)
    for key in data.keys() - set(known):
        mistakes.add((key,), f"there is no key `{key}` here{mistakes.suggest(key, known)}", key=True)
    return {section: _members(section, data.get(section), mistakes) for section in SECTIONS}


def operators(data: Any, mistakes: Mistakes) -> tuple[str, ...]:
    """Who hears of incidents, as it is written; whether they are recipients is for others to say."""
    found = data.get(OPERATORS) if isinstance(data, dict) else None
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        mistakes.add((OPERATORS,), "write a list of recipients, such as [desk]")
        return ()
    return tuple(found)


def leads(data: Any, mistakes: Mistakes) -> tuple[PublisherType, ...]:
    """Whose report of an announcement leads, the first first."""
    found = data.get(LEADS) if isinstance(data, dict) else None
    if found is None:
        return ()
    if not isinstance(found, list):
        mistakes.add((LEADS,), "write a list of types of publishers, such as [executive, court, ngo, media]")
        return ()
    types = [each.value for each in PublisherType]
    for index, each in enumerate(found):
        if each not in types:
            mistakes.unknown((LEADS, index), str(each), "type of publisher", types)
    return tuple(PublisherType(each) for each in dict.fromkeys(map(str, found)) if each in types)


def file_place(section: str, loc: tuple[str | int, ...]) -> Place:
    """Where in the file a place of the shaped section is."""
    place = list(loc)
    if section == "rules" and len(place) > 1:
        place[1] = _SWAPPED.get(str(place[1]), place[1])
    if section == "recipients" and len(place) > 1 and place[1] == "options":
        del place[1]
    elif section == "recipients" and len(place) > 2 and place[1] == "quiet":
        place[2] = _QUIET_IN_FILE.get(str(place[2]), place[2])
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
            return with_durations(item, ("apart",), (section, index), mistakes)
        case "sources":
            return {
                **with_durations(item, ("expect",), (section, index), mistakes),
                **_every(item, (section, index), mistakes),
            }
        case "recipients":
            own = {key: value for key, value in item.items() if key in OWN_OF_RECIPIENT}
            own |= _rest(item, (section, index), mistakes)
            return {**own, "options": {key: value for key, value in item.items() if key not in OWN_OF_RECIPIENT}}
        case "rules":
            shaped = {_SWAPPED.get(key, key): value for key, value in item.items()}
            return {**shaped, **_how(item, (section, index, "how"), mistakes)}
        case _:
            return item


def _rest(recipient: dict[str, Any], place: Place, mistakes: Mistakes) -> dict[str, Any]:
    """When a recipient is not to be disturbed, and how bursts are grouped."""
    found: dict[str, Any] = {}
    if isinstance(quiet := recipient.get("quiet"), dict):
        found["quiet"] = {_QUIET.get(key, key): value for key, value in quiet.items()}
        for wrong in quiet.keys() & _QUIET_IN_FILE:
            mistakes.add((*place, "quiet", wrong), f"write `{_QUIET_IN_FILE[wrong]}`", key=True)
    if isinstance(group := recipient.get("group"), dict):
        found["group"] = with_durations(group, ("wait",), (*place, "group"), mistakes)
    return found


def _how(rule: dict[str, Any], place: Place, mistakes: Mistakes) -> dict[str, Any]:
    """`how` as its value; where it is wrong, that is told, and the rest of the rule is validated all the same."""
    if "how" not in rule:
        return {}
    match rule["how"]:
        case str(text) if text in list(How):
            return {"how": How(text)}
        case dict(given) if given:
            return {"how": _digest(given, place, mistakes) or How.IMMEDIATE}
        case other:
            said = (
                f"`{other}` is not known here{mistakes.suggest(other, list(How))}; " if isinstance(other, str) else ""
            )
            mistakes.add(place, said + _HOW)
            return {"how": How.IMMEDIATE}


def _digest(given: dict[str, Any], place: Place, mistakes: Mistakes) -> Digest | None:
    keys = [field.name for field in fields(Digest)]
    for key in given.keys() - set(keys):
        mistakes.add((*place, key), f"there is no key `{key}` here{mistakes.suggest(key, keys)}", key=True)
    missing = [key for key in keys if key not in given]
    for key in missing:
        mistakes.add(place, f"`{key}` is missing")
    texts = {key: given[key] for key in keys if isinstance(given.get(key), str)}
    for key in (given.keys() & set(keys)) - texts.keys():
        mistakes.add((*place, key), "write a text")
    if len(texts) < len(keys):
        return None
    try:
        return Digest(**texts)
    except ValueError as error:
        key, _, reason = str(error).partition(": ")
        mistakes.add((*place, key), reason)
        return None


def _every(source: dict[str, Any], place: Place, mistakes: Mistakes) -> dict[str, Any]:
    """`every: 15m` means both bounds."""
    match source.get("every"):
        case str(text):
            both = _duration(text, (*place, "every"), mistakes)
            return {"every": {"min": both, "max": both}}
        case dict(bounds):
            return {"every": with_durations(bounds, ("min", "max"), (*place, "every"), mistakes)}
        case _:
            return {}


def with_durations(item: dict[str, Any], keys: tuple[str, ...], place: Place, mistakes: Mistakes) -> dict[str, Any]:
    """The item with the texts under these keys read as durations."""
    texts = {key: item[key] for key in keys if isinstance(item.get(key), str)}
    return {**item, **{key: _duration(text, (*place, key), mistakes) for key, text in texts.items()}}


def _duration(text: str, place: Place, mistakes: Mistakes) -> Any:
    found = durations.parse(text)
    if found is None:
        mistakes.add(place, f"`{text}` is no duration; write one like {durations.EXAMPLES}")
        return _ANY_DURATION
    return found
