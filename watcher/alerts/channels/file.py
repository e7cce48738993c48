"""Alerts as lines of JSON appended to a file, for other programs on this machine."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from watcher.alerts.channels.base import Channel, Means, Sender
from watcher.alerts.retry import LOCAL
from watcher.errors import DeliveryError
from watcher.models.alerts import ClaimedDelivery, Sent
from watcher.models.catalog import Recipient


@dataclass(frozen=True, slots=True)
class FileOptions:
    """Where alerts are appended."""

    path: str
    """A file; a relative path starts where watcher was started. It is made when it is not there, its folder is not."""

    def __post_init__(self) -> None:
        if not self.path.strip():
            raise ValueError("path is empty; write the file to append to, like alerts.jsonl")


@dataclass(frozen=True, slots=True)
class FileSender:
    """Appends to the file that is the delivery's address."""

    deadline: timedelta = timedelta(seconds=30)

    async def send(self, claimed: ClaimedDelivery, recipient: Recipient) -> Sent:
        """One line: the delivery's `id` and the payload, on the disk when this returns."""
        delivery = claimed.delivery
        line = json.dumps({"id": delivery.id, **delivery.payload}, ensure_ascii=False) + "\n"
        try:
            await asyncio.to_thread(append, Path(delivery.address), line.encode("utf-8", "replace"))
        except OSError as error:
            advice = "make the folder, or give watcher the right to write there"
            raise DeliveryError(f"{delivery.address} cannot be written to ({error.strerror}); {advice}") from error
        return Sent("written")


def append(path: Path, line: bytes) -> None:
    """Add a line, through to the disk. A line that a crash cut short does not swallow the new one.

    The lock keeps lines whole that several threads or processes add at the same time.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not _ends_with_a_line(descriptor):
            line = b"\n" + line
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ends_with_a_line(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _addresses(recipient: Recipient) -> tuple[str, ...]:
    return (str(recipient.options["path"]),)


def _build(means: Means) -> Sender:
    return FileSender()


CHANNEL = Channel(name="file", options=FileOptions, addresses=_addresses, schedule=LOCAL, build=_build)
