"""Announcements set in the page layouts that governments and organisations really use, with everything around them.

Whatever stands in a menu, sidebar, banner, related list, comment or footer carries a word of NOISE; whatever belongs to
the announcement does not.
"""

# ruff: noqa: E501 - markup is easier to read in lines as long as its elements

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

NOISE = ("Title 42", "Remain in Mexico", "Temporary Protected Status", "Safe Third Country", "Tercer País Seguro")
"""Policies that are named on the page, and never in the announcement."""


@dataclass(frozen=True)
class Announcement:
    headline: str
    paragraphs: tuple[str, ...]
    language: str = "en"


LONG = Announcement(
    "Secretary Announces Changes to the Parole Process for Ukrainians",
    (
        "WASHINGTON – The Department of Homeland Security today announced changes to the process by which Ukrainians may"
        " be paroled into the country, which will take effect in thirty days.",
        "“This decision keeps families together while we restore order to the process,” the Secretary said. “It was made"
        " after careful review of the comments that we received.”",
        "Under the new procedure, supporters must file electronically. Applications that were filed before the date of"
        " publication remain valid and are decided under the former rules.",
        "The Department will publish a notice in the Federal Register, and invites comments for sixty days.",
    ),
)
SHORT = Announcement(
    "Statement on the Ruling of the Court of Appeals",
    (
        "We welcome the ruling of the Court of Appeals, which ends the practice of turning back people at the ports of"
        " entry without hearing them.",
        "The government should now obey the law.",
    ),
)
SPANISH = Announcement(
    "La Comisión anuncia un nuevo procedimiento para solicitantes de refugio",
    (
        "Ciudad de México, 2 de febrero. La Comisión Mexicana de Ayuda a Refugiados informó hoy que las solicitudes de"
        " reconocimiento de la condición de refugiado se recibirán también por medios electrónicos.",
        "El titular de la Comisión señaló que durante el año pasado se recibieron más de ciento treinta mil solicitudes,"
        " la cifra más alta de su historia, y que el personal se duplicará en los próximos meses.",
        "Las personas que ya presentaron su solicitud no necesitan hacer nada; serán notificadas de la fecha de su"
        " entrevista.",
    ),
    "es",
)
ANNOUNCEMENTS = {"long": LONG, "short": SHORT, "spanish": SPANISH}

TOPICS = "".join(f'<li><a href="/topics/{n}">{name}</a></li>' for n, name in enumerate(NOISE))
RELATED = "".join(
    f'<li><a href="/news/{n}">{name}: what the new rule means for families</a><span>January {n + 2}, 2021</span></li>'
    for n, name in enumerate(NOISE)
)
TEASERS = "".join(
    f'<div class="card"><h3><a href="/news/{n}">Court hears arguments about {name}</a></h3>'
    f"<p>The judges asked whether {name} may go on while the appeal is heard, and what follows from it…</p>"
    f'<a href="/news/{n}">Read more about {name}</a></div>'
    for n, name in enumerate(NOISE[:3])
)
COOKIES = (
    '<div id="cookie-banner" class="cookie-consent" role="dialog"><p>We use cookies to improve your experience and to'
    " measure how often pages such as our guide to Title 42 are read. By continuing you agree to our privacy policy.</p>"
    "<button>Accept all</button></div>"
)
FOOTER = (
    "<p>© 2021. All rights reserved. Our work on Remain in Mexico is made possible by people like you.</p>"
    f"<ul>{TOPICS}</ul>"
)


def paragraphs(announcement: Announcement) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in announcement.paragraphs)


def html_page(announcement: Announcement, body: str, site: str = "Example Agency") -> str:
    return (
        f'<!DOCTYPE html><html lang="{announcement.language}"><head><meta charset="utf-8">'
        f"<title>{announcement.headline} | {site}</title>"
        f'<meta property="og:title" content="{announcement.headline}"><meta property="og:site_name" content="{site}">'
        f'<script>var related = "Title 42";</script></head><body>{body}</body></html>'
    )


def wordpress(announcement: Announcement) -> str:
    return html_page(
        announcement,
        f'<header class="site-header"><nav class="main-navigation"><ul>{TOPICS}</ul></nav></header>'
        '<div id="content"><main id="main"><article class="post"><header class="entry-header">'
        f'<h1 class="entry-title">{announcement.headline}</h1><span class="posted-on">February 2, 2021</span></header>'
        f'<div class="entry-content">{paragraphs(announcement)}</div>'
        f'<footer class="entry-footer">Tagged <a href="/t">{NOISE[0]}</a>, <a href="/t">{NOISE[2]}</a></footer></article>'
        f'<nav class="post-navigation"><a href="/p">Previous: {NOISE[1]} ends</a> <a href="/n">Next: {NOISE[3]}</a></nav>'
        '<div id="comments" class="comments-area"><h2>One response</h2><ol class="comment-list"><li class="comment">'
        "<p>What about Title 42? Nobody speaks about it any more, although it is still applied every day.</p></li></ol></div>"
        f'</main><aside id="secondary" class="widget-area"><h2>Recent posts</h2><ul>{RELATED}</ul></aside></div>'
        f'<footer class="site-footer">{FOOTER}</footer>{COOKIES}',
    )


