"""The measures: what is right, wrong and missing, counted the way the README of the corpora says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.corpus.rows import Label, Row
from watcher.classify import Classifier
from watcher.models.matches import Classification, Match

GROUPS = [
    "propose",
    "adopt",
    "implement",
    "extend",
    "expand",
    "amend",
    "suspend",
    "terminate",
    "reinstate",
    "block",
    "allow",
    "challenge",
]
AUTHORITIES = ("executive", "legislature", "court")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row with what the classifier said of it."""

    row: Row
    said: Classification

    def main(self, policy: str) -> Match | None:
        return next((match for match in self.said.matches if match.policy == policy), None)

    def of(self, policy: str) -> list[Match]:
        return [match for match in self.said.matches if match.policy == policy]


@dataclass(slots=True)
class Counts:
    """Right, wrongly reported, missing."""

    right: int = 0
    wrong: int = 0
    missing: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def classify(classifier: Classifier, rows: Iterable[Row]) -> list[Outcome]:
    return [
        Outcome(
            row,
            classifier.classify(
                text=row.text, title=row.title, publisher_type=row.publisher_type, published_at=row.published_at
            ),
        )
        for row in rows
    ]


def wrong_policies(outcome: Outcome, classifier: Classifier) -> set[str]:
    """Policies that are reported and neither labelled nor relatives of a labelled one."""
    labelled = {label.policy for label in outcome.row.labels}
    relatives = {relative for policy in labelled for relative in classifier.vocabulary.family(policy)}
    reported = {match.policy for match in outcome.said.matches}
    return (reported - labelled - relatives) | (reported & outcome.row.forbidden)


def missing_policies(outcome: Outcome) -> set[str]:
    reported = {match.policy for match in outcome.said.matches}
    return {label.policy for label in outcome.row.labels if label.required} - reported


def pair_counts(outcomes: Iterable[Outcome], classifier: Classifier) -> Counts:
    """(document, policy) pairs."""
    counts = Counts()
    for outcome in outcomes:
        missing = missing_policies(outcome)
        required = {label.policy for label in outcome.row.labels if label.required}
        counts.right += len(required) - len(missing)
        counts.missing += len(missing)
        counts.wrong += len(wrong_policies(outcome, classifier))
    return counts


def exact_in_policies(outcome: Outcome, classifier: Classifier) -> bool:
    return not missing_policies(outcome) and not wrong_policies(outcome, classifier)


def label_errors(outcome: Outcome) -> list[str]:
    """Labels of the main matches that differ from what is expected."""
    return [error for label in outcome.row.labels if label.required for error in _differences(outcome, label)]


def _differences(outcome: Outcome, label: Label) -> list[str]:
    match = outcome.main(label.policy)
    if match is None:
        return [f"{label.policy}: not reported"]
    pairs: list[tuple[str, object, str | None]] = [
        ("action", match.action, label.action),
        ("modality", match.modality, label.modality),
        ("actor", match.actor_type, label.actor),
        ("target", match.target_action, label.target_action),
        ("polarity", match.target_polarity, label.target_polarity),
    ]
    wrong = [(name, got, wanted) for name, got, wanted in pairs if wanted is not None and got != wanted]
    return [f"{label.policy}: {name} {got}, expected {wanted}" for name, got, wanted in wrong]


def exact_in_all(outcome: Outcome, classifier: Classifier) -> bool:
    """Policies exact, and action, modality and actor of every main match as labelled (targets are counted apart)."""
    errors = [error for error in label_errors(outcome) if ": target" not in error and ": polarity" not in error]
    return exact_in_policies(outcome, classifier) and not errors


def label_pairs(outcomes: Iterable[Outcome], name: str) -> list[tuple[str, str]]:
    """(expected, got) of one label over the required rows that are reported."""
    pairs = []
    for outcome in outcomes:
        for label in outcome.row.labels:
            expected = getattr(label, name)
            match = outcome.main(label.policy)
            if label.required and expected is not None and match is not None:
                got = match.actor_type if name == "actor" else getattr(match, name)
                pairs.append((expected, str(got) if got is not None else "-"))
    return pairs


