"""watcher policies: the story of a policy, from a terminal."""

from __future__ import annotations

import json

from tests.cli.conftest import Desk
from tests.cli.test_matches import planted as planted
from watcher.errors import ConfigError


def test_the_story_of_a_policy_is_told_with_every_doubt(planted: Desk) -> None:
    said = planted.run("policies", "story", "mpp")
    assert said.exit_code == 0, said.output
    last = said.output.splitlines()[-1]
    assert "reported ended" in last
    assert "Kids in Need of Defense" in last
    story = json.loads(planted.run("policies", "story", "mpp", "--json").output)
    assert story["states"][-1]["step"] == "ended"
    assert story["states"][-1]["reported_by"] == ["Kids in Need of Defense"]
    assert story["states"][0]["standing"] == "background"


def test_a_policy_that_is_not_in_the_vocabulary_has_no_story(planted: Desk) -> None:
    refused = planted.run("policies", "story", "none").exception
    assert isinstance(refused, ConfigError)
    assert "no such policy" in str(refused)
