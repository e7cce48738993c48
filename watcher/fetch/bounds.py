"""How much of anything one exchange may take: time, bytes, redirects, connections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

KIB = 1024
MIB = 1024 * 1024
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of every exchange of a Fetcher; the defaults are for the open internet.

    Government hosts are slow, so the total is 60 s; feeds above 10 MiB on the wire were not seen. A client of the
    usual kind has neither a total deadline nor a cap on what 1 KiB of brotli becomes (512 MiB were measured).
    """

    deadline: timedelta = timedelta(seconds=60)
    """For the whole exchange with all redirects; waiting for a turn at a host does not count."""
    connect: timedelta = timedelta(seconds=10)
    """Until the connection stands, TLS included."""
    resolve: timedelta = timedelta(seconds=10)
    """Until the host name is resolved."""
    head: int = 128 * KIB
    """Bytes on the wire until the answer's headers are complete, interim answers (1xx) included."""
    raw: int = 10 * MIB
    """Bytes of a body on the wire."""
    decoded: int = 20 * MIB
    """Bytes of a body after decoding."""
    large: int = 512 * KIB
    """Decoded bytes from which a body is a large one."""
    large_at_once: int = 6
    """Large bodies that are read at one time; the others wait, within their deadline."""
    pieces: int = 100_000
    """Pieces in which a body may come: a flood of one-byte chunks costs some 50 us of CPU each."""
    answer: int = 64 * KIB
    """Bytes of a webhook receiver's answer that are read."""
    refusal: int = 64 * KIB
    """Decoded bytes of a refusal (403, a challenge) that are kept to show what was said."""
    refusal_deadline: timedelta = timedelta(seconds=5)
    """For those bytes; what has come by then is kept."""
    redirects: int = 5
    robots: int = 500 * KIB
    """Decoded bytes of a robots.txt that count; what follows is passed over (RFC 9309 section 2.5: not fewer)."""
    robots_deadline: timedelta = timedelta(seconds=15)
    """For a robots.txt with its redirects; it is part of `deadline`."""
    at_once: int = 128
    """Exchanges under way at one time, over all hosts: more than the hostile servers that let us hang for a minute."""
    idle: int = 32
    """Connections kept open for the next request, over all hosts; the longest unused one is closed first."""
    idle_for: timedelta = timedelta(seconds=15)
