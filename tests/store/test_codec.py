"""JSON of frozen dataclasses: what goes in comes out, clean, and a newer release's extra keys do not hurt."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.store.building import catalog, classified, match, source
from watcher.models.matches import Span
from watcher.store.codec import CATALOG, CLASSIFICATION, MATCH, SOURCE, dump_plain, load_plain


def test_values_come_back_equal() -> None:
    assert SOURCE.load(SOURCE.dump(source())) == source()
    assert CATALOG.load(CATALOG.dump(catalog(source()))) == catalog(source())
    assert CLASSIFICATION.load(CLASSIFICATION.dump(classified(match()))) == classified(match())


def test_what_cannot_be_stored_is_replaced_one_for_one() -> None:
    bad = replace(match(), evidence=Span("text", 0, 3, "a\0\ud800"))
    assert MATCH.load(MATCH.dump(bad)).evidence == Span("text", 0, 3, "a\ufffd\ufffd")
    assert load_plain(dump_plain({"a\0": ["\udfff", 1]})) == {"a\ufffd": ["\ufffd", 1]}


def test_keys_of_a_newer_release_are_passed_over() -> None:
    newer = json.dumps(json.loads(SOURCE.dump(source())) | {"mood": "calm"})
    assert SOURCE.load(newer) == source()
