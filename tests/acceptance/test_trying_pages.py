"""`watcher sources try` on a recorded page and recorded sitemaps, served as they came."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Mapping
from pathlib import Path

from tests.acceptance.daemon import command
from tests.fetch.server import HOST, Asked, Handler, Server, reply, serving
from tests.material import material

_PAGE = "042bb7b5fedab6eac7db576522b89b93904c237d344bcbe14a6a5ab7f7335856.html.gz"


def _handler(answers: Mapping[str, tuple[str, bytes]], asked: list[str]) -> Handler:
    """These answers by path, and 404 for everything else."""

    async def handler(request: Asked, out: asyncio.StreamWriter) -> None:
        path = request.target.partition("?")[0]
        asked.append(path)
        media_type, body = answers.get(path, ("", b""))
        answer = reply("200 OK", [f"Content-Type: {media_type}"], body) if body else reply("404 Not Found")
        await answer(request, out)

    return handler


def _configured(folder: Path, server: Server, **source: object) -> dict[str, str]:
    catalog = {
        "publishers": [{"id": "p", "name": "Publisher", "type": "executive"}],
        "hosts": [{"host": "*", "at_once": 4, "apart": "0s"}],
        "sources": [{"id": "it", "publisher": "p", **source}],
        "recipients": [],
        "rules": [],
    }
    path = folder / "sources.yaml"
    path.write_text(json.dumps(catalog), encoding="utf-8")
    return {
        "WATCHER_CONFIG": str(path),
        "WATCHER_DATA_DIR": str(folder / "data"),
        "WATCHER_ALLOW_FETCH": f"{HOST}/32:{server.port}",
        "WATCHER_CONTACT": "desk@example.org",
    }


async def test_a_recorded_page_shows_its_text_as_the_first_entry(tmp_path: Path) -> None:
    body = gzip.decompress(material("pages", "article-extraction-benchmark", "html", _PAGE).read_bytes())
    async with serving(_handler({"/page": ("text/html", body)}, [])) as server:
        environment = _configured(tmp_path, server, kind="page", url=server.url("/page"))
        code, output = await command(environment, "sources", "try", "it", "--json")
    assert code == 0, output
    (entry,) = json.loads(output)["entries"]
    assert entry["title"]
    assert entry["url"] == server.url("/page")


async def test_recorded_sitemaps_behind_an_index_show_their_pages(tmp_path: Path) -> None:
    asked: list[str] = []
    answers: dict[str, tuple[str, bytes]] = {}
    async with serving(_handler(answers, asked)) as server:
        here = server.url("").encode()
        news = _recorded("lp45-news-sitemap.xml", b"https://soulpublications.co", here)
        posts = _recorded("all-business-news-sitemap-posts.xml", b"https://aktualmedia.github.io", here)
        index = f"<sitemapindex><sitemap><loc>{server.url('/news.xml')}</loc></sitemap>" + (
            f"<sitemap><loc>{server.url('/posts.xml.gz')}</loc></sitemap></sitemapindex>"
        )
        answers["/sitemap.xml"] = ("text/xml", index.encode())
        answers["/news.xml"] = ("text/plain", news)
        answers["/posts.xml.gz"] = ("application/octet-stream", gzip.compress(posts))
        environment = _configured(tmp_path, server, kind="sitemap", url=server.url("/sitemap.xml"))
        code, output = await command(environment, "sources", "try", "it", "--entries", "20")
    assert code == 0, output
    assert "Setting the Record Straight: Soul Publications and Film Representation" in output
    assert "Vjerodostojnost kao poslovna valuta" in output
    assert asked.count("/news.xml") == 1


def _recorded(name: str, host: bytes, here: bytes) -> bytes:
    """A recorded sitemap whose pages are asked for here, and from nobody else."""
    return material("files", "sitemaps", name).read_bytes().replace(host, here)
