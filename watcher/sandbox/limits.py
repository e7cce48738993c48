"""How much one parsing child may use: the numbers, all in one place."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child and a job may use; times in seconds, sizes in bytes.

    Measured: with 640 MiB and 10 s of computing every known parser bomb ends with an error, and 50,000 honest entries
    (18 MB) still pass; two children at this limit and the daemon stay below 1.2 GiB in the fault campaign.
    """

    memory: int = 640 * MIB
    """Address space of a child (RLIMIT_AS)."""
    cpu: int = 10
    """Computing time of one job."""
    wall: float = 30.0
    """Real time of one job, from handing it to a free child to the complete answer: three times its computing time,
    because a feed of 50,000 entries computes for six seconds, and on two busy cores that takes longer than fifteen."""
    light: int = 512 * 1024
    """Bytes up to which a job is a light one: heavy ones never have all children."""
    slow: float = 2.0
    """Real time after which the next job for the same host is a heavy one, however small."""
    start: float = 30.0
    """Real time that a child may take to come up."""
    files: int = 16
    """Open descriptors of a child; importing modules needs three or four."""
    answer: int = 32 * MIB
    """Size of an answer: its validation holds up the event loop (about 10 ms for each MiB)."""
    jobs: int = 50
    """Jobs after which a child is replaced by a new one."""
    resident: int = 128 * MIB
    """Resident memory after a job above which a child is replaced."""
    idle: float = 300.0
    """Time without a job after which a child is ended, for the memory it holds."""
