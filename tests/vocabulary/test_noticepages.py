"""Pages that only a browser gets past, and pages that merely look like them."""

from __future__ import annotations

import time

import pytest

from tests.material import material
from watcher.vocabulary.noticepages import who_blocks

WORDS = "The report describes how people who ask for asylum are turned away at the border. " * 40

BLOCKS = {
    "Cloudflare": "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript"
    "</noscript><script>window._cf_chl_opt={};a.src='/cdn-cgi/challenge-platform/h/b/x'</script></body></html>",
    "Cloudflare ": "<html><head><title>Attention Required! | Cloudflare</title></head>"
    "<body>Sorry, you have been blocked</body></html>",
    "Cloudflare  ": "<!DOCTYPE html><html lang='es-ES'><head><title>Un momento…</title></head>"
    "<body><script>_cf_chl_opt={}</script></body></html>",
    "Akamai": "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nYou don't"
    ' have permission to access "http&#58;&#47;&#47;www&#46;example" on this server.<P>'
    "\nReference&#32;&#35;18&#46;2d\n</BODY></HTML>",
    "Imperva": '<html><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"></head><body><iframe id="main-iframe" '
    'src="/_Incapsula_Resource?SWUDNSAI=31">Request unsuccessful. Incapsula incident ID: 1-2</iframe></body></html>',
    "DataDome": "<html><head><title>news.example</title></head><body><p id='cmsg'>Please enable JS and disable any"
    " ad blocker</p><script>var dd={'host':'geo.captcha-delivery.com'}</script></body></html>",
    "F5": "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    "Please consult with your administrator.<br><br>Your support ID is: 123</body></html>",
    "a firewall": "<!DOCTYPE html><html><head><title>Challenge Validation</title>"
    "<script>x()</script></head><body></body></html>",
}

OTHERS = {
    "a report of that name": f"<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>{WORDS}"
    "<p>You don't have permission to access the territory, they were told. Reference: 12</p></body></html>",
    "a site behind Imperva": f"<html><head><script src='/_Incapsula_Resource?SWJIYLWA=1'></script></head>"
    f"<body>{WORDS}</body>",
    "a page with Cloudflare's script": f"<html><body>{WORDS}<script>'/cdn-cgi/challenge-platform/scripts/jsd/main.js'"
    "</script></body></html>",
    "a feed about it": "<?xml version='1.0'?><rss><channel><title>Just a moment _cf_chl_opt challenge-platform"
    "</title></channel></rss>",
    "JSON": '{"title": "Incapsula incident ID"}',
    "an empty listing": "<html><body><h1>News</h1><p>No results.</p></body></html>",
    "nothing": "",
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_page_that_keeps_programs_out_is_recognised(name: str) -> None:
    assert who_blocks(BLOCKS[name].encode()) == name.strip()


@pytest.mark.parametrize("name", OTHERS)
def test_what_only_resembles_one_is_left_alone(name: str) -> None:
    assert who_blocks(OTHERS[name].encode()) is None


def test_no_recorded_page_is_taken_for_one() -> None:
    pages = sorted(material("pages").rglob("*.html"))
    assert {page.name: who for page in pages if (who := who_blocks(page.read_bytes()))} == {}


@pytest.mark.parametrize("piece", ["<script>", "<!--", "<", "<p>", "a "])
def test_a_page_made_to_be_slow_is_not(piece: str) -> None:
    body = ("<html>just a moment _cf_chl_opt" + piece * 60_000).encode()[: 256 * 1024]
    began = time.process_time()
    who_blocks(body)
    assert time.process_time() - began < 1
