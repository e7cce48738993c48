"""The API in the site: built when the first request for it comes, so that a daemon without one stays light."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute
from starlette.types import Message, Receive, Scope, Send

if TYPE_CHECKING:
    from watcher.web.api.app import Api

log = logging.getLogger(__name__)


class Later:
    """Stands where the API is mounted."""

    @cached_property
    def _api(self) -> Api:
        from watcher.web.api.app import make_api

        return make_api()

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The addresses below, for those who look at every address there is."""
        return self._api.addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # the site that the pages are made from as well; what is mounted has a state of its own
        self._api.state.site = scope["app"].state.site
        ended = False

        async def watched(message: Message) -> None:
            nonlocal ended
            ended = ended or (message["type"] == "http.response.body" and not message.get("more_body", False))
            await send(message)

        try:
            await self._api(scope, receive, watched)
        except Exception:
            if not ended:
                raise
            log.exception("api.failed", extra={"method": scope["method"], "path": repr(scope["path"][:200])})
