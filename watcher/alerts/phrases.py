"""The fixed words of alerts in each language they are written in. What happens to a policy is worded elsewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words around what an alert says."""

    language: str
    seen: str
    published: str
    also: str
    why: str
    rule: str
    source: str
    review: str
    mute: str
    quoted_from_title: str
    sent_by: str
    more: str
    """For a subject: how many further matches; `{n}` is the number."""


ENGLISH = Phrases(
    language="en",
    seen="First seen",
    published="Published",
    also="Also in this announcement",
    why="Why you were sent this",
    rule="Rule",
    source="Read it at the source",
    review="Review it in watcher",
    mute="Mute this policy for a while",
    quoted_from_title="from the title",
    sent_by="Sent by watcher, automatically. The quotation is the source's own wording; nobody has reviewed it yet.",
    more="and {n} more",
)
SPANISH = Phrases(
    language="es",
    seen="Visto por primera vez",
    published="Publicado",
    also="También en este anuncio",
    why="Por qué recibe este mensaje",
    rule="Regla",
    source="Leer en la fuente",
    review="Revisar en watcher",
    mute="Silenciar esta política por un tiempo",
    quoted_from_title="del título",
    sent_by="Enviado automáticamente por watcher. La cita es texto de la fuente; nadie la ha revisado todavía.",
    more="y {n} más",
)

_ALL = {phrases.language: phrases for phrases in (ENGLISH, SPANISH)}


def phrases(language: str) -> Phrases:
    """The words of a language tag ("es-MX" is "es"); English where there are none."""
    return _ALL.get(language.lower().split("-")[0], ENGLISH)


@dataclass(frozen=True, slots=True)
class IncidentPhrases:
    """The words around what an alert says of an incident."""

    language: str
    over: str
    since: str
    until: str
    seen: str
    todo: str
    proposed: str
    evidence: str
    source: str
    health: str
    why: str
    sent_by: str


_INCIDENTS = {
    "en": IncidentPhrases(
        language="en",
        over="Over",
        since="Since",
        until="Until",
        seen="What was seen",
        todo="What you can do",
        proposed="Proposed",
        evidence="Kept as capture",
        source="Open the source",
        health="See it in watcher",
        why="You are told because your address is under `operators` in sources.yaml.",
        sent_by="Sent by watcher, automatically: once now, and once when it is over.",
    ),
    "es": IncidentPhrases(
        language="es",
        over="Resuelto",
        since="Desde",
        until="Hasta",
        seen="Lo que se vio",
        todo="Lo que puede hacer",
        proposed="Propuesta",
        evidence="Guardado como captura",
        source="Abrir la fuente",
        health="Ver en watcher",
        why="Se le avisa porque su dirección está en `operators` de sources.yaml.",
        sent_by="Enviado automáticamente por watcher: una vez ahora y otra cuando se resuelva.",
    ),
}


def incident_phrases(language: str) -> IncidentPhrases:
    """The words of a language tag; English where there are none."""
    return _INCIDENTS.get(language.lower().split("-")[0], _INCIDENTS["en"])


@dataclass(frozen=True, slots=True)
class DigestPhrases:
    """The words around several alerts in one message; `{n}` is a number."""

    language: str
    subject: str
    subject_one: str
    more: str
    more_one: str
    inbox: str
    source: str
    review: str
    sent_by: str


_DIGESTS = {
    "en": DigestPhrases(
        language="en",
        subject="{n} announcements",
        subject_one="1 announcement",
        more="and {n} more",
        more_one="and 1 more",
        inbox="All of them in watcher",
        source="Source",
        review="Review",
        sent_by="Sent by watcher, automatically. Quotations are the sources' own wording; nobody reviewed them yet.",
    ),
    "es": DigestPhrases(
        language="es",
        subject="{n} anuncios",
        subject_one="1 anuncio",
        more="y {n} más",
        more_one="y 1 más",
        inbox="Todos en watcher",
        source="Fuente",
        review="Revisar",
        sent_by="Enviado automáticamente por watcher. Las citas son texto de las fuentes; nadie las revisó todavía.",
    ),
}


def digest_phrases(language: str) -> DigestPhrases:
    """The words of a language tag; English where there are none."""
    return _DIGESTS.get(language.lower().split("-")[0], _DIGESTS["en"])


@dataclass(frozen=True, slots=True)
class FootPhrases:
    """The words of the links that are for the reader of one mail alone."""

    language: str
    subscribed: str
    manage: str
    stop: str
    confirm: str


_FEET = {
    "en": FootPhrases(
        language="en",
        subscribed="You subscribed to these alerts with this address.",
        manage="Change or end your subscription",
        stop="Stop mails to this address",
        confirm="Confirm the subscription",
    ),
    "es": FootPhrases(
        language="es",
        subscribed="Usted se suscribió a estos avisos con esta dirección.",
        manage="Cambiar o terminar su suscripción",
        stop="No recibir más mensajes en esta dirección",
        confirm="Confirmar la suscripción",
    ),
}


def foot_phrases(language: str) -> FootPhrases:
    """The words of a language tag; English where there are none."""
    return _FEET.get(language.lower().split("-")[0], _FEET["en"])


@dataclass(frozen=True, slots=True)
class FollowUpPhrases:
    """The words around what is new in an announcement that was told of before."""

    language: str
    update: str
    """Before the subject."""
    new: str
    nothing_named: str
    official: str
    act: str
    effective: str
    date: str
    country: str
    court: str
    number: str
    source: str
    sources: str
    day: str
    months: tuple[str, ...]
    courts: dict[str, str]


_FOLLOW_UPS = {
    "en": FollowUpPhrases(
        language="en",
        update="Update",
        new="New since you were told",
        nothing_named="another of your rules selects it",
        official="{name} confirms it",
        act="{what}",
        effective="takes effect, ends or is due on {day}",
        date="names {day}",
        country="concerns {name}",
        court="names a court: {name}",
        number="gives a number: {value}",
        source="1 more source: {names}",
        sources="{n} more sources: {names}",
        day="{day} {month} {year}",
        months=(
            *("January", "February", "March", "April", "May", "June", "July"),
            *("August", "September", "October", "November", "December"),
        ),
        courts={"supreme": "Supreme Court", "bia": "Board of Immigration Appeals"},
    ),
    "es": FollowUpPhrases(
        language="es",
        update="Novedad",
        new="Nuevo desde el aviso anterior",
        nothing_named="otra de sus reglas lo elige",
        official="{name} lo confirma",
        act="{what}",
        effective="entra en vigor, termina o vence el {day}",
        date="menciona el {day}",
        country="atañe a {name}",
        court="nombra un tribunal: {name}",
        number="da un número: {value}",
        source="1 fuente más: {names}",
        sources="{n} fuentes más: {names}",
        day="{day} de {month} de {year}",
        months=(
            *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
            *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        ),
        courts={"supreme": "Corte Suprema", "bia": "Junta de Apelaciones de Inmigración"},
    ),
}


def follow_up_phrases(language: str) -> FollowUpPhrases:
    """The words of a language tag; English where there are none."""
    return _FOLLOW_UPS.get(language.lower().split("-")[0], _FOLLOW_UPS["en"])
