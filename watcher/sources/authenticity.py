"""Who vouches for the sender of a mail message: what the receiving server wrote into it (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_QUOTED = re.compile(r'"[^"]*"?')
_COMMENT = re.compile(r"\([^()]*\)")
_METHOD = re.compile(r"\s*(dmarc|dkim|spf)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)\b(.*)", re.IGNORECASE | re.DOTALL)
_OF = re.compile(r"(?:header\.(?:d|i|from)|smtp\.(?:mailfrom|helo))\s*=\s*(?:[^\s;@]*@)?([\w.-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail server found out; `said` is it in a line for people. `passed` are methods with their domains."""

    said: str
    passed: tuple[tuple[str, str], ...] = ()

    def verified_for(self, domain: str) -> bool:
        """DMARC passed, or DKIM for the sender's own domain or one above or below it (relaxed alignment, RFC 7489)."""
        return any(method == "dmarc" or (method == "dkim" and _aligned(of, domain)) for method, of in self.passed)


def verdict(lines: Iterable[str], server: str) -> Verdict:
    """What `server` says of the sender, by the Authentication-Results lines of a message, the newest first.

    Lines that name another server may have been written by the sender. What a sender can put into a line of `server`
    (comments, quoted names) counts for nothing.
    """
    if not server:
        return Verdict("not verified: no `server` is named that could")
    for line in lines:
        name, *clauses = _plain(line).split(";")
        if name.split()[:1] == [server.casefold()]:
            return _verdict(server, clauses)
    return Verdict(f"not verified: {server} says nothing")


def _plain(line: str) -> str:
    """Without quoted strings and comments, which may be nested; lower case."""
    line, before = _QUOTED.sub("", line), ""
    while line != before:
        before, line = line, _COMMENT.sub(" ", line)
    return line.casefold()


def _verdict(server: str, clauses: Iterable[str]) -> Verdict:
    found = list(_results(clauses))
    said = ", ".join(f"{method}={result}{f' ({of})' if of else ''}" for method, result, of in found)
    passed = tuple((method, of) for method, result, of in found if result == "pass")
    return Verdict(f"{said or 'nothing verified'}; said by {server}", passed)


def _results(clauses: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for clause in clauses:
        if found := _METHOD.match(clause):
            of = _OF.search(found[3])
            yield found[1], found[2], of[1] if of else ""


def _aligned(one: str, other: str) -> bool:
    related = one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
    return related and "." in one and "." in other
