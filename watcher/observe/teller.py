"""What a process says to the person at its terminal: every event once, and the same trouble not again and again."""

from __future__ import annotations

from collections.abc import Callable

from watcher.models.checks import CheckOutcome, CheckSummary
from watcher.models.incidents import IncidentChange
from watcher.models.keeping import Pruned
from watcher.observe.lines import check_line, incident_line, pruned_line


class Teller:
    """Says lines through `say`; remembers which troubles it has told of."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self._told_of: dict[str, str] = {}

    def once(self, about: str, line: str) -> None:
        """Say it unless it was the last thing said about that."""
        if self._told_of.get(about) != line:
            self._told_of[about] = line
            self.say(line)

    def over(self, about: str) -> bool:
        """That trouble has ended; whether it had been told of."""
        return self._told_of.pop(about, None) is not None

    def checked(self, summary: CheckSummary) -> None:
        """What a check brought: a failure once, news always, an unchanged source never."""
        self.changed(IncidentChange(summary.opened, summary.closed))
        if summary.outcome is CheckOutcome.FAILED:
            self.once(summary.source_id, check_line(summary))
            return
        if self.over(summary.source_id):
            self.say(f"{summary.source_id}: read again")
        if summary.new_entries or summary.new_revisions or summary.backfill or summary.problem:
            self.say(check_line(summary))

    def changed(self, change: IncidentChange) -> None:
        """An incident that opened, or one that is over and followed by none."""
        for incident in (change.opened, change.closed if not change.opened else None):
            if incident:
                self.say(incident_line(incident))

    def pruned(self, gone: Pruned) -> None:
        """What a day's pruning took away, if anything."""
        if gone.texts or gone.captures:
            self.say(pruned_line(gone))
