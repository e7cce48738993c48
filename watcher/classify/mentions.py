"""Names found in a document: which hits are names of policies, which are other things, and which cannot be decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from watcher.classify.fieldtext import FieldText, Found, Shared
from watcher.classify.judge import Judge
from watcher.classify.vocabulary import Strength, Vocabulary


def find_mentions(
    fields: Sequence[FieldText], vocabulary: Vocabulary, published: date | None
) -> tuple[list[Found], list[Shared]]:
    """All mentions, ordered by field and place, and the nicknames that stay undecided."""
    hits = [hit for field in fields for found in (_hits, _acronym_hits) for hit in found(field, vocabulary)]
    if not hits:
        return [], []
    judge = Judge(fields, vocabulary, hits, published)
    accepted = [hit for hit in hits if judge.accepts(hit)]
    decided, open_names = judge.nicknames(accepted)
    mentions = _longest(decided, vocabulary)
    named = [mention for mention in mentions if mention.alias.strength > Strength.DECOY]
    return _with_only_child(named, vocabulary), _outside(open_names, mentions) if open_names else []


def _outside(open_names: Sequence[Shared], mentions: Sequence[Found]) -> list[Shared]:
    """The undecided names that do not begin inside a mention."""
    taken = {(mention.field, place) for mention in mentions for place in range(mention.start, mention.end)}
    return [shared for shared in open_names if (shared.field, shared.start) not in taken]


def _with_only_child(mentions: list[Found], vocabulary: Vocabulary) -> list[Found]:
    """A family named in the singular means its only member of which the document speaks ("the Agreement")."""
    policies = {mention.policy for mention in mentions}
    more: list[Found] = []
    for mention in mentions:
        if mention.alias.strength is not Strength.NAME or not mention.alias.folded.endswith("agreement"):
            continue
        children = [child for child in vocabulary.policies[mention.policy].children if child in policies]
        if len(children) == 1 and mention.folded_end - mention.folded_start == len(mention.alias.folded):
            child = replace(mention.alias, policy=children[0])
            more.append(mention._replace(alias=child, policy=child.policy))
    known = {(mention.policy, mention.field, mention.start) for mention in mentions}
    fresh = [mention for mention in more if (mention.policy, mention.field, mention.start) not in known]
    return sorted(mentions + fresh, key=lambda hit: (hit.field != "title", hit.start, hit.end, hit.policy))


def _hits(field: FieldText, vocabulary: Vocabulary) -> Iterator[Found]:
    """Hits that stand between word borders, one per alias."""
    folded = field.folded
    for start, end, aliases in vocabulary.find(folded):
        if start and (folded[start - 1].isalnum() and folded[start].isalnum()):
            continue
        name_end = _name_end(folded, end)
        if name_end is None:
            continue
        original: tuple[int, int] | None = None
        for alias in aliases:
            if alias.pattern is None:
                original = original or field.offsets.span(start, name_end)
                yield Found(field.field, start, name_end, *original, alias, alias.policy)
            elif (spread := alias.pattern.end_at(folded, start)) and _is_in_one_sentence(field, start, spread):
                yield Found(field.field, start, spread, *field.offsets.span(start, spread), alias, alias.policy)


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
            yield Found(field.field, folded_start, folded_end, start, stop, alias, alias.policy)


def _name_end(folded: str, end: int) -> int | None:
    """Where the name ends, with a plural ending; None when the word goes on."""
    if end == len(folded) or not (folded[end].isalnum() and folded[end - 1].isalnum()):
        return end
    for plural in ("s", "es"):
        stop = end + len(plural)
        if folded.startswith(plural, end) and (stop == len(folded) or not folded[stop].isalnum()):
            return stop
    return None


def _is_in_one_sentence(field: FieldText, start: int, end: int) -> bool:
    """Whether a name that is taken apart ends in the sentence of its first word."""
    original_start, original_end = field.offsets.span(start, end)
    sentences = field.sentences
    return sentences.at(original_start) == sentences.at(original_end - 1)


_BACK = 12
"""How many hits back an overlap is looked for: the hits of one place are few, and work stays linear."""


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
