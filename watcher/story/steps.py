"""From a label to a state: which acts of whom count on which axis, and what they are called there.

The rules are those of actions, modalities and actors in `watcher/vocabulary/actions.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from watcher.models.story import Axis, Step
from watcher.models.words import Action, ActorType, Modality

GOVERNMENT: Mapping[Action, Step] = {
    Action.PROPOSE: Step.PROPOSED,
    Action.ADOPT: Step.ANNOUNCED,
    Action.IMPLEMENT: Step.IN_FORCE,
    Action.EXTEND: Step.EXTENDED,
    Action.EXPAND: Step.EXPANDED,
    Action.AMEND: Step.CHANGED,
    Action.SUSPEND: Step.SUSPENDED,
    Action.TERMINATE: Step.ENDED,
    Action.REINSTATE: Step.BROUGHT_BACK,
}
COURTS: Mapping[Action, Step] = {
    Action.CHALLENGE: Step.CHALLENGED,
    Action.BLOCK: Step.BLOCKED,
    Action.ALLOW: Step.ALLOWED,
}
ACTS = frozenset({*GOVERNMENT, *COURTS})
"""What can be a state."""
GOVERNS = frozenset({ActorType.EXECUTIVE, ActorType.LEGISLATURE})
SUES = frozenset({*ActorType} - {ActorType.COURT, ActorType.INTERNATIONAL_ORGANISATION})
"""Who goes to court; a text often leaves out who did."""
_NARROWS = re.compile(
    r"narrow|limit|restrict|exempt|exclud|carv|scal(?:e|es|ed|ing) back|acot|exim|exent|except|restring|reduc", re.I
)
_STRIKES_DOWN = re.compile(
    r"str(?:ik|uck|ick)\w* down|vacat|set(?:s|ting)? aside|invalidat|void|unlawful|illegal|unconstitutional|"
    r"\banul|invalid|ilegal|inconstitucional|dej\w+ sin efecto",
    re.I,
)
_UPHOLDS = re.compile(
    r"uph[eo]ld|affirm|validat|constitutional\b|is lawful|ratific|confirm|\bavala|\bavaló|respald|constitucional\b",
    re.I,
)
REVERSALS: Mapping[Step, frozenset[Step]] = {
    Step.ENDED: frozenset({Step.EXTENDED, Step.EXPANDED, Step.BROUGHT_BACK}),
    Step.SUSPENDED: frozenset({Step.EXTENDED, Step.EXPANDED, Step.BROUGHT_BACK}),
    Step.BLOCKED: frozenset({Step.ALLOWED, Step.UPHELD}),
    Step.STRUCK_DOWN: frozenset({Step.ALLOWED, Step.UPHELD}),
}
"""What nobody can do on the same day as the other, of the same thing."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a match says in the words of the story. `denied`: that it did not happen."""

    axis: Axis
    step: Step
    of: Step | None
    denied: bool = False

    @property
    def is_plan(self) -> bool:
        """Whether it only says what is to come."""
        return self.step is Step.ANNOUNCED and self.of is not None


def read(action: Action, modality: Modality, target: Action | None, actor: ActorType, quote: str) -> Said | None:
    """The state that a match would give, or the one that it denies; None: it belongs to the chorus, or to the past."""
    if actor in GOVERNS and action in GOVERNMENT:
        return _of_government(action, modality, quote)
    acts = actor is ActorType.COURT if action in (Action.BLOCK, Action.ALLOW) else actor in SUES
    if action in COURTS and acts and modality in (Modality.ACTUAL, Modality.NEGATED):
        step = _sharpened(COURTS[action], quote)
        return Said(Axis.COURTS, step, _about(target), modality is Modality.NEGATED)
    return None


def _of_government(action: Action, modality: Modality, quote: str) -> Said | None:
    step = _sharpened(GOVERNMENT[action], quote)
    if modality is Modality.PLANNED:
        return Said(Axis.GOVERNMENT, Step.ANNOUNCED, Step.IN_FORCE if step is Step.ANNOUNCED else step)
    if modality in (Modality.ACTUAL, Modality.NEGATED):
        return Said(Axis.GOVERNMENT, step, None, modality is Modality.NEGATED)
    return None


def _about(target: Action | None) -> Step | None:
    """What a court's act is about; making or applying the policy is the policy itself."""
    step = GOVERNMENT.get(target) if target is not None else None
    return None if step in (Step.PROPOSED, Step.ANNOUNCED, Step.IN_FORCE) else step


def _sharpened(step: Step, quote: str) -> Step:
    """The narrower word where the quotation has it: changed or narrowed, blocked or struck down, allowed or upheld."""
    if step is Step.CHANGED and _NARROWS.search(quote):
        return Step.NARROWED
    if step is Step.BLOCKED and _STRIKES_DOWN.search(quote):
        return Step.STRUCK_DOWN
    if step is Step.ALLOWED and _UPHOLDS.search(quote):
        return Step.UPHELD
    return step
