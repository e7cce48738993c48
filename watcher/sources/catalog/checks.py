"""What types cannot say: ids that must exist or be unique, addresses that can be asked, secrets that must not be here.

Everything is checked on the shaped data, also where other things in the same member are wrong.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from watcher.sources.catalog.document import Place
from watcher.sources.catalog.mistakes import Mistakes
from watcher.sources.catalog.shape import OPERATORS, Items, file_place
from watcher.sources.maildir import wrong_with_address

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_HOST_NAME = re.compile(r"[\w.-]+|\[[0-9A-Fa-f:.]+\]")
_HOST_PATTERN = re.compile(r"[\w.*:\[\]-]+")
_SECRET = re.compile(r"secret|password|passwd|token|api_?key|credential", re.IGNORECASE)
_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}|file:.+")

Members = Iterator[tuple[int, dict[str, Any]]]


def check(
    sections: Mapping[str, Items], policies: Collection[str], operators: Collection[str], mistakes: Mistakes
) -> None:
    """Adds every mistake of this sort."""
    for section in ("publishers", "sources", "recipients", "rules"):
        _ids(section, sections[section], mistakes)
    for index, host in _members(sections["hosts"]):
        _host(host, ("hosts", index), mistakes)
    publishers = _names(sections["publishers"])
    for index, source in _members(sections["sources"]):
        _source(source, ("sources", index), publishers, mistakes)
    for index, recipient in _members(sections["recipients"]):
        _secrets(recipient.get("options"), ("recipients", index), mistakes)
    known = {"policies": policies, "publishers": publishers, "sources": _names(sections["sources"])}
    recipients = _names(sections["recipients"])
    _refer(list(operators), (OPERATORS,), "recipient", recipients, mistakes)
    for index, recipient in _members(sections["recipients"]):
        _urgent(recipient.get("quiet"), ("recipients", index, "quiet", "urgent"), known, mistakes)
    for index, rule in _members(sections["rules"]):
        _rule(rule, index, known, recipients, mistakes)


def _ids(section: str, items: Items, mistakes: Mistakes) -> None:
    seen: set[str] = set()
    for index, item in _members(items):
        name = item.get("id")
        if not isinstance(name, str):
            continue
        if name in seen:
            mistakes.add((section, index, "id"), f"`{name}` stands twice under `{section}`; ids must differ")
        elif not _ID.fullmatch(name):
            mistakes.add((section, index, "id"), "an id has letters, digits, `-`, `_` and `.`, at most 100 of them")
        seen.add(name)


def _host(host: dict[str, Any], place: Place, mistakes: Mistakes) -> None:
    pattern = host.get("host")
    if isinstance(pattern, str) and not _HOST_PATTERN.fullmatch(pattern):
        mistakes.add((*place, "host"), "write a host name without http:// and path; `*` stands for any characters")
    at_once = host.get("at_once")
    if isinstance(at_once, str) and re.fullmatch(r"-?\d+", at_once) and int(at_once) < 1:
        mistakes.add((*place, "at_once"), "must be at least 1; to stop asking a host, set its sources `enabled: false`")


def _ca_file(name: Any) -> str | None:
    """Why a file cannot be trusted from, or None. A relative path begins at the folder in which watcher is started."""
    if not isinstance(name, str):
        return None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(name)
    except ssl.SSLError:
        return f"`{name}` has no certificates in it that can be read; write them there as PEM"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return f"`{name}` cannot be read ({reason}); name a PEM file that is there"
    return None


def _source(source: dict[str, Any], place: Place, publishers: Collection[str], mistakes: Mistakes) -> None:
    publisher = source.get("publisher")
    if isinstance(publisher, str) and publisher not in publishers:
        mistakes.unknown((*place, "publisher"), publisher, "publisher", publishers)
    wrong_with = wrong_with_address if source.get("kind") == "maildir" else wrong_with_url
    if isinstance(url := source.get("url"), str) and (wrong := wrong_with(url)):
        mistakes.add((*place, "url"), wrong)
    if wrong := _ca_file(source.get("ca_file")):
        mistakes.add((*place, "ca_file"), wrong)
    _languages([source.get("language")], (*place, "language"), mistakes)
    _interval(source.get("every"), (*place, "every"), mistakes)
    if isinstance(expect := source.get("expect"), timedelta) and expect <= timedelta(0):
        mistakes.add((*place, "expect"), "must be longer than nothing")
    _secrets(source.get("options"), (*place, "options"), mistakes)


def _interval(every: Any, place: Place, mistakes: Mistakes) -> None:
    if not isinstance(every, dict):
        return
    least, most = every.get("min"), every.get("max")
    if not isinstance(least, timedelta) or not isinstance(most, timedelta):
        return
    if least <= timedelta(0):
        mistakes.add(place, "must be longer than nothing")
    elif least > most:
        mistakes.add(place, "`min` is longer than `max`")


def wrong_with_url(url: str) -> str | None:
    """Why an address cannot be asked, or None."""
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return "an address has no spaces, backslashes or control characters; write them percent-encoded"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"this is no address: {error}"
    if parts.scheme not in ("http", "https"):
        guess = f" (did you mean `https://{url}`?)" if "." in url.split("/")[0] and ":" not in url else ""
        return f"an address begins with http:// or https://{guess}"
    if "@" in parts.netloc:
        return "an address must not carry a user name or password: it is stored and shown"
    if not parts.hostname or not _HOST_NAME.fullmatch(parts.netloc.removesuffix(f":{port}")):
        return "this address has no host name that can be asked"
    return None


def _secrets(options: Any, place: Place, mistakes: Mistakes) -> None:
    if not isinstance(options, dict):
        return
    for key, value in options.items():
        values = value if isinstance(value, list) else [value]
        plain = [each for each in values if isinstance(each, str) and not _REFERENCE.fullmatch(each)]
        if _SECRET.search(key) and plain and not mistakes.at((*place, key)):
            mistakes.add(
                (*place, key),
                "a secret must not stand in this file, which is copied and shown: write ${NAME} and set the"
                " environment variable NAME (or NAME_FILE), or write file:/path/to/secret",
            )


def _rule(
    rule: dict[str, Any],
    index: int,
    known: Mapping[str, Collection[str]],
    recipients: Collection[str],
    mistakes: Mistakes,
) -> None:
    send = rule.get("send")
    if send == []:
        mistakes.add(("rules", index, "send"), "name at least one recipient")
    _refer(send, ("rules", index, "send"), "recipient", recipients, mistakes)
    for key in ("when", "exclude"):
        criteria, place = rule.get(key), file_place("rules", (index, key))
        if isinstance(criteria, dict):
            _criteria(criteria, place, known, mistakes)
    if rule.get("exclude") == {}:
        mistakes.add(
            file_place("rules", (index, "exclude")), "this would exclude everything; name what, or take it out"
        )


def _urgent(quiet: Any, place: Place, known: Mapping[str, Collection[str]], mistakes: Mistakes) -> None:
    urgent = quiet.get("urgent") if isinstance(quiet, dict) else None
    if isinstance(urgent, dict):
        _criteria(urgent, place, known, mistakes)
    if urgent == {}:
        mistakes.add(place, "this would make nothing urgent; name what is, or take it out")


def _criteria(criteria: dict[str, Any], place: Place, known: Mapping[str, Collection[str]], mistakes: Mistakes) -> None:
    for key, what in (("policies", "policy"), ("publishers", "publisher"), ("sources", "source")):
        _refer(criteria.get(key), (*place, key), what, known[key], mistakes)
    if isinstance(languages := criteria.get("languages"), list):
        _languages(languages, (*place, "languages"), mistakes)
    score = criteria.get("min_score")
    if isinstance(score, str) and re.fullmatch(r"[-+]?[\d.]+|nan|[-+]?inf", score) and not 0 <= float(score) <= 1:
        mistakes.add((*place, "min_score"), "a score lies between 0 and 1")


def _refer(names: Any, place: Place, what: str, known: Collection[str], mistakes: Mistakes) -> None:
    for index, name in enumerate(names if isinstance(names, list) else []):
        if isinstance(name, str) and name not in known:
            mistakes.unknown((*place, index), name, what, known)


def _languages(languages: list[Any], place: Place, mistakes: Mistakes) -> None:
    for index, language in enumerate(languages):
        if isinstance(language, str) and not _LANGUAGE.fullmatch(language):
            mistakes.add((*place, index), "write a language as two letters, such as en or es")


def _members(items: Items) -> Members:
    return ((index, item) for index, item in enumerate(items) if isinstance(item, dict))


def _names(items: Items) -> dict[str, None]:
    """The ids of a section, in its order."""
    return {item["id"]: None for _, item in _members(items) if isinstance(item.get("id"), str)}
