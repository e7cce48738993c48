"""Changes of sources.yaml: the lines concerned, no other byte, and nothing at all when it would be wrong."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml

from watcher.errors import ConfigError
from watcher.models.catalog import Publisher, Source
from watcher.models.words import PublisherType
from watcher.sources.catalog import edit

_TEXT = """# what we watch
publishers:
  # governments
  - {id: dhs, name: "Homeland   Security", type: executive}   # aligned

sources:
  - id: dhs-news
    publisher: dhs   # who
    kind: listing
    url: https://dhs.gov/news
    enabled: false   # a first guess
    options: {entry: 'li.news'}
  - id: dhs-feed
    publisher: dhs
    kind: feed
    url: https://dhs.gov/feed     # the feed
    # a comment at the end of the source

# the desk
recipients:
  - {id: desk, channel: console}
"""
_NEW = Source("new", "dhs", "feed", "https://dhs.gov/rss", name="It's: new", options={"full_text": "never"})
_KIND = Publisher("kind", "Kids in Need of Defense", PublisherType.NGO)


def _lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went, and those that came."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_a_source_is_added_behind_the_others_and_before_what_follows() -> None:
    after = edit.edit(_TEXT, edit.add_source(_NEW))
    gone, come = _lines(_TEXT, after)
    assert gone == []
    assert come == [
        "  - id: new",
        "    url: https://dhs.gov/rss",
        "    name: 'It''s: new'",
        "    options: {full_text: never}",
    ]
    assert after.index("id: new") < after.index("# the desk")
    assert yaml.safe_load(after)["sources"][2]["name"] == "It's: new"


def test_a_publisher_is_added_on_one_line() -> None:
    after = edit.edit(_TEXT, edit.add_publisher(_KIND))
    assert _lines(_TEXT, after) == ([], ["  - {id: kind, name: Kids in Need of Defense, type: ngo}"])
    assert "# aligned\n  - {id: kind" in after


def test_a_source_is_switched_where_the_switch_stands() -> None:
    after = edit.edit(_TEXT, edit.set_enabled("dhs-news", True))
    assert _lines(_TEXT, after) == (
        ["    enabled: false   # a first guess"],
        ["    enabled: true   # a first guess"],
    )


def test_a_source_without_switch_gets_one() -> None:
    after = edit.edit(_TEXT, edit.set_enabled("dhs-feed", False))
    assert "    url: https://dhs.gov/feed     # the feed\n    enabled: false\n    # a comment" in after
    assert yaml.safe_load(after)["sources"][1]["enabled"] is False


def test_what_holds_already_changes_nothing() -> None:
    assert edit.edit(_TEXT, edit.set_enabled("dhs-feed", True)) == _TEXT
    assert edit.edit(_TEXT, edit.set_enabled("dhs-news", False)) == _TEXT


def test_an_address_is_changed_where_it_stands() -> None:
    after = edit.edit(_TEXT, edit.change_url("dhs-feed", "https://www.dhs.gov/new feed"))
    assert "    url: https://www.dhs.gov/new feed     # the feed\n" in after


def test_several_changes_are_one_edit() -> None:
    after = edit.edit(_TEXT, edit.add_publisher(_KIND), edit.add_source(_NEW), edit.set_enabled("new", False))
    data = yaml.safe_load(after)
    assert [each["id"] for each in data["publishers"]] == ["dhs", "kind"]
    assert data["sources"][2]["enabled"] is False


@pytest.mark.parametrize(
    "text",
    [
        "publishers: []\nsources: []\n",
        "publishers:\nsources:\n",
        "publishers:\nsources:   # none yet\nrules: []",
        "rules: []",
        "sources: [{id: a, url: x}]\n",
        "sources: [\n  {id: a, url: x},\n]\n",
        "sources:\n- id: a\n  url: x\n",
        "sources:\n- id: a\n  url: x\n  note: |\n    long\n    text\n\n# end\n",
        "sources:\r\n  - id: a\r\n    url: x\r\nrules: []\r\n",
        "\ufeffsources:\n  - {id: a, url: x}",
        "sources:\n  -   id: a\n      url: x\n",
    ],
)
def test_whatever_the_file_looks_like_the_source_is_added(text: str) -> None:
    after = edit.edit(text, edit.add_source(_NEW), edit.set_enabled("new", False))
    assert yaml.safe_load(after)["sources"][-1] == {
        "id": "new",
        "publisher": "dhs",
        "kind": "feed",
        "url": "https://dhs.gov/rss",
        "name": "It's: new",
        "options": {"full_text": "never"},
        "enabled": False,
    }
    assert ("\r\n" in text) == ("\r\n" in after)
    for line in text.splitlines():
        assert line.strip(" []{}") in after


def test_a_flow_member_gets_its_switch_within_its_braces() -> None:
    text = "sources:\n  - {id: a, url: x, }  # c\n"
    after = edit.edit(text, edit.set_enabled("a", False))
    assert yaml.safe_load(after)["sources"] == [{"id": "a", "url": "x", "enabled": False}]
    assert after.endswith("# c\n")


def test_a_source_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="gone: the file has no source"):
        edit.edit(_TEXT, edit.set_enabled("gone", False))


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("x: &x {id: a, url: y}\nsources:\n  - *x\n", edit.set_enabled("a", False)),
        ("{rules: []}\n", edit.add_source(_NEW)),
    ],
)
def test_what_cannot_be_edited_safely_is_left_to_people(text: str, change: edit.Change) -> None:
    with pytest.raises(ConfigError, match="by hand"):
        edit.edit(text, change)


def _file(folder: Path, text: str = _TEXT) -> Path:
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o640)
    return path


def test_a_file_is_replaced_with_its_mode_and_nothing_is_left_behind(tmp_path: Path) -> None:
    path = _file(tmp_path)
    checked: list[str] = []
    assert edit.rewrite(path, edit.add_source(_NEW), check=lambda new: checked.append(new.read_text("utf-8")))
    assert checked == [path.read_text("utf-8")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = _file(tmp_path)
    link = tmp_path / "link.yaml"
    link.symlink_to(real)
    edit.rewrite(link, edit.set_enabled("dhs-news", True), check=lambda new: None)
    assert link.is_symlink()
    assert "enabled: true" in real.read_text("utf-8")


def test_nothing_is_written_when_it_would_be_wrong(tmp_path: Path) -> None:
    path = _file(tmp_path)

    def refuse(new: Path) -> None:
        raise ConfigError(f"{new}:3:1: sources.new: is wrong")

    with pytest.raises(ConfigError, match=r"sources\.yaml:3:1") as caught:
        edit.rewrite(path, edit.add_source(_NEW), check=refuse)
    assert "nothing was written" in str(caught.value)
    assert path.read_text("utf-8") == _TEXT
    assert list(tmp_path.iterdir()) == [path]


def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path)
    path.chmod(0o444)
    with pytest.raises(ConfigError, match="read-only"):
        edit.rewrite(path, edit.add_source(_NEW), check=lambda new: None)
    assert path.read_text("utf-8") == _TEXT


def test_a_change_by_somebody_else_is_not_lost(tmp_path: Path) -> None:
    path = _file(tmp_path)
    with pytest.raises(ConfigError, match="somebody else"):
        edit.rewrite(path, edit.add_source(_NEW), check=lambda new: path.write_text("sources: []\n") and None)
    assert path.read_text("utf-8") == "sources: []\n"


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="watcher init"):
        edit.rewrite(tmp_path / "none.yaml", edit.add_source(_NEW), check=lambda new: None)


def test_the_shipped_file_can_be_edited_and_changed_back() -> None:
    text = (Path(__file__).parents[2] / "sources.yaml").read_text("utf-8")
    after = edit.edit(text, edit.add_source(_NEW))
    assert len(_lines(text, after)[1]) == 4
    assert _lines(text, after)[0] == []
