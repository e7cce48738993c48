"""One document while it is read: sentences to statements, statements to matches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from watcher.classify.actors import actor_at, speaker_of, subject_before
from watcher.classify.fieldtext import FieldText, Found, Shared
from watcher.classify.fitting import fitted
from watcher.classify.followup import asks_on, demand_on, stand_in, tells_on
from watcher.classify.frame import VOICES
from watcher.classify.grammar import Act
from watcher.classify.heads import announces_ruling, demands_on_topic, is_instrument, takes_a_stance
from watcher.classify.kind import Head, Said, announcement_kinds
from watcher.classify.language import languages_of
from watcher.classify.lexicon import Lexicon
from watcher.classify.news import Setting, is_transcript, placed_in_time
from watcher.classify.nicknames import introduced
from watcher.classify.reading import read
from watcher.classify.score import score
from watcher.classify.sentences import Number
from watcher.classify.times import date_in
from watcher.classify.tokens import tokenize
from watcher.classify.view import Place, View
from watcher.classify.vocabulary import Strength, Vocabulary
from watcher.models.matches import Field, Match, Mention, Span, Undecided
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType

LEAD = 700
"""Characters of a text that count as its first paragraphs."""
_SAMPLE = 1000
"""Characters of head, middle and foot by which the language of a long text is told."""
MOST_READ = 80
"""Statements read per policy, from the headline on: what comes after tells nothing new, and work stays bounded."""
_SOON = timedelta(days=5)
MOST_MATCHES = 8
"""Distinct acts kept per policy, the main one first."""


class _Statement(NamedTuple):
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


_Readings = dict[tuple[int, int, Action | None], list[Act]]
"""What one sentence says: tokens of a name, and the act that the name expresses -> acts."""


class Document:
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
        self.on_court = announces_ruling(self.fields["title"].folded, text.folded[:160])
        self.is_instrument = is_instrument(self.fields["title"].folded, text.folded[:1500])
        self.lead = LEAD if len(text.text) > 2 * LEAD else len(text.text)
        transcript = is_transcript(self.fields["title"].folded, text.folded)
        in_reach = self.dated if self.dated and self.dated <= vocabulary.known_until else None
        self._going_on: set[tuple[str, Action, Modality]] = set()
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
            unread = [name for name in names if len(statements.get(name.policy, ())) < MOST_READ]
            if not unread:
                continue
            view = self._view(field, number, names)
            readings: _Readings = {}
            for name in unread:
                statements.setdefault(name.policy, []).extend(self._read(view, name, order, readings))
            after = self.fields[field].sentences.after(number)
            if after is not None and (field, after) not in by_sentence and len({name.start for name in names}) == 1:
                for name in unread:
                    statements[name.policy].extend(self._followed(name, after, order, statements[name.policy]))
                    statements[name.policy].extend(self._demanded(name, after, order, statements[name.policy]))
                    late = self.fields[field].sentences.after(after)
                    if late is not None and (field, late) not in by_sentence:
                        statements[name.policy].extend(self._demanded(name, late, order, statements[name.policy]))
        return statements

    def _followed(self, name: Found, number: Number, order: int, said: Sequence[_Statement]) -> Iterable[_Statement]:
        """What the next sentence says of a policy that its own only names, or of whose past it tells."""
        told = [one for one in said if one.order == order]
        if name.alias.does is not None or not all(_leaves_open(one.act) for one in told):
            return
        sentences = self.fields[name.field].sentences
        span = stand_in(sentences.content(number), number[0] == sentences.at(name.start)[0])
        yield from (each for each in self._said_of(name, number, order, span) if tells_on(each.act))

    def _demanded(self, name: Found, number: Number, order: int, said: Sequence[_Statement]) -> Iterable[_Statement]:
        """What a later sentence of the paragraph demands of a policy on which the first one only takes a side."""
        if self._place(name) == "body" or (self.speaker or self._opener) not in VOICES:
            return
        if any(one.order == order and one.act.action is Action.CALL_FOR for one in said):
            return
        sentences = self.fields[name.field].sentences
        span = demand_on(sentences.content(number)) if number[0] == sentences.at(name.start)[0] else None
        yield from (each for each in self._said_of(name, number, order, span) if asks_on(each.act))

    def _said_of(self, name: Found, number: Number, order: int, span: tuple[int, int] | None) -> Iterable[_Statement]:
        """What a sentence says of what stands there for the name, at `span` of it; nothing where nothing does."""
        if span is None:
            return
        begin = self.fields[name.field].sentences.get(number).start
        standing = name._replace(start=begin + span[0], end=begin + span[1])
        yield from self._read(self._view(name.field, number, [standing]), standing, order, {})

    def _view(self, field: Field, number: Number, names: Iterable[Found]) -> View:
        sentences = self.fields[field].sentences
        sentence = sentences.get(number)
        lead = sentences.lead(number)
        before = (sentences.content(lead), sentences.get(lead).start) if lead is not None else None
        spans = [(name.start, name.end) for name in names]
        return View(
            sentences.content(number), sentence.start, spans, self.lexicon, self.dated, before, self._sentence_languages
        )

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the document."""
        text = self.fields["text"].folded
        sample = f"{self.fields['title'].folded} {text[:_SAMPLE]} {text[len(text) // 2 :][:_SAMPLE]} {text[-_SAMPLE:]}"
        return languages_of(text if len(text) < 4 * _SAMPLE else sample)

    @cached_property
    def _sentence_languages(self) -> frozenset[str] | None:
        """The language of every sentence of a long text in one language; None where each must be looked at."""
        long = len(self.fields["text"].text) > 400
        return frozenset(self.languages) if long and len(self.languages) == 1 else None

    def _read(self, view: View, name: Found, order: int, readings: _Readings) -> Iterable[_Statement]:
        place = view.place(name.start, name.end)
        acts = [] if place is None else self._said(view, place, name.alias.does, readings)
        if name.alias.strength is Strength.HASHTAG:
            acts = []
        if not acts and place is not None and self._is_made_by(name):
            acts = [Act(Action.ADOPT, actor=ActorType.EXECUTIVE, start=place.first, stop=place.stop, is_fresh=True)]
        if self._is_question_in_speech(view, name):
            asker = None if self.speaker in (ActorType.LEGISLATURE, ActorType.NGO) else ActorType.INDIVIDUAL
            acts = [Act(Action.MENTION, Modality.HYPOTHETICAL, actor=asker, explicit=False)]
        for act in acts or [self._plain(view, name)]:
            act = fitted(act, self.policies[name.policy], name.alias.does, view)
            act = placed_in_time(act, self.policies[name.policy], self.setting, self._place(name))
            first = view.tokens[max(act.start, view.lead)] if act.explicit else None
            start = min(first.start, name.start) if first else name.start
            end = max(view.tokens[act.stop - 1].end, name.end) if first else name.end
            actor = self._actor(act, name.policy, name.field == "text" and name.start > self._first_stop)
            yield _Statement(name.policy, act, actor, name.field, start, end, self._place(name), order)

    def _said(self, view: View, place: Place, implied: Action | None, readings: _Readings) -> list[Act]:
        """What a sentence says at a place; one reading serves a policy and its family under the same name."""
        key = (place.first, place.stop, implied)
        if key not in readings:
            readings[key] = read(view, place, implied, self.speaker)
        return readings[key]

    def _is_made_by(self, name: Found) -> bool:
        """An order names in its title what it makes; the fact sheet of the first days does so in its first lines."""
        if not self.is_instrument:
            return False
        if name.field == "title":
            return True
        begun = introduced(self.policies[name.policy])
        return begun is not None and self.dated is not None and name.start < 500 and abs(self.dated - begun) <= _SOON

    def _is_question_in_speech(self, view: View, name: Found) -> bool:
        """A question that a reporter asks in a longer text says nothing about the policy itself."""
        said = view.text[: max(name.start - view.tokens[view.lead].start, 0)]
        asks = view.text.rstrip(' \n"”’»)*').endswith("?") or said.rfind("¿") > said.rfind("?")
        return asks and name.field == "text" and not self.setting.is_short

    def _plain(self, view: View, name: Found) -> Act:
        """What a sentence says that only names the policy."""
        voices = (ActorType.NGO, ActorType.LEGISLATURE, ActorType.SUBNATIONAL_GOVERNMENT)
        quoted = self.speaker is None and any(mark in view.text for mark in '“"«')
        if view.takes_sides and (self.speaker in voices or quoted) and name.alias.strength is not Strength.HASHTAG:
            return Act(Action.COMMENT, closeness=0.35, explicit=False)
        if self.speaker is ActorType.LEGISLATURE and _VERDICT.match(self.fields[name.field].folded, name.folded_end):
            return Act(Action.COMMENT, closeness=0.3, explicit=False)
        if (self.setting.is_transcript or self._opens_report) and _FIGURES.search(view.folded):
            teller = None if self.setting.is_transcript else subject_before(view.tokens, 0, len(view.tokens))
            return Act(Action.REPORT, actor=self.speaker or teller, closeness=0.3, explicit=False)
        if self._place(name) != "body" and _GENRE.match(self.fields["title"].folded or self.fields["text"].folded[:80]):
            witness = ActorType.INDIVIDUAL if "testimony" in self.fields["text"].folded[:30] else None
            return Act(Action.REPORT, actor=witness, closeness=0.3, explicit=False)
        if (name.field == "title" or self.setting.is_short) and _EXPLAINS.match(view.folded):
            return Act(Action.REPORT, closeness=0.3, explicit=False)
        modality = Modality.HYPOTHETICAL if view.is_question else Modality.PAST if view.is_past else Modality.ACTUAL
        return Act(Action.MENTION, modality, closeness=0.1, explicit=False)

    def _first_named(self, act: Act, is_later: bool) -> ActorType | None:
        """Whose words a later sentence gives: whoever opens the text; those in power report, they demand nothing."""
        if not is_later:
            return None
        return self._opener if act.action is Action.REPORT or self._opener in VOICES else None

    @cached_property
    def _opener(self) -> ActorType | None:
        """Whose name opens a text of which no speaker is known."""
        tokens = tokenize(self.fields["text"].text[:80], 0)[:8]
        found = (actor_at(tokens, index) for index in range(len(tokens)))
        return next((actor[0] for actor in found if actor is not None), None)

    @cached_property
    def _first_stop(self) -> int:
        sentences = self.fields["text"].sentences
        return sentences.get(sentences.at(0)).end

    @cached_property
    def _opens_report(self) -> bool:
        """Whether the first words are of figures or findings, which the sentences after them give."""
        return _PUBLISHES.search(f"{self.fields['title'].folded} {self.fields['text'].folded[:250]}") is not None

    def _place(self, name: Found) -> str:
        if name.field == "title":
            return "title"
        return "lead" if name.start < self.lead else "body"

    def _actor(self, act: Act, policy: str, is_later: bool) -> ActorType:
        if act.action in (Action.BLOCK, Action.ALLOW):
            return ActorType.COURT
        if act.action in (Action.CALL_FOR, Action.COMMENT, Action.REPORT, Action.COMMEMORATE):
            return act.actor or self.speaker or self._first_named(act, is_later) or ActorType.NGO
        if act.action is Action.MENTION:
            official = self.policies[policy].kind in ("event_series", "institution_and_system")
            return act.actor or (ActorType.EXECUTIVE if official else self.speaker) or ActorType.UNKNOWN
        if act.action is Action.CHALLENGE:
            return act.actor or ActorType.NGO
        if act.action is Action.PROPOSE and self.speaker is ActorType.LEGISLATURE:
            return act.actor or self.speaker
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
        ranked = sorted(statements[policy], key=self._rank)
        distinct: dict[tuple[object, ...], _Statement] = {}
        for statement in ranked:
            distinct.setdefault(statement.identity, statement)
        kept = list(distinct.values())
        telling = _one_of_each_voice(statement for statement in kept if statement.act.action is not Action.MENTION)
        chosen = (telling or kept[:1])[:MOST_MATCHES]
        mentions = tuple(self._mention(name) for name in names)
        return [self._match(statement, names, mentions) for statement in chosen]

    def _rank(self, statement: _Statement) -> tuple[int, int, int, int, float]:
        """The main act first: title before lead before body, news before background, acts before bare mentions."""
        act = statement.act
        tier = {"title": 0, "lead": 1, "body": 2}[statement.place]
        if self.on_court and act.action in (Action.BLOCK, Action.ALLOW) and act.modality is Modality.ACTUAL:
            tier = -1  # the title announces a ruling: what was ruled is the news
        elif act.action is Action.MENTION:
            tier = 10 if act.modality is Modality.HYPOTHETICAL else 9
        elif act.modality is Modality.PAST:
            tier = 5
        elif not act.explicit:
            tier += 2
        elif self._is_own_demand(statement) and tier == 1:
            tier = 0  # what the speaker demands goes before what he tells of others
        return tier, statement.order, -1 if act.explicit else 0, statement.start, -act.closeness

    def _is_own_demand(self, statement: _Statement) -> bool:
        return statement.act.action is Action.CALL_FOR and statement.actor is (self.speaker or self._opener)

    def _match(self, statement: _Statement, names: Sequence[Found], mentions: tuple[Mention, ...]) -> Match:
        act = statement.act
        total, reasons = score(names, statement.place, act.action, act.modality, statement.actor, self.speaker)
        if not act.is_start:
            self._going_on.add((statement.policy, act.action, act.modality))
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
                (match.policy, match.action, match.modality) not in self._going_on,
                any(self._is_early(mention) for mention in match.mentions),
            )
            for match in sorted(matches, key=lambda match: (match.evidence.field != "title", match.evidence.start))
        ]
        return announcement_kinds(said, self._head(matches))

    def _is_early(self, mention: Mention) -> bool:
        return mention.field == "title" or mention.start < self.lead

    def _head(self, matches: Sequence[Match]) -> Head:
        title, text = self.fields["title"], self.fields["text"]
        opening = f"{title.folded} {text.folded[:500]}"
        return Head(
            speaker=self.speaker,
            on_court=self.on_court,
            is_instrument=self.is_instrument,
            demands=takes_a_stance(opening),
            is_transcript=self.setting.is_transcript,
            mentions=len(self._named_places(matches)),
            title_demands=demands_on_topic(title.folded),
            told=len({match.policy for match in matches if match.action is not Action.MENTION}),
        )

    def _named_places(self, matches: Sequence[Match]) -> set[tuple[Field, int, int, str]]:
        """Each mention once, though every match of a policy repeats them."""
        by_policy = {match.policy: match.mentions for match in matches}
        return {(one.field, one.start, one.end, one.language) for found in by_policy.values() for one in found}

    def undecided(self, name: Shared) -> Undecided:
        text = self.fields[name.field].text[name.start : name.end]
        return Undecided(name.field, name.start, name.end, text, name.policies)


