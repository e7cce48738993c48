"""The environment is read once, completely, and every mistake in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.errors import ConfigError
from watcher.settings import VARIABLES, is_loopback, read_settings, shown_settings


def test_nothing_has_to_be_set() -> None:
    settings = read_settings({})
    assert settings.config == Path("sources.yaml")
    assert settings.database_url == f"sqlite:///{Path('data/watcher.db').resolve()}"
    assert settings.allow_fetch == ()
    assert settings.smtp is None


def test_the_database_lives_in_the_data_folder(tmp_path: Path) -> None:
    assert read_settings({"WATCHER_DATA_DIR": str(tmp_path)}).database_url == f"sqlite:///{tmp_path}/watcher.db"


def test_a_value_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql+psycopg://watcher@db/watcher\n")
    settings = read_settings({"WATCHER_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert settings.database_url == "postgresql+psycopg://watcher@db/watcher"


def test_every_mistake_is_named_at_once() -> None:
    environment = {
        "WATCHER_ALLOW_FETCH": "10.0.0.0/99",
        "WATCHER_BASE_URL": "watcher.example.org",
        "WATCHER_TIMEZONE": "Mars/Olympus",
        "WATCHER_LOG_FORMAT": "xml",
        "WATCHER_SMTP_URL": "ftp://mail.example.org",
        "WATCHER_CONTACT_FILE": "/no/such/file",
        "WATCHER_VOCABULARY": "/no/such/folder",
        "WATCHER_TRUSTED_PROXIES": "10.0.0.1/8",
    }
    with pytest.raises(ConfigError) as caught:
        read_settings(environment)
    for name in environment:
        assert f"environment: {name}" in str(caught.value)


def test_secrets_are_not_shown() -> None:
    environment = {
        "WATCHER_SMTP_URL": "smtp://desk@mail.example.org:587",
        "WATCHER_SMTP_PASSWORD": "canary-one",
        "WATCHER_DATABASE_URL": "postgresql+psycopg://watcher:canary-two@db/watcher",
        "WATCHER_METRICS_TOKEN": "canary-three",
    }
    settings = read_settings(environment)
    assert "canary" not in str(shown_settings(settings))
    assert "canary-one" not in repr(settings)


OPENID = {
    "WATCHER_OIDC_ISSUER": "https://login.example.org/realms/desk",
    "WATCHER_OIDC_CLIENT_ID": "watcher",
    "WATCHER_OIDC_CLIENT_SECRET": "canary",
    "WATCHER_BASE_URL": "https://watcher.example.org",
}


def test_an_openid_provider_is_off_unless_it_is_set(tmp_path: Path) -> None:
    assert read_settings({}).openid is None
    (tmp_path / "secret").write_text("from a file\n")
    by_file = {**OPENID, "WATCHER_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret")}
    del by_file["WATCHER_OIDC_CLIENT_SECRET"]
    terms = read_settings(by_file).openid
    assert terms is not None
    assert (terms.client_secret.reveal(), terms.name, terms.claim) == ("from a file", "login.example.org", "email")
    assert "canary" not in f"{shown_settings(read_settings(OPENID))} {read_settings(OPENID)}"


@pytest.mark.parametrize("missing", OPENID)
def test_half_an_openid_provider_is_a_mistake(missing: str) -> None:
    with pytest.raises(ConfigError, match=missing):
        read_settings({name: value for name, value in OPENID.items() if name != missing})


@pytest.mark.parametrize("issuer", ["http://login.example.org", "login.example.org", "https://a:b@c", "https://a/?b"])
def test_an_issuer_is_asked_over_tls(issuer: str) -> None:
    with pytest.raises(ConfigError, match="WATCHER_OIDC_ISSUER"):
        read_settings({**OPENID, "WATCHER_OIDC_ISSUER": issuer})
    assert read_settings({**OPENID, "WATCHER_OIDC_ISSUER": "http://127.0.0.1:8080/realm"}).openid


def test_every_variable_is_shown() -> None:
    assert shown_settings(read_settings({})).keys() == VARIABLES.keys() - {"WATCHER_SMTP_PASSWORD"}


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("watcher.example.org", False)],
)
def test_only_this_machine_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
