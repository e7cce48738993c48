"""Adding, trying, changing and hurrying sources on the pages: real stages, a real server, the file that people keep."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser
from starlette.applications import Starlette

from tests.cli.conftest import SOURCES
from tests.cli.test_sources_add import _PAGES
from tests.fetch.server import HOST, Handler, Server, hang, reply, serving
from tests.store.building import failed
from tests.web.conftest import BASE, browser, log_in
from tests.web.page import all_of, says
from tests.web.serving import serving as serving_pages
from tests.web.test_browser import CHROMIUM, open_browser
from watcher.bootstrap import opened_stages, published_catalog
from watcher.models.documents import Document, Validators
from watcher.models.identity import incident_id
from watcher.models.incidents import Incident, IncidentChange, IncidentKind, Repair
from watcher.settings import read_settings
from watcher.store import Store, open_store
from watcher.web import workbench
from watcher.web.app import make_app
from watcher.web.health import HealthReport
from watcher.web.workbench import Workbench

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOSTILE = b"<script>alert(1)</script>\x07 Reference 18.2f"


@dataclass
class Desk:
    """A signed-in browser, the file that it works on, the store, and the site of a publisher."""

    client: httpx.AsyncClient
    config: Path
    store: Store
    server: Server
    app: Starlette

    @property
    def text(self) -> str:
        return self.config.read_text("utf-8")

    def stored(self) -> int:
        return sum(health.entries for health in self.store.sources.health())


class Pages(dict[str, Handler]):
    def __missing__(self, path: str) -> Handler:
        return reply("404 Not Found", body=b"nothing here")


@asynccontextmanager
async def open_desk(migrated: Path, folder: Path, sources: str = SOURCES) -> AsyncIterator[Desk]:
    routes = Pages(
        {path: reply(headers=[f"Content-Type: {kind}"], body=body.encode()) for path, (kind, body) in _PAGES.items()}
    )
    routes["/slow"] = hang()
    async with serving(routes) as server:
        config = folder / "sources.yaml"
        config.write_text(sources.replace("https://agency.example/feed", server.url("/feed")), "utf-8")
        store = open_store(f"sqlite:///{migrated}")
        settings = read_settings(
            {
                "WATCHER_CONFIG": str(config),
                "WATCHER_DATA_DIR": str(folder / "data"),
                "WATCHER_ALLOW_FETCH": f"{HOST}/32:{server.port}",
            }
        )
        async with opened_stages(settings, console=io.StringIO()) as stages:
            plan = stages.plan(published_catalog(settings, store, stages.knowledge, NOW))
            stages.fetcher.use_hosts(plan.catalog.hosts)
            app = make_app(
                store,
                policies=stages.knowledge.policies,
                hosts=["watcher.test", "127.0.0.1"],
                secure_cookies=False,
                base_url=BASE,
                clock=lambda: NOW,
                health=lambda: HealthReport(ticking=True, database_writable=True),
                metrics=lambda: b"",
                workbench=Workbench(stages, lambda: plan),
            )
            store.users.ensure_admin(NOW)
            async with browser(app) as client:
                client.timeout = httpx.Timeout(60)
                await log_in(client, store, NOW)
                yield Desk(client, config, store, server, app)
        store.close()


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Path:
    path = tmp_path / "watcher.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    return path


@pytest.fixture
async def desk(database: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(database, tmp_path) as made:
        yield made


def form_of(answer: httpx.Response, selector: str) -> dict[str, str]:
    """The fields of a form as a browser would send them."""
    form = LexborHTMLParser(answer.text).css_first(selector)
    assert form is not None, answer.text
    fields: dict[str, str] = {}
    for node in form.css("input, textarea, select"):
        name = node.attributes.get("name") or ""
        if node.tag == "textarea":
            fields[name] = node.text()
        elif node.tag == "select":
            chosen = node.css_first("option[selected]") or node.css_first("option")
            fields[name] = str(chosen.attributes["value"]) if chosen else ""
        elif node.attributes.get("type") != "checkbox" or "checked" in node.attributes:
            fields[name] = node.attributes.get("value") or ""
    return fields


async def test_an_address_shows_its_offers_and_the_chosen_one_is_written_with_every_other_byte_kept(desk: Desk) -> None:
    assert "Look what it offers" in (await desk.client.get("/new-source")).text
    before = desk.text.replace(desk.server.url("/feed"), desk.server.url("/other"))
    desk.config.write_text(before, "utf-8")
    offers = await desk.client.post("/new-source", data={"url": desk.server.url("/news")})
    assert offers.status_code == 200
    assert all_of(offers, ".offer h3")[0] == "feed the best choice"
    assert "DHS terminates the Migrant Protection Protocols" in says(offers, ".offer")
    assert "would alert terminal by rule all" in says(offers, ".offer")
    assert desk.text == before, "looking writes nothing"
    assert desk.stored() == 0
    taken = await desk.client.post("/new-source/take", data=form_of(offers, ".offer form"))
    assert taken.status_code == 303, taken.text
    assert taken.headers["location"].startswith("/sources?added=agency-")
    added = [source for source in yaml.safe_load(desk.text)["sources"] if source["url"] == desk.server.url("/feed")]
    assert [(source["publisher"], source["kind"]) for source in added] == [("agency", "feed")]
    assert all(line in desk.text for line in before.splitlines()), "comments and order stay"


async def test_a_list_is_taken_with_its_structure_and_a_new_publisher(desk: Desk) -> None:
    desk.config.write_text(desk.text.replace(desk.server.url("/feed"), "https://agency.example/feed"), "utf-8")
    offers = await desk.client.post("/new-source", data={"url": desk.server.url("/list")})
    fields = form_of(offers, ".offer form") | {"publisher": "The Office", "type": "court"}
    assert fields["kind"] == "listing"
    assert (await desk.client.post("/new-source/take", data=fields)).status_code == 303
    data = yaml.safe_load(desk.text)
    assert data["publishers"][1] == {"id": "the-office", "name": "The Office", "type": "court"}
    assert data["sources"][1]["options"]["entry"] == "article"


async def test_a_file_that_cannot_be_changed_gives_the_lines_to_paste(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.config.write_text(desk.text.replace(desk.server.url("/feed"), "https://agency.example/feed"), "utf-8")
    desk.config.chmod(0o440)
    before = desk.text
    offers = await desk.client.post("/new-source", data={"url": desk.server.url("/news")})
    assert "cannot be changed from here" in offers.text
    taken = await desk.client.post("/new-source/take", data=form_of(offers, ".offer form"))
    pasted = yaml.safe_load(says_exactly(taken, "pre.command"))
    assert pasted["sources"][0]["url"] == desk.server.url("/feed")
    assert "is read-only" in taken.text
    changed = await desk.client.post("/sources/agency-old", data={"every": "45m"})
    assert changed.status_code == 409
    assert "every: 45m" in says_exactly(changed, "pre.command")
    assert desk.text == before


def says_exactly(answer: httpx.Response, selector: str) -> str:
    node = LexborHTMLParser(answer.text).css_first(selector)
    assert node is not None, answer.text
    return str(node.text())


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "file:///etc/passwd", "http://[::1]/"]
)
async def test_no_address_inside_is_asked_for_anybody(desk: Desk, url: str) -> None:
    answer = await desk.client.post("/new-source", data={"url": url})
    assert answer.status_code == 400
    assert "WATCHER_ALLOW_FETCH" in answer.text


async def test_what_is_watched_already_is_not_offered_again(desk: Desk) -> None:
    answer = await desk.client.post("/new-source", data={"url": desk.server.url("/feed")})
    assert answer.status_code == 400
    assert "is watched already, as `agency-old`" in answer.text


async def test_a_server_that_never_answers_ends_with_the_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench, "TOGETHER", 0.3)
    answer = await asyncio.wait_for(desk.client.post("/new-source", data={"url": desk.server.url("/slow")}), 20)
    assert answer.status_code == 400
    assert "not tried within 0.3 s" in answer.text


async def test_trying_shows_entries_matches_and_alerts_and_stores_nothing(desk: Desk) -> None:
    page = await desk.client.get("/sources/agency-old")
    answer = await desk.client.post("/sources/agency-old/try", data=form_of(page, "form.fields"))
    assert "What a check would bring" in answer.text
    assert "DHS terminates the Migrant Protection Protocols" in answer.text
    assert "would alert terminal by rule all" in answer.text
    assert (desk.stored(), desk.store.incidents.listing()) == (0, [])


async def test_an_entry_is_changed_line_by_line(desk: Desk) -> None:
    before = desk.text
    page = await desk.client.get("/sources/agency-old")
    fields = form_of(page, "form.fields")
    assert (await desk.client.post("/sources/agency-old", data=fields)).status_code == 303
    assert desk.text == before, "nothing was changed"
    fields |= {"every": "{min: 5m, max: 6h}", "expect": "9d", "language": "es", "paused": "1"}
    assert (await desk.client.post("/sources/agency-old", data=fields)).status_code == 303
    (source,) = yaml.safe_load(desk.text)["sources"]
    assert source["every"] == {"min": "5m", "max": "6h"}
    assert (source["expect"], source["language"], source["enabled"]) == ("9d", "es", False)
    assert "# the first" in desk.text
    again = form_of(await desk.client.get("/sources/agency-old"), "form.fields")
    assert (again["expect"], again["paused"]) == ("9d", "1")
    again |= {"every": "", "expect": "", "language": ""}
    del again["paused"]
    assert (await desk.client.post("/sources/agency-old", data=again)).status_code == 303
    assert desk.text.replace("    enabled: true\n", "") == before


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"every": "soon"}, r"sources\.yaml:\d+:\d+: .*every"),
        ({"options": "entry: [li"}, r"options:\d+:\d+: is not YAML"),
        ({"options": "a: &x 1\nb: *x"}, r"options:2: write it without"),
        ({"options": "nonsense: 1"}, r"sources\.yaml:\d+:\d+: .*nonsense"),
        ({"url": "ftp://agency.example/"}, r"sources\.yaml:\d+:\d+: .*url"),
        ({"url": ""}, "url"),
    ],
)
async def test_a_broken_edit_is_told_with_its_line_and_written_nowhere(
    desk: Desk, fields: dict[str, str], told: str
) -> None:
    before = desk.text
    answer = await desk.client.post("/sources/agency-old", data=fields)
    assert answer.status_code == 400
    assert re.search(told, says(answer, "[role=alert]")), says(answer, "[role=alert]")
    assert desk.text == before
    tried = await desk.client.post("/sources/agency-old/try", data=fields)
    assert tried.status_code == 400
    assert desk.text == before


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "maildir", "url": "imaps://desk@evil.example/INBOX", "options": '{"password": "${SECRET}"}'},
        {"kind": "maildir", "url": "/etc", "options": "{}"},
        {"kind": "feed", "url": "https://evil.example/${SECRET}", "options": "{}"},
        {"kind": "listing", "url": "https://evil.example/", "options": '{"entry": ["file:/etc/passwd"]}'},
    ],
)
async def test_no_secret_and_no_folder_is_reached_from_the_pages(desk: Desk, fields: dict[str, str]) -> None:
    before = desk.text
    taken = await desk.client.post("/new-source/take", data=fields | {"publisher": "Evil", "type": "other"})
    assert taken.status_code == 400
    assert "sources.yaml only" in taken.text
    assert desk.text == before


async def test_a_mailbox_keeps_its_server(database: Path, tmp_path: Path) -> None:
    mailbox = SOURCES.replace("kind: feed", "kind: maildir").replace(
        "url: https://agency.example/feed\n",
        'url: imaps://desk@mail.example/INBOX\n    options: {password: "${SECRET}", senders: ["*@agency.example"]}\n',
    )
    async with open_desk(database, tmp_path, mailbox) as desk:
        before = desk.text
        for path in ("/sources/agency-old", "/sources/agency-old/try"):
            answer = await desk.client.post(path, data={"url": "imaps://desk@evil.example/INBOX"})
            assert answer.status_code == 400
            assert "sources.yaml only" in answer.text
        assert desk.text == before
        assert (await desk.client.post("/sources/agency-old", data={"every": "45m"})).status_code == 303


def opened(desk: Desk, kind: IncidentKind, repair: Repair) -> Incident:
    incident = Incident(
        id=incident_id("agency-old", kind, NOW),
        source_id="agency-old",
        kind=kind,
        since=NOW - timedelta(hours=3),
        opened_at=NOW,
        message="is something else now",
        repairs=(repair,),
    )
    desk.store.incidents.change(IncidentChange(opened=incident), NOW)
    return incident


async def test_a_moved_feed_is_previewed_at_its_new_address_and_moved(desk: Desk) -> None:
    new = desk.server.url("/feed?new")
    opened(desk, IncidentKind.MOVED, Repair("url", new))
    page = await desk.client.get("/sources/agency-old")
    fields = form_of(page, ".problem form")
    assert fields == {"url": new}
    preview = await desk.client.post("/sources/agency-old/try", data=fields)
    assert "DHS terminates the Migrant Protection Protocols" in preview.text
    assert new not in desk.text
    assert (await desk.client.post("/sources/agency-old", data=fields)).status_code == 303
    (source,) = yaml.safe_load(desk.text)["sources"]
    assert source["url"] == new
    assert "enabled" not in source, "what was not in the form stays"


async def test_a_redesigned_page_takes_the_proposed_selectors(database: Path, tmp_path: Path) -> None:
    listing = SOURCES.replace("kind: feed", "kind: listing").replace(
        "/feed\n", "/feed\n    options: {entry: li.gone}\n"
    )
    async with open_desk(database, tmp_path, listing) as desk:
        desk.config.write_text(desk.text.replace("/feed\n", "/list\n"), "utf-8")
        opened(desk, IncidentKind.REDESIGNED, Repair("options", '{entry: "article", title: "h2"}', "finds 5 entries"))
        fields = form_of(await desk.client.get("/sources/agency-old"), ".problem form")
        preview = await desk.client.post("/sources/agency-old/try", data=fields)
        assert "Announcement number 1 of this agency" in preview.text
        assert (await desk.client.post("/sources/agency-old", data=fields)).status_code == 303
        assert yaml.safe_load(desk.text)["sources"][0]["options"] == {"entry": "article", "title": "h2"}


async def test_check_now_makes_the_source_due(desk: Desk) -> None:
    claimed = desk.store.sources.claim_due(NOW, lease=timedelta(minutes=1), limit=1)
    assert len(claimed) == 1
    desk.store.sources.release(claimed)
    with_time = desk.store.sources.health()[0].next_check_at
    assert with_time is not None
    answer = await desk.client.post("/sources/agency-old/check")
    assert answer.status_code == 303
    assert desk.store.sources.health()[0].next_check_at == NOW
    assert (await desk.client.post("/sources/nobody/check")).status_code == 404


async def test_a_stranger_and_a_foreign_page_can_do_nothing(desk: Desk) -> None:
    before = desk.text
    async with browser(desk.app) as stranger:
        for path in ("/new-source", "/new-source/take", "/sources/agency-old", "/sources/agency-old/try"):
            assert (await stranger.post(path, data={"url": desk.server.url("/news")})).status_code == 401
    asked = len(desk.server.asked)
    foreign = {"sec-fetch-site": "cross-site"}
    answer = await desk.client.post("/new-source", data={"url": desk.server.url("/news")}, headers=foreign)
    assert answer.status_code == 403
    assert (desk.text, len(desk.server.asked)) == (before, asked)


def kept(desk: Desk) -> Incident:
    """A source whose server refused, as checks leave it."""
    answer = Document(
        url=desk.server.url("/feed"),
        final_url=desk.server.url("/feed"),
        status=403,
        headers=(),
        media_type="text/html",
        charset=None,
        body=HOSTILE,
        sha256="5" * 64,
        fetched_at=NOW,
        redirects=(),
        validators=Validators(),
    )
    answer = replace(answer, sha256=hashlib.sha256(HOSTILE).hexdigest())
    (claimed,) = desk.store.sources.claim_due(NOW, lease=timedelta(minutes=1), limit=1, ignore_schedule=True)
    kind = IncidentKind.BLOCKED
    incident = Incident(
        incident_id("agency-old", kind, NOW), "agency-old", kind, NOW, NOW, "refuses us (403)", answer.sha256
    )
    record = replace(failed(claimed), refusal=answer, keep_answer=True, incident=IncidentChange(opened=incident))
    assert desk.store.checks.record([record])
    return incident


async def test_what_a_server_said_to_a_refusal_is_shown_as_text_and_kept_as_a_file(desk: Desk) -> None:
    incident = kept(desk)
    page = await desk.client.get(f"/incidents/{incident.id}")
    assert says_exactly(page, "pre.said") == "<script>alert(1)</script>· Reference 18.2f"
    assert "<script>alert" not in page.text
    file = await desk.client.get(f"/incidents/{incident.id}/evidence")
    assert file.content == HOSTILE
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["content-type"] == "text/plain; charset=utf-8"
    assert (await desk.client.get("/incidents/none")).status_code == 404
    assert f"/incidents/{incident.id}" in (await desk.client.get("/sources")).text


async def test_all_of_it_is_there_in_spanish(desk: Desk) -> None:
    kept(desk)
    assert "Consultar ahora" in (await desk.client.get("/sources/agency-old?lang=es")).text
    assert "Ver qué ofrece" in (await desk.client.get("/new-source?lang=es")).text


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install it, or say where it is in CHROMIUM")
async def test_the_pages_work_without_javascript_on_a_phone(desk: Desk) -> None:
    desk.config.write_text(desk.text.replace(desk.server.url("/feed"), "https://agency.example/feed"), "utf-8")
    alone = "main button, main summary, main input:not([type=hidden]), main select, main .button"
    async with serving_pages(desk.app) as port, open_browser(java_script_enabled=False, has_touch=True) as (page, said):
        base = f"http://127.0.0.1:{port}"
        await page.goto(f"{base}/login/{desk.store.users.new_login_token('admin', NOW, timedelta(hours=1))}")
        await page.click("main button")
        await page.goto(f"{base}/sources")
        await page.click("text=Add a source")
        await page.fill("#url", desk.server.url("/news"))
        await page.click("form.fields button")
        await fits(page, alone)
        await page.click(".offer button")
        await page.wait_for_url("**/sources?added=*")
        await page.goto(f"{base}/sources/agency-old")
        await fits(page, alone)
        await page.fill("#expect", "9d")
        await page.click("text=Save")
        await page.wait_for_url("**done=changed")
        assert said == []
    assert [each.get("expect") for each in yaml.safe_load(desk.text)["sources"]] == ["9d", None]


async def fits(page: Any, controls: str) -> None:
    for width in (1440, 360, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        for node in await page.query_selector_all(controls):
            box = await node.bounding_box()
            assert box is None or (box["height"] >= 43.5 and box["x"] + box["width"] <= width), await node.inner_html()
