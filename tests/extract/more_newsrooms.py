"""More layouts of pages: what old courts, content managers and page builders put around an announcement."""

# ruff: noqa: E501 - markup is easier to read in lines as long as its elements

from __future__ import annotations

from collections.abc import Callable

from tests.extract.newsrooms import COOKIES, FOOTER, NOISE, RELATED, TOPICS, Announcement, html_page, paragraphs

_LINES = "<br>".join(f'<a href="/{n}.htm">{name}</a>' for n, name in enumerate(NOISE))
_CARDS = "".join(
    f'<article class="card"><a href="/news/{n}"><img src="/i/{n}.jpg" alt=""></a><h3><a href="/news/{n}">{name}: one year later</a></h3>'
    f"<p>Families tell what {name} has meant to them, and what they hope for now that the courts have spoken.</p></article>"
    for n, name in enumerate(NOISE)
)


def court_boxes(announcement: Announcement) -> str:
    """An old court: everything is a table, and the box of what people ask for has a heading as long as its links."""
    return html_page(
        announcement,
        '<center><h2>Court of Appeals</h2></center><table border="0" width="100%"><tr bgcolor="#eeeeee"><td><a href="/">Home</a> |'
        ' <a href="/o">Opinions</a> | <a href="/c">Calendar</a></td></tr></table>'
        f"<h1>{announcement.headline}</h1><p><b>Filed February 2, 2021</b></p>{paragraphs(announcement)}"
        '<p><a href="/slip.pdf">Slip opinion (PDF, 212 KB)</a></p><table border="1" cellpadding="4"><tr><td><b>Often asked for</b></td></tr>'
        f'<tr><td><a href="/d1">{NOISE[0]} docket</a></td></tr><tr><td><a href="/d2">{NOISE[1]}</a></td></tr></table>'
        '<hr><font size="1">Office of the Clerk. Opinions are posted at ten in the morning.</font>',
    )


def court_columns(announcement: Announcement) -> str:
    """A court's page in three cells: links with line breaks on the left, dated orders on the right."""
    orders = "".join(
        f'<tr><td nowrap><font size="1">01/{n + 10}/2021</font></td><td><a href="/o/{n}.pdf">{name} Coalition v. Barr</a></td></tr>'
        for n, name in enumerate(NOISE)
    )
    text = "<br><br>".join(announcement.paragraphs)
    return html_page(
        announcement,
        f'<table width="100%"><tr><td width="18%" valign="top" bgcolor="#003366"><b>Quick links</b><br>{_LINES}</td><td valign="top"><h1>{announcement.headline}</h1>'
        f'<font face="Times New Roman">{text}</font></td><td width="20%" valign="top"><table border="1"><tr><th colspan="2">Recent orders</th></tr>{orders}</table>'
        "</td></tr></table>",
    )


def docket_table(announcement: Announcement) -> str:
    """A table of related documents below the text, with columns that are no links."""
    rows = "".join(
        f'<tr><td>2021-01-{n + 10}</td><td><a href="/doc/{n}">{name}; final rule</a></td><td>Rule</td><td>8 CFR 208</td></tr>'
        for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        f'<div id="main-content"><h1>{announcement.headline}</h1>{paragraphs(announcement)}<h2>Related documents</h2>'
        f'<table class="usa-table"><thead><tr><th>Date</th><th>Document</th><th>Type</th><th>Part</th></tr></thead><tbody>{rows}</tbody></table></div>',
    )


def accordion(announcement: Announcement) -> str:
    """Menus that open: buttons with lists below them, and a box of questions at the side."""
    panels = "".join(
        f'<div class="panel"><button aria-expanded="false">{name}</button><div class="panel-body"><ul><li><a href="/{n}/a">What is {name}?</a></li>'
        f'<li><a href="/{n}/b">Forms for {name}</a></li></ul></div></div>'
        for n, name in enumerate(NOISE)
    )
    questions = "".join(
        f"<details><summary>Am I affected by {name}?</summary><p>That depends on the day on which you entered.</p></details>"
        for name in NOISE
    )
    return html_page(
        announcement,
        f'<div class="accordion">{panels}</div><main><h1>{announcement.headline}</h1>{paragraphs(announcement)}</main><div class="faq sidebar-first">{questions}</div>',
    )


