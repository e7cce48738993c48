"""One rule or recipient as YAML text: read and checked the same way as the whole of sources.yaml."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import yaml

from watcher.errors import ConfigError
from watcher.models.catalog import Catalog, Criteria, Recipient, Rule
from watcher.sources.catalog.checks import check
from watcher.sources.catalog.document import Document, parse
from watcher.sources.catalog.mistakes import Mistakes
from watcher.sources.catalog.read import channel_options
from watcher.sources.catalog.shape import Items, shape
from watcher.sources.catalog.validate import members

LARGEST = 20_000
"""Characters of a rule."""
_NOBODY = "nobody"


def read_rule(text: str, catalog: Catalog, policies: Collection[str], *, name: str = "the rule") -> Rule:
    """The rule in a text: a mapping, or a list of one. `id` and `send` may be missing while it is tried out.

    Without `send` it goes to all recipients. Raises ConfigError with every mistake, one line each, with the lines of
    the text.
    """
    if len(text) > LARGEST:
        raise ConfigError(f"{name}: is longer than {LARGEST:,} characters; paste one rule only")
    document = _as_section(parse(text.encode("utf-8", "replace"), name), "rules")
    rule = document.data["rules"][0]
    if not isinstance(rule, dict):
        raise ConfigError(f"{name}: write one rule with keys and values, such as `when:` and `send:`")
    mistakes = Mistakes(document)
    known = _ids(catalog.recipients) or [{"id": _NOBODY}]
    everybody = [each["id"] for each in known]
    sections = shape({"rules": [{"id": "preview", "send": everybody, **rule}]}, mistakes)
    found = members("rules", sections["rules"], {}, mistakes)
    others = {"publishers": _ids(catalog.publishers), "sources": _ids(catalog.sources), "recipients": known}
    check({**sections, **others}, policies, (), mistakes)
    mistakes.raise_any()
    read: Rule = found[0]
    return read


def read_recipient(values: dict[str, Any], catalog: Catalog, policies: Collection[str], of: type[Any]) -> Recipient:
    """A recipient from its keys, checked; `of` is the dataclass of its channel's options. Raises ConfigError."""
    text = json.dumps(values, ensure_ascii=False)
    document = _as_section(parse(text.encode("utf-8", "replace"), "the recipient"), "recipients")
    mistakes = Mistakes(document)
    sections = shape({"recipients": document.data["recipients"]}, mistakes)
    options = channel_options("recipients", sections["recipients"], "channel", {str(values["channel"]): of}, mistakes)
    found = members("recipients", sections["recipients"], options, mistakes)
    others = {"publishers": _ids(catalog.publishers), "sources": _ids(catalog.sources)}
    check({**sections, **others}, policies, (), mistakes)
    mistakes.raise_any()
    read: Recipient = found[0]
    return read


def read_criteria(values: dict[str, Any], catalog: Catalog, policies: Collection[str]) -> Criteria:
    """Criteria from their keys with texts or lists of texts, checked. Raises ConfigError with every mistake."""
    return read_rule(json.dumps({"when": values}), catalog, policies, name="the silence").when


def _as_section(document: Document, section: str) -> Document:
    """The document as if it stood under the key of its section, so that everything keeps its line."""
    root, data = document.root, document.data
    place: tuple[str | int, ...]
    if isinstance(data, list) and len(data) == 1 and isinstance(root, yaml.SequenceNode):
        members, place = root, (section,)
    else:
        members = yaml.SequenceNode("tag:yaml.org,2002:seq", [root], root.start_mark, root.end_mark)
        data, place = [data], (section, 0)
    key = yaml.ScalarNode("tag:yaml.org,2002:str", section, root.start_mark, root.end_mark)
    whole = yaml.MappingNode("tag:yaml.org,2002:map", [(key, members)], root.start_mark, root.end_mark)
    mistakes = tuple(((*place, *where), mark, what) for where, mark, what in document.mistakes)
    return replace(document, data={section: data}, root=whole, mistakes=mistakes)


def _ids(found: Iterable[Any]) -> Items:
    return [{"id": each.id} for each in found]
