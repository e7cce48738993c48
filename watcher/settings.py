"""Environment -> Settings: how this process runs, and its secrets.

Every variable may also be given as NAME_FILE, the path of a file that holds the value (as container secrets are).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watcher.alerts.smtp import SmtpSettings, is_loopback, parse_smtp_url
from watcher.errors import ConfigError
from watcher.fetch.guard import AllowedAddress
from watcher.models.accounts import OpenIdTerms
from watcher.models.secret import Secret

__all__ = ["VARIABLES", "Settings", "is_loopback", "read_settings", "shown_settings"]

T = TypeVar("T")

LOG_FORMATS = ("text", "json")
Network = IPv4Network | IPv6Network
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
SHORTEST_KEY = 32


class Switch(StrEnum):
    """A setting that is one or the other."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. Made by `read_settings`; the README's table of variables says what each field means."""

    config: Path
    data_dir: Path
    database_url: str
    smtp: SmtpSettings | None
    mail_from: str
    base_url: str
    allow_fetch: tuple[AllowedAddress, ...]
    allow_send: tuple[AllowedAddress, ...]
    proxy: str | None
    contact: str
    timezone: ZoneInfo
    log_format: str
    metrics_token: str | None
    trusted_proxies: tuple[Network, ...]
    vocabulary: Path | None
    subscribe: bool = True
    link_key: Secret | None = None
    second_reviewer: bool = False
    openid: OpenIdTerms | None = None


