"""What a process and its children hold in memory, and whom they are connected to, looked at four times a second."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

import psutil

EVERY = 0.25
MIB = 2**20


@dataclass
class Memory:
    """Peaks in MiB of resident memory, and connections to addresses outside the network."""

    daemon: float = 0.0
    everything: float = 0.0
    strangers: set[str] = field(default_factory=set)


@contextmanager
def watched(pid: int, network: str) -> Iterator[Memory]:
    """Look at a process while the block runs."""
    memory, over = Memory(), threading.Event()
    thread = threading.Thread(target=_watch, args=(psutil.Process(pid), network, memory, over))
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()


def _watch(process: psutil.Process, network: str, memory: Memory, over: threading.Event) -> None:
    allowed = ip_network(network)
    while not over.wait(EVERY):
        try:
            sizes = [each.memory_info().rss / MIB for each in (process, *process.children(recursive=True))]
            memory.daemon = max(memory.daemon, sizes[0])
            memory.everything = max(memory.everything, sum(sizes))
            memory.strangers |= {
                f"{connection.raddr.ip}:{connection.raddr.port}"
                for connection in process.net_connections("inet")
                if connection.raddr and ip_address(connection.raddr.ip) not in allowed
            }
        except psutil.Error:
            continue
