"""The mail that asks whether a subscription is wanted. Its link is made when it is sent (see `doors`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from watcher.alerts import notices
from watcher.alerts.payload import Links
from watcher.models.alerts import Delivery
from watcher.models.catalog import Recipient
from watcher.models.policies import Policy
from watcher.models.subscriptions import Choices, Frequency, SubscriptionRequest, asked

_OFTEN = {
    "en": {
        Frequency.IMMEDIATE: "as soon as something is found",
        Frequency.DAILY: "once a day, at 8:00 ({timezone})",
        Frequency.WEEKLY: "once a week, on Mondays at 8:00 ({timezone})",
    },
    "es": {
        Frequency.IMMEDIATE: "en cuanto se encuentre algo",
        Frequency.DAILY: "una vez al día, a las 8:00 ({timezone})",
        Frequency.WEEKLY: "una vez por semana, los lunes a las 8:00 ({timezone})",
    },
}
_ALL = {"en": "all policies", "es": "todas las políticas"}
_ACTS = {
    "en": "Only what governments, legislatures and courts do.",
    "es": "Solo lo que hacen gobiernos, parlamentos y tribunales.",
}
_WORDS = {
    "en": (
        "Confirm your subscription to policy alerts",
        "Somebody, probably you, asked for alerts to this address.",
        "About: {about}.",
        "How often: {often}.",
        "To get them, open the link below within 48 hours and press the button.",
        "If it was not you, do nothing: nothing more will be sent, and the address is forgotten.",
    ),
    "es": (
        "Confirme su suscripción a los avisos",
        "Alguien, probablemente usted, pidió avisos para esta dirección.",
        "Sobre: {about}.",
        "Con qué frecuencia: {often}.",
        "Para recibirlos, abra el enlace de abajo en un plazo de 48 horas y pulse el botón.",
        "Si no fue usted, no haga nada: no se le enviará nada más, y la dirección se olvida.",
    ),
}


def ask(
    request: SubscriptionRequest,
    policies: Mapping[str, Policy],
    *,
    addresses: Callable[[Recipient], Sequence[str]],
    now: datetime,
) -> tuple[Delivery, ...]:
    """The delivery that asks for confirmation; nothing in it opens anything."""
    said = {language: _said(request.choices, policies, language) for language in _WORDS}
    notice = notices.Notice("confirmation", request.id, said)
    return notices.tell(notice, [asked(request)], addresses=addresses, links=Links(), now=now)


def about(choices: Choices, policies: Mapping[str, Policy], language: str) -> str:
    """The names of the policies that were chosen, in one line."""
    names = [policies[each].shown(language) if each in policies else each for each in choices.policies]
    return ", ".join(names) or _ALL[language]


def how_often(choices: Choices, language: str) -> str:
    """The frequency in words."""
    return _OFTEN[language][choices.frequency].format(timezone=choices.timezone)


def _said(choices: Choices, policies: Mapping[str, Policy], language: str) -> tuple[str, tuple[str, ...]]:
    headline, who, what, often, todo, otherwise = _WORDS[language]
    acts = (_ACTS[language],) if choices.acts_only else ()
    return headline, (
        who,
        what.format(about=about(choices, policies, language)),
        *acts,
        often.format(often=how_often(choices, language)),
        todo,
        otherwise,
    )
