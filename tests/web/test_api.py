"""The API for programs: who may, lists, changes, reviews, files, and refusals that can be read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import jsonschema_rs
import pytest
from starlette.applications import Starlette

from tests.web.api_client import program
from tests.web.conftest import Machine, signed_in
from tests.web.planted import BODY, ENDED_ID, ENTRY_ID, NOW
from tests.web.test_auth import walk
from watcher.models.accounts import Role
from watcher.models.catalog import Criteria, Rule
from watcher.models.plain import plain
from watcher.models.views import MatchQuery
from watcher.models.words import Verdict
from watcher.store import Store
from watcher.web.api.limits import AT_ONCE

PROBLEM = "application/problem+json"


@pytest.fixture
async def api(app: Starlette, planted: Store, machine: Machine) -> AsyncIterator[httpx.AsyncClient]:
    async with program(app, planted, machine.now) as client:
        yield client


def is_problem(answer: httpx.Response, status: int) -> dict[str, object]:
    """Its members, after the ones that every refusal has."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    body: dict[str, object] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


# --- who may ---------------------------------------------------------------------------------------------------------


async def test_every_address_is_closed_to_strangers_and_says_so_as_a_problem(
    app: Starlette, stranger: httpx.AsyncClient
) -> None:
    closed = [(method, address) for method, address in walk(app) if address.startswith("/api/")]
    assert len(closed) > 25
    for method, address in closed:
        answer = await stranger.request(method, address, headers={"authorization": "Bearer watcher_none"})
        is_problem(answer, 401) if method != "HEAD" else None
        assert answer.status_code == 401, (method, address)


@pytest.mark.parametrize("address", ["/sources/kind-news/check", "/sources/kind-news/pause", "/deliveries/none/retry"])
async def test_what_administrators_do_needs_the_scope_admin(
    app: Starlette, planted: Store, machine: Machine, address: str
) -> None:
    async with program(app, planted, machine.now, Role.REVIEWER) as client:
        assert "`admin`" in str(is_problem(await client.post(address), 403)["detail"])


async def test_who_looks_only_does_not_review(app: Starlette, planted: Store, machine: Machine) -> None:
    async with program(app, planted, machine.now, Role.VIEWER) as client:
        assert (await client.get(f"/matches/{ENDED_ID}")).status_code == 200
        is_problem(await client.post(f"/matches/{ENDED_ID}/reviews", json={"verdict": "confirmed"}), 403)


async def test_a_session_counts_from_our_own_pages_only(app: Starlette, planted: Store, machine: Machine) -> None:
    async with signed_in(app, planted, machine.now, Role.REVIEWER) as browser:
        address, said = f"/api/v1/matches/{ENDED_ID}/reviews", {"verdict": "confirmed"}
        assert (await browser.post(address, json=said)).status_code == 201
        foreign = {"sec-fetch-site": "cross-site", "origin": "http://evil.example"}
        is_problem(await browser.post(address, json=said, headers=foreign), 403)


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", ["entries", "matches", "policies", "sources", "deliveries"])
async def test_pages_of_a_list_are_the_whole_list(api: httpx.AsyncClient, noun: str) -> None:
    whole = (await api.get(f"/{noun}?limit=200")).json()
    assert whole["next"] is None
    address, seen = f"http://watcher.test/api/v1/{noun}?limit=1", []
    while address:
        answer = await api.get(address)
        seen += answer.json()["items"]
        address = answer.json()["next"]
        assert (f'<{address}>; rel="next"' == answer.headers.get("link")) is bool(address)
    assert seen == whole["items"]
    assert seen


async def test_a_cursor_of_another_list_is_refused(api: httpx.AsyncClient) -> None:
    cursor = (await api.get("/entries?limit=1")).json()["next_cursor"]
    is_problem(await api.get(f"/matches?cursor={cursor}"), 400)


@pytest.mark.parametrize("query", ["", "policy=mpp", "q=policy:title-42", "q=department+NOT+court", "publisher=scotus"])
async def test_filters_are_those_of_the_pages(
    api: httpx.AsyncClient, desk: httpx.AsyncClient, planted: Store, query: str
) -> None:
    found = {row["id"] for row in (await api.get(f"/matches?{query}")).json()["items"]}
    exported = (await desk.get(f"/inbox/export/jsonl?verdict=any&{query}")).text.splitlines()
    assert found == {json.loads(line)["id"] for line in exported}


async def test_entries_are_found_by_their_words_and_their_policies(api: httpx.AsyncClient) -> None:
    for query in ("q=homeland", "q=policy:mpp", "source=kind-news"):
        assert [row["id"] for row in (await api.get(f"/entries?{query}")).json()["items"]] == [ENTRY_ID]
    assert (await api.get("/entries?q=homeland+NOT+policy:mpp")).json()["items"] == []


