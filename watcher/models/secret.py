"""A value that must not be seen: it prints as dots wherever it ends up, and is read in one way only, on purpose."""

from __future__ import annotations

from typing import Final, NoReturn

MASK: Final = "••••"


class Secret:
    """A password or a signing key. `str`, `repr` and formatting show dots; it cannot be pickled or made into JSON."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, to be handed to the server it belongs to and to nothing else."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not copied into files or to other processes")
