"""The story of a policy, told from what is stored: pure, the same in whatever order the matches come."""

from watcher.story.dates import LONGEST, appointments
from watcher.story.reading import TOLD
from watcher.story.steps import ACTS
from watcher.story.tell import CHORUS, tell

__all__ = ["ACTS", "CHORUS", "LONGEST", "TOLD", "appointments", "tell"]
