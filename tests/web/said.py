"""Every English text that the pages say: read from the templates and the modules themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files

from jinja2 import nodes

from watcher.models.search import MESSAGES
from watcher.web.render import environment

WEB = files("watcher.web")


Message = tuple[str, ...]
"""A text, or a text for one and a text for many."""


def everything() -> set[Message]:
    """All texts that have to be translated."""
    return in_templates() | in_modules() | in_searches()


def in_templates() -> set[Message]:
    """The texts given to `_` and `count` in templates."""
    said: set[Message] = set()
    for template in WEB.joinpath("templates").iterdir():
        tree = environment().parse(template.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "count"):
                texts = [a.value for a in call.args[: _texts(call.node.name)] if isinstance(a, nodes.Const)]
                said.add(tuple(map(str, texts)))
    return said - {()}


def in_modules() -> set[Message]:
    """The texts given to `say` and `say.count` in modules."""
    return {
        text for module in WEB.iterdir() if module.name.endswith(".py") for text in _said(module.read_text("utf-8"))
    }


def in_searches() -> set[Message]:
    """What is said about a search that is none."""
    return {(text,) for text in MESSAGES.values()}


def _said(source: str) -> Iterator[Message]:
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func).removeprefix("self.").removeprefix("names.")
        if name not in ("say", "say.count"):
            continue
        texts = call.args[: 2 if name == "say.count" else 1]
        if all(isinstance(text, ast.Constant) for text in texts):
            yield tuple(ast.literal_eval(text) for text in texts)


def _texts(name: str) -> int:
    return 2 if name == "count" else 1
