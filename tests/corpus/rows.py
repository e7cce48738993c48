"""Labelled texts in one shape: our own sentences, and the shared corpora where `WATCHER_SHARED` points."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watcher.models.words import PublisherType

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("WATCHER_SHARED", HERE.parent.parent.parent / "shared"))
CORPUS = SHARED / "corpus"


@dataclass(frozen=True, slots=True)
class Label:
    """What should be said of one policy; None = not labelled."""

    policy: str
    required: bool = True
    action: str | None = None
    modality: str | None = None
    actor: str | None = None
    target_action: str | None = None
    target_polarity: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text. `main_only`: labels are compared with the main match of each policy."""

    id: str
    corpus: str
    language: str
    text: str
    title: str = ""
    published_at: datetime | None = None
    publisher_type: PublisherType | None = None
    labels: tuple[Label, ...] = ()
    forbidden: frozenset[str] = frozenset()
    kind: str | None = None
    spans: tuple[tuple[str, int, int], ...] = field(default=())
    kind_is_labelled: bool = True


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def shared_is_here() -> bool:
    return (CORPUS / "dev.jsonl").exists()


def _sentence_row(raw: Mapping[str, Any], number: int, corpus: str, key: str) -> Row:
    policies = list(dict.fromkeys(mention["policy_id"] for mention in raw[key]))
    actor = raw.get("actor")
    labels = tuple(
        Label(
            policy,
            True,
            raw.get("action"),
            raw.get("modality"),
            actor,
            raw.get("target_action"),
            raw.get("target_polarity", "promote" if raw.get("action") == "call_for" else None),
        )
        for policy in policies
    )
    return Row(
        id=str(raw.get("id", f"{corpus}-{number}")),
        corpus=corpus,
        language=raw["lang"],
        text=raw["text"],
        labels=labels,
        forbidden=frozenset(raw.get("forbidden", ())),
        kind=raw.get("announcement_kind"),
    )


def hard_cases() -> list[Row]:
    return [
        _sentence_row(raw, number, "hard_cases", "expected")
        for number, raw in enumerate(read_lines(CORPUS / "hard_cases.jsonl"))
    ]


def action_examples() -> list[Row]:
    return [
        _sentence_row(raw, number, "action_examples", "mentions")
        for number, raw in enumerate(read_lines(CORPUS / "action_examples.jsonl"))
    ]


def dev() -> list[Row]:
    return [_document_row(raw) for raw in read_lines(CORPUS / "dev.jsonl")]


def _document_row(raw: Mapping[str, Any]) -> Row:
    labels = tuple(
        Label(
            label["policy"],
            label["need"] == "required",
            label["action"],
            label["modality"],
            label["actor_type"],
            label["target_action"],
            label["target_polarity"],
        )
        for label in raw["policies"]
    )
    published = datetime.fromisoformat(raw["date"]).replace(tzinfo=UTC) if raw.get("date") else None
    return Row(
        raw["id"], "dev", raw["lang"], raw["text"], raw["title"], published, None, labels, frozenset(), raw["kind"]
    )


def own_sentences() -> list[Row]:
    """Our own labelled sentences (sentences.jsonl)."""
    return _own_rows("own", "sentences.jsonl")


def blind_sentences() -> list[Row]:
    """Labelled before the classifier had read them (blind.jsonl); 61 % were right at the first reading."""
    return _own_rows("blind", "blind.jsonl")


def rounds() -> list[Row]:
    """Longer ones in six rounds, each labelled before the classifier had read it, and mended for after it.

    Right in every label at the first reading: 31 of 61, 21 of 50, 8 of 30, 9 of 20, 11 of 25, 16 of 25.
    """
    return _own_rows("rounds", "rounds.jsonl")


def _own_rows(corpus: str, file: str) -> list[Row]:
    return [_own_row(raw, corpus, number) for number, raw in enumerate(read_lines(HERE / file), start=1)]


def _own_row(raw: Mapping[str, Any], corpus: str, number: int) -> Row:
    labels = tuple(
        Label(
            label["policy"],
            True,
            label.get("action"),
            label.get("modality"),
            label.get("actor"),
            label.get("target"),
            label.get("polarity"),
        )
        for label in raw.get("labels", ())
    )
    published = datetime.fromisoformat(raw["date"]).replace(tzinfo=UTC) if raw.get("date") else None
    publisher = PublisherType(raw["publisher"]) if raw.get("publisher") else None
    return Row(
        id=f"{corpus}-{number}",
        corpus=corpus,
        language=raw["lang"],
        text=raw["text"],
        title=raw.get("title", ""),
        published_at=published,
        publisher_type=publisher,
        labels=labels,
        kind=raw.get("kind"),
        kind_is_labelled="kind" in raw,
    )


def seeds() -> list[Row]:
    """The five seed documents, with the spans that must be found and the policies they may speak of."""
    mentions: dict[str, list[dict[str, Any]]] = {}
    for mention in read_lines(CORPUS / "seed_mentions.jsonl"):
        mentions.setdefault(mention["file"], []).append(mention)
    return [_seed_row(raw, mentions[raw["file"]]) for raw in read_lines(CORPUS / "seed_labels.jsonl")]


def _seed_row(raw: Mapping[str, Any], mentions: Iterable[Mapping[str, Any]]) -> Row:
    with (CORPUS / "seeds" / raw["file"]).open(encoding="utf-8", newline="") as file:
        text = file.read()
    labels = [
        Label(
            one["policy_id"],
            True,
            one["action"],
            one["modality"],
            one["actor_type"],
            one.get("target_action"),
            one.get("target_polarity", "promote" if one["action"] == "call_for" else None),
        )
        for one in raw["policies"]
    ]
    known = {label.policy for label in labels}
    extra = {
        policy
        for mention in mentions
        for policy in (mention.get("policy_id"), *mention.get("policy_ids_extra", ()))
        if policy and mention.get("eval") != "forbidden"
    }
    labels.extend(Label(policy, False) for policy in sorted(extra - known))
    spans = tuple(
        (mention["policy_id"], mention["start"], mention["end"])
        for mention in mentions
        if mention.get("eval") == "required"
    )
    kind = raw["announcement_kind"]
    return Row(raw["file"][:3], "seeds", raw["languages"][0], text, labels=tuple(labels), kind=kind, spans=spans)
