"""The classifier: a text in, a `Classification` out; same text and vocabulary, same result, byte for byte."""

from __future__ import annotations

from datetime import datetime

from watcher.classify.document import Document
from watcher.classify.fieldtext import FieldText
from watcher.classify.lexicon import load_lexicon
from watcher.classify.mentions import find_mentions
from watcher.classify.vocabulary import Vocabulary
from watcher.models.matches import Classification
from watcher.models.words import PublisherType


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
        document = Document(fields, self._lexicon, self.vocabulary, published, publisher_type)
        matches = document.matches(found)
        kind, second = document.kinds(matches) if matches else (None, None)
        undecided = tuple(document.undecided(name) for name in shared)
        return Classification(document.languages, kind, second, tuple(matches), undecided, self.vocabulary.version)