VARIABLES: Mapping[str, str] = {
    "WATCHER_CONFIG": "the file with sources, recipients and rules (default ./sources.yaml)",
    "WATCHER_DATA_DIR": "where the database lives (default ./data)",
    "WATCHER_DATABASE_URL": "sqlite:///path or postgresql+psycopg://... (default: SQLite in the data dir)",
    "WATCHER_SMTP_URL": "smtp://user@host:587 (STARTTLS), smtps://, smtp+plain:// (no TLS, loopback only)",
    "WATCHER_SMTP_PASSWORD": "the password for WATCHER_SMTP_URL, when it is not part of it",
    "WATCHER_MAIL_FROM": "the sender of e-mail alerts, e.g. watcher@example.org",
    "WATCHER_BASE_URL": "the public address of the pages, used in links; also the host that they answer to",
    "WATCHER_ALLOW_FETCH": "address/len[:port], comma-separated: non-public addresses that fetches may dial",
    "WATCHER_ALLOW_SEND": "the same for webhooks",
    "WATCHER_PROXY": "an HTTP proxy for fetches",
    "WATCHER_CONTACT": "an address that goes into the User-Agent, so that a site's owner can write to you",
    "WATCHER_TIMEZONE": "of pages and mails, e.g. America/New_York (default UTC)",
    "WATCHER_LOG_FORMAT": "text or json (default text)",
    "WATCHER_VOCABULARY": "a folder of your own policy files, which extend or switch off the shipped ones",
    "WATCHER_TRUSTED_PROXIES": "address/len, ...: reverse proxies whose X-Forwarded-For is believed (default loopback)",
    "WATCHER_SECOND_REVIEWER": "yes: a confirmation or dismissal counts when a second person agrees (default no)",
    "WATCHER_METRICS_TOKEN": "bearer token for /metrics from elsewhere than loopback",
    "WATCHER_SUBSCRIBE": "on or off: whether anybody may subscribe by mail at /subscribe (default on; needs mail)",
    "WATCHER_LINK_KEY": "the key that signs links in mails (default: a file in the data dir); set it on every machine",
    "WATCHER_OIDC_ISSUER": "https://...: the OpenID provider that people may sign in with (needs the extra oidc)",
    "WATCHER_OIDC_CLIENT_ID": "what the provider knows watcher by",
    "WATCHER_OIDC_CLIENT_SECRET": "the secret that goes with it",
    "WATCHER_OIDC_CLAIM": "the claim that is the name of a user here (default email, which must be verified)",
    "WATCHER_OIDC_NAME": "what people call the provider (default its host)",
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables. Raises ConfigError with one line per mistake: name, value, what to write."""
    get = _Reader(environment)
    data_dir = Path(get.text("WATCHER_DATA_DIR", "data"))
    password, mail_from = get.text("WATCHER_SMTP_PASSWORD", ""), get.text("WATCHER_MAIL_FROM", "watcher@localhost")
    settings = Settings(
        config=Path(get.text("WATCHER_CONFIG", "sources.yaml")),
        data_dir=data_dir,
        database_url=get.text("WATCHER_DATABASE_URL", f"sqlite:///{(data_dir / 'watcher.db').resolve()}"),
        smtp=get.parsed("WATCHER_SMTP_URL", lambda url: parse_smtp_url(url, password, mail_from=mail_from)),
        mail_from=mail_from,
        base_url=get.parsed("WATCHER_BASE_URL", _base_url) or "",
        allow_fetch=get.parsed("WATCHER_ALLOW_FETCH", _addresses) or (),
        allow_send=get.parsed("WATCHER_ALLOW_SEND", _addresses) or (),
        proxy=get.text("WATCHER_PROXY", "") or None,
        contact=get.text("WATCHER_CONTACT", ""),
        timezone=get.parsed("WATCHER_TIMEZONE", _zone) or ZoneInfo("UTC"),
        log_format=get.parsed("WATCHER_LOG_FORMAT", _log_format) or "text",
        trusted_proxies=get.parsed("WATCHER_TRUSTED_PROXIES", _networks) or LOOPBACK,
        metrics_token=get.text("WATCHER_METRICS_TOKEN", "") or None,
        vocabulary=get.parsed("WATCHER_VOCABULARY", _folder),
        subscribe=get.parsed("WATCHER_SUBSCRIBE", _on_or_off) is not Switch.OFF,
        link_key=get.parsed("WATCHER_LINK_KEY", _key),
        second_reviewer=get.parsed("WATCHER_SECOND_REVIEWER", _yes_or_no) or False,
        openid=_openid(get),
    )
    get.raise_mistakes()
    return settings


def shown_settings(settings: Settings) -> dict[str, str]:
    """The settings by the names of their variables, fit to be printed: secrets are masked."""
    return {
        "WATCHER_CONFIG": str(settings.config),
        "WATCHER_DATA_DIR": str(settings.data_dir),
        "WATCHER_DATABASE_URL": _masked(settings.database_url),
        "WATCHER_SMTP_URL": settings.smtp.shown if settings.smtp else "",
        "WATCHER_MAIL_FROM": settings.mail_from,
        "WATCHER_BASE_URL": settings.base_url,
        "WATCHER_ALLOW_FETCH": ",".join(map(str, settings.allow_fetch)),
        "WATCHER_ALLOW_SEND": ",".join(map(str, settings.allow_send)),
        "WATCHER_PROXY": _masked(settings.proxy or ""),
        "WATCHER_CONTACT": settings.contact,
        "WATCHER_TIMEZONE": settings.timezone.key,
        "WATCHER_LOG_FORMAT": settings.log_format,
        "WATCHER_VOCABULARY": str(settings.vocabulary or ""),
        "WATCHER_TRUSTED_PROXIES": ",".join(map(str, settings.trusted_proxies)),
        "WATCHER_SECOND_REVIEWER": "yes" if settings.second_reviewer else "no",
        "WATCHER_METRICS_TOKEN": "••••" if settings.metrics_token else "",
        "WATCHER_SUBSCRIBE": "on" if settings.subscribe else "off",
        "WATCHER_LINK_KEY": "••••" if settings.link_key else "",
        **_shown_openid(settings.openid),
    }


def _shown_openid(terms: OpenIdTerms | None) -> dict[str, str]:
    return {
        "WATCHER_OIDC_ISSUER": terms.issuer if terms else "",
        "WATCHER_OIDC_CLIENT_ID": terms.client_id if terms else "",
        "WATCHER_OIDC_CLIENT_SECRET": "••••" if terms else "",
        "WATCHER_OIDC_CLAIM": terms.claim if terms else "",
        "WATCHER_OIDC_NAME": terms.name if terms else "",
    }


def _masked(url: str) -> str:
    """An address without its password."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    return parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":••••@")).geturl()


class _Reader:
    """Takes values from the environment or the files that it names, and collects all mistakes."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._mistakes: list[str] = []

    def text(self, name: str, default: str) -> str:
        if name in self._environment:
            return self._environment[name].strip()
        file = self._environment.get(f"{name}_FILE")
        if file is None:
            return default
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self._mistakes.append(f"{name}_FILE={file}: cannot be read ({error}); name a readable file")
            return default

    def parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        value = self.text(name, "")
        if not value:
            return None
        try:
            return parse(value)
        except (ConfigError, ValueError) as error:
            self._mistakes.append(f"{name}: {error}")
            return None

    def mistake(self, said: str) -> None:
        self._mistakes.append(said)

    def raise_mistakes(self) -> None:
        if self._mistakes:
            raise ConfigError("\n".join(f"environment: {mistake}" for mistake in self._mistakes))


def _openid(get: _Reader) -> OpenIdTerms | None:
    """The provider, when all that it takes is set; nothing set is no provider, something missing a mistake."""
    issuer = get.parsed("WATCHER_OIDC_ISSUER", _issuer) or ""
    needed = {
        "WATCHER_OIDC_ISSUER": get.text("WATCHER_OIDC_ISSUER", ""),
        "WATCHER_OIDC_CLIENT_ID": get.text("WATCHER_OIDC_CLIENT_ID", ""),
        "WATCHER_OIDC_CLIENT_SECRET": get.text("WATCHER_OIDC_CLIENT_SECRET", ""),
    }
    if not any(needed.values()):
        return None
    needed["WATCHER_BASE_URL"] = get.text("WATCHER_BASE_URL", "")
    for name in (name for name, value in needed.items() if not value):
        get.mistake(f"{name}: is not set, and signing in with OpenID needs it; set it, or no WATCHER_OIDC_ISSUER")
    return OpenIdTerms(
        issuer,
        needed["WATCHER_OIDC_CLIENT_ID"],
        Secret(needed["WATCHER_OIDC_CLIENT_SECRET"]),
        name=get.text("WATCHER_OIDC_NAME", "") or urlsplit(issuer).hostname or "",
        claim=get.text("WATCHER_OIDC_CLAIM", "") or "email",
    )


def _issuer(value: str) -> str:
    """Without TLS only on this machine: who is between could sign anybody in."""
    parts = urlsplit(value)
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not secure or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError(f"{value!r} is not an address like https://login.example.org")
    return value


def _addresses(value: str) -> tuple[AllowedAddress, ...]:
    return tuple(AllowedAddress.parse(part.strip()) for part in value.split(",") if part.strip())


def _networks(value: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"{value!r} is not an address like https://watcher.example.org")
    return value.rstrip("/")


def _zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone; write one like America/New_York") from None


def _folder(value: str) -> Path:
    if not Path(value).is_dir():
        raise ValueError(f"{value!r} is not a folder")
    return Path(value)


def _on_or_off(value: str) -> Switch:
    if value.lower() not in list(Switch):
        raise ValueError(f"{value!r} is neither on nor off")
    return Switch(value.lower())


def _key(value: str) -> Secret:
    if len(value) < SHORTEST_KEY:
        raise ValueError(f"it has {len(value)} characters and must have {SHORTEST_KEY}; make one: openssl rand -hex 32")
    return Secret(value)


def _yes_or_no(value: str) -> bool:
    if value.lower() not in ("yes", "no"):
        raise ValueError(f"{value!r} is neither yes nor no")
    return value.lower() == "yes"


def _log_format(value: str) -> str:
    if value not in LOG_FORMATS:
        raise ValueError(f"{value!r} is neither text nor json")
    return value
