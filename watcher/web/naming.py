"""What the values of the closed sets and the policies are called in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watcher.alerts.waiting import in_words
from watcher.models.alerts import DeliveryState
from watcher.models.matches import Match
from watcher.models.policies import Policy
from watcher.models.reviews import Act, DismissReason
from watcher.models.story import State
from watcher.models.views import DeliveryRow
from watcher.vocabulary import troubles
from watcher.vocabulary.wording import headline, label, state_words
from watcher.web.strings import Say


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the vocabulary in one language, for templates; values of the closed sets may come as plain text."""

    language: str
    policies: Mapping[str, Policy]

    def policy(self, policy_id: str) -> str:
        """The name of a policy; one that is no longer in the vocabulary keeps its id."""
        policy = self.policies.get(policy_id)
        return policy.shown(self.language) if policy else policy_id

    def status(self, value: str) -> str:
        """Where a policy stands; what somebody's own policy file says is shown as it is."""
        return label("status", value, self.language)

    def headline(self, match: Match) -> str:
        """What happens to which policy, in words."""
        return headline(match, self.policy(match.policy), self.language)

    def action(self, value: str) -> str:
        """An `Action`, capitalised."""
        return _capital(label("action", value, self.language))

    def verdict(self, value: str) -> str:
        """A `Verdict`, capitalised."""
        return _capital(label("verdict", value, self.language))

    def modality(self, value: str) -> str:
        """A `Modality`."""
        return label("modality", value, self.language)

    def actor_type(self, value: str) -> str:
        """An `ActorType`."""
        return label("actor_type", value, self.language)

    def state(self, value: State) -> str:
        """A state of a story, capitalised."""
        return _capital(state_words(value, self.language))

    def axis(self, value: str) -> str:
        """An `Axis`, capitalised."""
        return _capital(label("axis", value, self.language))

    def standing(self, value: str) -> str:
        """A `Standing`."""
        return label("standing", value, self.language)

    def conflict(self, value: str) -> str:
        """A `Conflict`, capitalised."""
        return _capital(label("conflict", value, self.language))

    def announcement_kind(self, value: str) -> str:
        """An `AnnouncementKind`."""
        return label("announcement_kind", value, self.language)

    def publisher_type(self, value: str) -> str:
        """A `PublisherType`."""
        return label("publisher_type", value, self.language)

    def dismiss_reason(self, value: str) -> str:
        """A `DismissReason`; one that we do not know is shown as it is."""
        say = Say(self.language)
        names: dict[str, str] = {
            DismissReason.OTHER_POLICY: say("about another policy"),
            DismissReason.OLD_NEWS: say("old news"),
            DismissReason.DUPLICATE: say("the same as another match"),
            DismissReason.IN_PASSING: say("named in passing only"),
            DismissReason.MISREAD: say("the text was misread"),
            DismissReason.OTHER: say("another reason"),
        }
        return names.get(value, value)

    def act(self, value: str) -> str:
        """An `Act` of the audit trail."""
        say = Say(self.language)
        return {
            Act.DECIDE: say("decided"),
            Act.PROPOSE: say("proposed, waits for a second reviewer"),
            Act.CORRECT: say("corrected"),
            Act.ASSIGN: say("assigned"),
            Act.NOTE: say("noted"),
            Act.UNDO: say("undone"),
        }[Act(value)]

    def reviewed(self, name: str, value: str) -> str:
        """The value of a field of `Reviewed` in words; a dash for none."""
        shown: dict[str, Callable[[str], str]] = {
            "verdict": self.verdict,
            "proposed": self.verdict,
            "policy": self.policy,
            "action": self.action,
            "modality": self.modality,
        }
        return (shown[name](value) if name in shown else value) if value else "–"

    def reviewed_field(self, name: str) -> str:
        """What a field of `Reviewed` is called."""
        say = Say(self.language)
        return {
            "verdict": say("Verdict"),
            "policy": say("Policy"),
            "action": say("What happens"),
            "modality": say("How real"),
            "assignee": say("Given to"),
            "due": say("Due"),
            "proposed": say("Proposed"),
            "proposed_by": say("Proposed by"),
        }[name]

    def spoken_language(self, code: str) -> str:
        """The name of a language code; a code that we have no name for is shown as it is."""
        say = Say(self.language)
        names = {"en": say("English"), "es": say("Spanish"), "fr": say("French"), "pt": say("Portuguese")}
        return names.get(code.split("-")[0].lower(), code)

    def trouble(self, kind: str) -> str:
        """An `IncidentKind`, capitalised."""
        return _capital(troubles.label(kind, self.language))

    def trouble_headline(self, kind: str, source: str) -> str:
        """What happened to a source."""
        return troubles.headline(kind, source, self.language)

    def trouble_advice(self, kind: str) -> str:
        """What to do about it."""
        return troubles.advice(kind, self.language)

    def waiting(self, row: DeliveryRow) -> str:
        """Why a delivery is not due at once; "" when it is."""
        return in_words(row.waits_for, self.language, row.held_reason)

    def delivery_state(self, value: str) -> str:
        """A `DeliveryState`."""
        say = Say(self.language)
        return {
            DeliveryState.WAITING: say("Waiting"),
            DeliveryState.HELD: say("Held"),
            DeliveryState.SENDING: say("Being sent"),
            DeliveryState.RETRYING: say("To be tried again"),
            DeliveryState.DELIVERED: say("Delivered"),
            DeliveryState.DEAD: say("Not delivered"),
            DeliveryState.DISABLED: say("Refused for good"),
            DeliveryState.SILENCED: say("Silenced"),
            DeliveryState.RESTORED: say("Held since a restore"),
        }[DeliveryState(value)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
