"""A secret shows itself only to whoever asks for it by name."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass

import pytest

from watcher.models.secret import Secret


@dataclass(frozen=True)
class Holder:
    key: Secret


def test_a_secret_is_dots_wherever_it_is_printed() -> None:
    secret = Secret("hunter2")
    for shown in (str(secret), repr(secret), f"{secret}", f"{secret!r:>20}", repr(Holder(secret))):
        assert "hunter2" not in shown
        assert "••••" in shown


def test_a_secret_is_read_on_purpose() -> None:
    assert Secret("hunter2").reveal() == "hunter2"


def test_a_secret_is_not_written_into_files() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))
    with pytest.raises(TypeError):
        json.dumps({"key": Secret("hunter2")})


def test_equal_secrets_are_equal_and_unlike_their_text() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"
