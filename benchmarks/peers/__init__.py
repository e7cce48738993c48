"""The programs that do a part of the same work: one file each, all with the same small contract."""

from __future__ import annotations

from benchmarks.peers import bare, changedetection, newsboat, reader, rss2email, urlwatch, watcher, webchanges
from benchmarks.peers.contract import Peer

EVERYBODY: tuple[Peer, ...] = (
    watcher.PEER,
    bare.PEER,
    changedetection.PEER,
    urlwatch.PEER,
    webchanges.PEER,
    reader.PEER,
    rss2email.PEER,
    newsboat.PEER,
)
