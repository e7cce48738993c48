"""The progress bar of the first round."""

from __future__ import annotations

from io import StringIO

from watcher.observe.progress import Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_below_the_lines() -> None:
    terminal = Terminal()
    progress = Progress(2, terminal)
    progress.step()
    progress.line("a: unchanged")
    assert "1 of 2 sources" in terminal.getvalue()
    assert "a: unchanged\n[" in terminal.getvalue()


def test_the_bar_goes_when_the_round_is_over() -> None:
    terminal = Terminal()
    progress = Progress(1, terminal)
    progress.step()
    progress.line("all is well")
    assert terminal.getvalue().endswith("all is well\n")


def test_a_file_gets_the_lines_only() -> None:
    stream = StringIO()
    progress = Progress(2, stream)
    progress.step()
    progress.line("a: unchanged")
    assert stream.getvalue() == "a: unchanged\n"