async def test_what_is_known_already_is_not_sent_again(api: httpx.AsyncClient) -> None:
    first = await api.get(f"/matches/{ENDED_ID}")
    again = await api.get(f"/matches/{ENDED_ID}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await api.post(f"/matches/{ENDED_ID}/reviews", json={"verdict": "confirmed"})
    changed = await api.get(f"/matches/{ENDED_ID}", headers={"if-none-match": first.headers["etag"]})
    assert changed.json()["verdict"] == "confirmed"


async def test_a_match_is_what_the_command_line_prints(api: httpx.AsyncClient, planted: Store) -> None:
    assert (await api.get(f"/matches/{ENDED_ID}")).json() == json.loads(
        json.dumps(plain(planted.matches.show(ENDED_ID)))
    )


async def test_a_capture_comes_as_a_file_with_its_origin(api: httpx.AsyncClient) -> None:
    sha256 = (await api.get(f"/entries/{ENTRY_ID}")).json()["capture"]
    about = (await api.get(f"/captures/{sha256}")).json()
    assert (about["size"], about["visits"][0]["status"]) == (len(BODY), 200)
    answer = await api.get(f"/captures/{sha256}/content")
    assert answer.content == BODY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"


# --- reviews and changes ----------------------------------------------------------------------------------------------


async def test_a_review_of_an_older_version_is_refused_with_the_match_as_it_is(api: httpx.AsyncClient) -> None:
    address = f"/matches/{ENDED_ID}/reviews"
    first = await api.post(address, json={"version": 0, "verdict": "dismissed", "reason": "old-news", "note": "2019"})
    assert first.json()["match"]["version"] == 1
    late = is_problem(await api.post(address, json={"version": 0, "verdict": "confirmed"}), 409)
    assert late["current"] == (await api.get(f"/matches/{ENDED_ID}")).json()
    (line,) = (await api.get(address)).json()["items"]
    assert (line["reason"], line["note"], line["reviewer"]) == ("old-news", "2019", "program of a admin")
    undone = await api.post(f"/reviews/{first.json()['act']}/undo")
    assert undone.json()["matches"] == [ENDED_ID]
    assert (await api.get(f"/matches/{ENDED_ID}")).json()["verdict"] == "new"


async def test_a_note_with_a_character_that_cannot_be_stored_is_refused(api: httpx.AsyncClient) -> None:
    answer = is_problem(await api.post(f"/matches/{ENDED_ID}/reviews", json={"note": "a\0b"}), 422)
    assert "take the NUL character out" in str(answer["errors"])


async def test_a_filter_outside_of_its_closed_set_is_invalid_and_an_unknown_policy_finds_nothing(
    api: httpx.AsyncClient,
) -> None:
    is_problem(await api.get("/matches?verdict=zz"), 422)
    assert (await api.get("/matches?policy=nope")).json()["total"] == 0


@pytest.mark.parametrize(
    "said", [{}, {"verdict": None}, {"verdict": "maybe"}, {"version": 1}, {"verdict": "new", "x": 1}]
)
async def test_a_review_that_says_nothing_or_too_much_is_invalid(
    api: httpx.AsyncClient, said: dict[str, object]
) -> None:
    assert is_problem(await api.post(f"/matches/{ENDED_ID}/reviews", json=said), 422)["errors"]


@pytest.mark.parametrize(
    ("wrong", "at"), [({"verdict": "maybe"}, "verdict"), ({"verdict": "new", "version": "x"}, "version")]
)
async def test_what_is_wrong_in_a_body_is_named_by_its_key_alone(
    api: httpx.AsyncClient, wrong: dict[str, object], at: str
) -> None:
    answer = await api.post(f"/matches/{ENDED_ID}/reviews", json=wrong)
    is_problem(answer, 422)
    assert {each["at"] for each in answer.json()["errors"]} == {at}


async def test_the_same_request_under_a_key_is_done_once(api: httpx.AsyncClient, planted: Store) -> None:
    address, key = f"/matches/{ENDED_ID}/reviews", {"idempotency-key": "k1"}
    first = await api.post(address, json={"note": "seen"}, headers=key)
    again = await api.post(address, json={"note": "seen"}, headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert len(planted.reviews.history(ENDED_ID)) == 1
    is_problem(await api.post(address, json={"note": "other"}, headers=key), 422)


async def test_a_refused_request_frees_its_key(api: httpx.AsyncClient) -> None:
    address, key = f"/matches/{ENDED_ID}/reviews", {"idempotency-key": "k2"}
    is_problem(await api.post(address, json={"version": 7, "note": "seen"}, headers=key), 409)
    assert (await api.post(address, json={"version": 0, "note": "seen"}, headers=key)).status_code == 201


async def test_the_feed_of_changes_goes_on_where_it_ended(api: httpx.AsyncClient) -> None:
    seen, since = [], ""
    while True:
        answer = (await api.get("/changes", params={"limit": 2} | ({"since": since} if since else {}))).json()
        seen += answer["items"]
        since = answer["next_since"]
        if not answer["more"]:
            break
    assert {each["kind"] for each in seen} == {"entry", "match"}
    act = (await api.post(f"/matches/{ENDED_ID}/reviews", json={"verdict": "confirmed"})).json()["act"]
    new = (await api.get("/changes", params={"since": since})).json()["items"]
    assert [(each["kind"], each["id"]) for each in new] == [("match", ENDED_ID), ("review", act)]
    assert new[0]["match"]["verdict"] == "confirmed"


async def test_a_source_is_checked_now(api: httpx.AsyncClient, planted: Store, machine: Machine) -> None:
    assert (await api.post("/sources/kind-news/check")).status_code == 202
    (health,) = planted.sources.health(["kind-news"])
    assert health.next_check_at == machine.now
    assert "sources.yaml" in str(is_problem(await api.post("/sources/kind-news/pause"), 409)["detail"])


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_an_exported_file_changes_nothing_when_it_is_read_back(api: httpx.AsyncClient, form: str) -> None:
    file = (await api.get(f"/matches/export?format={form}")).content
    came = (await api.post("/reviews/import?apply=true", content=file)).json()
    assert came["counts"] == {"same": len(came["lines"])}
    assert came["act"] == ""
    assert came["lines"]


async def test_verdicts_from_a_file_are_tried_then_kept_then_conflict(api: httpx.AsyncClient, planted: Store) -> None:
    file = f"id,verdict,reason,note,version\n{ENDED_ID},dismissed,old-news,From 2019.,0\nnone,confirmed,,,\n"
    tried = (await api.post("/reviews/import", content=file)).json()
    assert tried["counts"] == {"change": 1, "unknown": 1}
    assert planted.matches.count(MatchQuery(verdict=Verdict.DISMISSED)) == 0
    kept = (await api.post("/reviews/import?apply=true", content=file)).json()
    assert kept["act"]
    assert planted.matches.count(MatchQuery(verdict=Verdict.DISMISSED)) == 1
    other = file.replace("dismissed,old-news", "confirmed,")
    assert (await api.post("/reviews/import", content=other)).json()["counts"] == {"conflict": 1, "unknown": 1}


async def test_the_inbox_offers_its_matches_as_files(desk: httpx.AsyncClient) -> None:
    assert "/inbox/export/markdown" in (await desk.get("/inbox?verdict=any")).text
    answer = await desk.get("/inbox/export/csv?verdict=any")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await desk.get("/inbox/export/exe")).status_code == 404
    assert (await desk.get('/inbox/export/csv?q="')).status_code == 400


# --- refusals and description -----------------------------------------------------------------------------------------


async def test_every_refusal_is_a_problem(api: httpx.AsyncClient, planted: Store) -> None:
    is_problem(await api.get("/nowhere"), 404)
    is_problem(await api.get("/matches/none"), 404)
    is_problem(await api.get("/matches?limit=201"), 422)
    is_problem(await api.get('/matches?q="'), 400)
    is_problem(await api.post("/matches/x/reviews", content=b"x" * 70_000), 413)
    is_problem(await api.get("/matches", headers={"host": "evil.example"}), 400)
    refused = await api.put(f"/matches/{ENDED_ID}/reviews")
    is_problem(refused, 405)
    assert refused.headers["allow"] == "GET, POST"


async def test_who_asks_too_often_is_told_when_to_come_again(api: httpx.AsyncClient, machine: Machine) -> None:
    for _ in range(AT_ONCE):
        assert (await api.get("/policies/mpp")).status_code == 200
    refused = await api.get("/policies/mpp")
    is_problem(refused, 429)
    machine.now = machine.now.replace(second=machine.now.second + int(refused.headers["retry-after"]))
    assert (await api.get("/policies/mpp")).status_code == 200


async def test_a_database_that_cannot_be_used_is_told_and_its_place_is_not(
    api: httpx.AsyncClient, tmp_path: Path
) -> None:
    await api.get("/policies")
    (tmp_path / "watcher.db").write_bytes(b"not a database" * 1_000)
    answer = await api.get("/policies")
    assert answer.status_code >= 500
    assert answer.headers["content-type"] == PROBLEM
    assert "watcher.db" not in answer.text


async def test_the_examples_fit_what_they_are_examples_of(api: httpx.AsyncClient) -> None:
    described = (await api.get("/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    checked = 0
    for name, schema in described["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            of = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
            jsonschema_rs.validate(of, example)
            checked += 1
    assert checked > 10


async def test_the_description_is_a_page_without_anything_from_elsewhere(api: httpx.AsyncClient) -> None:
    page = await api.get("/docs")
    assert page.status_code == 200
    assert "GET /api/v1/matches" in page.text
    assert 'src="http' not in page.text


def test_a_site_without_a_request_to_the_api_does_not_load_it() -> None:
    code = "import sys, watcher.web.app; print('fastapi' in sys.modules)"
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


async def test_rules_made_on_pages_are_listed_with_those_of_the_file(api: httpx.AsyncClient, planted: Store) -> None:
    planted.made.save(Rule("made-here", send=("desk",), when=Criteria(policies=("mpp",))), "ana", NOW)
    listed = (await api.get("/rules")).json()["items"]
    assert [rule["id"] for rule in listed] == ["made-here"]
