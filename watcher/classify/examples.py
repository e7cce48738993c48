"""The vocabulary tested by its own examples, and checked for policies that fight over a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from watcher.classify.classifier import Classifier
from watcher.classify.policyfile import Examples
from watcher.classify.vocabulary import Alias, Strength, Vocabulary
from watcher.models.matches import Classification, Match


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What became of one example; `problem` is empty when all is as the file says."""

    where: str
    policy: str
    text: str
    problem: str

    @property
    def passed(self) -> bool:
        return not self.problem


def run_examples(classifier: Classifier) -> list[ExampleResult]:
    """Classify every example of the vocabulary and compare with what its file says."""
    return [_run(classifier, example) for example in classifier.vocabulary.examples]


def _run(classifier: Classifier, example: Examples) -> ExampleResult:
    published = datetime.fromisoformat(example.date).replace(tzinfo=UTC) if example.date else None
    classification = classifier.classify(text=example.text, title=example.title, published_at=published)
    return ExampleResult(example.where, example.policy, example.text, _problem(example, classification))


def _problem(example: Examples, classification: Classification) -> str:
    main = next((match for match in classification.matches if match.policy == example.policy), None)
    if example.absent:
        return f"{example.policy} is reported, and should not be" if main else ""
    if main is None:
        return f"{example.policy} is not found"
    wrong = [f"{label} is {got}, should be {wanted}" for label, got, wanted in _labels(example, main) if got != wanted]
    return "; ".join(wrong)


def _labels(example: Examples, main: Match) -> Iterator[tuple[str, object, object]]:
    pairs = (
        ("action", main.action, example.action),
        ("modality", main.modality, example.modality),
        ("actor", main.actor_type, example.actor_type),
        ("target", main.target_action, example.target_action),
        ("polarity", main.target_polarity, example.target_polarity),
    )
    return ((label, got, wanted) for label, got, wanted in pairs if wanted is not None)


def lint(vocabulary: Vocabulary) -> list[str]:
    """Conflicts between the names of policies, one line each; empty when there is none."""
    by_name: dict[str, list[Alias]] = {}
    for alias in vocabulary.aliases:
        if alias.strength not in (Strength.PATTERN, Strength.DECOY):
            by_name.setdefault(alias.folded, []).append(alias)
    return [line for name, group in sorted(by_name.items()) for line in _conflicts(name, group, vocabulary)]


def _conflicts(name: str, group: list[Alias], vocabulary: Vocabulary) -> Iterator[str]:
    strong = sorted({alias.policy for alias in group if alias.strength >= Strength.HASHTAG})
    for first, second in pairwise(strong):
        if second not in vocabulary.family(first):
            yield f"{name!r} names both {first} and {second} without conditions; make it a context name in one of them"
    cased = [alias for alias in group if alias.strength is Strength.CASED]
    plain = [alias for alias in group if alias.strength is Strength.NAME]
    if cased and plain:
        yield f"{name!r} of {cased[0].policy} needs its capitals, but equals the plain name {plain[0].text!r}"
