"""What a child's end means to the person who looks after the source."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from watcher.errors import ParseError, Problem, ProblemClass

_LOOK = "Open the address in a browser. If it looks right there, report it with the stored document; it is tried again."
_SAMPLE = 200
_MESSAGE = 500


def took_too_long(seconds: float, of: str, sample: str) -> ParseError:
    """`of` is "computing" or "waiting"."""
    return _unreadable(f"Reading the document took longer than {seconds:g} s of {of} and was stopped.", sample)


def too_much_memory(memory: int, sample: str) -> ParseError:
    """The job wanted more than the child may have."""
    message = f"Reading the document needed more than {memory // (1024 * 1024)} MB of memory and was stopped."
    advice = "Watch a smaller address of the same publisher (a feed for one topic, a shorter listing)."
    return ParseError(Problem(ProblemClass.TOO_LARGE, message, advice), sample=sample)


def answer_too_large(size: int, limit: int) -> ParseError:
    """What was read is too much to be handed over."""
    message = f"The document holds {size / 1e6:.0f} MB of text; {limit / 1e6:.0f} MB is the most that is taken at once."
    advice = "Watch a smaller address of the same publisher (a feed for one topic, a shorter listing)."
    return ParseError(Problem(ProblemClass.TOO_LARGE, message, advice))


def crashed(code: int | None, sample: str) -> ParseError:
    """The child ended in the middle of a job; `code` as subprocess gives it (negative: the signal)."""
    return _unreadable(f"The parser broke down on the document ({_ending(code)}).", sample)


def failed(header: Mapping[str, Any], sample: str) -> ParseError:
    """The function raised something that nobody expected."""
    kind, message = clean(str(header.get("type", "")), 80), clean(str(header.get("message", "")), _MESSAGE)
    return _unreadable(f"The parser failed on the document: {kind}: {message}".rstrip(": "), sample)


def refused(header: Mapping[str, Any]) -> ParseError:
    """The function itself said what is wrong with the document."""
    kind = str(header.get("kind"))
    known = ProblemClass(kind) if kind in set(ProblemClass) else ProblemClass.UNREADABLE
    message, advice = clean(str(header.get("message", "")), _MESSAGE), clean(str(header.get("advice", "")), _MESSAGE)
    return ParseError(Problem(known, message, advice), sample=clean(str(header.get("sample", "")), 2000))


def not_understood(why: str) -> ParseError:
    """The answer is not what the function should return."""
    return _unreadable(f"The parser gave an answer of another shape than it should: {clean(why, _MESSAGE)}", "")


def not_started(why: str) -> ParseError:
    """No child came up: the installation or the machine, not the source."""
    message = f"No process for parsing could be started: {clean(why, _MESSAGE)}"
    advice = "This is not the source's fault: run `watcher doctor`, and look at the free memory of the machine."
    return ParseError(Problem(ProblemClass.UNREADABLE, message, advice))


def sample_of(arguments: Mapping[str, Any]) -> str:
    """The beginning of the document that was to be read, fit to be shown."""
    body = next((value for value in arguments.values() if isinstance(value, bytes)), b"")
    return clean(body[:_SAMPLE].decode("utf-8", "replace"), _SAMPLE)


def clean(text: str, limit: int) -> str:
    """One line without control characters, at most `limit` characters: it comes from behind the walls."""
    line = " ".join(text[: 4 * limit].split())
    shown = "".join(character for character in line if character.isprintable())
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _unreadable(message: str, sample: str) -> ParseError:
    return ParseError(Problem(ProblemClass.UNREADABLE, message, _LOOK), sample=sample)


def _ending(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
