"""What the driver wants to know of a program: how it is installed, told its sources, and made to check them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program runs: the folder of its commands, and a fresh folder for its settings and its memory."""

    commands: Path
    folder: Path

    def command(self, name: str) -> str:
        """The path of one of its commands."""
        return str(self.commands / name)

    def file(self, name: str) -> str:
        """The path of one of its files."""
        return str(self.folder / name)


Command = Callable[[Place], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Peer:
    """One program."""

    name: str
    configure: Callable[[Place, Sequence[str]], None]
    """Writes its settings for these feeds, and nothing more."""
    first: Command
    """Checks all sources for the first time, then ends."""
    again: Command
    """Checks all sources whatever its schedule says, then ends."""
    requirement: str = ""
    """What pip installs into an environment of its own (several: with blanks between them); empty: it runs in ours."""
    debian: str = ""
    """Debian's package, for a program that pip does not have."""
    variables: Callable[[Place], Mapping[str, str]] = field(default=lambda place: {})
    """Its environment variables."""
    note: str = ""
    """What it does not do of the work, where it does less than read, store and compare entries."""
