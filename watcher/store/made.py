"""Rules and recipients that people made on pages: beside those of sources.yaml, under ids of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, select

from watcher.models.catalog import Recipient, Rule
from watcher.models.made import Made, MadeHere
from watcher.store import audience
from watcher.store.addresses import cancel
from watcher.store.codec import RECIPIENT, RULE
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import deliveries, made_here

_RULES, _RECIPIENTS = "rules", "recipients"


@dataclass(frozen=True, slots=True)
class MadeOnPages:
    """What was made on pages. Whether it may be is for others to say: all of it was validated like sources.yaml."""

    _engine: Engine

    def number(self) -> int:
        """Changes whenever this or a subscription does."""
        with reading(self._engine) as connection:
            return audience.number(connection)

    def all(self) -> MadeHere:
        """All of it, the oldest first."""
        query = select(made_here).order_by(made_here.c.made_at, made_here.c.id)
        with reading(self._engine) as connection:
            rows: Sequence[Any] = connection.execute(query).all()
        return MadeHere(
            rules=tuple(_made(row, RULE.load(row.document)) for row in rows if row.section == _RULES),
            recipients=tuple(_made(row, RECIPIENT.load(row.document)) for row in rows if row.section == _RECIPIENTS),
        )

    def save(self, what: Rule | Recipient, author: str, now: datetime) -> None:
        """Put a new one in force, or other contents of the same id."""
        is_rule = isinstance(what, Rule)
        document = RULE.dump(what) if isinstance(what, Rule) else RECIPIENT.dump(what)
        new = {"document": document, "author": author, "changed_at": now}
        with writing(self._engine) as connection:
            audience.changed(connection)
            statement = insert(connection, made_here).values(
                section=_RULES if is_rule else _RECIPIENTS, id=what.id, made_at=now, **new
            )
            connection.execute(statement.on_conflict_do_update(index_elements=["section", "id"], set_=new))

    def remove_rule(self, rule_id: str) -> bool:
        """Take a rule out. What it has already made goes out at its time; False when there is none of that id."""
        with writing(self._engine) as connection:
            return _remove(connection, _RULES, rule_id)

    def remove_recipient(self, recipient_id: str, because: str, now: datetime) -> bool:
        """Take a recipient out, and end what waits for it with the reason; False when there is none of that id."""
        with writing(self._engine) as connection:
            cancel(connection, deliveries.c.recipient_id == recipient_id, because, now)
            return _remove(connection, _RECIPIENTS, recipient_id)


def _remove(connection: Connection, section: str, name: str) -> bool:
    audience.changed(connection)
    gone = made_here.delete().where(and_(made_here.c.section == section, made_here.c.id == name))
    return connection.execute(gone).rowcount > 0


def _made(row: Any, what: Any) -> Made[Any]:
    return Made(what, row.author, row.made_at, row.changed_at)
