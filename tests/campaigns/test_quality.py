"""The quality of the classifier stays above its floors, on our own sentences and on the shared corpora."""

from __future__ import annotations

import pytest

from tests.corpus.rows import CORPUS, own_sentences, shared_is_here
from tests.corpus.table import Measured, below_floors, floors, measure, show


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure()


def test_no_measure_lies_below_its_floor(measured: Measured) -> None:
    print(show(measured))
    assert below_floors(measured.values) == []


def test_every_floor_was_measured(measured: Measured) -> None:
    if not shared_is_here():
        pytest.skip(f"the shared corpora are not at {CORPUS}; set WATCHER_SHARED to measure on them too")
    assert set(floors()) <= set(measured.values)


def test_our_own_sentences_are_many_and_a_third_of_them_spanish() -> None:
    rows = own_sentences()
    assert len(rows) >= 300
    assert sum(row.language == "es" for row in rows) >= len(rows) / 3
