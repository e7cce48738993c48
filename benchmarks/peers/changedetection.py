"""changedetection.io in its batch mode: it works its queue off and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers.contract import Peer, Place


def configure(place: Place, addresses: Sequence[str]) -> None:
    """It is told its addresses with the first round."""
    Path(place.file("addresses")).write_text("\n".join(addresses))


def first(place: Place) -> Sequence[str]:
    """Takes in the addresses and checks them."""
    addresses = Path(place.file("addresses")).read_text().split()
    return [*_program(place), *(part for address in addresses for part in ("-u", address))]


def again(place: Place) -> Sequence[str]:
    """All watches."""
    return [*_program(place), "-r", "all"]


def _program(place: Place) -> Sequence[str]:
    return [place.command("changedetection.io"), "-d", place.file("store"), "-C", "-b", "-p", "5999"]


def variables(place: Place) -> Mapping[str, str]:
    """Lets it dial this machine; no question about newer releases, no usage report."""
    return {
        "ALLOW_IANA_RESTRICTED_ADDRESSES": "true",
        "DISABLE_VERSION_CHECK": "true",
        "FETCH_WORKERS": "10",
        "LOGGER_LEVEL": "ERROR",
    }


PEER = Peer(
    "changedetection.io 0.60",
    configure,
    first,
    again,
    "changedetection.io==0.60.10",
    variables=variables,
    note="compares text, reads no entries",
)
