"""watcher classify: say which policies texts are about. Needs no database and no configuration."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.output import as_json, print_json

if TYPE_CHECKING:
    from watcher.classify import Classifier
    from watcher.models.matches import Classification
    from watcher.models.words import PublisherType


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--jsonl", is_flag=True, help='One JSON object per line in ("id", "text", ...), one per line out.')
@click.option("--title", default="", help="The headline that belongs to the text.")
@as_json
def command(files: tuple[Path, ...], jsonl: bool, title: str, json_: bool) -> int:
    """Classify FILES, or standard input for - or none.

    With --jsonl each line of input has "id" and "text", and may have "title", "publisher_type" and "published_at"
    (ISO 8601); each line of output has the matches. An unreadable line gives {"id": ..., "error": ...}, the others go
    on, and the exit code is 1.
    """
    from watcher.classify import Classifier, load_vocabulary

    classifier = Classifier(load_vocabulary())
    if jsonl:
        failures = sum(_classify_lines(classifier, path) for path in files or (Path("-"),))
        return 1 if failures else 0
    for path in files or (Path("-"),):
        _classify_file(classifier, path, title=title, as_json=json_)
    return 0


def _classify_lines(classifier: Classifier, path: Path) -> int:
    """The number of lines that could not be read."""
    failures = 0
    for line in _lines(path):
        answer = _answer(classifier, line)
        failures += "error" in answer
        sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return failures


def _answer(classifier: Classifier, line: bytes) -> dict[str, Any]:
    from watcher.classify import to_json

    identity = None
    try:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise TypeError("the line is not a JSON object")
        identity = request.get("id")
        return {"id": identity, **to_json(_classified(classifier, request))}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        return {"id": identity, "error": _what_is_wrong(error)}


def _classified(classifier: Classifier, request: dict[str, Any]) -> Classification:
    text, title = request["text"], request.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        raise TypeError('"text" and "title" must be strings')
    return classifier.classify(
        text=text,
        title=title,
        publisher_type=_publisher_type(request.get("publisher_type")),
        published_at=_time(request.get("published_at")),
    )


def _what_is_wrong(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"the key {error} is missing"
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error}"
    return str(error)


def _publisher_type(value: object) -> PublisherType | None:
    from watcher.models.words import PublisherType

    return None if value in (None, "") else PublisherType(str(value))


def _time(value: object) -> datetime | None:
    if value in (None, ""):
        return None
    time = datetime.fromisoformat(str(value))
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _classify_file(classifier: Classifier, path: Path, *, title: str, as_json: bool) -> None:
    from watcher.classify import to_json

    raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    found = classifier.classify(text=raw.decode("utf-8", "replace"), title=title)
    if as_json:
        print_json({"id": str(path), **to_json(found)})
        return
    _print_for_people(classifier, path, found)


def _print_for_people(classifier: Classifier, path: Path, found: Classification) -> None:
    from watcher.vocabulary.wording import headline

    click.echo(f"{path}: {found.announcement_kind or 'no policy named'}")
    for match in found.matches:
        name = classifier.vocabulary.policies[match.policy].shown("en")
        quote = " ".join(match.evidence.text.split())
        click.echo(f"  {match.score:.2f}  {headline(match, name, 'en')}\n        “{quote}”")
    for open_question in found.undecided:
        click.echo(f"  ?     “{open_question.text}”: which of {', '.join(open_question.candidates)}?")


def _lines(path: Path) -> Iterator[bytes]:
    if str(path) == "-":
        yield from sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield from file
