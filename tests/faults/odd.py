"""F26 to F38: documents that lie about what they are, and texts that would be code anywhere else."""

from __future__ import annotations

from tests.faults.behaviour import RSS, WELL, Family, Fault, Served, Variant, bad, page, well
from tests.faults.bombs import HTML, SURVIVED
from tests.faults.feeds import NEWS, item, rss, titled
from tests.faults.pdfs import PDFS

SPANISH = "Protección “temporal” – año"
XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*191}} ${7*191} %s {0.__class__}",
    "<style>@import 'http://evil.example'</style>",
    "</title></textarea></script><script>alert(1)</script>",
    '<a href="javascript:alert(1)">x</a>',
)


def _spanish(encoding: str, *, declared: str = "", bom: bytes = b"") -> bytes:
    """`SPANISH` in one encoding, under whatever the document says of itself."""
    named = f" encoding='{declared}'" if declared else ""
    head = f"<?xml version='1.0'{named}?>"
    return bom + rss([item(SPANISH)], head=head).decode().encode(encoding)


def _charset(name: str) -> str:
    return f"{RSS}; charset={name}"


def _bank(field: str) -> Variant:
    items, titles = [], []
    for number, payload in enumerate(XSS):
        title = f"The Migrant Protection Protocols end, {field} {number}"
        titles.append(title)
        items.append(item(title, text=NEWS, markup=_markup(field, payload)))
    return well(f"code in the {field}", page(rss(items)), *titles, options={"full_text": "always"})


def _markup(field: str, payload: str) -> str:
    from xml.sax.saxutils import escape, quoteattr

    if field == "enclosure":
        return f"<enclosure url={quoteattr(payload)} type={quoteattr(payload)} length='1'/>"
    return f"<{field}>{escape(payload)}</{field}>"


def _titles_with_code() -> Variant:
    """What is left of a title is not for this table to say; that each entry is there, and only once, is."""
    items = [item(f"{payload} Notice {n}", guid=str(n), text=f"{NEWS} {payload}") for n, payload in enumerate(XSS)]
    return Variant(
        "code in titles and texts", lambda n, place: Served(page(rss(items)), _any(len(XSS))), frozenset({WELL})
    )


def _any(count: int) -> tuple[str, ...]:
    """Entries whose titles are not compared."""
    return ("",) * count


def _nested(number: int) -> bytes:
    return b'{"version":"https://jsonfeed.org/version/1.1","title":"x","items":' + b"[" * number + b"]" * number + b"}"


def _json(items: str) -> bytes:
    return f'{{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{items}]}}'.encode()


JSON = "Content-Type: application/feed+json"
ODD = titled(["Served under a wrong name"])


def _truncated(end: int) -> Variant:
    body = titled([f"Cut {n}" for n in range(80)])
    return bad(f"cut after {end} KiB", page(body[: end * 1024]), "incomplete")


def _fault(code: str, *variants: Variant) -> Fault:
    return Fault(code, Family.PARSER, variants)


FAULTS = (
    _fault(
        "F26",
        well("header says latin-1, document says nothing", page(_spanish("utf-8"), _charset("iso-8859-1")), SPANISH),
        well(
            "header says utf-8, document is windows-1252",
            page(_spanish("cp1252", declared="windows-1252"), _charset("utf-8")),
            SPANISH,
        ),
        well(
            "a byte order mark against both",
            page(_spanish("utf-8", declared="iso-8859-1", bom=b"\xef\xbb\xbf"), _charset("iso-8859-1")),
            SPANISH,
        ),
        well(
            "UTF-16 with a mark, declared utf-8", page(_spanish("utf-16", declared="utf-8"), _charset("utf-8")), SPANISH
        ),
    ),
    _fault(
        "F27",
        well("windows-1252 called latin-1", page(_spanish("cp1252", declared="iso-8859-1")), SPANISH),
        well(
            "two encodings in one document",
            page(rss([item("One is utf-8: é"), item("@")]).replace(b"@", "Two is not: é".encode("cp1252"))),
            "",
            "",
        ),
    ),
    _fault(
        "F28",
        well(
            "characters that hide",
            page(
                rss(
                    [
                        item("Tit\u200ble 42 is\u202e over\u2028now"),
                        item("A bell&#7;", guid="2"),
                        item("Nothing \ufffd", guid="3"),
                    ]
                )
            ),
            *("", "", ""),
        ),
        well(
            "NUL and lone surrogates",
            page(rss([item("Zero&amp;#0; and half &amp;#xD800;")]).replace(b"&amp;amp;", b"&amp;")),
            "",
        ),
    ),
    _fault(
        "F29",
        bad("UTF-7", page(rss([item(SPANISH)]).decode().encode("utf-7"), _charset("utf-7")), *SURVIVED),
        well("UTF-32 with a mark", page(_spanish("utf-32"), RSS), SPANISH),
        bad(
            "EBCDIC",
            page(
                _spanish("cp037", declared="cp037").replace("–".encode(), b"-")
                if False
                else rss([item("Year")]).decode().encode("cp037"),
                RSS,
            ),
            *SURVIVED,
        ),
    ),
    _fault("F30", *(_truncated(end) for end in range(1, 9))),
    _fault("F31", _titles_with_code()),
    _fault("F32", _bank("author"), _bank("category")),
    _fault("F33", _bank("source"), _bank("comments")),
    _fault(
        "F34",
        _bank("enclosure"),
        bad("code as an error page", page(XSS[0].encode(), HTML, status="500 <script>alert(1)</script>"), "unexpected"),
    ),
    _fault(
        "F35",
        bad("a web page as a feed", page(b"<!doctype html><title>Hello</title><p>Hello"), "unexpected"),
        well("a feed as a web page", page(ODD, HTML), "Served under a wrong name"),
        bad("a JSON feed that is null", page(b"null", JSON), "unexpected", "unreadable"),
        bad("nothing", page(b""), "unreadable", "incomplete", "unexpected"),
        bad("three bytes", page(b"\xef\xbb\xbf"), "unreadable", "incomplete", "unexpected"),
    ),
    _fault(
        "F36",
        bad("100,000 brackets", page(_nested(100_000), JSON), "unreadable", "unexpected"),
        well("NaN", page(_json('{"id": NaN, "title": "Not a number", "content_text": "x"}'), JSON), "Not a number"),
        well(
            "a number of 9 MB",
            page(_json('{"id": 1' + "0" * 9_000_000 + ', "title": "A long number"}'), JSON),
            "A long number",
        ),
        well(
            "the same key twice", page(_json('{"id": "1", "id": "2", "title": "No", "title": "Twice"}'), JSON), "Twice"
        ),
    ),
    _fault("F38", *PDFS),
)
