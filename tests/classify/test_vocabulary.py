"""Loading, extending and checking the vocabulary."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.classify import Classifier, Vocabulary, lint, load_vocabulary, run_examples
from watcher.errors import ConfigError
from watcher.models.words import Action


def write(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder


def policies_in(vocabulary: Vocabulary, text: str) -> set[str]:
    return {match.policy for match in Classifier(vocabulary).classify(text=text).matches}


def test_all_policies_are_shipped_with_names_summary_and_family(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.policies) == 52
    assert all(policy.name and policy.summary and policy.shown("es") for policy in vocabulary.policies.values())
    assert vocabulary.policies["aca"].children == ("aca-el-salvador", "aca-guatemala", "aca-honduras")
    assert vocabulary.family("aca-honduras") >= {"aca", "safe-third-country"}


def test_events_are_dated_and_sourced(vocabulary: Vocabulary) -> None:
    events = [event for policy in vocabulary.policies.values() for event in policy.events]
    assert len(events) >= 205
    assert all(event.on[:2] in ("19", "20") for event in events)
    assert vocabulary.policies["mpp"].events[0].action is Action.ADOPT


def test_the_version_is_a_short_hash_that_changes_with_the_content(tmp_path: Path, vocabulary: Vocabulary) -> None:
    extended = load_vocabulary([write(tmp_path, "a.yaml", "extends: mpp\nmatch: {en: [Wait Over There plan]}\n")])
    assert len(vocabulary.version) == 12
    assert load_vocabulary().version == vocabulary.version != extended.version


def test_every_example_of_every_file_holds(classifier: Classifier) -> None:
    results = run_examples(classifier)
    assert len(results) >= 3 * 52
    assert [(result.text, result.problem) for result in results if not result.passed] == []


def test_every_policy_has_examples_of_both_kinds(vocabulary: Vocabulary) -> None:
    for policy in vocabulary.policies:
        own = [example for example in vocabulary.examples if example.policy == policy]
        assert any(example.absent for example in own), policy
        assert sum(not example.absent for example in own) >= 2, policy


def test_the_shipped_policies_do_not_fight_over_names(vocabulary: Vocabulary) -> None:
    assert lint(vocabulary) == []


def test_lint_names_two_policies_that_claim_one_name(tmp_path: Path) -> None:
    folder = write(tmp_path, "clash.yaml", "extends: tps\nmatch: {en: [Title 42 expulsions]}\n")
    assert any("title-42" in line and "tps" in line for line in lint(load_vocabulary([folder])))


def test_lint_finds_a_capitalised_name_that_equals_a_plain_one(tmp_path: Path) -> None:
    folder = write(tmp_path, "clash.yaml", "extends: mpp\nmatch: {en: [remain-in-mexico]}\n")
    assert any("needs its capitals" in line for line in lint(load_vocabulary([folder])))


def test_an_operator_adds_a_policy_with_one_file(tmp_path: Path) -> None:
    content = "id: daca\nname: DACA\nsummary: For people who came as children.\nmatch: {en: [Dreamers Act]}\n"
    vocabulary = load_vocabulary([write(tmp_path, "daca.yaml", content)])
    assert policies_in(vocabulary, "The Dreamers Act passed.") == {"daca"}


def test_an_operator_extends_a_policy_and_takes_a_name_away(tmp_path: Path) -> None:
    content = "extends: mpp\nwithout: [MPP program]\nmatch: {es: [plan de espera]}\n"
    vocabulary = load_vocabulary([write(tmp_path, "more.yaml", content)])
    assert policies_in(vocabulary, "El plan de espera sigue.") == {"mpp"}
    assert policies_in(vocabulary, "The MPP program of the choir was printed.") == set()


def test_an_operator_switches_a_policy_off(tmp_path: Path) -> None:
    vocabulary = load_vocabulary([write(tmp_path, "off.yaml", "leave_out: [title-42]\n")])
    assert "title-42" not in vocabulary.policies
    assert policies_in(vocabulary, "Title 42 expulsions of migrants ended.") == set()


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("id: x\nname: X\nsummary: S\ncolour: red\n", 4, "colour: unknown key"),
        ("id: mpp\nname: X\nsummary: S\n", None, "exists already; write `extends: mpp`"),
        ("id: x\nname: X\n", 1, "summary: is missing"),
        ("id: x\nname: X\nsummary: S\nparent: nobody\n", None, "there is no policy 'nobody'"),
        ("id: x\nname: X\nsummary: S\nmatch:\n  en: [ok]\n  klingon: [no]\n", 6, "match.klingon: unknown key"),
        ("id: x\nname: X\nsummary: S\nmatch:\n  en:\n    - ok\n    - 42\n", 7, "match.en.1: a name must be a text"),
        ("id: x\nname: X\nsummary: S\nmatch:\n  patterns: ['a <60>']\n", 5, "write `first <60> second`"),
        ("id: x\nname: X\nsummary: S\nmatch:\n  patterns: ['a <999> b']\n", 5, "at most 200 characters"),
        (
            "id: x\nname: X\nsummary: S\nmatch:\n  acronyms:\n    - {text: ABC, needs: ['@nowhere']}\n",
            6,
            "there is no group @nowhere",
        ),
        ("extends: mpp\nexamples:\n  - {text: MPP ends, action: explode}\n", 3, "'explode' is not one of propose"),
        ("extends: mpp\nexamples: [{action: adopt}]\n", 2, "must have `text`"),
        ("- a list\n", 1, "must be a mapping"),
        ("id: [unclosed\n", 2, "cannot be read as YAML"),
        ("name: nothing else\n", 1, "says neither `id`"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_remedy(tmp_path: Path, content: str, line: int | None, says: str) -> None:
    folder = write(tmp_path, "mine.yaml", content)
    with pytest.raises(ConfigError) as caught:
        load_vocabulary([folder])
    assert says in str(caught.value)
    assert f"mine.yaml:{line}:" in str(caught.value) if line else "mine.yaml" in str(caught.value)


def test_a_folder_that_is_not_there_is_an_error_with_advice(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        load_vocabulary([tmp_path / "missing"])
