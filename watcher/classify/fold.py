"""Text made comparable: case, accents, quotes, dashes and odd spaces folded away, with the way back to the original.

The folded text is pure ASCII. Runs of spaces, line breaks and dashes become one space; soft hyphens, zero-width
characters and combining marks vanish; a character without an ASCII reading becomes `~`, which is part of no name.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2043"
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc\u2039\u203a\uff07\u0060"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02"
_BLANKS = "\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u0085"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"  # formatting
    "\u0300-\u036f\u1dc0-\u1dff\u20d0-\u20ff"  # marks over letters
    "\u00ae\u2120\u2122"  # trade marks
)

_ASCII_SEPARATORS = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x00 -"
_TABLE = {i: chr(i).lower() for i in range(128)} | {ord(c): " " for c in _ASCII_SEPARATORS} | {ord("`"): "'"}
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_GAP = rf"[\x00\t\n\x0b\x0c\r\x1c-\x1f \-{_BLANKS}{_DASHES}{_INVISIBLE}]"
_ONE_TO_ONE = f"{_SINGLE_QUOTES}{_DOUBLE_QUOTES}{_DASHES}\u00a0áéíóúüñçàèâêîôûëïÁÉÍÓÚÜÑÇ¿¡•§"
_LETTERS = rf"\x01-\x08\x0e-\x1b!-,.-\x7f{_SINGLE_QUOTES}{_DOUBLE_QUOTES}áéíóúüñçàèâêîôûëïÁÉÍÓÚÜÑÇ¿¡•§"
_IRREGULAR = re.compile(rf"[^{_LETTERS}](?:(?<={_GAP}){_GAP}+|(?<=[^\x00-\x7f{_ONE_TO_ONE}]))")
"""Where the folded text may differ in length: runs of blanks, and characters that are not one to one.

It begins with one class of characters, so that the search leaps over letters (four times as fast, measured).
"""
_FEW = 20
_SPACES = re.compile("  +")  # three times as fast as " {2,}" (measured)
_EXPANSIONS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "ı": "i",
    "þ": "th",
    "…": "...",
}


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    """The ASCII reading of one character outside ASCII: empty, one letter, or several."""
    if re.match(f"[{_INVISIBLE}]", character):
        return ""
    if re.match(f"[{_DASHES}{_BLANKS}]", character):
        return " "
    if character in _SINGLE_QUOTES:
        return "'"
    if character in _DOUBLE_QUOTES:
        return '"'
    lower = character.lower()
    if lower in _EXPANSIONS:
        return _EXPANSIONS[lower]
    return _decomposed(character)


def _decomposed(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character)
    kept = [part for part in parts if not unicodedata.combining(part)]
    if not kept:
        return "~"  # only what _INVISIBLE lists may vanish: blanks on both sides would run together here and not there
    return "".join(_ascii(part) for part in kept)


def _ascii(part: str) -> str:
    if part.isascii():
        return _TABLE[ord(part)].replace(" ", "~")  # a blank inside one character would break the run rule
    return _EXPANSIONS.get(part.lower(), "~")


def _ascii_only(text: str) -> str:
    """Each character outside ASCII by its reading; one pass per character is twice as fast while they are few."""
    others = set(_NOT_ASCII.findall(text))
    if len(others) > _FEW:
        return _NOT_ASCII.sub(lambda found: _fold_character(found[0]), text)
    for character in others:
        text = text.replace(character, _fold_character(character))
    return text


def fold(text: str) -> str:
    """The comparable form of `text`: ASCII, lower case, one space between words. Never raises."""
    return collapsed(spaced(text))


def spaced(text: str) -> str:
    """`text` with every character folded, and its runs of blanks as long as they were."""
    if not text.isascii():
        text = _ascii_only(text)
    return text.translate(_TABLE)


def collapsed(spaced: str) -> str:
    """The folded text: one space for each run."""
    return _SPACES.sub(" ", spaced) if "  " in spaced else spaced


class Offsets:
    """The way from a folded text back: `original(i)` is where the character at `i` stood before."""

    def __init__(self, text: str, spaced: str | None = None) -> None:
        """`spaced` is what `spaced(text)` gave, where it is at hand: blanks are found faster in it."""
        self._starts = [0]
        self._shifts = [0]
        self._originals = [0]
        even = spaced is not None and len(spaced) == len(text) and _is_even(text)
        self._irregular = _SPACES.finditer(spaced) if spaced is not None and even else _IRREGULAR.finditer(text)
        self._seen = 0
        """Up to which original index the differences are known: texts are read no further than asked."""
        self._length = len(text)

    def _read_to(self, original: int) -> None:
        """Know all differences up to an original index."""
        while self._seen <= original:
            found = next(self._irregular, None)
            if found is None:
                self._seen = self._length + 1
                return
            self._seen = found.end()
            self._add(found)

    def _add(self, found: re.Match[str]) -> None:
        piece, length = found[0], found.end() - found.start()
        width = _short_width(piece) if length < 8 else len(_folded_gap(piece))
        if width == length:
            return
        shift = self._shifts[-1]
        position = found.start() - shift
        for inside in range(1, width):
            self._note(position + inside, shift - inside)
        self._note(position + width, shift + length - width)

    def _note(self, position: int, shift: int) -> None:
        self._starts.append(position)
        self._shifts.append(shift)
        self._originals.append(position + shift)

    def original(self, index: int) -> int:
        """Where the folded character at `index` begins in the original text."""
        while self._seen <= self._length:
            original = index + self._shifts[bisect_right(self._starts, index) - 1]
            if original < self._seen:
                return original
            self._read_to(original)
        return index + self._shifts[bisect_right(self._starts, index) - 1]

    def folded_span(self, start: int, end: int) -> tuple[int, int]:
        """The folded span of an original span (which must not be empty)."""
        return self._folded(start), self._folded(end - 1) + 1

    def _folded(self, index: int) -> int:
        """Where the original character at `index` stands in the folded text."""
        self._read_to(index)
        return index - self._shifts[bisect_right(self._originals, index) - 1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of the folded span `start:end` (which must not be empty)."""
        return self.original(start), self.original(end - 1) + 1


def _is_even(text: str) -> bool:
    """Whether each character folds to exactly one, so that only runs of blanks move what follows them."""
    return text.isascii() or all(len(_fold_character(character)) == 1 for character in set(_NOT_ASCII.findall(text)))


def _folded_gap(piece: str) -> str:
    if len(piece) == 1:
        return _fold_character(piece)
    if piece.isspace():
        return " "
    return " " if any(_is_blank(character) for character in piece) else ""


@lru_cache(maxsize=4096)
def _short_width(piece: str) -> int:
    """The folded width of a short piece; kept, because a text repeats its odd places."""
    return len(_folded_gap(piece))


def _is_blank(character: str) -> bool:
    return character in _ASCII_SEPARATORS or (not character.isascii() and _fold_character(character) == " ")
