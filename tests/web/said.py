"""Every English text that the pages say: read from the templates and the modules themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files

from jinja2 import nodes

from watcher.models.search import MESSAGES
from watcher.web.render import environment

WEB = files("watcher.web")


def in_templates() -> set[str]:
    """The texts given to `_` and `count` in templates."""
    said: set[object] = set()
    for template in WEB.joinpath("templates").iterdir():
        tree = environment().parse(template.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "count"):
                said.update(a.value for a in call.args[: _texts(call.node.name)] if isinstance(a, nodes.Const))
    return {text for text in said if isinstance(text, str)}


def in_modules() -> set[str]:
    """The texts given to `say` and `say.count` in modules."""
    return {
        text for module in WEB.iterdir() if module.name.endswith(".py") for text in _said(module.read_text("utf-8"))
    }


def in_searches() -> set[str]:
    """What is said about a search that is none."""
    return set(MESSAGES.values())


def _said(source: str) -> Iterator[str]:
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func).removeprefix("self.").removeprefix("names.")
        if name not in ("say", "say.count"):
            continue
        for argument in call.args[: 2 if name == "say.count" else 1]:
            if isinstance(argument, ast.Constant):
                yield str(argument.value)


def _texts(name: str) -> int:
    return 2 if name == "count" else 1
