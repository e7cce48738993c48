"""watcher watches government and NGO sources for new asylum-policy announcements."""

__version__ = "0.1.0"
