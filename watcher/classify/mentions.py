"""Names found in a document: which hits are names of policies, which are other things, and which cannot be decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from watcher.classify.acronyms import Definitions
from watcher.classify.context import Surroundings
from watcher.classify.fold import Offsets, fold
from watcher.classify.nicknames import decide
from watcher.classify.sentences import Sentences
from watcher.classify.vocabulary import Alias, Strength, Vocabulary
from watcher.classify.wordsets import words
from watcher.models.matches import Field

_ADDRESS = re.compile(r"https?:|www\.|\S+@\S+\.\S+|\S+\.(?:gov|com|org|mx)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A name at a place: folded span (for comparing), original span (for quoting)."""

    field: Field
    folded_start: int
    folded_end: int
    start: int
    end: int
    alias: Alias

    @property
    def policy(self) -> str:
        return self.alias.policy


@dataclass(frozen=True, slots=True)
class Shared:
    """A nickname of several policies that the text does not decide."""

    field: Field
    start: int
    end: int
    policies: tuple[str, ...]


class FieldText:
    """One field of a document with what is worked out from it, each thing once and only when it is needed."""

    def __init__(self, field: Field, text: str) -> None:
        self.field = field
        self.text = text
        self.folded = fold(text)
        self._offsets: Offsets | None = None
        self._sentences: Sentences | None = None

    @property
    def offsets(self) -> Offsets:
        if self._offsets is None:
            self._offsets = Offsets(self.text)
        return self._offsets

    @property
    def sentences(self) -> Sentences:
        if self._sentences is None:
            self._sentences = Sentences(self.text)
        return self._sentences

    def quote(self, start: int, end: int) -> str:
        """The original words of a folded span."""
        original_start, original_end = self.offsets.span(start, end)
        return self.text[original_start:original_end]


def find_mentions(
    fields: Sequence[FieldText], vocabulary: Vocabulary, published: date | None
) -> tuple[list[Found], list[Shared]]:
    """All mentions, ordered by field and place, and the nicknames that stay undecided."""
    hits = [hit for field in fields for found in (_hits, _acronym_hits) for hit in found(field, vocabulary)]
    if not hits:
        return [], []
    judge = _Judge(fields, vocabulary, hits, published)
    accepted = [hit for hit in hits if judge.accepts(hit)]
    decided, open_names = judge.nicknames(accepted)
    mentions = _longest(decided, vocabulary)
    covered = [shared for shared in open_names if not any(_inside(shared, mention) for mention in mentions)]
    named = [mention for mention in mentions if mention.alias.strength > Strength.DECOY]
    return _with_only_child(named, vocabulary), covered


def _with_only_child(mentions: list[Found], vocabulary: Vocabulary) -> list[Found]:
    """A family named in the singular means its only member of which the document speaks ("the Agreement")."""
    policies = {mention.policy for mention in mentions}
    more: list[Found] = []
    for mention in mentions:
        children = [child for child in vocabulary.policies[mention.policy].children if child in policies]
        singular = mention.alias.strength is Strength.NAME and mention.alias.folded.endswith("agreement")
        if len(children) == 1 and singular and mention.folded_end - mention.folded_start == len(mention.alias.folded):
            more.append(replace(mention, alias=replace(mention.alias, policy=children[0])))
    known = {(mention.policy, mention.field, mention.start) for mention in mentions}
    fresh = [mention for mention in more if (mention.policy, mention.field, mention.start) not in known]
    return sorted(mentions + fresh, key=lambda hit: (hit.field != "title", hit.start, hit.end, hit.policy))


def _inside(shared: Shared, mention: Found) -> bool:
    return shared.field == mention.field and mention.start <= shared.start and shared.end <= mention.end


def _hits(field: FieldText, vocabulary: Vocabulary) -> Iterator[Found]:
    """Hits that stand between word borders, one per alias."""
    folded = field.folded
    for start, end, aliases in vocabulary.find(folded):
        if start and (folded[start - 1].isalnum() and folded[start].isalnum()):
            continue
        name_end = _name_end(folded, end)
        if name_end is None:
            continue
        for alias in aliases:
            if alias.pattern is None:
                original = field.offsets.span(start, name_end)
                yield Found(field.field, start, name_end, *original, alias)
            elif spread := _spread(field, start, alias.pattern):
                yield Found(field.field, start, spread, *field.offsets.span(start, spread), alias)


def _acronym_hits(field: FieldText, vocabulary: Vocabulary) -> Iterator[Found]:
    """Acronyms are compared in the text as it was given, where they are rare, not in the folded one."""
    text = field.text
    for start, end, aliases in vocabulary.find_acronyms(text):
        if start and text[start - 1].isalnum():
            continue
        stop = end + 1 if text.startswith("s", end) else end
        if stop < len(text) and text[stop].isalnum():
            continue
        folded_start, folded_end = field.offsets.folded_span(start, stop)
        for alias in aliases:
            yield Found(field.field, folded_start, folded_end, start, stop, alias)


