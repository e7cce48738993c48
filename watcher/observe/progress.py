"""A progress bar for the first round, on a terminal; lines that are printed meanwhile stand above it."""

from __future__ import annotations

from typing import TextIO

_WIDTH = 30


class Progress:
    """Counts the sources that were visited since the start. Off a terminal only the lines are printed."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._left = total
        self._total = total
        self._stream = stream
        self._shown = stream.isatty()

    def line(self, text: str) -> None:
        """Print a line above the bar."""
        self._stream.write(f"{self._cleared()}{text}\n{self._bar()}")
        self._stream.flush()

    def step(self) -> None:
        """One more source was visited."""
        if self._left > 0:
            self._left -= 1
            self._stream.write(f"{self._cleared()}{self._bar()}" if self._shown else "")
            self._stream.flush()

    def _cleared(self) -> str:
        return "\r\x1b[K" if self._shown else ""

    def _bar(self) -> str:
        if not self._shown or self._left <= 0:
            return ""
        done = self._total - self._left
        filled = _WIDTH * done // self._total
        return f"[{'#' * filled}{'.' * (_WIDTH - filled)}] first round: {done} of {self._total} sources"