def wordpress_blocks(announcement: Announcement) -> str:
    """The block editor: latest posts, a cloud of tags, a query loop and a call to act within the content itself."""
    latest = "".join(
        f'<li><a class="wp-block-latest-posts__post-title" href="/{n}">{name} in numbers</a></li>'
        for n, name in enumerate(NOISE)
    )
    cloud = "".join(
        f'<a href="/tag/{n}" class="tag-cloud-link" aria-label="{name} (12 items)">{name}</a> '
        for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        f'<div class="wp-site-blocks"><header class="wp-block-template-part"><nav class="wp-block-navigation"><ul>{TOPICS}</ul></nav></header><main class="wp-block-group">'
        f'<h1 class="wp-block-post-title">{announcement.headline}</h1><div class="entry-content wp-block-post-content">{paragraphs(announcement)}'
        f'<div class="wp-block-columns"><div class="wp-block-column"><h3>Latest</h3><ul class="wp-block-latest-posts">{latest}</ul></div><div class="wp-block-column">'
        f'<p class="wp-block-tag-cloud">{cloud}</p></div></div></div><div class="wp-block-query"><ul class="wp-block-post-template">{RELATED}</ul></div></main>'
        f'<footer class="wp-block-template-part">{FOOTER}</footer></div>',
    )


def ministry_in_spanish(announcement: Announcement) -> str:
    """A ministry's page with what was seen most, related content, a bar for sharing and a question about the visit."""
    seen = "".join(
        f'<li><span>{n + 1}</span> <a href="/{n}">{name}: lo que debes saber</a></li>' for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        '<div class="migas"><a href="/">Inicio</a> &gt; <a href="/prensa">Prensa</a> &gt; <a href="/t42">Title 42</a></div>'
        f'<div class="contenido"><h1>{announcement.headline}</h1><div class="compartir">Compartir: <a href="/f">Facebook</a> <a href="/x">Title 42 en X</a></div>'
        f'<div class="cuerpo">{paragraphs(announcement)}</div><div class="etiquetas">Etiquetas: <a href="/e1">{NOISE[4]}</a> <a href="/e2">{NOISE[1]}</a></div></div>'
        f'<div class="mas-visto"><h3>Lo más visto</h3><ol>{seen}</ol></div><div class="contenido-relacionado"><h3>Contenido relacionado</h3><p><a href="/r">{NOISE[4]}</a>: '
        "preguntas y respuestas para familias que esperan.</p></div><div class='evaluacion'><p>¿Cómo fue su visita a la página sobre Tercer País Seguro?</p></div>",
        "Secretaría",
    )


def sharepoint(announcement: Announcement) -> str:
    """SharePoint: a form around everything, a quick launch at the left, web parts below."""
    launch = "".join(
        f'<li class="static"><a class="static menu-item ms-core-listMenu-item" href="/{n}"><span>{name}</span></a></li>'
        for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        f'<form id="aspnetForm" method="post"><div id="s4-workspace"><div id="sideNavBox"><div class="ms-core-listMenu-verticalBox"><ul class="root static">{launch}</ul></div></div>'
        f'<div id="contentBox"><div id="DeltaPlaceHolderMain"><h1>{announcement.headline}</h1><div class="ms-rtestate-field">{paragraphs(announcement)}</div>'
        f'<div class="ms-webpart-zone"><div class="ms-webpart-chrome-title"><h2>News about {NOISE[0]}</h2></div><table class="ms-listviewtable">'
        f"{''.join(f'<tr><td class=ms-vb><a href=/{n}>{name}</a></td><td class=ms-vb>2/{n + 1}/2021 9:00 AM</td></tr>' for n, name in enumerate(NOISE))}</table></div>"
        "</div></div></div></form>",
    )


