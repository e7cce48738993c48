"""The classifier: a text in, a `Classification` out; same text and vocabulary, same result, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from watcher.classify.actors import speaker_of
from watcher.classify.kind import Head, Said, announcement_kinds
from watcher.classify.language import languages_of
from watcher.classify.lexicon import Lexicon, load_lexicon
from watcher.classify.mentions import FieldText, Found, Shared, find_mentions
from watcher.classify.news import Setting, is_transcript, placed_in_time
from watcher.classify.reading import Act, read
from watcher.classify.score import score
from watcher.classify.sentences import Number
from watcher.classify.times import date_in
from watcher.classify.view import View
from watcher.classify.vocabulary import Strength, Vocabulary
from watcher.classify.wordsets import words
from watcher.models.matches import Classification, Field, Match, Mention, Span, Undecided
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType

LEAD = 700
"""Characters of a text that count as its first paragraphs."""
MOST_MATCHES = 8
"""Distinct acts kept per policy, the main one first."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """An act that one sentence says about one policy, with where it stands."""

    policy: str
    act: Act
    actor: ActorType
    field: Field
    start: int
    end: int
    place: str
    order: int

    @property
    def identity(self) -> tuple[object, ...]:
        act = self.act
        return (act.action, act.modality, act.target_action, act.target_polarity, self.actor)


class Classifier:
    """Says which policies a text is about. Immutable after construction; share it between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._lexicon = load_lexicon()

    def classify(
        self,
        *,
        text: str,
        title: str = "",
        publisher_type: PublisherType | None = None,
        published_at: datetime | None = None,
    ) -> Classification:
        """Classify one entry. Linear in the text; raises for no input.

        `publisher_type` says who speaks where the text does not, `published_at` what is news and what is past.
        """
        fields = [FieldText("title", title), FieldText("text", text)]
        published = published_at.date() if published_at else None
        found, shared = find_mentions(fields, self.vocabulary, published)
        if not found and not shared:
            return Classification((), None, None, (), (), self.vocabulary.version)
        document = _Document(fields, self._lexicon, self.vocabulary, published, publisher_type)
        matches = document.matches(found)
        languages = languages_of(" ".join(field.folded for field in fields))
        kind, second = document.kinds(matches) if matches else (None, None)
        undecided = tuple(document.undecided(name) for name in shared)
        return Classification(languages, kind, second, tuple(matches), undecided, self.vocabulary.version)


