"""The quality table: every measure by name, compared with floors.json."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.corpus import events, quality, stories
from tests.corpus.quality import Outcome
from tests.corpus.rows import (
    HERE,
    action_examples,
    blind_sentences,
    dev,
    hard_cases,
    own_sentences,
    rounds,
    seeds,
    shared_is_here,
)
from watcher.classify import Classifier, load_vocabulary

CEILINGS = ("wrong_policies", "alerts_per_event", "missed_novelty", "merged_policies", "false_ends")
"""Measures whose floor is a ceiling."""


@dataclass(slots=True)
class Measured:
    """All measures by name, and the texts behind them."""

    values: dict[str, float] = field(default_factory=dict)
    confusions: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def measure() -> Measured:
    """Measure on our own sentences, and on the shared corpora where they are."""
    classifier = Classifier(load_vocabulary())
    found = Measured()
    _sentences("own", quality.classify(classifier, own_sentences()), classifier, found)
    _sentences("blind", quality.classify(classifier, blind_sentences()), classifier, found)
    _sentences("rounds", quality.classify(classifier, rounds()), classifier, found)
    for half in ("dev", "held"):
        values, errors = events.measure(half, classifier)
        found.values |= values
        found.errors.extend(f"events: {error}" for error in errors)
    for name in stories.CORPORA:
        values, errors = stories.measure(name, classifier)
        found.values |= values
        found.errors.extend(f"{name}: {error}" for error in errors)
    if shared_is_here():
        _shared(classifier, found)
    return found


def _shared(classifier: Classifier, found: Measured) -> None:
    hard = quality.classify(classifier, hard_cases())
    actions = quality.classify(classifier, action_examples())
    documents = quality.classify(classifier, dev())
    _sentences("hard_cases", hard, classifier, found)
    _sentences("action_examples", actions, classifier, found)
    _documents(documents, classifier, found)
    everything = [*documents, *actions, *hard]
    acts, errors = quality.government_acts(everything, classifier)
    found.values["government_acts.precision"] = acts.precision
    found.values["government_acts.recall"] = acts.recall
    found.errors.extend(errors)
    found.values["all.action.macro_f1"] = quality.macro_f1(quality.label_pairs(everything, "action"))
    _seeds(classifier, found)
    for name in ("action", "modality", "actor"):
        found.confusions[name] = quality.confusion(quality.label_pairs(everything, name))
    found.confusions["announcement kind"] = quality.confusion(quality.kind_pairs(everything))


def _sentences(name: str, outcomes: Sequence[Outcome], classifier: Classifier, found: Measured) -> None:
    exact = [quality.exact_in_policies(outcome, classifier) for outcome in outcomes]
    in_all = [quality.exact_in_all(outcome, classifier) for outcome in outcomes]
    found.values[f"{name}.rows"] = len(outcomes)
    found.values[f"{name}.exact_policies"] = sum(exact)
    found.values[f"{name}.exact_all"] = sum(in_all)
    found.values[f"{name}.kind"] = quality.accuracy(quality.kind_pairs(outcomes))
    for outcome in outcomes:
        wrong = sorted(quality.wrong_policies(outcome, classifier))
        problems = [*(f"reports {policy}" for policy in wrong), *quality.label_errors(outcome)]
        if problems:
            found.errors.append(f"{outcome.row.id}: {'; '.join(problems)} | {outcome.row.text[:120]!r}")


def _documents(documents: Sequence[Outcome], classifier: Classifier, found: Measured) -> None:
    pairs = quality.pair_counts(documents, classifier)
    found.values |= {"dev.precision": pairs.precision, "dev.recall": pairs.recall, "dev.f1": pairs.f1}
    for language, outcomes in quality.by_language(documents).items():
        found.values[f"dev.f1.{language}"] = quality.pair_counts(outcomes, classifier).f1
    low, high = bootstrap(documents, classifier)
    found.values |= {"dev.f1.low": low, "dev.f1.high": high}
    for name in ("action", "modality", "actor"):
        found.values[f"dev.{name}"] = quality.accuracy(quality.label_pairs(documents, name))
    found.values["dev.kind"] = quality.accuracy(quality.kind_pairs(documents))
    for outcome in documents:
        wrong = sorted(quality.wrong_policies(outcome, classifier))
        found.errors.extend(f"{outcome.row.id}: reports {policy}" for policy in wrong)
        found.errors.extend(
            f"{outcome.row.id}: {error}{_quote(outcome, error)}" for error in quality.label_errors(outcome)
        )


def _quote(outcome: Outcome, error: str) -> str:
    match = outcome.main(error.split(":")[0])
    return f" | {match.evidence.text[:120]!r}" if match else ""


def _seeds(classifier: Classifier, found: Measured) -> None:
    counts = quality.seed_counts(quality.classify(classifier, seeds()), classifier)
    found.values["seeds.required_mentions"] = counts.spans_found
    found.values["seeds.wrong_policies"] = len(counts.wrong)
    found.values["seeds.labels"] = counts.labels - len(counts.missing_labels)
    found.errors.extend(f"seed {problem}" for problem in (*counts.wrong, *counts.missing_labels))


def bootstrap(documents: Sequence[Outcome], classifier: Classifier, times: int = 200) -> tuple[float, float]:
    """The 95 % interval of F1 over resampled documents (a fixed seed: the same numbers every time)."""
    chance = random.Random(20261124)
    scores = sorted(
        quality.pair_counts(chance.choices(documents, k=len(documents)), classifier).f1 for _ in range(times)
    )
    return scores[int(0.025 * times)], scores[int(0.975 * times) - 1]


def floors() -> dict[str, float]:
    loaded = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))
    return {name: float(value) for name, value in loaded.items()}


def below_floors(values: Mapping[str, float]) -> list[str]:
    """What is measured and lies below its floor (for what should be low: above it)."""
    mistakes = []
    for name, floor in floors().items():
        value = values.get(name)
        if value is None:
            continue
        worse = value > floor if name.endswith(CEILINGS) else value < floor - 1e-9
        if worse:
            mistakes.append(f"{name}: {value:.3f}, the floor is {floor:.3f}")
    return mistakes


def show(measured: Measured, errors: int = 40) -> str:
    """The table with floors, the confusion matrices, and the first errors."""
    floor = floors()
    lines = [f"{'measure':34} {'now':>9} {'floor':>9}"]
    for name, value in sorted(measured.values.items()):
        lines.append(f"{name:34} {value:9.3f} {floor.get(name, float('nan')):9.3f}")
    for name, table in measured.confusions.items():
        lines.append(f"\n{name}: expected, then what was said\n{table}")
    lines.append(f"\nerrors ({len(measured.errors)}, the first {errors}):")
    lines.extend(f"  {error}" for error in measured.errors[:errors])
    return "\n".join(lines)
