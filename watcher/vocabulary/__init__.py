"""Where the vocabulary lies: data files that ship inside the package, one per policy, and the words of actions."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def policy_files() -> list[Traversable]:
    """The shipped policy files, ordered by name."""
    folder = files(__name__) / "policies"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)


def data_file(name: str) -> Traversable:
    """One of the shared data files: actions.yaml, context.yaml, actors.yaml or wording.yaml."""
    return files(__name__) / name
