"""What FastAPI cannot know about the API: who may, how refusals look, what programs may rely on, examples."""

from __future__ import annotations

from typing import Any

from watcher.models.plain import plain
from watcher.web.api.samples import EXAMPLES
from watcher.web.problems import MEDIA_TYPE

DESCRIPTION = """
Everything that the pages of watcher show, for programs: what was announced, what was found in it, what people decided.

**Who may.** Send `Authorization: Bearer TOKEN`; `watcher tokens add` and the page *Account* make tokens. A token has
the scopes `read`, `review` and `admin`, never more than its owner's role. Pages of watcher itself use the session's
cookie; with it, what changes something must come from a page of the same origin.

**Lists** come newest first, `limit` (at most 200) at a time, with `next`, the address of the following page, and
`next_cursor`. Cursors are opaque. Ids never change.

**Reading again** is cheap: every answer to a GET has an `ETag`; send it as `If-None-Match` and get 304 without a body.

**Changing** is safe to repeat: under an `Idempotency-Key` the same request is done once within 24 hours. A review with
the `version` that you saw overwrites nothing that somebody decided meanwhile.

**Refusals** are problems (RFC 9457, `application/problem+json`): `detail` says what is wrong and what to do.

**How often:** 300 requests at once and 10 a second for each person; beyond that 429 with `Retry-After`.
"""
TAGS = {
    "entries": "Announcements that were found in the sources.",
    "events": "Announcements: the entries that report the same, why, and what people said about it.",
    "matches": "What an entry says about a policy, with the words in which it is said, and people's verdicts.",
    "reviews": "What people decided: each decision is a line that is never changed, and undone by another.",
    "policies": "The vocabulary: what is looked for.",
    "rules": "Which matches go to which recipients.",
    "incidents": "Sources that are blocked, broken, moved or silent, until they recover.",
    "sources": "What is watched.",
    "deliveries": "Alerts to addresses, each with every attempt.",
    "captures": "The documents as they came.",
    "changes": "The ordered feed of everything that is new or other than before.",
}
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token with scopes: `watcher tokens add`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "watcher_session",
        "description": "The session of somebody who signed in on the pages; `__Host-watcher_session` over https. "
        "Requests that change something must come from a page of the same origin.",
    },
}
ETAG = {"ETag": {"description": "Send it as If-None-Match.", "schema": {"type": "string"}}}
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "An ETag that you have: 304 when nothing changed.",
    "schema": {"type": "string"},
}


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """The description, completed."""
    document["openapi"] = "3.1.0"
    document["info"]["description"] = DESCRIPTION.strip()
    document["servers"] = [{"url": "/api/v1"}]
    document["tags"] = [{"name": name, "description": said} for name, said in TAGS.items()]
    document["security"] = [{name: []} for name in SECURITY]
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = SECURITY
    schemas = parts["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name, example in EXAMPLES.items():
        schemas[name]["examples"] = [plain(example)]
    for methods in document["paths"].values():
        for method, operation in methods.items():
            _operation(method, operation)
    return document


def _operation(method: str, operation: dict[str, Any]) -> None:
    operation["operationId"] = "_".join(operation["operationId"].split("_")[:2]).strip("_") + f"_{method}"
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        if status in ("429", "503"):
            answer["headers"] = RETRY_AFTER
    if method == "get" and "text/markdown" not in operation["responses"]["200"]["content"]:
        operation["responses"]["304"] = {"description": "You have it already.", "headers": ETAG}
        operation["responses"]["200"]["headers"] = ETAG
        operation.setdefault("parameters", []).append(IF_NONE_MATCH)
