"""watcher users and watcher tokens."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from watcher.cli import tokens, users
from watcher.errors import ConfigError, StoreError
from watcher.models.accounts import Role, Scope
from watcher.store import Store, migrate, open_store


@pytest.fixture(autouse=True)
def database(fast_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{fast_path / 'watcher.db'}"
    monkeypatch.setenv("WATCHER_DATA_DIR", str(fast_path))
    migrate.upgrade(url)
    return url


def run(*arguments: str) -> Result:
    group = {"users": users.command, "tokens": tokens.command}[arguments[0]]
    result = CliRunner().invoke(group, list(arguments[1:]), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def refused(*arguments: str) -> str:
    group = {"users": users.command, "tokens": tokens.command}[arguments[0]]
    result = CliRunner().invoke(group, list(arguments[1:]))
    assert isinstance(result.exception, ConfigError | StoreError), result.exception
    return str(result.exception)


def now() -> datetime:
    return datetime.now(UTC)


def test_a_token_that_would_end_at_once_is_not_made(desk: Store) -> None:
    answer = CliRunner().invoke(tokens.command, ["add", "reports", "--for", "0d"])
    assert answer.exit_code == 2
    assert "write a duration" in answer.output
    assert "no tokens" in run("tokens", "list").output


@pytest.fixture
def desk(database: str) -> Store:
    return open_store(database)


def test_an_invitation_lets_in_once_with_the_role_that_was_given(desk: Store) -> None:
    link = run("users", "add", "Ana Ruiz", "--role", "viewer", "--url", "https://watcher.example.org/").output.strip()
    assert link.startswith("https://watcher.example.org/login/")
    token = link.removeprefix("https://watcher.example.org/login/").removesuffix("?next=/account")
    session = desk.users.redeem(token, now())
    assert session is not None
    who = desk.sessions.principal(session, now())
    assert who is not None
    assert (who.name, who.role) == ("Ana Ruiz", Role.VIEWER)
    assert desk.users.redeem(token, now()) is None


def test_people_are_listed_changed_and_taken_out(desk: Store) -> None:
    run("users", "login-link")
    run("users", "add", "Ana")
    run("users", "role", "Ana", "admin")
    run("users", "remove", "admin")
    assert "Ana" in run("users", "list").output
    assert [(each["name"], each["role"]) for each in json.loads(run("users", "list", "--json").output)] == [
        ("Ana", "admin")
    ]
    assert "no user named 'Eva'" in refused("users", "login-link", "Eva")
    assert "only administrator" in refused("users", "remove", "Ana")
    assert "already" in refused("users", "add", "ANA")


def test_a_link_is_for_who_is_named(desk: Store) -> None:
    run("users", "add", "Ana")
    token = run("users", "login-link", "Ana").output.strip().rpartition("/")[2]
    who = desk.sessions.principal(desk.users.redeem(token, now()) or "", now())
    assert who is not None
    assert who.name == "Ana"


def test_a_token_is_printed_once_listed_without_itself_and_revoked(desk: Store) -> None:
    token = run("tokens", "add", "nightly", "--scope", "read", "--scope", "review", "--for", "30d").output.strip()
    who = desk.tokens.principal(token, now())
    assert who is not None
    assert who.scopes == {Scope.READ, Scope.REVIEW}
    assert "nightly" in run("tokens", "list").output
    (listed,) = json.loads(run("tokens", "list", "--json").output)
    assert token not in str(listed)
    run("tokens", "revoke", listed["id"])
    assert desk.tokens.principal(token, now()) is None
    assert "no token that is in force" in refused("tokens", "revoke", listed["id"])
    assert "no tokens" in run("tokens", "list").output