class _Document:
    """One document while it is read."""

    def __init__(
        self,
        fields: Sequence[FieldText],
        lexicon: Lexicon,
        vocabulary: Vocabulary,
        published: date | None,
        publisher_type: PublisherType | None,
    ) -> None:
        self.fields = {field.field: field for field in fields}
        self.lexicon = lexicon
        self.policies = vocabulary.policies
        text = self.fields["text"]
        self.dated = published or date_in(text.text[:500])
        self.speaker = speaker_of(self.fields["title"].text, text.text, publisher_type)
        self.lead = LEAD if len(text.text) > 2 * LEAD else len(text.text)
        transcript = is_transcript(self.fields["title"].folded, text.folded)
        in_reach = self.dated if self.dated and self.dated <= vocabulary.known_until else None
        self.setting = Setting(in_reach, self.speaker, transcript, len(text.text) < 400)

    def matches(self, found: Sequence[Found]) -> list[Match]:
        by_policy: dict[str, list[Found]] = {}
        for name in found:
            by_policy.setdefault(name.policy, []).append(name)
        statements = self._statements(found)
        return [match for policy, names in by_policy.items() for match in self._of_policy(policy, names, statements)]

    def _statements(self, found: Sequence[Found]) -> dict[str, list[_Statement]]:
        by_sentence: dict[tuple[Field, Number], list[Found]] = {}
        for name in found:
            number = self.fields[name.field].sentences.at(name.start)
            by_sentence.setdefault((name.field, number), []).append(name)
        statements: dict[str, list[_Statement]] = {}
        for order, ((field, number), names) in enumerate(sorted(by_sentence.items(), key=_by_place)):
            view = self._view(field, number, names)
            for name in names:
                statements.setdefault(name.policy, []).extend(self._read(view, name, order))
        return statements

    def _view(self, field: Field, number: Number, names: Iterable[Found]) -> View:
        sentences = self.fields[field].sentences
        sentence = sentences.get(number)
        lead = sentences.lead(number)
        before = (sentences.content(lead), sentences.get(lead).start) if lead is not None else None
        spans = [(name.start, name.end) for name in names]
        return View(sentences.content(number), sentence.start, spans, self.lexicon, self.dated, before)

    def _read(self, view: View, name: Found, order: int) -> Iterable[_Statement]:
        place = view.place(name.start, name.end)
        acts = [] if place is None else read(view, place, name.alias.does, self.speaker)
        if name.alias.strength is Strength.HASHTAG:
            acts = []
        if self._is_question_in_speech(view, name):
            acts = [Act(Action.MENTION, Modality.HYPOTHETICAL, actor=ActorType.INDIVIDUAL, explicit=False)]
        for act in acts or [self._plain(view, name)]:
            act = placed_in_time(act, self.policies[name.policy], self.setting, self._place(name))
            first = view.tokens[max(act.start, view.lead)] if act.explicit else None
            start = min(first.start, name.start) if first else name.start
            end = max(view.tokens[act.stop - 1].end, name.end) if first else name.end
            actor = self._actor(act, name.policy)
            yield _Statement(name.policy, act, actor, name.field, start, end, self._place(name), order)

    def _is_question_in_speech(self, view: View, name: Found) -> bool:
        """A question that a reporter asks in a longer text says nothing about the policy itself."""
        return view.is_question and name.field == "text" and not self.setting.is_short

    def _plain(self, view: View, name: Found) -> Act:
        """What a sentence says that only names the policy."""
        voices = (ActorType.NGO, ActorType.LEGISLATURE, ActorType.SUBNATIONAL_GOVERNMENT)
        if view.takes_sides and self.speaker in voices and name.alias.strength is not Strength.HASHTAG:
            return Act(Action.COMMENT, closeness=0.35, explicit=False)
        modality = Modality.HYPOTHETICAL if view.is_question else Modality.PAST if view.is_past else Modality.ACTUAL
        return Act(Action.MENTION, modality, closeness=0.1, explicit=False)

    def _place(self, name: Found) -> str:
        if name.field == "title":
            return "title"
        return "lead" if name.start < self.lead else "body"

    def _actor(self, act: Act, policy: str) -> ActorType:
        if act.action in (Action.BLOCK, Action.ALLOW):
            return ActorType.COURT
        if act.action in (Action.CALL_FOR, Action.COMMENT, Action.REPORT, Action.COMMEMORATE):
            return act.actor or self.speaker or ActorType.NGO
        if act.action is Action.MENTION:
            official = self.policies[policy].kind in ("event_series", "institution_and_system")
            return act.actor or (ActorType.EXECUTIVE if official else self.speaker) or ActorType.UNKNOWN
        if act.action is Action.CHALLENGE:
            return act.actor or ActorType.NGO
        if act.actor not in (None, ActorType.NGO):
            return act.actor
        kind = self.policies[policy].kind
        made_by_law = ("statute" in kind or "bill" in kind) and act.action in (
            Action.ADOPT,
            Action.PROPOSE,
            Action.AMEND,
        )
        return ActorType.LEGISLATURE if made_by_law else ActorType.EXECUTIVE

    def _of_policy(self, policy: str, names: list[Found], statements: dict[str, list[_Statement]]) -> list[Match]:
        ranked = sorted(statements[policy], key=_rank)
        distinct: dict[tuple[object, ...], _Statement] = {}
        for statement in ranked:
            distinct.setdefault(statement.identity, statement)
        kept = list(distinct.values())
        telling = _one_of_each_voice(statement for statement in kept if statement.act.action is not Action.MENTION)
        chosen = (telling or kept[:1])[:MOST_MATCHES]
        mentions = tuple(self._mention(name) for name in names)
        return [self._match(statement, names, mentions) for statement in chosen]

    def _match(self, statement: _Statement, names: Sequence[Found], mentions: tuple[Mention, ...]) -> Match:
        act = statement.act
        total, reasons = score(names, statement.place, act.action, act.modality, statement.actor, self.speaker)
        text = self.fields[statement.field].text[statement.start : statement.end]
        return Match(
            policy=statement.policy,
            action=act.action,
            modality=act.modality,
            target_action=act.target_action,
            target_polarity=act.target_polarity,
            actor_type=statement.actor,
            score=total,
            reasons=reasons,
            evidence=Span(statement.field, statement.start, statement.end, text),
            mentions=mentions,
        )

    def _mention(self, name: Found) -> Mention:
        text = self.fields[name.field].text[name.start : name.end]
        return Mention(name.field, name.start, name.end, text, name.alias.language)

    def kinds(self, matches: Sequence[Match]) -> tuple[AnnouncementKind, AnnouncementKind | None]:
        said = [
            Said(
                match.action,
                match.modality,
                match.actor_type,
                match.evidence.field == "title" or match.evidence.start < self.lead,
            )
            for match in sorted(matches, key=lambda match: (match.evidence.field != "title", match.evidence.start))
        ]
        return announcement_kinds(said, self._head(matches))

    def _head(self, matches: Sequence[Match]) -> Head:
        title, text = self.fields["title"], self.fields["text"]
        opening = f"{title.folded} {text.folded[:500]}"
        return Head(
            speaker=self.speaker,
            on_court=bool(_RULING.search(title.folded)),
            is_instrument=_is_instrument(title.folded, text.folded[:1500]),
            demands=not _STANCE.isdisjoint(_WORD.findall(opening)),
            is_transcript=self.setting.is_transcript,
            mentions=len({mention for match in matches for mention in match.mentions}),
        )

    def undecided(self, name: Shared) -> Undecided:
        text = self.fields[name.field].text[name.start : name.end]
        return Undecided(name.field, name.start, name.end, text, name.policies)


