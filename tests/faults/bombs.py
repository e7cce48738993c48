"""F20 to F25 and F39: documents that are made to break the parser that reads them, or the machine that it runs on."""

from __future__ import annotations

import random

from tests.faults.behaviour import WELL, Family, Fault, Place, Served, Variant, bad, page, well
from tests.faults.feeds import PLAIN, item, rss, titled

HTML = "Content-Type: text/html; charset=utf-8"
XML = "<?xml version='1.0' encoding='utf-8'?>"
SURVIVED = frozenset({WELL, "unreadable", "too-large", "unexpected", "incomplete", "timeout"})
"""For bodies of which no answer is the only right one: what counts is that the watcher lives and is on time. Heavy ones
wait for each other, so that on a busy machine the time of a check may be over first."""


def blow_up() -> bytes:
    """One entity of 80 KB, used 20,000 times in 80 KB: 1.6 GB of text in 160 KB."""
    head = f"{XML}<!DOCTYPE rss [<!ENTITY a '{'x' * 80_000}'>]>"
    return rss([f"<item><title>&a;</title><description>{'&a;' * 20_000}</description></item>"], head=head)


def laughs(encoding: str = "utf-8") -> bytes:
    """Ten entities, each ten times the one before."""
    entities = "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 11))
    head = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE rss [{entities}]>"
    return rss(["<item><title>&a10;</title></item>"], head=head).decode().encode(encoding)


def _outside(entity: str) -> bytes:
    return rss(
        [item("An entity from outside", markup="<category>&out;</category>")],
        head=f"{XML}<!DOCTYPE rss [<!ENTITY out SYSTEM '{entity}'>]>",
    )


def _dials(number: int, place: Place) -> Served:
    return Served(page(_outside(f"http://127.0.0.1:{place.trap}/")), ("An entity from outside",))


def _external_dtd(number: int, place: Place) -> Served:
    head = f"{XML}<!DOCTYPE rss SYSTEM 'http://127.0.0.1:{place.trap}/evil.dtd'>"
    return Served(page(rss([item("A type from outside")], head=head)), ("A type from outside",))


def minced(seed: int) -> bytes:
    """A list page put through a mincer: cut, doubled, bytes changed; the same for the same seed."""
    draw = random.Random(seed)
    body = bytearray(list_page())
    for _ in range(400):
        at, length = draw.randrange(len(body)), draw.randrange(1, 60)
        match draw.randrange(4):
            case 0:
                del body[at : at + length]
            case 1:
                body[at:at] = body[at : at + length] * draw.randrange(1, 9)
            case 2:
                body[at] = draw.randrange(256)
            case _:
                body[at:at] = draw.choice(_TOKENS)
    return bytes(body)


_TOKENS = (
    b"<table>",
    b"</p>",
    b"<select>",
    b"<svg><foreignObject>",
    b"<math><mtext>",
    b"<template>",
    b"<!--",
    b"<![CDATA[",
    b"\0",
)


_ATTRIBUTES = " ".join(f"b{n}=''" for n in range(1_000_000))


def list_page() -> bytes:
    """A page with a list of 200 notices."""
    rows = "".join(f"<li><a href='/n/{n}'>Notice {n}</a> <time>2026-01-0{n % 9 + 1}</time></li>" for n in range(200))
    return f"<!doctype html><html><body><ul>{rows}</ul></body></html>".encode()


def _listing(title: str, body: bytes) -> Variant:
    return bad(title, page(body, HTML), *SURVIVED, kind="listing", options={"entry": "ul > li", "link": "a"})


def _fault(code: str, *variants: Variant) -> Fault:
    return Fault(code, Family.PARSER, variants)


FAULTS = (
    _fault("F20", bad("an entity blown up to 1.6 GB", page(blow_up()), "unreadable", "too-large")),
    _fault(
        "F21",
        bad("billion laughs", page(laughs()), *SURVIVED),
        bad("billion laughs in UTF-16", page(laughs("utf-16")), *SURVIVED),
    ),
    _fault(
        "F22",
        well("an entity that is a file", page(_outside("file:///etc/passwd")), "An entity from outside"),
        Variant("an entity that is a private address", _dials, frozenset({WELL})),
        Variant("a document type that is a private address", _external_dtd, frozenset({WELL})),
    ),
    _fault(
        "F23",
        well(
            "400 KB of line breaks before the root",
            page(b"\n" * 400_000 + titled(["After the breaks"], PLAIN).removeprefix(XML.encode())),
            "After the breaks",
        ),
        bad("800 KB of comments that begin", page(titled(["Never read"])[:-20] + b"<!--" * 200_000), *SURVIVED),
        well(
            "an author of 32 KB",
            page(rss([item("A long author", markup=f"<author>{'a@b.c (' * 4600}</author>")])),
            "A long author",
        ),
        bad("a million nested elements", page(rss([item("Deep", markup="<a>" * 1_000_000)])), *SURVIVED - {WELL}),
        bad(
            "a million attributes",
            page(rss([item("Wide", markup=f"<a {_ATTRIBUTES}/>")])),
            *SURVIVED,
        ),
        bad(
            "a million nested elements in a description",
            page(rss([item("Deep text", text="<div>" * 1_000_000)])),
            *SURVIVED,
        ),
    ),
    _fault("F24", bad("the body is a path", page(b"/etc/passwd"), "unreadable", "unexpected")),
    _fault(
        "F25",
        bad("the body is an address", page(b"http://169.254.169.254/latest/meta-data/"), "unreadable", "unexpected"),
    ),
    _fault(
        "F39",
        *(_listing(f"a list page through a mincer, seed {seed}", minced(seed)) for seed in range(4)),
        _listing(
            "100,000 nested elements",
            b"<html><body>" + b"<div><b><i>" * 100_000 + b"<ul><li><a href='/x'>x</a></li></ul>",
        ),
        _listing("a table in a table in a table", b"<table><tr><td>" * 50_000),
    ),
)
