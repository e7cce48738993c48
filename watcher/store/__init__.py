"""WHAT WE REMEMBER: one database (SQLite or PostgreSQL), one public method = one transaction, one file per noun."""

from watcher.store.store import Store, open_store

__all__ = ["Store", "open_store"]
