"""Forty recorded index pages of courts, read with the selectors that a person would write after a look at each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tests.material import material
from watcher.models.entries import Entry
from watcher.pipeline.reading import read_source

_CALIFORNIA = {"entry": "tr:has(.op-title)", "link": "a.op-link", "title": ".op-title", "date": ".op-date"}
_TEXAS_CASE = {
    "entry": "tr.rgRow:has(.docGrid a), tr.rgAltRow:has(.docGrid a)",
    "link": ".docGrid a",
    "title": "td + td",
    "date": "td",
    "date_order": "MDY",
}
_TEXAS_SEARCH = {
    "entry": "tr.rgRow, tr.rgAltRow",
    "link": 'a[href^="Retrieve"]',
    "title": 'a:not([href*="DocId"])',
    "date": "td + td",
}
_NEW_YORK = {
    "entry": 'tr:not(:has(table)):has(a[href*="/20"])',
    "link": 'a[href*="/20"]',
    "date": "td:nth-child(3)",
    "title": "td a",
}
_NORTH_CAROLINA = {"title": ".title", "summary": ".desc"}
_VERMONT = {"entry": "article.views-row", "title": "a"}


@dataclass(frozen=True)
class Court:
    """What its pages are read with; how many entries at least; of one of them the title, day and end of the link."""

    options: dict[str, Any]
    least: int
    title: str = ""
    day: date | None = None
    link: str = ""
    dated: bool = True
    linked: bool = True


_COURTS = {
    "alaskactapp_example": Court(
        {"entry": "#results > li", "link": "a.resultLink", "date": ".co_resultsListDescription"},
        14,
        "CRYSTAL SCHACHLE, Appellant, v. SETH SCHACHLE, Appellee.",
        date(2026, 6, 17),
    ),
    "ca2_p_example_3": Court(
        {"entry": "table.ResultsTable tr", "title": "a", "date": ".ResultsItemRight"},
        7,
        "24-961-cr",
        date(2026, 6, 12),
        "/24-961_opn.pdf",
    ),
    "ca3_u_example": Court({"entry": 'a[href*="/opinarch/"]'}, 14, "Jose Castro v. Atty Gen USA", dated=False),
    "ca6_example": Court(
        {"entry": "tr:has(a[href*='opinions.pdf'])", "title": "td:nth-child(4)", "date": "td:nth-child(3)"},
        37,
        "Adam Eggers v. Warden, Lebanon Corr. Inst. - Southern District of Ohio at Dayton",
        date(2016, 6, 21),
        "/16a0145p-06.pdf",
    ),
    "calag_example": Court(
        {"entry": "table.views-table tbody tr", "title": "td + td", "date": "td:last-child", "summary": "td + td + td"},
        12,
    ),
    "calctapp_4th_div2_example": Court(
        _CALIFORNIA, 15, "P. v. Lewis 1/3/24 CA4/2", date(2024, 4, 11), "/opinions/documents/E082085.PDF"
    ),
    "calctapp_5th_example": Court(_CALIFORNIA, 20),
    "calctapp_u_example": Court(_CALIFORNIA, 86, "In re K.P. CA4/2 filed 4/29/24", date(2024, 4, 29)),
    "cit_example_2": Court(
        {"entry": "tr:has(a[href*='/files/'])", "title": "td + td", "date": "td:nth-child(3)"},
        90,
        "Navigator Co., S.A. v. United States",
        date(2020, 7, 7),
        "/sites/cit/files/20-94.pdf",
    ),
    "delctcompl_example": Court(
        {"entry": "tbody tr", "title": "a", "date": "td + td", "summary": "td:last-child"},
        19,
        "Lamb's Custom Painting & Restoration v. Douglas & Elizabeth Brown",
        date(2025, 10, 21),
    ),
    "iowa_example": Court({"entry": "h3:has(a)"}, 16, dated=False, link="/supreme-court-opinions/case/16-1938"),
    "kanctapp_p_example": Court(
        {"entry": "#searchResultsTable tr:has(a)", "title": ".case-title", "date": "td"},
        2,
        "In re K.S.",
        date(2026, 3, 27),
        "_129437.pdf",
    ),
    "massappct_example": Court(
        {"entry": 'li:has(a[href*="ReleaseDate"])', "date": "a"},
        8,
        "List of unpublished Appeals Court decisions for September 3, 2025",
        date(2025, 9, 3),
    ),
    "minnag_example_2": Court(
        {"entry": '#op p:has(a[href$=".pdf"])', "date": "a", "summary": "p"},
        60,
        day=date(2007, 6, 15),
        dated=False,  # 16 before 1995
    ),
    "nc_example": Court(
        _NORTH_CAROLINA | {"entry": ".h_underline", "section": 'a[href*="sFilingDate"]'},
        5,
        "In re Kimble, (321A24 - Published)",
        date(2025, 5, 23),
        linked=False,
    ),
    "ncctapp_example": Court(
        _NORTH_CAROLINA | {"entry": "tr:has(.desc)", "section": "td[colspan] > strong"},
        37,
        "Fifth Ave. United Methodist Church of Wilmington v. The N.C. Conf. (23-1013 - Published)",
        date(2024, 12, 31),
        linked=False,
    ),
    "nyappterm_2nd_example": Court(
        {"entry": "table.table tbody tr", "link": "a.link", "title": "td", "date": "td + td"},
        28,
        "Acupuncture Now, P.C. v MVAIC",
        date(2026, 1, 23),
        "/2026/2026_50196.htm",
    ),
    "nycrimct_example": Court(_NEW_YORK, 40, "Matney v Boyle", date(2024, 1, 2), "/pdfs/2024/2024_30001.pdf"),
    "nysurct_example": Court(_NEW_YORK, 40, "Matney v Boyle", date(2024, 1, 2), "/pdfs/2024/2024_30001.pdf"),
    "prapp_example": Court(
        {"entry": "table.table tr:has(a)", "title": "td + td", "date": "td:last-child"},
        3,
        "UNIVERSAL INSURANCE COMPANY V. E L A DE PR",
        date(2022, 11, 30),
    ),
    "scctapp_u_example": Court(
        {"entry": ".case-result", "link": "a.download-link", "title": ".case-name"},
        8,
        "SCDSS v. George Cleveland, III",
        link="/2026-UP-102.pdf",
        dated=False,
    ),
    "scotusoyez_example": Court(
        {"entry": ".views-table tbody tr", "title": "a", "date": "td:nth-child(4)"},
        50,
        "Abel v. United States",
        link="/1958_2",
        dated=False,  # of 1959 and 1960: before what is believed
    ),
    "tenn_example": Court(
        {"entry": "table.table tbody tr", "date": "td:last-child", "date_order": "MDY", "title": "a"}, 25
    ),
    "txctapp11_example": Court(_TEXAS_SEARCH, 2, "11-22-00300-CR", date(2024, 2, 29)),
    "txctapp12_example": Court(_TEXAS_SEARCH, 1),
    "txctapp4_example": Court(_TEXAS_SEARCH, 1),
    **{
        f"txctapp{name}": Court(_TEXAS_CASE, 2)
        for name in (
            "10_subexample_2",
            "11_subexample_1",
            "1_subexample_25",
            "2_subexample_1",
            "3_subexample_2",
            "4_subexample_1",
            "5_subexample_1",
            "7_subexample_1",
            "8_subexample_1",
            "8_subexample_2",
        )
    },
    "vactapp_u_example": Court(
        {"entry": '#cover p:has(a[href*="opinions/"])', "title": "b", "date": "p", "summary": "p"},
        15,
        "Michael R. Pliuskaitis v. Teresa M. Pliuskaitis",
        date(2013, 10, 8),
        "/opinions/opncavwp/0423134.pdf",
    ),
    "vtsuperct_environmental_example": Court(_VERMONT, 25),
    "vtsuperct_family_example": Court(_VERMONT, 25, "In re G.J., Juvenile", date(2022, 1, 14), "/media/14247"),
}


def _entries(name: str, options: dict[str, Any]) -> tuple[Entry, ...]:
    return read_source(
        kind="listing",
        body=material("pages", "courts", f"{name}.html").read_bytes(),
        url="https://court.example.org/",
        media_type="text/html",
        charset=None,
        options=options,
        limit=2000,
        now="2026-11-24T12:00:00+00:00",
    ).entries


@pytest.mark.parametrize(("name", "court"), _COURTS.items(), ids=_COURTS.keys())
def test_the_opinions_of_a_court_come_with_title_link_and_date(name: str, court: Court) -> None:
    entries = _entries(name, court.options)
    assert len(entries) >= court.least
    assert all(entry.title and entry.title != "(no title)" for entry in entries)
    assert all(entry.url for entry in entries) or not court.linked
    assert [entry for entry in entries if entry.published is None] == [] or not court.dated
    assert [entry for entry in entries if _is_as_expected(entry, court)]


def _is_as_expected(entry: Entry, court: Court) -> bool:
    day = entry.published and entry.published.date()
    return (
        (not court.title or entry.title == court.title)
        and (court.day is None or day == court.day)
        and (entry.url or "").endswith(court.link)
    )
