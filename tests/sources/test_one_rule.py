"""One rule as text, and the keys by which watcher says that it is alive."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from watcher.alerts.channels.console import ConsoleOptions
from watcher.errors import ConfigError
from watcher.models.catalog import Catalog, Criteria, Periodic, Recipient
from watcher.sources.catalog import dump_catalog, json_schema, read_catalog
from watcher.sources.catalog.onerule import read_criteria, read_rule

CATALOG = Catalog((), (), (), (Recipient("desk", "console"),), ())
POLICIES = ("mpp", "title-42")


def test_a_rule_may_leave_out_its_name_and_recipients() -> None:
    rule = read_rule("when: {policies: [mpp]}", CATALOG, POLICIES)
    assert (rule.id, rule.send, rule.when) == ("preview", ("desk",), Criteria(policies=("mpp",)))


def test_a_rule_may_be_copied_with_its_dash() -> None:
    assert read_rule("- id: a\n  send: [desk]\n", CATALOG, POLICIES).id == "a"


def test_a_few_lines_of_aliases_that_stand_for_billions_of_values_are_refused_at_once() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{this}: &{this} [{', '.join([f'*{before}'] * 10)}]" for before, this in pairwise("abcdefghijkl")]
    with pytest.raises(ConfigError, match=r"the rule:1:\d+: aliases \(\*name\) repeat more than 10,000 values"):
        read_rule("\n".join(lines), CATALOG, POLICIES)


def test_an_alias_may_repeat_what_a_rule_needs_twice() -> None:
    rule = read_rule("when: {policies: &both [mpp, title-42]}\nnot: {policies: *both}", CATALOG, POLICIES)
    assert rule.when.policies == ("mpp", "title-42")


def test_without_any_recipient_a_rule_can_still_be_tried() -> None:
    assert read_rule("when: {}", Catalog((), (), (), (), ()), POLICIES).send == ("nobody",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("when:\n  policies: [mppp]", "the rule:2:14: rules.preview.when.policies.0: there is no policy `mppp`"),
        ("- when:\n    polices: [mpp]", "the rule:2:5:"),
        ("send: [nobody]", "there is no recipient `nobody`"),
        ("just words", "write one rule"),
        ("a: [", "is not YAML"),
        ("x" * 20_001, "paste one rule only"),
    ],
)
def test_a_mistake_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_rule(text, CATALOG, POLICIES)
    assert said.replace("rules.preview.", "") in str(caught.value).replace("rules.preview.", "").replace("rules.0.", "")


def test_criteria_are_checked_like_those_of_a_rule() -> None:
    assert read_criteria({"words": ["asylum"], "min_score": "0.5"}, CATALOG, POLICIES).min_score == 0.5
    with pytest.raises(ConfigError, match="did you mean `mpp`"):
        read_criteria({"policies": ["mp"]}, CATALOG, POLICIES)


FILE = """\
publishers: []
sources: []
recipients: [{id: desk, channel: console}]
operators: [desk]
canary: {at: "0 7 * * *", timezone: America/New_York, to: [desk]}
receipt: {at: "0 8 * * mon"}
heartbeat: ${WATCHER_HEARTBEAT}
"""


def read(tmp_path: Path, text: str) -> Catalog:
    (tmp_path / "sources.yaml").write_text(text, "utf-8")
    return read_catalog(tmp_path / "sources.yaml", kinds={}, channels={"console": ConsoleOptions}, policies=POLICIES)


def test_canary_receipt_and_heartbeat_are_read_and_written_back(tmp_path: Path) -> None:
    catalog = read(tmp_path, FILE)
    assert catalog.canary == Periodic("0 7 * * *", "America/New_York", ("desk",))
    assert catalog.receipt == Periodic("0 8 * * mon")
    assert catalog.heartbeat == "${WATCHER_HEARTBEAT}"
    again = read(tmp_path, dump_catalog(catalog))
    assert (again.canary, again.receipt, again.heartbeat) == (catalog.canary, catalog.receipt, catalog.heartbeat)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"0 7 * * *"', '"0 7 * *"', "has 4 fields"),
        ("America/New_York", "Mars/Base", "Mars/Base"),
        ("to: [desk]", "to: [desc]", "did you mean `desk`"),
        ("${WATCHER_HEARTBEAT}", "ftp://example.org", "begins with http"),
        ('{at: "0 8 * * mon"}', "weekly", "write keys and values"),
        ('at: "0 8 * * mon"', "timezone: UTC", "`at` is missing"),
    ],
)
def test_mistakes_in_them_are_explained(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, FILE.replace(old, new))
    assert said in str(caught.value)


def test_editors_know_the_keys() -> None:
    properties = json_schema({}, {})["$defs"]["Catalog"]["properties"]
    assert {"canary", "receipt", "heartbeat"} <= properties.keys()
