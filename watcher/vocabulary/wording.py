"""Labels and matches in words, English and Spanish: what pages, mails and the terminal say instead of raw labels."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

import yaml

from watcher.vocabulary import data_file

LANGUAGES = ("en", "es")


class Sayable(Protocol):
    """What a match must have to be put into words; the labels are the plain strings of the closed sets."""

    @property
    def action(self) -> str: ...
    @property
    def modality(self) -> str: ...
    @property
    def target_action(self) -> str | None: ...
    @property
    def target_polarity(self) -> str | None: ...
    @property
    def actor_type(self) -> str: ...


class Told(Protocol):
    """What a state of a story must have to be put into words."""

    @property
    def step(self) -> str: ...
    @property
    def of(self) -> str | None: ...
    @property
    def is_plan(self) -> bool: ...
    @property
    def as_reported(self) -> bool: ...


@lru_cache(maxsize=1)
def _wording() -> dict[str, Any]:
    raw = yaml.load(data_file("wording.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    assert isinstance(raw, dict)
    return raw


def label(group: str, value: str, language: str = "en") -> str:
    """A label of a closed set in words, e.g. `label("modality", "planned", "es")` is "previsto".

    Groups: action, modality, actor_type, announcement_kind, verdict, publisher_type, polarity,
    step, aim, axis, standing, conflict, status (of a policy). A language we do not
    have is answered in English; an unknown value is returned as it is.
    """
    words = _wording()["labels"].get(group, {}).get(str(value))
    return str(value) if words is None else str(words.get(language) or words["en"])


def headline(match: Sayable, policy_name: str, language: str = "en") -> str:
    """A match as one line: "The government plans to suspend: Asylum Cooperative Agreements"."""
    language = language if language in LANGUAGES else "en"
    who = str(_wording()["who"][str(match.actor_type)][language])
    target = match.target_action
    does, do, noun = _forms(match.action, language)
    if match.action == "call_for":
        template = "prevent" if match.target_polarity == "prevent" else "requested"
        noun = _forms(target, language)[2] if target is not None else noun
    elif target is not None:
        target_noun = _forms(target, language)[2]
        does, do = f"{does} {target_noun}", f"{do} {target_noun}"
        template = str(match.modality)
    else:
        template = str(match.modality)
    if template == "requested" and match.action != "call_for":
        template = "actual"
    pattern = str(_wording()["headline"][template][language])
    return pattern.format(who=who, who_small=who[0].lower() + who[1:], does=does, do=do, noun=noun, policy=policy_name)


def _forms(action: str, language: str) -> tuple[str, str, str]:
    does, do, noun = _wording()["acts"][str(action)][language]
    return str(does), str(do), str(noun)


def action_words(match: Sayable, language: str = "en") -> str:
    """Action and modality without actor and policy: "planned: suspended", "asked for: ended"."""
    shown = match.target_action if match.action == "call_for" and match.target_action else match.action
    return f"{label('modality', str(match.modality), language)}: {label('action', str(shown), language)}"


def state_words(state: Told, language: str = "en") -> str:
    """A state of a story as people read it: "reported ended", "announced: end planned", "blocked: the end"."""
    language = language if language in LANGUAGES else "en"
    form = "plan" if state.is_plan else "about" if state.of is not None else ""
    name = "_".join(filter(None, ("reported" if state.as_reported else "", form))) or "plain"
    aim = label("aim", state.of, language) if state.of is not None else ""
    pattern = str(_wording()["state"][name][language])
    return pattern.format(step=label("step", state.step, language), aim=aim)
