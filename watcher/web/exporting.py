"""Matches as files to keep, for pages and programs: streamed, and never shown as a page."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from watcher.errors import SearchError
from watcher.exports import FORMATS
from watcher.models import search
from watcher.models.views import MatchQuery
from watcher.web.filters import HOME, Filters
from watcher.web.naming import Words
from watcher.web.render import language_of
from watcher.web.site import site


async def export(request: Request) -> Response:
    """The matches of the inbox's filters."""
    form = request.path_params["form"]
    if form not in FORMATS:
        raise HTTPException(404)
    try:
        return exported(request, Filters.read(request.query_params).query(), form)
    except SearchError as error:
        raise HTTPException(400) from error


def exported(request: Request, query: MatchQuery, form: str) -> Response:
    """The file in one of `FORMATS`. Raises SearchError before anything is sent."""
    search.parse(query.words)
    here, wanted = site(request), FORMATS[form]
    words = Words(language_of(request), here.policies)
    pieces = wanted.write(here.store.matches.each(query), lambda row: words.headline(row.match))
    name = f'attachment; filename="matches-{here.clock():%Y-%m-%d}.{wanted.ending}"'
    return StreamingResponse(pieces, media_type=wanted.media_type, headers={"content-disposition": name})


ROUTES = [Route(f"{HOME}/export/{{form}}", export)]
