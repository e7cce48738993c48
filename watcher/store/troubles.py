"""What to tell a person when the database cannot be used: where, what, and what to do."""

from __future__ import annotations

from sqlalchemy import URL

_SQLITE = (
    ("is locked", "another program holds it for too long", "look for a second watcher or an open database tool"),
    ("disk is full", "the disk is full", "free some space; nothing that was recorded is lost"),
    ("readonly", "it may only be read", "make the file and its directory writable for this user"),
    ("not a database", "it is not an SQLite database", "restore it from a backup, or name another file"),
    ("malformed", "it is damaged", "restore it from a backup (watcher db restore)"),
    ("unable to open", "it cannot be opened", "check that its directory exists and is writable for this user"),
    ("no such table", "it has no tables yet", "run: watcher db upgrade"),
)


def explain(url: URL, error: str) -> str:
    """Path or address, what happened, what to do, in one line."""
    detail = " ".join(error.split())
    if url.get_backend_name() == "postgresql":
        return _postgresql(url, detail)
    for sign, what, advice in _SQLITE:
        if sign in detail:
            return f"{url.database}: {what} ({detail}); {advice}"
    return f"{url.database}: {detail}; check the disk and the file"


def explain_url(url: str, error: str) -> str:
    """What is wrong with a database URL, and how one looks."""
    return (
        f"{url}: {error}; WATCHER_DATABASE_URL is sqlite:///path/to/watcher.db "
        "or postgresql+psycopg://user@host/database"
    )


def place(url: URL) -> str:
    """The database as people know it: the path of its file, or its address without the password."""
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _postgresql(url: URL, detail: str) -> str:
    if "permission denied" in detail:
        return f"{place(url)}: its role lacks a right ({detail}); make it the owner of the database"
    if "relation" in detail and "does not exist" in detail:
        return f"{place(url)}: it has no tables yet ({detail}); run: watcher db upgrade"
    if "read-only" in detail:
        return (
            f"{place(url)}: it may only be read ({detail}); connect to the primary server, with a role that may write"
        )
    if "authentication" in detail or "role" in detail:
        return f"{place(url)}: it refused the login ({detail}); check user and password in WATCHER_DATABASE_URL"
    if "does not exist" in detail:
        return f"{place(url)}: {detail}; create it (createdb) or correct WATCHER_DATABASE_URL"
    return f"{place(url)}: PostgreSQL cannot be used ({detail}); check that it runs and that the address is right"
