"""One classifier for all tests of the package: it is immutable."""

from __future__ import annotations

import pytest

from watcher.classify import Classifier, Vocabulary, load_vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def classifier(vocabulary: Vocabulary) -> Classifier:
    return Classifier(vocabulary)
