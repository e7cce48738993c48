"""From a template and its values to an answer: one environment, escaping always on, the reader's language chosen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from watcher.models.accounts import Principal, Scope
from watcher.web import assets
from watcher.web.dates import Dates
from watcher.web.headers import OPENID_CALLBACK
from watcher.web.naming import Words
from watcher.web.site import Site, site
from watcher.web.strings import LANGUAGES, Say, negotiate

LANGUAGE_COOKIE = "watcher_lang"
COLOURS = 6
"""How many colours the style sheet has for the policies of an entry."""


def page(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
) -> HTMLResponse:
    """The template as an answer in the reader's language; `?lang=` is kept in a cookie."""
    language = language_of(request)
    body = environment().get_template(template).render(**_surroundings(request, language), **values)
    response = HTMLResponse(body, status_code=status, headers={**(headers or {}), "content-language": language})
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax", httponly=True)
    return response


def language_of(request: Request) -> str:
    """The language that `page` would choose."""
    return negotiate(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language", ""),
    )


@cache
def environment() -> Environment:
    """The one template environment: everything that a template shows is escaped, a missing value is an error."""
    made = Environment(
        loader=PackageLoader("watcher.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["web_link"] = web_link
    made.filters["to_words"] = to_words
    made.globals["static"] = assets.address
    return made


def web_link(url: str | None) -> str | None:
    """The address if a browser may follow it: http or https with a host; else None (`javascript:`, `data:`, ...)."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def to_words(url: str | None, quoted: str) -> str | None:
    """The address with a text fragment that has the browser scroll to the quoted words; as it is where it has another.

    Long quotations are named by their first and last words (https://wicg.github.io/scroll-to-text-fragment/).
    """
    link = web_link(url)
    words = quoted.split()
    if link is None or "#" in link or not words:
        return link
    ends = [" ".join(words)] if len(words) <= 8 else [" ".join(words[:4]), " ".join(words[-4:])]
    return f"{link}#:~:text={','.join(quote(end, safe='').replace('-', '%2D') for end in ends)}"


def _surroundings(request: Request, language: str) -> dict[str, object]:
    here: Site = site(request)
    say = Say(language)
    user: Principal | None = getattr(request.state, "user", None)
    return {
        "_": say,
        "count": say.count,
        "language": language,
        "languages": [(code, name, _in_language(request, code)) for code, name in LANGUAGES.items()],
        "dates": Dates(say, here.clock(), here.zone),
        "words": Words(language, here.policies),
        "user": user,
        "may_review": user is not None and user.may(Scope.REVIEW),
        "may_administer": user is not None and user.may(Scope.ADMIN),
        "path": request.url.path,
        "base_url": here.base_url,
        "subscribing": here.takes_subscribers,
        "provider": here.openid.name if here.openid else "",
    }


def _in_language(request: Request, code: str) -> str:
    """The address of the same page in another language; only for pages that can be opened again."""
    if request.method != "GET" or request.url.path == OPENID_CALLBACK:
        return f"/?lang={code}"
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"?{urlencode([*pairs, ('lang', code)])}"