def accuracy(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(expected == got for expected, got in pairs) / len(pairs) if pairs else 1.0


def macro_f1(pairs: Sequence[tuple[str, str]], least: int = 5) -> float:
    """The mean F1 over labels with at least so many expected rows."""
    support = Counter(expected for expected, _ in pairs)
    scores = [_f1(pairs, label) for label, count in support.items() if count >= least]
    return sum(scores) / len(scores) if scores else 1.0


def _f1(pairs: Sequence[tuple[str, str]], label: str) -> float:
    right = sum(expected == got == label for expected, got in pairs)
    expected = sum(pair[0] == label for pair in pairs)
    got = sum(pair[1] == label for pair in pairs)
    return 2 * right / (expected + got) if expected + got else 0.0


def kind_pairs(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    return [
        (outcome.row.kind, str(outcome.said.announcement_kind))
        for outcome in outcomes
        if outcome.row.kind is not None and outcome.said.matches
    ]


def rings(match: Match | None) -> bool:
    """Whether a main match is a government act: the thing that rings at night."""
    return (
        match is not None
        and match.action in GROUPS
        and match.modality in ("actual", "planned")
        and match.actor_type in AUTHORITIES
    )


def _should_ring(label: Label) -> bool:
    return (
        label.action in GROUPS
        and label.modality in ("actual", "planned")
        and (label.actor in AUTHORITIES or label.actor is None)
    )


def government_acts(outcomes: Iterable[Outcome], classifier: Classifier) -> tuple[Counts, list[str]]:
    """Precision and recall of government acts, with the errors in words. Optional labels count as neither."""
    counts, errors = Counts(), []
    for outcome in outcomes:
        labels = {label.policy: label for label in outcome.row.labels}
        for policy in dict.fromkeys(match.policy for match in outcome.said.matches):
            label = labels.get(policy)
            ringing = rings(outcome.main(policy))
            if label is None:
                if ringing and policy in wrong_policies(outcome, classifier):
                    counts.wrong += 1
                    errors.append(f"{outcome.row.id} {policy}: rings, and is not spoken of")
                continue
            if not label.required or label.action is None:
                continue
            if ringing and _should_ring(label):
                counts.right += 1
            elif ringing:
                counts.wrong += 1
                errors.append(f"{outcome.row.id} {policy}: rings, is {label.action} {label.modality} {label.actor}")
            elif _should_ring(label):
                counts.missing += 1
                main = outcome.main(policy)
                said = f"{main.action} {main.modality} {main.actor_type}" if main else "nothing"
                errors.append(f"{outcome.row.id} {policy}: silent ({said}), is {label.action} {label.modality}")
        for policy in missing_policies(outcome):
            if _should_ring(labels[policy]):
                counts.missing += 1
                errors.append(f"{outcome.row.id} {policy}: not found, is {labels[policy].action}")
    return counts, errors


@dataclass(slots=True)
class SeedCounts:
    """The five seeds: spans that must be found, wrong policies, labels as a set."""

    spans: int = 0
    spans_found: int = 0
    wrong: list[str] = field(default_factory=list)
    labels: int = 0
    missing_labels: list[str] = field(default_factory=list)


def seed_counts(outcomes: Iterable[Outcome], classifier: Classifier) -> SeedCounts:
    counts = SeedCounts()
    for outcome in outcomes:
        counts.spans += len(outcome.row.spans)
        counts.spans_found += sum(_is_found(outcome, *span) for span in outcome.row.spans)
        counts.wrong.extend(f"{outcome.row.id}: {policy}" for policy in wrong_policies(outcome, classifier))
        for label in outcome.row.labels:
            if label.required:
                counts.labels += 1
                if not any(_is_as(match, label) for match in outcome.of(label.policy)):
                    counts.missing_labels.append(f"{outcome.row.id}: {label}")
    return counts


def _is_found(outcome: Outcome, policy: str, start: int, end: int) -> bool:
    return any(
        mention.field == "text" and mention.start < end and mention.end > start
        for match in outcome.of(policy)
        for mention in match.mentions
    )


def _is_as(match: Match, label: Label) -> bool:
    same = (match.action, match.modality, match.actor_type) == (label.action, label.modality, label.actor)
    return same and (label.target_action is None or match.target_action == label.target_action)


def confusion(pairs: Sequence[tuple[str, str]]) -> str:
    """A table of expected (rows) against got, only what occurs."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for expected, got in pairs:
        table[expected][got] += 1
    lines = []
    for expected in sorted(table):
        row = ", ".join(f"{got} {count}" for got, count in table[expected].most_common())
        lines.append(f"  {expected:24} {row}")
    return "\n".join(lines)


def by_language(outcomes: Iterable[Outcome]) -> Mapping[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.row.language].append(outcome)
    return groups
