"""An OpenID provider: where it is asked who somebody is, and its answer proved (OpenID Connect Core 1.0, code flow).

It needs the extra `oidc`: Authlib and joserfc know the signatures, the claims and PKCE. The network is the one door's.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OctKey, RSAKey

from watcher.errors import FetchError, ProviderError
from watcher.fetch import Fetcher
from watcher.models.accounts import OpenIdTerms
from watcher.models.secret import Secret
from watcher.web.headers import OPENID_CALLBACK, OPENID_LASTS

WITHIN = timedelta(seconds=15)
"""For all that is asked of the provider at one step of a sign-in."""
KNOWN_FOR = timedelta(hours=1)
"""So long what the provider says about itself is not asked again."""
RESTS = timedelta(seconds=10)
"""After a failure, in which nobody's click asks the provider again."""
LEEWAY = 60
"""Seconds by which its clock may differ from ours."""
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""With the provider's own key only: "none" proves nothing, and HS256 could be made with a public key."""
_KINDS: Mapping[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
_UNUSABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What the libraries raise for hostile tokens and keys."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in under way: what ties the provider's answer to this browser, and where the person wanted to go."""

    state: str
    nonce: str
    verifier: str
    onward: str


class Provider:
    """Asks one provider through `door`; its endpoints are trusted as far as its issuer is, which the operator chose.

    `key` signs what browsers keep during a sign-in: every process of an installation must have the same.
    """

    def __init__(
        self,
        terms: OpenIdTerms,
        base_url: str,
        key: Secret,
        door: Fetcher,
        clock: Callable[[], datetime],
        within: timedelta = WITHIN,
    ) -> None:
        self.name = terms.name
        self._terms = terms
        self._callback = f"{base_url}{OPENID_CALLBACK}"
        self._door = door
        self._clock = clock
        self._within = within
        # derived, so that nothing signed for a mail is ever good here
        self._key = OctKey.import_key(hmac.digest(key.reveal().encode(), b"sign-in under way", hashlib.sha256))
        self._asking = asyncio.Lock()
        self._known: tuple[datetime, Mapping[str, Any] | ProviderError] | None = None

    async def begin(self, onward: str) -> tuple[str, str]:
        """The address that asks the person to sign in, and what the browser keeps until they are back.

        Raises ProviderError.
        """
        about = await self._about()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        attempt = Attempt(state, nonce, verifier, onward)
        address = prepare_grant_uri(
            about["authorization_endpoint"],
            self._terms.client_id,
            "code",
            self._callback,
            "openid email profile",
            attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return str(address), self._sealed(attempt)

    def attempt(self, kept: str, state: str) -> Attempt | None:
        """What the browser kept, when it is ours, of the last ten minutes, and the answer is to it."""
        try:
            claims = jwt.decode(kept, self._key, algorithms=["HS256"]).claims
            jwt.JWTClaimsRegistry(self._now(), exp={"essential": True}).validate(claims)
            found = Attempt(claims["state"], claims["nonce"], claims["verifier"], claims["onward"])
        except _UNUSABLE:
            return None
        return found if hmac.compare_digest(found.state.encode(), state.encode()) else None

    async def name_of(self, attempt: Attempt, code: str) -> str | None:
        """By what name the provider knows who came back; None when it vouches for none. Raises ProviderError."""
        about = await self._about()
        async with _within(self._within, about["issuer"]):
            tokens = await self._exchanged(about, attempt, code)
            keys = _usable(await self._document(about["jwks_uri"]))
        return vouched_for(self._claims(about["issuer"], keys, attempt, tokens), self._terms.claim)

    def _sealed(self, attempt: Attempt) -> str:
        until = self._now() + OPENID_LASTS
        claims = {"state": attempt.state, "nonce": attempt.nonce, "verifier": attempt.verifier}
        return jwt.encode({"alg": "HS256"}, {**claims, "onward": attempt.onward, "exp": until}, self._key)

    def _now(self) -> int:
        return int(self._clock().timestamp())

    async def _about(self) -> Mapping[str, Any]:
        """What the provider says about itself. One asks for all who wait, and a failure is theirs as well."""
        async with self._asking:
            if self._known is None or self._is_old(*self._known):
                self._known = self._clock(), await self._asked()
            _, found = self._known
        if isinstance(found, ProviderError):
            raise ProviderError(str(found))
        return found

    def _is_old(self, since: datetime, found: Mapping[str, Any] | ProviderError) -> bool:
        return self._clock() - since >= (RESTS if isinstance(found, ProviderError) else KNOWN_FOR)

    async def _asked(self) -> Mapping[str, Any] | ProviderError:
        issuer = self._terms.issuer.rstrip("/")
        try:
            async with _within(self._within, issuer):
                return _checked(await self._document(f"{issuer}/.well-known/openid-configuration"), issuer)
        except ProviderError as error:
            return error

    async def _document(self, url: str) -> Mapping[str, Any]:
        try:
            found = await self._door.fetch(url, accept="application/json")
        except FetchError as error:
            raise ProviderError(error.problem.message) from error
        return _object(getattr(found, "body", b""), url)

    async def _exchanged(self, about: Mapping[str, Any], attempt: Attempt, code: str) -> Mapping[str, Any]:
        """The provider's tokens for the code (RFC 6749 section 4.1.3, RFC 7636 section 4.5)."""
        url = about["token_endpoint"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._callback}
        own, headers = self._credentials(about.get("token_endpoint_auth_methods_supported"))
        body = urlencode({**form, "code_verifier": attempt.verifier, **own}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json", **headers}
        try:
            answer = await self._door.send(url, headers=headers, body=body, deadline=self._within)
        except FetchError as error:
            raise ProviderError(error.problem.message) from error
        if answer.status != 200:
            told = f"{_shown(url)}: did not take the code (status {answer.status})"
            raise ProviderError(f"{told}; look at our id, secret and address there", unproved=True)
        return _object(answer.body, url)

    def _credentials(self, ways: object) -> tuple[dict[str, str], dict[str, str]]:
        """Our secret as a part of the form, or as a header (RFC 6749 section 2.3.1), which all must understand."""
        ours, secret = self._terms.client_id, self._terms.client_secret.reveal()
        if isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways:
            return {"client_id": ours, "client_secret": secret}, {}
        pair = b64encode(f"{quote_plus(ours)}:{quote_plus(secret)}".encode()).decode()
        return {}, {"authorization": f"Basic {pair}"}

    def _claims(self, issuer: str, keys: KeySet, attempt: Attempt, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the ID token says, if it is this provider's, for us, of now and the answer to this attempt."""
        ours = self._terms.client_id
        wanted = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": ours}}
        asked = {"nonce": attempt.nonce, "client_id": ours, "access_token": tokens.get("access_token")}
        try:
            token = jwt.decode(tokens["id_token"], keys, algorithms=SIGNATURES)
            claims = CodeIDToken(token.claims, token.header, options=wanted, params=asked)
            claims.validate(now=self._now(), leeway=LEEWAY)
        except _UNUSABLE as error:
            # the class only: some of their texts quote the token
            told = f"{_shown(issuer)}: its ID token is refused ({type(error).__name__})"
            raise ProviderError(f"{told}; look at our id there and at both clocks", unproved=True) from None
        return dict(claims)


def vouched_for(claims: Mapping[str, Any], claim: str) -> str | None:
    """The name in a claim; an e-mail address is one only when the provider has verified it."""
    found = claims.get(claim)
    if not isinstance(found, str) or not found:
        return None
    return None if claim == "email" and claims.get("email_verified") is not True else found


def _checked(about: Mapping[str, Any], issuer: str) -> Mapping[str, Any]:
    """The same, if it is of this issuer (Discovery 1.0 section 4.3) and its addresses are as safe as the issuer's."""
    says = about.get("issuer")
    if not isinstance(says, str) or says.rstrip("/") != issuer:
        raise ProviderError(f"{_shown(issuer)}: it calls itself another issuer; set WATCHER_OIDC_ISSUER to that")
    schemes = {"https", urlsplit(issuer).scheme}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_address(about.get(name), schemes):
            raise ProviderError(f"{_shown(issuer)}: gives no https address as {name}; look at its discovery document")
    return about


def _is_address(value: object, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(value) if isinstance(value, str) and value.isprintable() else None
    except ValueError:
        return False
    return parts is not None and parts.scheme in schemes and bool(parts.hostname)


def _usable(document: Mapping[str, Any]) -> KeySet:
    """The keys that we can use; one of a kind that we do not know spoils none of the others."""
    keys: list[Key] = []
    found = document.get("keys")
    for each in found if isinstance(found, list) else ():
        with suppress(*_UNUSABLE):
            keys.append(_KINDS[each["kty"]].import_key(each))
    return KeySet(keys)


def _object(body: bytes, url: str) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ProviderError(f"{_shown(url)}: the answer is not a whole JSON object of at most 256 KiB")
    return found


def _shown(url: str) -> str:
    return urlsplit(url).hostname or "the provider"


@asynccontextmanager
async def _within(patience: timedelta, issuer: str) -> AsyncIterator[None]:
    """Everything inside takes at most so long, waiting for a turn included. Raises ProviderError."""
    try:
        async with asyncio.timeout(patience.total_seconds()):
            yield
    except TimeoutError as error:
        told = f"{_shown(issuer)}: no complete answer within {patience.total_seconds():.0f} seconds"
        raise ProviderError(f"{told}; look whether it can be reached from here") from error
