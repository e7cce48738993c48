"""Everything that is wrong with a file, each with its line, its path and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from watcher.errors import ConfigError
from watcher.sources.catalog.document import Document, Mark, Place

_SUGGESTIONS = 50
"""Beyond so many mistakes no more suggestions are looked for: each is compared with every possible word."""
_LISTED = 12


class Mistakes:
    """Collects mistakes; `raise_any` tells them all, in the order of the file, one line each."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: dict[tuple[Mark, Place], list[str]] = {}
        for place, mark, what in document.mistakes:
            self._found.setdefault((mark, place), []).append(what)

    def add(self, place: Place, what: str, *, key: bool = False) -> None:
        """A mistake at a place; `key` points to the key instead of its value."""
        shown = self._document.known(place)
        mark = self._document.mark(place, key=key)
        said = self._found.setdefault((mark, shown), [])
        if what not in said:
            said.append(what)

    def at(self, place: Place) -> bool:
        """Whether something at or below a place is wrong already."""
        return any(found[: len(place)] == place for _, found in self._found)

    def unknown(self, place: Place, word: str, what: str, choices: Iterable[str]) -> None:
        """A mistake: a word that is none of the choices; `what` is what it should be, such as "publisher"."""
        self.add(place, f"there is no {what} `{word}`{self.suggest(word, choices)}")

    def suggest(self, word: str, choices: Iterable[str]) -> str:
        """ " (did you mean `x`?)" or " (there are: ...)" or nothing."""
        if len(self._found) > _SUGGESTIONS:
            return ""
        by_sound = {choice.lower(): choice for choice in choices}
        close = difflib.get_close_matches(word.lower(), by_sound, n=1, cutoff=0.6)
        if close:
            return f" (did you mean `{by_sound[close[0]]}`?)"
        if 0 < len(by_sound) <= _LISTED:
            return f" (there are: {', '.join(by_sound.values())})"
        return ""

    def raise_any(self) -> None:
        """Raises ConfigError when there is any mistake."""
        if not self._found:
            return
        found = sorted(self._found.items(), key=lambda each: (each[0][0].line, each[0][0].column))
        raise ConfigError("\n".join(self._line(mark, place, said) for (mark, place), said in found))

    def _line(self, mark: Mark, place: Place, said: list[str]) -> str:
        path = self._path(place)
        return f"{self._document.name}:{mark.line}:{mark.column}: {path}{': ' if path else ''}{_together(said)}"

    def _path(self, place: Place) -> str:
        """A place as people say it: list members by their id where they have one."""
        data = self._document.data
        shown: list[str] = []
        for part in place:
            data = data[part] if _has(data, part) else None
            name = data.get("id") if isinstance(part, int) and isinstance(data, dict) else None
            shown.append(name if isinstance(name, str) and name else str(part))
        return ".".join(shown)


def _together(said: list[str]) -> str:
    """Several mistakes at one place; alternatives, where each says what to write instead."""
    return (" or " if all(what.startswith("write ") for what in said) else "; ").join(said)


def _has(data: object, part: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and part < len(data)
    return isinstance(data, dict) and part in data
