"""Writes events.jsonl: announcements as agencies, courts, agencies of the press and NGOs word them, and near misses.

`python -m tests.corpus.writing_events` writes the same file every time. The wordings are in two halves, `dev` and
`held`, that share none: rules may be looked at with the first and are measured with the second.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.corpus.event_words import (
    ACTS,
    AGENCIES,
    ANNIVERSARY,
    ASIDES,
    CONFIRMS,
    COURTS,
    JUDGES,
    LATER,
    LETTERS,
    MEDIA,
    MONTHS_ES,
    NGOS,
    QUOTES,
    REACTIONS,
    SPANISH_MEDIA,
    STAGES,
    Wording,
)
from tests.corpus.rows import HERE

FILE = HERE / "events.jsonl"
START = datetime(2026, 1, 5, 14, 0, tzinfo=UTC)


@dataclass
class Scene:
    """One announcement with its facts, and what has been written about it so far."""

    name: str
    half: str
    stage: dict[str, Any]
    act: str
    at: datetime
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Writer:
    """Chooses words; `half` says which half of every list."""

    chance: random.Random
    half: str

    def pick(self, pool: Sequence[Any]) -> Any:
        mine = [each for number, each in enumerate(pool) if number % 2 == (self.half == "held")] or list(pool)
        return self.chance.choice(mine)

    def some(self, pool: Sequence[Any], number: int) -> list[Any]:
        mine = [each for at, each in enumerate(pool) if at % 2 == (self.half == "held")] or list(pool)
        return self.chance.sample(mine, min(number, len(mine)))


def write() -> list[dict[str, Any]]:
    """All rows, in the order of time."""
    rows: list[dict[str, Any]] = []
    for half, seed in (("dev", 11), ("held", 23)):
        writer = Writer(random.Random(seed), half)
        for number, (act, stage) in enumerate(_casting(writer)):
            rows += _event(writer, f"{half}-{number:03}", act, stage, START + timedelta(days=9 * number))
        rows += _letters(writer) + _anniversaries(writer)
    ordered = sorted(rows, key=lambda row: (row["at"], row["id"]))
    for half, seed in (("dev", 31), ("held", 47)):
        _link([row for row in ordered if row["half"] == half], random.Random(seed))
    return ordered


def _link(rows: Sequence[dict[str, Any]], chance: random.Random) -> None:
    """Half of the reports link to the announcement, reactions and near misses even more often, and a third of all
    to something earlier about the same policy; translations mostly name what they translate."""
    for at, row in enumerate(rows):
        before = rows[max(at - 40, 0) : at]
        scene = row["id"].rsplit("-", 1)[0]
        official = [each["url"] for each in before if each["kind"] == "official" and each["id"].startswith(scene + "-")]
        background = [
            each["url"] for each in before if each["policy"] == row["policy"] and each["event"] != row["event"]
        ]
        found = official if chance.random() < (0.5 if row["event"] == scene else 0.8) else []
        found = [*found, *([chance.choice(background)] if background and chance.random() < 0.35 else [])]
        if found:
            row["links"] = list(dict.fromkeys(found))
        if row["kind"] == "translation" and official and chance.random() < 0.7:
            row["versions"] = official


def _casting(writer: Writer) -> list[tuple[str, dict[str, Any]]]:
    chosen = [(act, stage) for act, stages in STAGES.items() for stage in stages]
    writer.chance.shuffle(chosen)
    return chosen


def _event(writer: Writer, name: str, act: str, stage: dict[str, Any], at: datetime) -> list[dict[str, Any]]:
    scene = Scene(name, writer.half, _facts(writer, stage, at), act, at)
    official = _report(writer, scene, _agency(scene), "official", hours=writer.chance.choice([0, 0, 0, 5]))
    wire = _report(writer, scene, writer.pick(MEDIA), "wire", hours=writer.chance.choice([1, 3]))
    _copies(writer, scene, official, wire)
    if writer.chance.random() < 0.6:
        _translation(writer, scene, official)
    if scene.act.startswith(("end", "begin", "tps")) and writer.chance.random() < 0.6:
        _later(writer, scene)
    _misses(writer, scene, official)
    _mark_news(scene)
    return scene.rows


def _facts(writer: Writer, stage: dict[str, Any], at: datetime) -> dict[str, Any]:
    starts = (at + timedelta(days=writer.chance.choice([14, 21, 30, 45, 60]))).date()
    court, judge = writer.pick(COURTS), writer.pick(JUDGES)
    return {
        **stage,
        "starts": starts,
        "people": f"{writer.chance.randrange(12, 480) * 1000:,}",
        "court": court[0],
        "court_es": court[1],
        "judge": judge,
        "docket": f"{writer.chance.randrange(1, 4)}:26-cv-{writer.chance.randrange(100, 9000):05}",
        "fr": f"2026-{writer.chance.randrange(1000, 29999):05}",
    }


# --- the reports of one announcement -----------------------------------------------------------------------------


def _agency(scene: Scene) -> tuple[str, str, str]:
    return AGENCIES[scene.stage["agency"]]


def _report(
    writer: Writer, scene: Scene, who: tuple[str, str, str], kind: str, *, hours: float, language: str = "en"
) -> dict[str, Any]:
    words: Wording = writer.pick(ACTS[scene.act][language])
    details = words.details if kind != "brief" else words.details[:1]
    parts = [words.lead, *details]
    if kind == "wire":
        parts = [words.lead, *writer.some(words.details, 2), *writer.some(ASIDES[language], 2)]
    if kind == "official":
        parts.append(writer.pick(QUOTES[language]))
    return _add(scene, who, kind, words.title, parts, hours, language)


def _add(
    scene: Scene,
    who: tuple[str, str, str],
    kind: str,
    title: str,
    parts: Sequence[str],
    hours: float,
    language: str = "en",
    **more: Any,
) -> dict[str, Any]:
    facts = _spelled(scene.stage, language) | {"publisher": who[1]}
    at = scene.at + timedelta(hours=hours)
    number = len(scene.rows)
    row = {
        "id": f"{scene.name}-{number}",
        "event": scene.name,
        "half": scene.half,
        "kind": kind,
        "publisher": who[0],
        "publisher_name": who[1],
        "publisher_type": who[2],
        "language": language,
        "at": at.isoformat(),
        "url": f"https://{who[0]}.example/news/{scene.name}-{number}",
        "title": title.format(**facts),
        "text": "\n\n".join(part.format(**facts) for part in parts),
        "policy": scene.stage["policy"],
        "news": False,
        **more,
    }
    scene.rows.append(row)
    return row


def _spelled(stage: dict[str, Any], language: str) -> dict[str, Any]:
    day: date = stage["starts"]
    shown = {key.removesuffix("_es"): value for key, value in stage.items() if key.endswith("_es")}
    facts = {**stage, **(shown if language == "es" else {})}
    facts["starts"] = (
        f"{day.day} de {MONTHS_ES[day.month - 1]} de {day.year}"
        if language == "es"
        else f"{day:%B} {day.day}, {day.year}"
    )
    return facts


def _copies(writer: Writer, scene: Scene, official: dict[str, Any], wire: dict[str, Any]) -> None:
    """Reprints, excerpts and corrections of what was written."""
    paragraphs = official["text"].split("\n\n")
    if writer.chance.random() < 0.5:
        reprint = [f"The following was released by {official['publisher_name']}.", *paragraphs]
        _add_raw(scene, writer.pick(NGOS), "reprint", official["title"], reprint, 4)
    if writer.chance.random() < 0.45:
        _add_raw(scene, writer.pick(MEDIA), "excerpt", f"In brief: {official['title']}", paragraphs[:2], 6)
    if writer.chance.random() < 0.4:
        other = writer.pick([each for each in MEDIA if each[0] != wire["publisher"]])
        _add_raw(scene, other, "reprint", wire["title"], [*wire["text"].split("\n\n"), "Copyright 2026."], 7)
    if writer.chance.random() < 0.4:
        _report(writer, scene, writer.pick(MEDIA), "brief", hours=9)


def _add_raw(
    scene: Scene, who: tuple[str, str, str], kind: str, title: str, parts: Sequence[str], hours: float, **more: Any
) -> dict[str, Any]:
    text = [part.replace("{", "(").replace("}", ")") for part in parts]
    return _add(scene, who, kind, title, text, hours, **more)


def _translation(writer: Writer, scene: Scene, official: dict[str, Any]) -> None:
    hours = 2 if official["at"] == scene.at.isoformat() else 8
    _report(writer, scene, _agency(scene), "translation", hours=hours, language="es")
    if writer.chance.random() < 0.4:
        _report(writer, scene, writer.pick(SPANISH_MEDIA), "wire-es", hours=10, language="es")


def _later(writer: Writer, scene: Scene) -> None:
    """A follow-up with news: another day."""
    day = scene.stage["starts"] + timedelta(days=writer.chance.choice([10, 16, 33]))
    told = replace(scene, stage={**scene.stage, "starts": day})
    words: Wording = writer.pick(LATER["country" if "country" in scene.stage else "program"]["delayed"])
    follow = _add(told, _agency(scene), "follow-up", words.title, [words.lead, *words.details], 30)
    follow["news"] = True


def _mark_news(scene: Scene) -> None:
    """An official source after unofficial ones is news."""
    mine = sorted((row for row in scene.rows if row["event"] == scene.name), key=lambda row: (row["at"], row["id"]))
    for at, row in enumerate(mine):
        official = row["publisher_type"] in ("executive", "court")
        if at and official and not any(each["publisher_type"] in ("executive", "court") for each in mine[:at]):
            row["news"] = True


# --- what looks like it and is something else --------------------------------------------------------------------


def _misses(writer: Writer, scene: Scene, official: dict[str, Any]) -> None:
    chosen = writer.chance.random()
    if chosen < 0.3:
        _reaction(writer, scene)
    elif chosen < 0.5 and scene.stage.get("sibling"):
        _sibling(writer, scene)
    elif chosen < 0.75 and scene.act in CONFIRMS:
        _turned(writer, scene)
    elif chosen < 0.9:
        _another_policy(writer, scene)


def _reaction(writer: Writer, scene: Scene) -> None:
    words: Wording = writer.pick(REACTIONS["country" if "country" in scene.stage else "program"])
    name = f"{scene.name}-reaction"
    _add(
        scene, writer.pick(NGOS), "reaction", words.title, [words.lead, *words.details], 5, event=name, near=scene.name
    )


def _sibling(writer: Writer, scene: Scene) -> None:
    """The same form letter about another country, an hour later."""
    other = replace(scene, stage={**scene.stage, **scene.stage["sibling"], "people": "7,400"})
    other.rows = scene.rows
    row = _report(writer, other, _agency(scene), "sibling", hours=1)
    row |= {"event": f"{scene.name}-sibling", "near": scene.name}


def _turned(writer: Writer, scene: Scene) -> None:
    """The opposite act, some days later."""
    later = scene.at + timedelta(days=4)
    other = replace(scene, act=CONFIRMS[scene.act], at=later, stage=_facts(writer, scene.stage, later))
    other.rows = scene.rows
    words: Wording = writer.pick(ACTS[other.act]["en"])
    who = ("ca-court", "United States Court of Appeals", "court") if other.act in ("block", "allow") else _agency(scene)
    row = _add(other, who, "turned", words.title, [words.lead, *words.details], 0)
    row |= {"event": f"{scene.name}-turned", "near": scene.name}


def _another_policy(writer: Writer, scene: Scene) -> None:
    """The same agency ends another programme on the same day."""
    stages = [each for each in STAGES[scene.act] if each["policy"] != scene.stage["policy"]]
    if not stages:
        return
    other = replace(scene, stage={**scene.stage, **writer.pick(stages)})
    other.rows = scene.rows
    row = _report(writer, other, _agency(other), "another-policy", hours=2)
    row |= {"event": f"{scene.name}-other", "near": scene.name, "policy": other.stage["policy"]}


def _letters(writer: Writer) -> list[dict[str, Any]]:
    """Two letters of one NGO in a week, each with its version in Spanish."""
    rows: list[dict[str, Any]] = []
    for number, ngo in enumerate(writer.some(NGOS, 2)):
        for turn in range(2 - number):
            at = START + timedelta(days=20 + 31 * number + 3 * turn)
            stage = {"policy": "letters", "starts": at.date(), "agency": "dhs"}
            scene = Scene(f"{writer.half}-letter-{number}-{turn}", writer.half, stage, "letter", at)
            for language in ("en", "es"):
                words: Wording = LETTERS[writer.half][2 * number + turn][language]
                scene.stage["policy"] = LETTERS[writer.half][2 * number + turn]["policy"]
                _add(scene, ngo, "letter", words.title, [words.lead, *words.details], 0, language)
            rows += scene.rows
    return rows


def _anniversaries(writer: Writer) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, words in enumerate(writer.some(ANNIVERSARY, 3)):
        ngo = writer.pick(NGOS)
        for year in range(2):
            at = START + timedelta(days=40 + 50 * number + 365 * year)
            stage = {"policy": "mpp", "starts": at.date(), "agency": "dhs", "years": 7 + year}
            scene = Scene(f"{writer.half}-anniversary-{number}-{year}", writer.half, stage, "anniversary", at)
            _add(scene, ngo, "anniversary", words.title, [words.lead, *words.details], 0)
            rows += scene.rows
    return rows


def main() -> None:
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in write())
    FILE.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
