"""Which addresses can be asked at all, and how an address is shown without its secrets."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

import httpx

from watcher.errors import FetchError
from watcher.fetch.guard import literal
from watcher.fetch.problems import forbidden, plain

_LONGEST = 8192
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)\.?", re.IGNORECASE)
_SECRET = re.compile(
    r"(?:^|[-_.\[])(?:[a-z]*token|[a-z]*key|[a-z]*secret|sig(?:nature)?|pass(?:wd|word|phrase)?|pwd|auth\w*|code|"
    r"credentials?|session\w*|sid|jwt|hash|hmac|bearer)\]?$",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}


def parse(text: str) -> httpx.URL:
    """The address as it will be asked, without its fragment. Raises FetchError (refused, unasked) otherwise.

    Browsers and libraries disagree on backslashes, control characters, user names and hosts written as numbers
    (0x7f000001, 127.1); what they disagree on can be used to smuggle an address past a guard, so it is refused.
    """
    text = text.strip()
    if len(text) > _LONGEST or _CONTROL.search(text):
        raise _refused(text, "has a backslash or control characters in it, or is too long")
    try:
        url = httpx.URL(text)
        _check(url, text)
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused(text, f"is not a valid address ({plain(str(error))})") from error
    return url.copy_with(fragment=None) if url.fragment else url


def _check(url: httpx.URL, text: str) -> None:
    if url.scheme not in _PORTS:
        raise _refused(text, "does not begin with http:// or https://")
    if url.userinfo:
        raise _refused(text, "has a user name or password in it")
    if not url.host.strip(".") or not 0 < port_of(url) < 65536:
        raise _refused(text, "has no valid host or port")
    host = url.raw_host.decode("ascii")
    if "%" in host:
        raise _refused(text, "has a zone or an encoded character in its host")
    if literal(host) is None and _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        raise _refused(text, "has a number in place of a host name")


def _refused(text: str, why: str) -> FetchError:
    return forbidden(f"{shown(text)} {why}")


def port_of(url: httpx.URL) -> int:
    """The port that an address means."""
    return url.port if url.port is not None else _PORTS[url.scheme]


def origin(url: httpx.URL) -> str:
    """Scheme, host and port: all that is shown of an address whose path may be a secret, as those of webhooks are."""
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"


def shown(url: httpx.URL | str) -> str:
    """An address for messages and logs: user name, fragment and secret-looking query values masked, one short line."""
    text = str(url)
    try:
        parts = urlsplit(text)
        netloc = "***@" + parts.netloc.rpartition("@")[2] if "@" in parts.netloc else parts.netloc
    except ValueError:
        return plain(re.sub(r"//[^/]*@", "//***@", text.partition("?")[0]), 200)
    query = "&".join(_masked(pair) for pair in parts.query.split("&")) if parts.query else ""
    return plain(urlunsplit((parts.scheme, netloc, parts.path, query, "")), 200)


def _masked(pair: str) -> str:
    name, equals, _value = pair.partition("=")
    return f"{name}=***" if equals and _SECRET.search(name) else pair
