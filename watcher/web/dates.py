"""Times as people read them: a day, a moment, and how long ago, in the operator's zone and the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from watcher.models.catalog import zone_name
from watcher.web.strings import Say

MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """Writes times for one reader: `now` is when the page is made, `zone` the operator's time zone."""

    say: Say
    now: datetime
    zone: tzinfo

    def day(self, at: datetime | date) -> str:
        """ "17 Dec 2020"."""
        local = at.astimezone(self.zone) if isinstance(at, datetime) else at
        return f"{local.day} {MONTHS[self.say.language][local.month - 1]} {local.year}"

    def moment(self, at: datetime) -> str:
        """ "17 Dec 2020, 14:05 UTC"."""
        local = at.astimezone(self.zone)
        return f"{self.day(at)}, {local:%H:%M} {zone_name(local)}".rstrip()

    def partial(self, iso: str) -> str:
        """An ISO date that may lack day or month ("2021-02" -> "Feb 2021"); anything else as it is."""
        parts = iso.split("-")
        if not all(part.isdigit() for part in parts) or not 1 <= len(parts) <= 3:
            return iso
        if len(parts) == 1 or not 1 <= int(parts[1]) <= 12:
            return iso
        month_and_year = f"{MONTHS[self.say.language][int(parts[1]) - 1]} {parts[0]}"
        return month_and_year if len(parts) == 2 else f"{int(parts[2])} {month_and_year}"

    def ago(self, at: datetime) -> str:
        """ "5 minutes ago", "in 2 hours"; beyond a month the day itself."""
        distance = abs(self.now - at)
        if distance < MINUTE:
            return self.say("just now") if at <= self.now else self.say("any moment")
        if distance > 31 * DAY:
            return self.day(at)
        length = self.length(distance)
        return self.say("{length} ago", length=length) if at < self.now else self.say("in {length}", length=length)

    def length(self, distance: timedelta) -> str:
        """A length of time in its largest whole unit, from minutes to days."""
        if distance < HOUR:
            return self.say.count("{n} minute", "{n} minutes", max(1, distance // MINUTE))
        if distance < 2 * DAY:
            return self.say.count("{n} hour", "{n} hours", distance // HOUR)
        return self.say.count("{n} day", "{n} days", distance // DAY)
