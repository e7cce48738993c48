"""An OpenID provider on loopback: discovery, authorize, token and keys, with knobs for all that one can do wrong."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

CLIENT_ID = "watcher at the desk"
CLIENT_SECRET = "canary: 100% + & secret"
KID = "2026"
DISCOVERY, TOKEN, KEYS = "/realm/.well-known/openid-configuration", "/realm/token", "/realm/keys"


@cache
def key(who: str) -> RSAKey:
    """The key of somebody; all call it by the same id."""
    return RSAKey.generate_key(2048, {"kid": KID, "use": "sig", "alg": "RS256"})


def signed(claims: Mapping[str, Any], who: str = "provider") -> str:
    """A token as the provider signs it, or somebody else in its name."""
    return jwt.encode({"alg": "RS256", "kid": KID}, dict(claims), key(who))


def unsigned(claims: Mapping[str, Any]) -> str:
    """The same with the algorithm "none"."""
    parts = ({"alg": "none", "kid": KID}, claims)
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), ""])


@dataclass
class Elsewhere:
    """The provider. Its knobs: what it claims, how it makes a token of that, which of its addresses misbehave."""

    clock: Callable[[], datetime]
    base: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"email": "ana@example.org", "email_verified": True})
    claims: dict[str, Any] = field(default_factory=dict)
    make: Callable[[Mapping[str, Any]], str] = signed
    about: dict[str, Any] = field(default_factory=dict)
    misbehaves: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    _codes: dict[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"{self.base}/realm"

    def app(self) -> Starlette:
        answers = {
            DISCOVERY: self._discovery,
            "/realm/authorize": self._authorize,
            TOKEN: self._token,
            KEYS: self._keys,
        }
        return Starlette(routes=[self._route(path, answer) for path, answer in answers.items()])

    def _route(self, path: str, answer: Callable[[Request], Any]) -> Route:
        async def heard(request: Request) -> Response:
            self.asked.append(path)
            if fault := self.misbehaves.get(path):
                return await self._fault(fault)
            said: Response = await answer(request)
            return said

        return Route(path, heard, methods=["GET", "POST"])

    async def _fault(self, fault: str) -> Response:
        if fault == "hangs":
            await self.released.wait()
        if fault == "a gigabyte":
            return StreamingResponse(_endless(), media_type="application/json")
        if fault == "redirects":
            return RedirectResponse(f"{self.base}/elsewhere", status_code=307)
        return Response(fault, status_code=200 if fault.startswith(("<", "[")) else 500)

    async def _discovery(self, request: Request) -> Response:
        at = {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize?tenant=one"}
        return JSONResponse(
            {**at, "token_endpoint": f"{self.base}{TOKEN}", "jwks_uri": f"{self.base}{KEYS}", **self.about}
        )

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["response_type"], asked["tenant"]) == (CLIENT_ID, "code", "one")
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", status_code=303)

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        asked = self._codes.pop(form["code"], None)
        if asked is None or not self._is_ours(request, form) or not _is_for(asked, form):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(self.clock().timestamp())
        said = {
            "iss": self.issuer,
            "sub": "17",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        token = self.make({**said, **self.person, **self.claims})
        self.tokens.append(token)
        return JSONResponse({"access_token": "canary-access", "token_type": "Bearer", "id_token": token})

    def _is_ours(self, request: Request, form: Mapping[str, str]) -> bool:
        if self.about.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        pair = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        return pair == "watcher+at+the+desk:canary%3A+100%25+%2B+%26+secret"  # RFC 6749 section 2.3.1

    async def _keys(self, request: Request) -> Response:
        strange = {"kty": "LATTICE", "kid": "new"}
        return JSONResponse({"keys": [strange, "nonsense", key("provider").as_dict(private=False)]})


def _is_for(asked: Mapping[str, str], form: Mapping[str, str]) -> bool:
    proved = create_s256_code_challenge(form["code_verifier"]) == asked["code_challenge"]
    return proved and form["redirect_uri"] == asked["redirect_uri"]


async def _endless() -> AsyncIterator[bytes]:
    for _ in range(16 * 1024):
        yield b" " * 64 * 1024