def cookie_settings(announcement: Announcement) -> str:
    """A consent window in sentences, with a list of purposes, under a name that only its makers know."""
    return html_page(
        announcement,
        '<div id="CybotCookiebotDialog"><h2>This website uses cookies</h2><p>We use cookies to count how many people read about Title 42, and to show you'
        " announcements about Remain in Mexico on other pages. You may change your mind at any time.</p><ul><li>Necessary</li><li>Temporary Protected Status survey</li></ul></div>"
        f'<div class="cc-window cc-bottom"><span class="cc-message">Cookies help us to improve our guide to Title 42.</span></div>'
        f"<main><h1>{announcement.headline}</h1>{paragraphs(announcement)}</main>",
    )


def popular_boxes(announcement: Announcement) -> str:
    """Boxes whose names say nothing; only their headings say that they are lists of other things."""
    popular = "".join(
        f'<div class="x1"><b>{n + 1}</b> <a href="/{n}">{name} explained in five minutes</a></div>'
        for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        f'<div class="a1"><div class="b1"><h1>{announcement.headline}</h1>{paragraphs(announcement)}</div><div class="b2"><h4>Most popular</h4>{popular}</div>'
        f'<div class="b3"><h4>From our archive</h4><p><a href="/z">Ten years of {NOISE[2]}</a></p><p><a href="/y">{NOISE[3]}: a history</a></p></div></div>',
    )


def tag_cloud(announcement: Announcement) -> str:
    """Topics as links in a paragraph, and again as a cloud."""
    links = ", ".join(f'<a rel="tag" href="/t/{n}">{name}</a>' for n, name in enumerate(NOISE))
    cloud = " ".join(f'<a href="/t/{n}" style="font-size:{n + 9}pt">{name}</a>' for n, name in enumerate(NOISE))
    return html_page(
        announcement,
        f'<article><h1>{announcement.headline}</h1>{paragraphs(announcement)}<p>Topics: {links}</p></article><div class="cloud">{cloud}</div>',
    )


def crumbs_and_shares(announcement: Announcement) -> str:
    """A trail of links above the headline, buttons for sharing that repeat a topic, a line of credits below."""
    return html_page(
        announcement,
        f'<p id="crumbs">You are here: <a href="/">Home</a> &gt; <a href="/p">Policies</a> &gt; <a href="/t">{NOISE[0]}</a> &gt; {NOISE[1]}</p><article>'
        f'<h1>{announcement.headline}</h1><div class="a2a_kit addtoany_list"><a href="/f" title="Share">Share our page on {NOISE[0]}</a></div>{paragraphs(announcement)}'
        f'<ul class="share-icons"><li><a href="/w">Send {NOISE[2]} to a friend</a></li></ul></article><footer>{FOOTER}</footer>',
    )


def newsletter_form(announcement: Announcement) -> str:
    """A form in the middle of the text, and one that asks for a gift at its end."""
    first, *others = announcement.paragraphs
    rest = "".join(f"<p>{paragraph}</p>" for paragraph in others)
    return html_page(
        announcement,
        f'<main><h1>{announcement.headline}</h1><p>{first}</p><form action="/join"><h3>Get every update on {NOISE[0]}</h3><p>Join 20,000 people who hear from us about {NOISE[1]} once a week.</p>'
        f'<input name="mail"><button>Join</button></form>{rest}<div class="donate-box"><h3>Help us end {NOISE[0]}</h3><p>Your gift pays for a day in court.</p><a href="/give">Give now</a></div></main>',
    )


def articles_beside(announcement: Announcement) -> str:
    """The announcement is an article among articles: the others are cards with teasers in sentences."""
    return html_page(
        announcement,
        f'<main><article class="full"><h1>{announcement.headline}</h1><div class="text">{paragraphs(announcement)}</div></article><div class="grid">{_CARDS}</div></main>',
    )


def read_also(announcement: Announcement) -> str:
    """Lines between the paragraphs that lead to other pages, as newspapers write them."""
    between = (
        f'<p><strong>Read more: <a href="/a">{NOISE[0]} is back in court</a></strong></p>',
        f'<p><a href="/b">ALSO READ: What {NOISE[1]} means at the bridge</a></p>',
        f'<p>Related: <a href="/c">{NOISE[2]} extended for a year</a></p>',
    )
    text = "".join(
        f"<p>{paragraph}</p>{line}" for paragraph, line in zip(announcement.paragraphs, (*between, ""), strict=False)
    )
    return html_page(announcement, f"<article><h1>{announcement.headline}</h1>{text}</article>")


