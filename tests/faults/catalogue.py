"""All eighty faults by code, and where each of their variants lives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.faults import bombs, navigation, odd, overtime, refusals, sizes, tls, transport
from tests.faults.behaviour import Fault, Variant

_FOUND = [
    fault for module in (transport, sizes, bombs, odd, navigation, tls, overtime, refusals) for fault in module.FAULTS
] + [overtime.INDEX_LOOP]
FAULTS: Mapping[str, Fault] = {fault.code: fault for fault in sorted(_FOUND, key=lambda fault: int(fault.code[1:]))}


@dataclass(frozen=True)
class Home:
    """One variant with its address: each lives on a host of its own, as sources do."""

    fault: Fault
    seed: int
    variant: Variant
    host: str

    @property
    def id(self) -> str:
        return f"{self.fault.code.lower()}-{self.seed}"

    @property
    def path(self) -> str:
        return f"/{self.fault.code}/{self.seed}"


def homes() -> Iterator[Home]:
    """Every variant of every fault."""
    number = 0
    for fault in FAULTS.values():
        for seed, variant in enumerate(fault.variants):
            yield Home(fault, seed, variant, f"127.1.{number // 200}.{number % 200 + 2}")
            number += 1
