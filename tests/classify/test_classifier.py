"""Properties of the whole classifier: offsets hold, nothing raises, the same in gives the same out."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.classify import Classifier, load_vocabulary, to_json
from watcher.models.matches import Classification

CLASSIFIER = Classifier(load_vocabulary())
NAMES = (
    "Migrant Protection Protocols (MPP)",
    "Title\n42 expulsions",
    "“Remain in Mexico,”",
    "TPS for Haiti",
    "asylum ban",
)
PIECES = st.one_of(st.text(max_size=30), st.sampled_from((*NAMES, " will end ", ". ", "\n\n• ", "? ", " border ")))
TEXTS = st.lists(PIECES, max_size=12).map("".join)
SENTENCES = (
    "The Secretary ended the Migrant Protection Protocols.",
    "A court blocked Proclamation 10888.",
    "We urge Congress to end family detention at the border.",
    "El Gobierno prorrogó el Estatus de Protección Temporal para Honduras.",
)


def assert_offsets_hold(found: Classification, title: str, text: str) -> None:
    fields = {"title": title, "text": text}
    for match in found.matches:
        evidence = match.evidence
        assert fields[evidence.field][evidence.start : evidence.end] == evidence.text
        for mention in match.mentions:
            assert fields[mention.field][mention.start : mention.end] == mention.text
    for name in found.undecided:
        assert fields[name.field][name.start : name.end] == name.text


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_offsets_always_hold_and_no_text_raises(title: str, text: str) -> None:
    assert_offsets_hold(CLASSIFIER.classify(text=text, title=title), title, text)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_no_match_is_reported_twice_and_scores_are_the_sum_of_their_reasons(text: str) -> None:
    matches = CLASSIFIER.classify(text=text).matches
    keys = [(m.policy, m.action, m.modality, m.target_action, m.target_polarity, m.actor_type) for m in matches]
    assert len(keys) == len(set(keys))
    for match in matches:
        assert 0 <= match.score <= 1
        assert match.score == round(sum(reason.value for reason in match.reasons), 2)


def test_lone_surrogates_and_nul_are_classified_and_written_as_json() -> None:
    text = "\ud800\x00 The Migrant Protection Protocols \udfff end."
    found = CLASSIFIER.classify(text=text, title="\ud83d")
    assert found.matches[0].policy == "mpp"
    assert json.loads(json.dumps(to_json(found)))["matches"][0]["policy"] == "mpp"


@pytest.mark.parametrize("padding", ["The weather was fine. ", "\n\nNothing else happened in the village.\n\n", "— "])
def test_text_without_policy_words_around_a_document_changes_no_mention(padding: str) -> None:
    for sentence in SENTENCES:
        alone = [mention.text for match in CLASSIFIER.classify(text=sentence).matches for mention in match.mentions]
        padded = CLASSIFIER.classify(text=padding + sentence + padding)
        assert [mention.text for match in padded.matches for mention in match.mentions] == alone


def test_the_classification_of_a_concatenation_is_the_union_of_its_parts() -> None:
    together = CLASSIFIER.classify(text="\n\n".join(SENTENCES))
    apart = {match.policy for sentence in SENTENCES for match in CLASSIFIER.classify(text=sentence).matches}
    assert {match.policy for match in together.matches} == apart


def test_the_same_text_gives_the_same_bytes_in_every_thread() -> None:
    text = "\n".join(SENTENCES)
    wanted = json.dumps(to_json(CLASSIFIER.classify(text=text)))
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: json.dumps(to_json(CLASSIFIER.classify(text=text))), range(40)))
    assert set(results) == {wanted}


def test_the_json_has_every_key_of_the_contract() -> None:
    found = to_json(CLASSIFIER.classify(text=SENTENCES[2]))
    assert set(found) == {"languages", "announcement_kind", "secondary_kind", "matches", "undecided"}
    assert set(found["matches"][0]) >= {
        "policy",
        "action",
        "modality",
        "target_action",
        "target_polarity",
        "actor_type",
        "score",
        "evidence",
        "mentions",
    }
    assert set(found["matches"][0]["mentions"][0]) == {"field", "start", "end", "text", "language"}
    assert to_json(CLASSIFIER.classify(text="Nothing here."))["announcement_kind"] is None


def test_bilingual_documents_name_both_languages() -> None:
    text = "The Secretary ended the Migrant Protection Protocols in the city and for the people. "
    spanish = "El Gobierno puso fin a los Protocolos de Protección a Migrantes en la ciudad y para las personas."
    assert set(CLASSIFIER.classify(text=text + spanish).languages) == {"en", "es"}


@pytest.mark.parametrize(
    "unit",
    ["MPP ", "a" * 50 + " ", "(MPP) ", "detained ", "agreement asylum ", "Title 42 border. ", "\n• ", ". " * 10, "| "],
)
def test_work_stays_linear_on_texts_made_to_be_slow(unit: str) -> None:
    small, large = unit * (20_000 // len(unit)), unit * (80_000 // len(unit))

    def seconds(text: str) -> float:
        started = time.process_time()
        CLASSIFIER.classify(text=text)
        return time.process_time() - started

    seconds(small)
    fast, slow = seconds(small), seconds(large)
    assert slow < max(12 * fast, 1.5)
