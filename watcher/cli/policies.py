"""watcher policies: what we look for, and whether every example in the vocabulary comes out right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.cli.opening import now, opened_store, settings
from watcher.cli.output import as_json, print_json, print_table
from watcher.errors import ConfigError
from watcher.models.policies import Policy
from watcher.stories import story_of
from watcher.vocabulary.wording import label, state_words

if TYPE_CHECKING:
    from watcher.classify import Classifier


@click.group(name="policies")
def command() -> None:
    """List and show the policies of the vocabulary; tell their stories; run their examples."""


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """All policies that are looked for."""
    policies = _classifier().vocabulary.policies
    if json_:
        print_json(list(policies.values()))
        return
    print_table(
        ("policy", "name", "where", "status"),
        [
            (policy.id, policy.shown("en"), policy.jurisdiction, label("status", policy.status))
            for policy in policies.values()
        ],
    )


@command.command()
@click.argument("policy")
@as_json
def show(policy: str, json_: bool) -> None:
    """One policy: what it is, and its dated events."""
    found = _known(policy)
    if json_:
        print_json(found)
        return
    click.echo(f"{found.name} ({found.id})\n{found.summary}\n")
    click.echo(f"status: {label('status', found.status)} (as of {found.status_as_of}; a hint, not legal advice)\n")
    print_table(
        ("date", "what", "how sure"),
        [(event.on, event.what, event.confidence) for event in found.events],
        empty="no dated events",
    )


@command.command()
@click.argument("policy")
@as_json
def story(policy: str, json_: bool) -> None:
    """What governments and courts did to a policy, told from what is stored, the oldest first."""
    known = _known(policy)
    with opened_store() as store:
        told = story_of(store, known, now().date())
    if json_:
        print_json(told)
        return
    print_table(
        ("date", "axis", "what", "on whose word", "sure", "in which words"),
        [
            (
                state.on,
                state.axis,
                state_words(state),
                ", ".join(state.reported_by) or label("standing", state.standing),
                f"{state.confidence:.0%}",
                state.quote,
            )
            for state in told.states
        ],
        empty="nothing is known of what was done to it",
    )
    for each in told.contradictions:
        click.echo(
            f"{label('conflict', each.conflict)}: {each.one.publisher.name} ({each.one.entry}),"
            f" {each.other.publisher.name} ({each.other.entry})"
        )


@command.command("test")
@as_json
def test(json_: bool) -> int:
    """Run every example in the vocabulary and look for conflicts between policies; exit code 1 when one fails."""
    from watcher.classify import lint, run_examples

    classifier = _classifier()
    results = run_examples(classifier)
    conflicts = lint(classifier.vocabulary)
    failed = [result for result in results if not result.passed]
    if json_:
        print_json({"examples": len(results), "failed": failed, "conflicts": conflicts})
    else:
        for result in failed:
            click.echo(f"{result.where}: {result.policy}: {result.problem}: {result.text!r}")
        for conflict in conflicts:
            click.echo(f"conflict: {conflict}")
        click.echo(f"{len(results)} examples, {len(failed)} failed, {len(conflicts)} conflicts")
    return 1 if failed or conflicts else 0


def _known(policy: str) -> Policy:
    policies = _classifier().vocabulary.policies
    if policy not in policies:
        raise ConfigError(f"{policy}: the vocabulary has no such policy; `watcher policies list` shows them")
    return policies[policy]


def _classifier() -> Classifier:
    from watcher.bootstrap import Knowledge

    return Knowledge(settings().vocabulary).classifier
