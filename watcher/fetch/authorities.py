"""Who may vouch for a server: the public authorities, those of the operator, and those of one source's CA file."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi

from watcher.errors import ProblemClass
from watcher.fetch.problems import plain, trouble

_FIX = "Put a readable PEM file with certificates there, or take `ca_file` out of the source in sources.yaml."


class Authorities:
    """TLS contexts by CA file. Each (60 ms of CPU) is made when it is first needed, then shared; none is without
    verification. `for_all` is a file whose authorities vouch for every host."""

    def __init__(self, for_all: Path | None = None) -> None:
        self._for_all = for_all
        self._contexts: dict[tuple[str, int] | None, ssl.SSLContext] = {}

    def context(self, ca_file: str | None = None) -> ssl.SSLContext:
        """The context for a host for which the authorities in this file vouch too. Raises FetchError (tls)."""
        try:
            key = (ca_file, Path(ca_file).stat().st_mtime_ns) if ca_file else None
            if key not in self._contexts:
                self._contexts[key] = self._made(ca_file)
            return self._contexts[key]
        except OSError as error:
            reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
            message = f"the CA file {plain(str(ca_file))} cannot be used ({plain(reason or str(error))})"
            raise trouble(ProblemClass.TLS, message, advice=_FIX) from error

    def _made(self, ca_file: str | None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=certifi.where())
        if self._for_all is not None:
            context.load_verify_locations(self._for_all)
        if ca_file is not None:
            context.load_verify_locations(ca_file)
            # The file may hold the one certificate that a server forgets to send, or the server's own.
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.set_alpn_protocols(["http/1.1"])
        return context
