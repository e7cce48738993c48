"""Users: login links of one use, sessions that end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from tests.store.building import MINUTE, NOW
from watcher.errors import StoreError
from watcher.models.accounts import Role
from watcher.store import Store
from watcher.store.engine import reading
from watcher.store.schema import login_tokens, sessions


@pytest.fixture
def admin(store: Store) -> str:
    return store.users.ensure_admin(NOW)[0].name


def test_the_first_start_makes_one_administrator(store: Store) -> None:
    user, created = store.users.ensure_admin(NOW)
    assert (user.name, user.role, created) == ("admin", "admin", True)
    assert store.users.ensure_admin(NOW + MINUTE) == (user, False)


def test_a_name_that_comes_from_elsewhere_is_found_whatever_its_capitals_and_never_by_a_look_alike(
    store: Store,
) -> None:
    kim = store.users.add("kim@example.org", Role.REVIEWER, NOW)
    assert store.users.known("KIM@Example.org") == kim
    for other in ("\u212aim@example.org", "kim@example.org ", "kim", "", "kim@example.org\0"):
        assert store.users.known(other) is None


def test_a_login_token_opens_one_session(store: Store, admin: str) -> None:
    token = store.users.new_login_token(admin, NOW, MINUTE)
    session = store.users.redeem(token, NOW)
    assert session is not None
    user = store.sessions.principal(session, NOW)
    assert user is not None
    assert user.name == admin
    assert store.users.redeem(token, NOW) is None


def test_a_login_token_expires(store: Store, admin: str) -> None:
    token = store.users.new_login_token(admin, NOW, MINUTE)
    assert store.users.redeem(token, NOW + MINUTE) is None


def test_two_who_redeem_a_token_at_once_get_one_session(store: Store, admin: str) -> None:
    token = store.users.new_login_token(admin, NOW, MINUTE)
    together = threading.Barrier(4)

    def redeem(_: int) -> str | None:
        together.wait()
        return store.users.redeem(token, NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(session is not None for session in pool.map(redeem, range(4))) == 1


def test_a_session_ends_after_thirty_days_however_busy_it_is(store: Store, admin: str) -> None:
    session = store.users.redeem(store.users.new_login_token(admin, NOW, MINUTE), NOW) or ""
    for day in range(30):
        assert store.sessions.principal(session, NOW + timedelta(days=day)) is not None
    assert store.sessions.principal(session, NOW + timedelta(days=30)) is None


def test_a_session_that_falls_silent_ends_after_fourteen_days(store: Store, admin: str) -> None:
    session = store.users.redeem(store.users.new_login_token(admin, NOW, MINUTE), NOW) or ""
    assert store.sessions.principal(session, NOW + timedelta(days=10)) is not None
    assert store.sessions.principal(session, NOW + timedelta(days=24)) is None


def test_a_session_that_is_told_to_end_ends(store: Store, admin: str) -> None:
    session = store.users.redeem(store.users.new_login_token(admin, NOW, MINUTE), NOW) or ""
    store.sessions.end(session)
    assert store.sessions.principal(session, NOW) is None
    store.sessions.end("unknown")


def test_an_unknown_token_opens_nothing(store: Store) -> None:
    for token in ("", "x", "\0", "\ud800", "' OR 1=1 --"):
        assert store.users.redeem(token, NOW) is None
        assert store.sessions.principal(token, NOW) is None


def test_no_token_is_in_the_database(store: Store, admin: str, engine: Engine) -> None:
    first, second = (store.users.new_login_token(admin, NOW, MINUTE) for _ in range(2))
    session = store.users.redeem(first, NOW) or ""
    with reading(engine) as connection:
        rows = [*connection.execute(select(login_tokens)), *connection.execute(select(sessions))]
    assert len(rows) == 3
    assert not any(token in str(row) for token in (first, second, session) for row in rows)


def test_there_is_no_login_link_for_a_stranger(store: Store) -> None:
    with pytest.raises(StoreError, match="no user named 'eve'"):
        store.users.new_login_token("eve", NOW, MINUTE)
