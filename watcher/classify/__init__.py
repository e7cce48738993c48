"""TEXT -> MATCHES: which policy an entry speaks of, what happens to it, who says so, in which words. Pure."""

from __future__ import annotations

from watcher.classify.classifier import Classifier
from watcher.classify.examples import ExampleResult, lint, run_examples
from watcher.classify.shape import to_json
from watcher.classify.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Classifier", "ExampleResult", "Vocabulary", "lint", "load_vocabulary", "run_examples", "to_json"]
