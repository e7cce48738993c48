"""rss2email: a mail for every new entry, into a maildir here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.contract import Peer, Place

_HEAD = """\
[DEFAULT]
from = bench@example.org
to = desk@example.org
email-protocol = maildir
maildir-path = {maildir}
maildir-mailbox = INBOX
"""


def configure(place: Place, addresses: Sequence[str]) -> None:
    """A section for each feed."""
    feeds = (f"[feed.s{number}]\nurl = {address}\n" for number, address in enumerate(addresses))
    Path(place.file("config")).write_text(_HEAD.format(maildir=place.file("mail")) + "".join(feeds))
    for part in ("cur", "new", "tmp"):
        (place.folder / "mail" / "INBOX" / part).mkdir(parents=True)


def command(place: Place) -> Sequence[str]:
    """All feeds, one after the other."""
    return [place.command("r2e"), "-c", place.file("config"), "-d", place.file("data.json"), "run"]


PEER = Peer("rss2email 3.14", configure, command, command, "rss2email==3.14")
