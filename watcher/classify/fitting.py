"""The kind of a policy changes what an act means: a bill that comes back, a hold that is lifted, a foreign status."""

from __future__ import annotations

import re

from watcher.classify.grammar import Act
from watcher.classify.view import View
from watcher.models.policies import Policy
from watcher.models.words import Action, ActorType, Modality

_ELSEWHERE = re.compile(r"\b(?:colombia|colombian|peru|peruvian|brazil|chile|ecuador|ecuadorian|costa rica|european)\b")
_INTRODUCED_AGAIN = re.compile(r"\breintroduc\w+ .{0,80}\b(?:act|bill|legislation|resolution)\b")
"""A bill that is introduced again brings no policy back."""
_FUNDS = re.compile(r"\b(?:fund|appropriat\w+|budget\w*|funds|funding|conference report)\b.*\bbeds?\b")
_KEPT = frozenset((Action.IMPLEMENT, Action.EXTEND))
_MADE = frozenset((Action.ADOPT, Action.IMPLEMENT, Action.EXTEND, Action.EXPAND, Action.AMEND, Action.REINSTATE))


def fitted(act: Act, policy: Policy, implied: Action | None, view: View) -> Act:
    """The act as it is meant of this policy; `implied` is the act that the name expresses."""
    if implied is Action.SUSPEND and policy.kind != "programme":
        return _of_a_hold(act)
    if policy.kind == "annual_determination" and "lift" in view.folded:
        return _of_a_ceiling(act)
    if act.action is Action.REINSTATE and _INTRODUCED_AGAIN.search(view.folded):
        return act._replace(action=Action.PROPOSE, actor=ActorType.LEGISLATURE)
    if policy.kind == "practice" and act.action in _KEPT and _FUNDS.search(view.folded):
        return act._replace(action=Action.MENTION, explicit=False)  # money for beds as every year is no act
    if policy.kind == "status" and act.action in _MADE and _is_given_elsewhere(_subject(view, act)):
        return act._replace(action=Action.MENTION, modality=Modality.ACTUAL, explicit=False)
    return act


def _of_a_hold(act: Act) -> Act:
    """To lift a policy that is itself a hold ends it: nothing else is brought back."""
    if act.action is Action.REINSTATE:
        return act._replace(action=Action.TERMINATE)
    if act.target_action is Action.REINSTATE:
        return act._replace(target_action=Action.TERMINATE)
    return act


def _of_a_ceiling(act: Act) -> Act:
    """To lift a ceiling raises it."""
    if act.action is Action.TERMINATE:
        return act._replace(action=Action.EXPAND)
    return act._replace(target_action=Action.EXPAND) if act.target_action is Action.TERMINATE else act


def _subject(view: View, act: Act) -> str:
    """The folded words before an act, where its subject stands."""
    start = max(view.clause_start(act.start), act.start - 12)
    return " ".join(view.word(index) for index in range(start, act.start + 1))


def _is_given_elsewhere(subject: str) -> bool:
    """Whether another country gives a status of the same name ("Colombia grants temporary protected status")."""
    return _ELSEWHERE.search(subject) is not None and "united states" not in subject