_ONCE = (Action.COMMENT, Action.REPORT, Action.COMMEMORATE)


def _one_of_each_voice(statements: Iterable[_Statement]) -> list[_Statement]:
    """A reaction, a report and an anniversary are told once per policy."""
    kept: list[_Statement] = []
    for statement in statements:
        action = statement.act.action
        if action not in _ONCE or all(other.act.action is not action for other in kept):
            kept.append(statement)
    return kept


_RULING = re.compile(
    r"\b(?:court|judge|circuit|justices)\b.{0,60}\b(?:ruling|decision|order|opinion|injunction)\b|"
    r"\b(?:ruling|decision|injunction)\b.{0,40}\b(?:court|judge|circuit)\b|\bfallo\b.{0,40}\b(?:corte|tribunal|juez)\b"
)
_INSTRUMENT = [
    "by the authority vested in me",
    "memorandum on the presidential",
    "presidential determination on",
    "at signing of executive orders",
    "fact sheet: president",
    "a proclamation on",
]
_STANCE = words(
    "urge urges urged urging call calls called calling demand demands demanding must should letter condemn condemns "
    "condemned applaud applauds praise praises slam slams denounce denounces oppose opposes press presses pressing "
    "statement mistake welcome welcomes criticize criticizes blast blasts joins priorities respond responds advocate "
    "advocates insta instan instando pide piden exige exigen exigimos exigir carta llamado condena condenan condenamos"
)


_WORD = re.compile("[a-z]+")


def _is_instrument(title: str, opening: str) -> bool:
    """Whether the text is itself an order, a proclamation or a memorandum."""
    return title.startswith(("executive order", "proclamation")) or any(
        sign in title or sign in opening for sign in _INSTRUMENT
    )


def _by_place(item: tuple[tuple[Field, Number], list[Found]]) -> tuple[bool, Number]:
    (field, number), _ = item
    return field != "title", number


def _rank(statement: _Statement) -> tuple[int, int, int, int, float]:
    """The main act first: title before lead before body, news before background, acts before bare mentions."""
    act = statement.act
    tier = {"title": 0, "lead": 1, "body": 2}[statement.place]
    if act.action is Action.MENTION:
        tier = 9
    elif act.modality is Modality.PAST:
        tier = 5
    elif not act.explicit:
        tier += 2
    return tier, statement.order, -1 if act.explicit else 0, statement.start, -act.closeness
