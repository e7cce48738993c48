"""watcher captures: the bytes as they came, for evidence: as a file, as WARC, and whether they are still whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from watcher.cli.opening import opened_store
from watcher.cli.output import as_json, print_json
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from watcher.models.documents import Document


@click.group(name="captures")
def command() -> None:
    """The bytes as they came: export, verify."""


@command.command()
@click.argument("entry")
@click.option("--warc", is_flag=True, help="As WARC 1.1: requests' addresses, status, headers and bytes as they came.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file that is not there yet.")
def export(entry: str, warc: bool, output: Path | None) -> None:
    """Write the documents in which ENTRY (its id) came, all revisions, or without --warc the bytes of the newest.

    They go to standard output unless it is a terminal: what strangers wrote must not reach one.
    """
    with opened_store() as store:
        documents = store.captures.of_entry(entry)
        if documents is None:
            raise ConfigError(f"{entry}: there is no entry of this id; `watcher matches list --json` shows ids")
    if not documents:
        raise ConfigError(f"{entry}: its captures are not kept any more (`retention:` in sources.yaml)")
    with _opened(output) as out:
        if warc:
            _write_warc(documents, out)
        else:
            out.write(documents[-1].body)


def _opened(output: Path | None) -> BinaryIO:
    if output is None:
        if sys.stdout.isatty():
            raise ConfigError("this is a terminal: name a file with --output, or send it on with > or |")
        return sys.stdout.buffer
    try:
        return output.open("xb")
    except OSError as error:
        raise ConfigError(f"{output}: cannot be written ({error.strerror}); name another file") from error


def _write_warc(documents: list[Document], out: BinaryIO) -> None:
    from watcher.warc import write_warc

    write_warc(documents, out)


@command.command()
@as_json
def verify(json_: bool) -> int:
    """Read every capture and compare it with its digest; the exit code is 1 when one is damaged."""
    from watcher.observe.lines import many

    with opened_store() as store:
        number, damaged = store.captures.verify()
    if json_:
        print_json({"captures": number, "damaged": damaged})
    else:
        for sha256 in damaged:
            click.echo(f"{sha256}: damaged; restore it from a backup (watcher db restore)")
        click.echo(f"{many(number, 'capture')} read, {len(damaged)} damaged")
    return 1 if damaged else 0
