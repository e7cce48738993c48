"""The announcements of the demo are many, varied, and labelled with what exists."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from watcher.demo.catalog import ACTIONS, MODALITIES, alerts
from watcher.demo.drafts import Draft, read_drafts
from watcher.demo.outlets import OUTLETS, Form, publishers
from watcher.vocabulary import policy_files

DRAFTS = read_drafts()
POLICIES = {file.name.removesuffix(".yaml") for file in policy_files()}
BY_NAME = pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.slug)


def test_there_are_more_than_sixty_announcements_by_at_least_eight_publishers() -> None:
    assert len(DRAFTS) >= 60
    assert len(publishers()) >= 8
    assert {draft.outlet.id for draft in DRAFTS} == {outlet.id for outlet in OUTLETS}


def test_all_forms_and_both_languages_occur() -> None:
    assert {outlet.form for outlet in OUTLETS} == set(Form)
    assert Counter(draft.language for draft in DRAFTS)["es"] >= 15


def test_some_announcements_come_while_it_runs_and_some_speak_of_other_things() -> None:
    assert sum(draft.age is None for draft in DRAFTS) >= 20
    assert sum(not draft.expected for draft in DRAFTS) >= 20
    assert sum(alerts(draft) for draft in DRAFTS) >= 12


def test_five_outlets_report_one_event_each_in_its_own_words_and_one_in_two_languages() -> None:
    reports = [draft for draft in DRAFTS if draft.event == "end-of-mpp"]
    assert len({draft.outlet.id for draft in reports}) == 5
    assert len({draft.paragraphs[0] for draft in reports}) == len(reports) == 6
    assert all("mpp" in {each.policy for each in draft.expected} for draft in reports)


def test_one_announcement_is_in_two_languages() -> None:
    assert any("Hacemos un llamado" in draft.paragraphs[-1] and "We call on" in draft.paragraphs[0] for draft in DRAFTS)


def test_no_address_is_the_beginning_of_another() -> None:
    paths = sorted(draft.outlet.publisher.id + draft.outlet.entry_path(draft.slug) for draft in DRAFTS)
    assert len(set(paths)) == len(paths)
    assert not [one for one, other in pairwise(paths) if other.startswith(one)]


@BY_NAME
def test_an_announcement_has_between_20_and_150_words(draft: Draft) -> None:
    assert 20 <= sum(len(paragraph.split()) for paragraph in draft.paragraphs) <= 150


@BY_NAME
def test_a_teaser_is_not_the_whole_text(draft: Draft) -> None:
    assert len(draft.teaser.removesuffix(" …").split()) < sum(len(each.split()) for each in draft.paragraphs)


@BY_NAME
def test_only_policies_of_the_vocabulary_are_expected(draft: Draft) -> None:
    assert {each.policy for each in draft.expected} <= POLICIES


@BY_NAME
def test_whether_a_later_announcement_is_alerted_is_never_left_open(draft: Draft) -> None:
    for each in draft.expected if draft.age is None else ():
        assert each.action
        assert each.modality
        assert each.actor or each.action not in ACTIONS or each.modality not in MODALITIES


@BY_NAME
def test_an_announcement_has_either_an_age_or_a_turn(draft: Draft) -> None:
    assert (draft.age is None) == (draft.turn > 0)
