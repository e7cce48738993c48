"""People, tokens and attempts to sign in, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from tests.store.building import MINUTE, NOW
from watcher.errors import StoreError
from watcher.models.accounts import Role, Scope, SignIn, SignInMethod, Via, Visitor
from watcher.store import Store
from watcher.store.engine import reading
from watcher.store.schema import api_tokens, guesses, sign_ins
from watcher.store.sign_ins import KEPT, PER_ACCOUNT, WINDOW


def test_a_role_may_what_the_ones_before_it_may() -> None:
    assert [sorted(role.scopes) for role in Role] == [["read"], ["read", "review"], ["admin", "read", "review"]]


def test_people_are_listed_with_when_they_were_last_seen(store: Store) -> None:
    store.users.ensure_admin(NOW)
    eva = store.users.add("Eva", Role.VIEWER, NOW)
    store.sessions.open(eva.id, SignInMethod.LINK, Visitor(), NOW + MINUTE)
    store.sessions.open(eva.id, SignInMethod.LINK, Visitor(), NOW + 2 * MINUTE)
    assert [(a.name, a.role, a.last_seen_at) for a in store.users.listing()] == [
        ("admin", Role.ADMIN, None),
        ("Eva", Role.VIEWER, NOW + 2 * MINUTE),
    ]


def test_somebody_must_administer(store: Store) -> None:
    store.users.ensure_admin(NOW)
    with pytest.raises(StoreError, match="only administrator"):
        store.users.remove("admin")
    store.users.add("Eva", Role.ADMIN, NOW)
    store.users.set_role("admin", Role.VIEWER)
    with pytest.raises(StoreError, match="only administrator"):
        store.users.set_role("Eva", Role.REVIEWER)
    store.users.remove("admin")
    assert [account.name for account in store.users.listing()] == ["Eva"]


def test_an_administrator_who_never_came_in_does_not_count(store: Store) -> None:
    admin, _ = store.users.ensure_admin(NOW)
    store.sessions.open(admin.id, SignInMethod.LINK, Visitor(), NOW)
    eva = store.users.add("Eva", Role.ADMIN, NOW)
    for change in (store.users.remove, lambda name: store.users.set_role(name, Role.VIEWER)):
        with pytest.raises(StoreError, match="the only administrator who has come in"):
            change("admin")
    store.users.set_password(eva.id, "a hash")
    store.users.set_role("admin", Role.VIEWER)


def test_an_invited_administrator_can_be_taken_out_again(store: Store) -> None:
    admin, _ = store.users.ensure_admin(NOW)
    store.sessions.open(admin.id, SignInMethod.LINK, Visitor(), NOW)
    store.users.add("Eva", Role.ADMIN, NOW)
    store.users.remove("Eva")
    assert [account.name for account in store.users.listing()] == ["admin"]


def test_nobody_is_told_to_be_nobody(store: Store) -> None:
    for change in (store.users.remove, store.users.find, lambda name: store.users.set_role(name, Role.VIEWER)):
        with pytest.raises(StoreError, match="no user named 'Eva'"):
            change("Eva")


def test_a_token_says_whose_it_is_until_it_is_revoked(store: Store, engine: Engine) -> None:
    store.users.ensure_admin(NOW)
    token = store.tokens.add("admin", "script", [Scope.READ], NOW, expires_at=NOW + MINUTE)
    who = store.tokens.principal(token, NOW)
    assert who is not None
    assert (who.name, who.via, who.may(Scope.READ), who.may(Scope.REVIEW)) == ("admin", Via.TOKEN, True, False)
    assert store.tokens.principal(token, NOW + MINUTE) is None
    (listed,) = store.tokens.listing(NOW)
    assert (listed.user, listed.name, listed.last_used_at) == ("admin", "script", NOW)
    with reading(engine) as connection:
        assert token not in str(connection.execute(select(api_tokens)).all())
    assert store.tokens.revoke(listed.id)
    assert not store.tokens.revoke(listed.id)
    assert store.tokens.principal(token, NOW) is None


def test_a_token_is_for_somebody_and_within_the_role(store: Store) -> None:
    store.users.add("Eva", Role.VIEWER, NOW)
    with pytest.raises(StoreError, match="no user"):
        store.tokens.add("Adam", "script", [Scope.READ], NOW)
    with pytest.raises(StoreError, match="may not review"):
        store.tokens.add("Eva", "script", [Scope.READ, Scope.REVIEW], NOW)


def test_guesses_at_once_are_counted_one_by_one(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda n: store.sign_ins.may_guess("Eva", f"198.51.100.{n}", NOW), range(24)))
    assert sum(allowed) == PER_ACCOUNT


def test_guesses_are_forgotten_after_the_window_and_forgiven_by_a_right_one(store: Store) -> None:
    def left(at: timedelta) -> int:
        return sum(store.sign_ins.may_guess("Eva", "x", NOW + at) for _ in range(PER_ACCOUNT + 1))

    assert left(timedelta()) == PER_ACCOUNT
    assert left(WINDOW - MINUTE) == 0
    assert left(WINDOW) == PER_ACCOUNT
    store.sign_ins.forgive("Eva", "x")
    assert left(WINDOW) == PER_ACCOUNT


def test_attempts_are_kept_for_more_than_a_year(store: Store, engine: Engine) -> None:
    store.sign_ins.may_guess("Eva", "x", NOW)
    store.sign_ins.add(SignIn(NOW, "Eva", SignInMethod.PASSWORD, False, "x"))
    store.sign_ins.add(SignIn(NOW + MINUTE, "Adam", SignInMethod.LINK, True, "y"))
    assert [line.name for line in store.sign_ins.newest(5)] == ["Adam", "Eva"]
    assert [line.name for line in store.sign_ins.newest(5, name="Eva")] == ["Eva"]
    store.sign_ins.add(SignIn(NOW + KEPT + MINUTE, "Adam", SignInMethod.LINK, True, "y"))
    with reading(engine) as connection:
        assert len(connection.execute(select(sign_ins)).all()) == 2
        assert connection.execute(select(guesses)).all() == []
