"""Events: from entries to the announcements that they report (pure; nothing here reads a clock or a database)."""

from watcher.events.alike import Likeness, compare
from watcher.events.cluster import in_order, lead, place
from watcher.events.marks import act_marks, marks
from watcher.events.news import news
from watcher.events.prints import take_print

__all__ = ["Likeness", "act_marks", "compare", "in_order", "lead", "marks", "news", "place", "take_print"]
