"""The HTTP API, version 1: the same store as the pages, for programs.

Nothing of it is imported before the first request comes: `Later` stands in its place.
"""

from watcher.web.api.later import Later

__all__ = ["Later"]