def drupal(announcement: Announcement) -> str:
    return html_page(
        announcement,
        f'{COOKIES}<div class="region region-header"><div class="block block-menu"><ul class="menu">{TOPICS}</ul></div></div>'
        '<div class="breadcrumb"><a href="/">Home</a> » <a href="/newsroom">Newsroom</a> » <a href="/t">Title 42</a></div>'
        f'<h1 class="page-header">{announcement.headline}</h1><div class="region region-content">'
        '<div class="field field--name-field-date">Release Date: February 2, 2021</div>'
        f'<div class="field field--name-body field--type-text-with-summary"><div class="field__item">{paragraphs(announcement)}</div>'
        '</div><div class="field field--name-field-tags"><div class="field__label">Topics</div>'
        f'<div class="field__item"><a href="/t1">{NOISE[0]}</a></div><div class="field__item"><a href="/t2">{NOISE[2]}</a></div>'
        '</div></div><div class="region region-sidebar-second"><div class="block block-views"><h2>Related: Title 42</h2>'
        f'<ul>{RELATED}</ul></div></div><div class="region region-footer">{FOOTER}</div>',
    )


def wix(announcement: Announcement) -> str:
    """Nothing but nested boxes with hashed names; paragraphs are boxes with a `p` of class font_8."""
    paragraphs = "".join(
        f'<div class="_1Z_nJ" id="comp-k{n}"><p class="font_8"><span style="font-size:16px">{paragraph}</span></p></div>'
        for n, paragraph in enumerate(announcement.paragraphs)
    )
    links = "".join(
        f'<div class="_2xs"><a href="/{n}"><p class="font_7">{name}</p></a></div>' for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        f'<div id="SITE_CONTAINER"><div class="_3aj"><div class="_2uX">{links}</div></div><div class="_1nj"><div><div>'
        f'<div class="_3bc"><h1 class="font_0"><span>{announcement.headline}</span></h1></div>{paragraphs}</div></div></div>'
        f'<div class="_9ab"><div class="_2uX"><p class="font_8">Read also</p>{links}</div></div>'
        f'<div class="_7cd"><p class="font_9">© 2021 by Example. Our report on Remain in Mexico is out now.</p></div></div>',
    )


def aspnet(announcement: Announcement) -> str:
    """Everything in tables, as agencies built pages twenty years ago, and some still do."""
    menu = "".join(f'<tr><td class="menuItem"><a href="/{n}.aspx">{name}</a></td></tr>' for n, name in enumerate(NOISE))
    return html_page(
        announcement,
        '<form id="aspnetForm"><table width="100%"><tr><td colspan="3" class="banner"><a href="/">Example Agency</a></td></tr>'
        f'<tr><td class="leftNav" width="160"><table>{menu}</table></td><td class="contentCell"><table><tr><td class="title">'
        f'<span class="pressTitle">{announcement.headline}</span></td></tr><tr><td>{paragraphs(announcement)}</td></tr></table></td>'
        f'<td class="rightCol"><b>Latest news</b><br>{"<br>".join(f"<a href=/{n}>{name} update</a>" for n, name in enumerate(NOISE))}'
        '</td></tr><tr><td colspan="3" class="footer">Contact | Privacy | <a href="/t42">Title 42 information</a></td></tr>'
        "</table></form>",
    )


def teasers(announcement: Announcement) -> str:
    """A modern page whose announcement is followed by cards with teasers of others, in the same main element."""
    return html_page(
        announcement,
        f'<div class="skip"><a href="#main">Skip</a></div><header><nav><ul>{TOPICS}</ul></nav></header><main id="main">'
        f'<section class="hero"><h1>{announcement.headline}</h1></section><section class="rich-text">{paragraphs(announcement)}'
        f'</section><section class="related-content"><h2>More on this topic</h2>{TEASERS}</section>'
        '<section class="newsletter-signup"><h2>Stay informed</h2><p>Get our updates about Title 42 every week.</p></section>'
        f"</main><footer>{FOOTER}</footer>{COOKIES}",
    )


def inline_related(announcement: Announcement) -> str:
    """Related links stand between the paragraphs, as newsrooms of media do."""
    first, *others = announcement.paragraphs
    rest = "".join(f"<p>{paragraph}</p>" for paragraph in others)
    return html_page(
        announcement,
        f'<nav>{TOPICS}</nav><article><h1>{announcement.headline}</h1><div class="article-body"><p>{first}</p>'
        f'<aside class="related"><h4>Related</h4><ul>{RELATED}</ul></aside>{rest}'
        '<div class="tags"><span>Tags:</span> <a href="/t">Title 42</a>, <a href="/u">Remain in Mexico</a></div></div></article>'
        f'<section class="most-read"><h2>Most read</h2><ol>{RELATED}</ol></section><footer>{FOOTER}</footer>',
    )