def _name_end(folded: str, end: int) -> int | None:
    """Where the name ends, with a plural ending; None when the word goes on."""
    if not folded[end - 1].isalnum():
        return end
    for plural in ("", "s", "es"):
        stop = end + len(plural)
        if folded.startswith(plural, end) and (stop == len(folded) or not folded[stop].isalnum()):
            return stop
    return None


def _spread(field: FieldText, start: int, pattern: re.Pattern[str]) -> int | None:
    """The folded end of a name that is taken apart, inside the sentence of its first word."""
    found = pattern.match(field.folded, start, start + 500)
    if found is None:
        return None
    original_start, original_end = field.offsets.span(found.start(), found.end())
    sentences = field.sentences
    return found.end() if sentences.at(original_start) == sentences.at(original_end - 1) else None


class _Judge:
    """Decides for each hit of one document whether it is a name of its policy."""

    def __init__(
        self, fields: Sequence[FieldText], vocabulary: Vocabulary, hits: Sequence[Found], published: date | None
    ) -> None:
        self.fields = {field.field: field for field in fields}
        self.vocabulary = vocabulary
        self.published = published
        self.surroundings = Surroundings(fields, vocabulary)
        self.named = [hit for hit in hits if hit.alias.strength >= Strength.CASED and self._unconditional(hit)]
        self.named_policies = {relative for hit in self.named for relative in vocabulary.family(hit.policy)}
        self.strong_policies = {hit.policy for hit in self.named}
        self.definitions = Definitions(self.fields, self.named)

    def accepts(self, hit: Found) -> bool:
        if self._in_address(hit) or self._in_navigation(hit):
            return False
        if hit.alias.strength is Strength.ACRONYM:
            return self._accepts_acronym(hit)
        if hit.alias.strength is Strength.CASED and not self._is_capitalised(hit):
            return False
        if hit.alias.strength is Strength.CONTEXT and self._needs_case(hit):
            return False
        if hit.alias.has_conditions:
            return self._context_allows(hit) or self._is_shared(hit)
        return True

    def _unconditional(self, hit: Found) -> bool:
        if hit.alias.needs or hit.alias.rejects or self._in_address(hit):
            return False
        return hit.alias.strength is not Strength.CASED or self._is_capitalised(hit)

    def _in_address(self, hit: Found) -> bool:
        """Words of a link or mail address are no speech."""
        text = self.fields[hit.field].text
        start = max(text.rfind(" ", 0, hit.start), text.rfind("\n", 0, hit.start), text.rfind("(", 0, hit.start)) + 1
        return bool(_ADDRESS.match(text, start, hit.end + 1)) and " " not in text[start : hit.end]

    def _in_navigation(self, hit: Found) -> bool:
        """A line of links ("Related: A | B | C") is furniture of the page."""
        text = self.fields[hit.field].text
        start = text.rfind("\n", max(hit.start - 300, 0), hit.start) + 1
        end = text.find("\n", hit.end, hit.end + 300)
        line = text[start : end if end >= 0 else hit.end + 300]
        return line.count(" | ") + line.count(" · ") + line.count(" » ") >= 2

    def _is_capitalised(self, hit: Found) -> bool:
        """Written as a name: each long word of it in capitals as given, or opened by a quote or a hash."""
        text = self.fields[hit.field].text
        before = text[hit.start - 1 : hit.start]
        if before and before in "\"'“”‘«#":
            return True
        words = re.findall(r"\w+", text[hit.start : hit.end])
        wanted = re.findall(r"\w+", hit.alias.text)
        same = all(word[:1].isupper() or not like[:1].isupper() for word, like in zip(words, wanted, strict=False))
        return same and not self._reads_as_verb(hit)

    def _reads_as_verb(self, hit: Found) -> bool:
        """ "Automakers Remain in Mexico": in a headline the words may be a plain verb after a plural noun."""
        field = self.fields[hit.field]
        if not hit.alias.folded.startswith(("remain", "stay", "securing")) or not _is_headline(field, hit.start):
            return False
        before = field.folded[max(hit.folded_start - 40, 0) : hit.folded_start].split()
        after = field.folded[hit.folded_end : hit.folded_end + 12].split()
        if after[:1] == ["city"]:
            return True
        if not before:
            return False
        return before[-1] in _VERB_BEFORE or (before[-1].endswith("s") and before[-1] in _PEOPLE)

    def _needs_case(self, hit: Found) -> bool:
        """A context word that is written with a capital ("Flores", "Rwanda") is not met by a small letter."""
        quote = self.fields[hit.field].text[hit.start : hit.start + 1]
        return hit.alias.text[:1].isupper() and quote.islower()

    def _context_allows(self, hit: Found) -> bool:
        return self.surroundings.allow(hit.field, hit.folded_start, hit.folded_end, hit.alias)

    def _is_shared(self, hit: Found) -> bool:
        return len(self.vocabulary.sharers(hit.alias)) > 1 and self.surroundings.is_topical

    def _accepts_acronym(self, hit: Found) -> bool:
        defined = self.definitions.of(hit.alias.text, hit.policy)
        if defined is not None:
            return defined
        if any(self.surroundings.has(meaning) for meaning in hit.alias.also):
            return False
        if hit.policy in self.strong_policies:
            return not self.surroundings.rejects_near(hit.field, hit.folded_start, hit.folded_end, hit.alias, 60)
        return self._context_allows(hit)

    def nicknames(self, accepted: Iterable[Found]) -> tuple[list[Found], list[Shared]]:
        """Settle the names that several policies share."""
        plain: list[Found] = []
        shared: dict[tuple[Field, int, int], list[Found]] = {}
        for hit in accepted:
            if hit.alias.strength is Strength.CONTEXT and len(self.vocabulary.sharers(hit.alias)) > 1:
                shared.setdefault((hit.field, hit.start, hit.end), []).append(hit)
            else:
                plain.append(hit)
        undecided: list[Shared] = []
        strong = {hit.policy for hit in plain}
        for (field, start, end), hits in shared.items():
            fitting = [hit for hit in hits if self._context_allows(hit)]
            chosen = decide(
                [hit.policy for hit in fitting or hits], self.vocabulary, strong, self.published, self._text()
            )
            if chosen is None:
                sharers = self.vocabulary.sharers(hits[0].alias)
                undecided.append(Shared(field, start, end, tuple(sorted(sharers))))
            else:
                plain.extend(hit for hit in hits if hit.policy == chosen)
        return plain, undecided

    def _text(self) -> str:
        return " ".join(field.folded for field in self.fields.values())


