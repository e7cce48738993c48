"""Which hits are names of policies: context, capitals, definitions, dates, and nicknames that several share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property

from watcher.classify.acronyms import Definitions
from watcher.classify.context import Surroundings
from watcher.classify.fieldtext import FieldText, Found, Shared
from watcher.classify.nicknames import decide, introduced, presidents_in
from watcher.classify.vocabulary import Strength, Vocabulary
from watcher.classify.wordsets import words
from watcher.models.matches import Field

_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"https?:|www\.|\S+@\S+\.\S+|\S+\.(?:gov|com|org|mx)/", re.IGNORECASE)


class Judge:
    """Decides for each hit of one document whether it is a name of its policy."""

    def __init__(
        self, fields: Sequence[FieldText], vocabulary: Vocabulary, hits: Sequence[Found], published: date | None
    ) -> None:
        self.fields = {field.field: field for field in fields}
        self.vocabulary = vocabulary
        self.published = published
        self.surroundings = Surroundings(fields, vocabulary)
        self.named = [hit for hit in hits if hit.alias.strength >= Strength.CASED and self._unconditional(hit)]
        self.strong_policies = {hit.policy for hit in self.named}
        self._named = {id(hit) for hit in self.named}  # by identity: the caller keeps the hits
        self.definitions = Definitions(self.fields, self.named)

    def accepts(self, hit: Found) -> bool:
        if self._in_address(hit) or self._in_navigation(hit) or self._is_too_early(hit):
            return False
        if hit.alias.strength is Strength.ACRONYM:
            return self._accepts_acronym(hit)
        if hit.alias.strength is Strength.CASED and id(hit) not in self._named and not self._is_capitalised(hit):
            return False
        if hit.alias.strength is Strength.CONTEXT and self._needs_case(hit):
            return False
        if hit.alias.strength is Strength.CONTEXT and self._is_named_elsewhere(hit):
            return not self.surroundings.rejects_near(hit.field, hit.folded_start, hit.folded_end, hit.alias, 60)
        if hit.alias.has_conditions:
            return self._context_allows(hit) or self._is_shared(hit)
        return True

    def _is_named_elsewhere(self, hit: Found) -> bool:
        """A short form of several words needs no context where the document gives the full name."""
        return hit.policy in self.strong_policies and " " in hit.alias.folded and not self._is_shared(hit)

    def _unconditional(self, hit: Found) -> bool:
        if hit.alias.needs or hit.alias.rejects or self._in_address(hit):
            return False
        return hit.alias.strength is not Strength.CASED or self._is_capitalised(hit)

    def _in_address(self, hit: Found) -> bool:
        """Words of a link or mail address are no speech."""
        text = self.fields[hit.field].text
        if " " in text[hit.start : hit.end]:
            return False
        back = max(hit.start - _LINE, 0)
        blank, bracket = text.rfind(" ", back, hit.start), text.rfind("(", back, hit.start)
        start = max(blank, bracket, text.rfind("\n", back, hit.start))
        start = back if start < 0 else start + 1
        return bool(_ADDRESS.match(text, start, hit.end + 1)) and " " not in text[start : hit.end]

    def _is_too_early(self, hit: Found) -> bool:
        """A text from years before a policy began cannot speak of it; a description holds for the news of its weeks."""
        if hit.alias.during is not None:
            first, last = hit.alias.during
            return self.published is None or not first <= self.published <= last
        if self.published is None:
            return False
        begun = introduced(self.vocabulary.policies[hit.policy])
        return begun is not None and self.published < begun - _BEFORE

    def _in_navigation(self, hit: Found) -> bool:
        """A line of links ("Related: A | B | C") is furniture of the page; a title may name section and site so."""
        if hit.field == "title" or not self.fields[hit.field].may_list_links:
            return False
        text = self.fields[hit.field].text
        back = max(hit.start - _LINE, 0)
        start = max(text.rfind("\n", back, hit.start) + 1, back)
        end = text.find("\n", hit.end, hit.end + 300)
        line = text[start : end if end >= 0 else hit.end + 300]
        separators = line.count(" | ") + line.count(" · ") + line.count(" » ")
        return separators >= 2 and len(line) < 40 * (separators + 1)

    def _is_capitalised(self, hit: Found) -> bool:
        """Written as a name: each long word of it in capitals as given, or opened by a quote or a hash."""
        text = self.fields[hit.field].text
        before = text[hit.start - 1 : hit.start]
        if before and before in "\"'“”‘«#":
            return True
        if _CALLED.match(self.fields[hit.field].folded, hit.folded_end):
            return True
        words = _WORD.findall(text[hit.start : hit.end])
        wanted = _WORD.findall(hit.alias.text)
        same = all(word[:1].isupper() or not like[:1].isupper() for word, like in zip(words, wanted, strict=False))
        return same and not self._reads_as_verb(hit)

    def _reads_as_verb(self, hit: Found) -> bool:
        """ "Automakers Remain in Mexico": in a headline the words may be a plain verb after a plural noun."""
        field = self.fields[hit.field]
        if hit.alias.folded.startswith(("remain", "stay")) and _ADVICE.match(field.folded, hit.folded_end):
            return hit.folded_start == 0 or field.folded[hit.folded_start - 1] == "\n"
        if not hit.alias.folded.startswith(("remain", "stay", "securing")):
            return False
        before = field.folded[max(hit.folded_start - 40, 0) : hit.folded_start].split()
        after = field.folded[hit.folded_end : hit.folded_end + 12].split()
        subject = before[-1] if before else ""
        is_verb = after[:1] == ["city"] or subject in _VERB_BEFORE or (subject.endswith("s") and subject in _PEOPLE)
        return is_verb and _is_headline(field, hit.start)  # the line is read last: it is the longest work

    def _needs_case(self, hit: Found) -> bool:
        """A context word that is written with a capital ("Flores", "Rwanda") is not met by a small letter."""
        quote = self.fields[hit.field].text[hit.start : hit.start + 1]
        return hit.alias.text[:1].isupper() and quote.islower()

    def _context_allows(self, hit: Found) -> bool:
        return self.surroundings.allow(hit.field, hit.folded_start, hit.folded_end, hit.alias)

    def _is_shared(self, hit: Found) -> bool:
        return self.vocabulary.is_shared(hit.alias) and self.surroundings.is_topical

    def _accepts_acronym(self, hit: Found) -> bool:
        defined = self.definitions.of(hit.alias.text, hit.policy)
        if defined is not None:
            return defined
        if self.surroundings.has_any(hit.alias.also):
            return False
        if hit.policy in self.strong_policies:
            return not self.surroundings.rejects_near(hit.field, hit.folded_start, hit.folded_end, hit.alias, 60)
        return self._context_allows(hit)

    def nicknames(self, accepted: Iterable[Found]) -> tuple[list[Found], list[Shared]]:
        """Settle the names that several policies share."""
        plain: list[Found] = []
        shared: dict[tuple[Field, int, int], list[Found]] = {}
        for hit in accepted:
            if hit.alias.strength is Strength.CONTEXT and self.vocabulary.is_shared(hit.alias):
                shared.setdefault((hit.field, hit.start, hit.end), []).append(hit)
            else:
                plain.append(hit)
        undecided: list[Shared] = []
        strong = {hit.policy for hit in plain}
        decided: dict[tuple[str, ...], str | None] = {}
        for (field, start, end), hits in shared.items():
            fitting = [hit for hit in hits if self._context_allows(hit)]
            candidates = tuple(hit.policy for hit in fitting or hits)
            if candidates not in decided:
                decided[candidates] = decide(candidates, self.vocabulary, strong, self.published, self._presidents)
            chosen = decided[candidates]
            if chosen is None:
                sharers = self.vocabulary.sharers(hits[0].alias)
                undecided.append(Shared(field, start, end, tuple(sorted(sharers))))
            else:
                plain.extend(hit for hit in hits if hit.policy == chosen)
        return plain, undecided

    @cached_property
    def _presidents(self) -> tuple[str, ...]:
        return presidents_in(" ".join(field.folded for field in self.fields.values()))


_VERB_BEFORE = words("to will must should may can could would still people who children families")
_PEOPLE = words(
    "seekers migrants refugees families children companies automakers troops americans tourists players "
    "workers students others thousands hundreds factories plants jobs"
)
_BEFORE = timedelta(days=730)
"""How long before its start a policy may already be talked about."""
_LINE = 300
"""How far to both sides a line is looked at, so that work on one hit stays bounded."""
_ADVICE = re.compile(r" (?:for (?:the|a|an|now|weeks|months|years|another)|until|while|during) ")
"""What follows an advice to stay that opens a line: "Remain in Mexico for the winter"."""
_CALLED = re.compile(r"['\"]* (?:policy|policies|program|programs|protocols?|rule|plan|initiative|mandate)\b")
"""What makes a name of plain words: "remain in Mexico' policy"."""


def _is_headline(field: FieldText, index: int) -> bool:
    """Whether nearly every long word of the line begins with a capital."""
    if field.field == "title":
        line = field.text[:_LINE]
    else:
        back = max(index - _LINE, 0)
        start = max(field.text.rfind("\n", back, index) + 1, back)
        end = field.text.find("\n", index, index + _LINE)
        line = field.text[start : end if end >= 0 else index + _LINE]
    long_words = re.findall(r"[^\W\d_]{4,}", line)
    return len(long_words) > 2 and sum(word[0].isupper() for word in long_words) >= 0.8 * len(long_words)