def uswds(announcement: Announcement) -> str:
    """The design system of the United States government: banner, side navigation, collection, identifier."""
    items = "".join(
        f'<li class="usa-collection__item"><div class="usa-collection__body"><h4 class="usa-collection__heading"><a class="usa-link" href="/{n}">{name} notice</a></h4>'
        f'<p class="usa-collection__description">The Department gives notice of a change to {name} that takes effect at once.</p></div></li>'
        for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        '<section class="usa-banner"><p>An official website. Visit our page about Title 42.</p></section><div class="grid-row"><div class="tablet:grid-col-3">'
        f'<nav><ul class="usa-sidenav">{TOPICS}</ul></nav></div><main class="tablet:grid-col-9 usa-prose"><h1>{announcement.headline}</h1>{paragraphs(announcement)}'
        f'<ul class="usa-collection">{items}</ul></main></div><div class="usa-identifier"><p>Looking for information about Title 42? Visit our library.</p></div>',
    )


def joomla(announcement: Announcement) -> str:
    """Modules in positions: similar articles, latest news, a poll."""
    return html_page(
        announcement,
        f'<div id="left"><div class="moduletable"><h3>Main menu</h3><ul class="mod-list">{TOPICS}</ul></div></div><div class="item-page"><h2 class="title">Press</h2>'
        f'<h1>{announcement.headline}</h1>{paragraphs(announcement)}<ul class="pagenav"><li><a href="/p">&lt; {NOISE[0]}</a></li><li><a href="/n">{NOISE[1]} &gt;</a></li></ul></div>'
        f'<div id="right"><div class="moduletable"><h3>Similar articles</h3><ul class="relateditems">{RELATED}</ul></div><div class="moduletable poll"><h3>Poll</h3>'
        f"<p>Should {NOISE[0]} end?</p></div></div>",
    )


def definition_list(announcement: Announcement) -> str:
    """Related cases as a list of terms, after the text and in the same box."""
    cases = "".join(
        f'<dt><a href="/c/{n}">No. 21-{n}55</a></dt><dd><a href="/c/{n}">{name} Project v. Secretary</a></dd>'
        for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        f'<div id="content"><h1>{announcement.headline}</h1>{paragraphs(announcement)}<h3>Related cases</h3><dl>{cases}</dl></div>',
    )


def page_builder(announcement: Announcement) -> str:
    """Elementor: sections in sections; a ticker above, a loop of other announcements below, a pop-up at the end."""
    loop = "".join(
        f'<div class="elementor-post__card"><div class="elementor-post__text"><h3 class="elementor-post__title"><a href="/{n}">{name} update</a></h3>'
        f'<div class="elementor-post__excerpt"><p>Our lawyers explain the newest order about {name}.</p></div></div></div>'
        for n, name in enumerate(NOISE)
    )
    return html_page(
        announcement,
        f'<div class="elementor-location-header"><div class="elementor-nav-menu">{TOPICS}</div></div><div class="elementor-widget-news-ticker">Breaking: {NOISE[0]} ends</div>'
        f'<div class="elementor-location-single"><div class="elementor-widget-theme-post-title"><h1>{announcement.headline}</h1></div>'
        f'<div class="elementor-widget-theme-post-content">{paragraphs(announcement)}</div><div class="elementor-posts-container elementor-grid">{loop}</div></div>'
        f'<div class="elementor-location-popup"><p>Sign our petition against {NOISE[0]}.</p></div>{COOKIES}',
    )


MORE_LAYOUTS: dict[str, Callable[[Announcement], str]] = {
    function.__name__: function
    for function in (
        *(court_boxes, court_columns, docket_table, accordion, wordpress_blocks, ministry_in_spanish, sharepoint),
        *(cookie_settings, popular_boxes, tag_cloud, crumbs_and_shares, newsletter_form, articles_beside, read_also),
        *(uswds, joomla, definition_list, page_builder),
    )
}