_VERB_BEFORE = words("to will must should may can could would still people who children families")
_PEOPLE = words(
    "seekers migrants refugees families children companies automakers troops americans tourists players "
    "workers students others thousands hundreds factories plants jobs"
)


_BACK = 12
"""How many hits back an overlap is looked for: the hits of one place are few, and work stays linear."""


def _is_headline(field: FieldText, index: int) -> bool:
    """Whether nearly every long word of the line begins with a capital."""
    if field.field == "title":
        line = field.text
    else:
        start = field.text.rfind("\n", max(index - 300, 0), index) + 1
        end = field.text.find("\n", index)
        line = field.text[start : end if end >= 0 else len(field.text)][:400]
    long_words = re.findall(r"[^\W\d_]{4,}", line)
    return len(long_words) > 2 and sum(word[0].isupper() for word in long_words) >= 0.8 * len(long_words)


def _longest(hits: Sequence[Found], vocabulary: Vocabulary) -> list[Found]:
    """Without hits that lie in a longer one, unless they belong to the family of the longer one."""
    order = {"title": 0, "text": 1}
    ranked = sorted(hits, key=lambda hit: (order[hit.field], hit.start, -hit.end, -hit.alias.strength, hit.policy))
    kept: list[Found] = []
    for hit in ranked:
        rivals = _overlapping(kept, hit)
        if any(_covers(rival, hit, vocabulary) for rival in rivals):
            continue
        losers = [rival for rival in rivals if _covers(hit, rival, vocabulary)]
        kept[-_BACK:] = [other for other in kept[-_BACK:] if other not in losers]
        kept.append(hit)
    return sorted(kept, key=lambda hit: (order[hit.field], hit.start, hit.end, hit.policy))


def _overlapping(kept: Sequence[Found], hit: Found) -> list[Found]:
    """Those of the last kept hits that overlap."""
    return [
        other for other in kept[-_BACK:] if other.field == hit.field and other.end > hit.start and other.start < hit.end
    ]


def _covers(longer: Found, shorter: Found, vocabulary: Vocabulary) -> bool:
    if longer.policy == shorter.policy and longer.alias.strength > Strength.DECOY:
        return longer.end - longer.start >= shorter.end - shorter.start
    if longer.end - longer.start <= shorter.end - shorter.start:
        return False
    if longer.alias.strength is Strength.PATTERN or longer.alias.strength is Strength.DECOY:
        return longer.alias.strength is Strength.DECOY
    return shorter.policy not in vocabulary.family(longer.policy)