_EXPLAINS = re.compile(
    r"\W*(?:what (?:is|are|does)|how (?:does|do|is)|who (?:is|can|qualifies)|que (?:es|son|significa)|"
    r"como (?:funciona|solicitar|se aplica)|quien(?:es)? puede)\b.*\?"
)
"""How an explainer opens."""
_GENRE = re.compile(
    r"\W*(?:(?:written |prepared |opening )?testimony (?:of|by)|this (?:explainer|fact sheet|practice advisory|brief|"
    r"guide)|(?:explainer|practice (?:alert|advisory)|hoja informativa|guia practica|preguntas frecuentes)\b|"
    r"an? (?:new )?(?:report|study|survey|audit|analysis|investigation) (?:by|from|of|released|published)\b|"
    r"un (?:nuevo )?(?:informe|estudio|reporte|analisis) (?:de|del|elaborado|publicado)\b)"
)
"""How a text opens that explains or bears witness."""
_ONCE = (Action.COMMENT, Action.REPORT, Action.COMMEMORATE)


def _leaves_open(act: Act) -> bool:
    """Whether a sentence tells no news of the policy, so that the next one may."""
    return act.action is Action.MENTION or act.modality is Modality.PAST


def _one_of_each_voice(statements: Iterable[_Statement]) -> list[_Statement]:
    """A reaction, a report and an anniversary are told once per policy."""
    kept: list[_Statement] = []
    for statement in statements:
        action = statement.act.action
        if action not in _ONCE or all(other.act.action is not action for other in kept):
            kept.append(statement)
    return kept


_VERDICT = re.compile(
    r"['\"]*(?: (?:policy|program|app|rule|plan|order|scheme))? (?:is|was|has been|remains) "
    r"(?:not |just |simply |nothing |a |an |the |[a-z]+ing |[a-z]+ed )(?!.{0,25}\b(?:policy|program|rule|law|process|"
    r"practice|authority|statute|protocol|agreement|order)\b)"
)
"""How a legislator judges: "NAME is a disgrace", "the NAME app was nothing but"; a definition is no judgement."""
_PUBLISHES = re.compile(
    r"\b(?:releas|publish|report|difund|public|present)\w* .{0,40}\b(?:statistics|figures|data|numbers|monthly update|"
    r"cifras|estadisticas|datos|boletin)\b"
)
"""How a text opens that gives figures: "released operational statistics for March"."""
_FIGURES = re.compile(
    r"\b\d+(?:[.,]\d+)? (?:percent|por ciento|mil|millones|thousand|million)\b|\b\d{1,3}[,.]\d{3}\b|%"
)
"""How a speaker reports: with numbers."""


def _by_place(item: tuple[tuple[Field, Number], list[Found]]) -> tuple[bool, Number]:
    (field, number), _ = item
    return field != "title", number