def gobmx(announcement: Announcement) -> str:
    """A page of a Mexican ministry: the announcement, then documents and a strip of other announcements."""
    return html_page(
        announcement,
        '<nav class="navbar navbar-inverse"><div class="collapse"><a href="/tramites">Trámites</a></div></nav>'
        f'<main class="page"><ol class="breadcrumb"><li><a href="/">Inicio</a></li><li>Prensa</li></ol>'
        f'<div class="container"><h1 class="bottom-buffer">{announcement.headline}</h1><section class="border-box">'
        "<dl><dt>Autor</dt><dd>Comunicación Social</dd><dt>Fecha de publicación</dt><dd>02 de febrero de 2021</dd></dl></section>"
        f'<div class="article-body bottom-buffer">{paragraphs(announcement)}</div></div>'
        '<div class="container"><h3>Te puede interesar</h3><ul class="carousel"><li><a href="/a">Acuerdo de Tercer País Seguro:'
        ' preguntas frecuentes</a></li><li><a href="/b">Tercer País Seguro, comunicado 14</a></li></ul></div></main>'
        '<footer class="main-footer"><p>Portal único. Conoce más sobre Tercer País Seguro.</p></footer>',
        "Gobierno",
    )


def plain_breaks(announcement: Announcement) -> str:
    """No paragraphs at all: text with line breaks in one cell."""
    text = "<br><br>".join(announcement.paragraphs)
    return html_page(
        announcement,
        f'<div class="nav"><ul>{TOPICS}</ul></div><div class="content"><h2>{announcement.headline}</h2><div class="text">{text}</div>'
        f'</div><div class="sidebar"><ul>{RELATED}</ul></div><div class="footer">{FOOTER}</div>',
    )


def bootstrap(announcement: Announcement) -> str:
    """A grid: the sidebar is a column that only its width tells from the text, and speaks in sentences."""
    return html_page(
        announcement,
        f'<div class="navbar"><ul class="nav">{TOPICS}</ul></div><div class="container"><div class="row"><div class="col-md-8">'
        f'<h1>{announcement.headline}</h1><p class="date">February 2, 2021</p>{paragraphs(announcement)}</div><div class="col-md-4">'
        '<div class="panel"><h4>About Title 42</h4><p>Title 42 is a law of 1944 about the public health.</p></div>'
        f'<div class="panel"><h4>In the news</h4><ul>{RELATED}</ul></div></div></div></div><div id="footer">{FOOTER}</div>',
    )


def squarespace(announcement: Announcement) -> str:
    """Blocks in grids; related entries are a summary block after the text."""
    cards = "".join(
        f'<div class="summary-item"><a class="summary-title-link" href="/{n}">{name} explained</a>'
        f'<div class="summary-excerpt"><p>What {name} is, whom it concerns, and what may come next.</p></div></div>'
        for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        f'<header id="header"><div class="header-nav">{TOPICS}</div></header><main id="page"><article class="entry">'
        f'<div class="blog-item-title"><h1>{announcement.headline}</h1></div><div class="sqs-layout"><div class="sqs-block">'
        f'<div class="sqs-block-content">{paragraphs(announcement)}</div></div><div class="sqs-block sqs-block-summary-v2">'
        f'<div class="sqs-block-content"><h3>Featured</h3>{cards}</div></div></div></article></main>'
        f'<footer id="footer-sections">{FOOTER}</footer>',
    )


def onetrust(announcement: Announcement) -> str:
    """A banner of a consent service, a pop-up that asks for money, a ticker of alerts above the headline."""
    return html_page(
        announcement,
        '<div id="onetrust-consent-sdk"><div class="ot-sdk-row"><p>This site uses cookies, also on pages about Title 42.</p></div>'
        '</div><div class="alert-bar" role="alert"><a href="/alert">Alert: Remain in Mexico ends</a></div><main>'
        f'<h1>{announcement.headline}</h1><div class="body">{paragraphs(announcement)}</div></main><div class="donate-popup">'
        "<p>Help us to fight Title 42. Your gift is doubled until midnight.</p></div>"
        f"<footer>{FOOTER}</footer>",
    )


def release_with_boilerplate_nav(announcement: Announcement) -> str:
    """A press release whose previous and next releases, and those of the month, stand below as plain links."""
    links = "<br>".join(f'<a href="/{n}">{name} statement</a>' for n, name in enumerate(NOISE))
    return html_page(
        announcement,
        f'<div id="wrapper"><div id="top"><a href="/">Home</a> | <a href="/t42">Title 42</a> | <a href="/tps">Temporary Protected'
        f' Status</a></div><div id="content"><h1>{announcement.headline}</h1>{paragraphs(announcement)}<p>###</p>'
        f'<div id="month"><b>February 2021</b><br>{links}</div></div><div id="bottom"><a href="/t42">Title 42</a></div></div>',
    )


LAYOUTS: dict[str, Callable[[Announcement], str]] = {
    function.__name__: function
    for function in (
        *(wordpress, drupal, wix, aspnet, teasers, inline_related, gobmx, plain_breaks),
        *(bootstrap, squarespace, onetrust, release_with_boilerplate_nav),
    )
}
