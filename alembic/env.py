"""Runs the migrations: each step in one explicit transaction, on the connection that `watcher.store.migrate` hands in.

From the command line (`alembic revision --autogenerate -m ...`) the database is named by `-x url=...`.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Connection, NullPool

from alembic import context
from watcher.errors import StoreError
from watcher.store import words
from watcher.store.columns import Moment, Words
from watcher.store.engine import make_engine
from watcher.store.migrate import VERSION_TABLE, foreign_keys_hold
from watcher.store.schema import metadata


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """The search index is made by hand, and SQLite adds five tables of its own to it."""
    return kind != "table" or not (name or "").startswith(words.TABLE)


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Scripts name plain types: they must not change when ours do."""
    if kind == "type" and isinstance(item, Words):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def check_references(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
    """Within the step's transaction, so that a step that loses references leaves nothing behind."""
    if ctx.connection.dialect.name == "sqlite" and not foreign_keys_hold(ctx.connection):
        raise StoreError("the upgrade would break references between tables; nothing was changed; report this")


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=True,
        include_name=include_name,
        render_item=render_item,
        on_version_apply=check_references,
    )
    with context.begin_transaction():
        context.run_migrations()


def connect_and_run() -> None:
    url = context.get_x_argument(as_dictionary=True).get("url")
    if url is None:
        raise StoreError("say which database: alembic -x url=sqlite:///file ...")
    with make_engine(url, poolclass=NullPool).connect() as connection:
        run(connection)


handed_in = context.config.attributes.get("connection")
if handed_in is not None:
    run(handed_in)
else:
    connect_and_run()
