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
    quoted_from_title="del título",
    sent_by="Enviado automáticamente por watcher. La cita es texto de la fuente; nadie la ha revisado todavía.",
    more="y {n} más",
)

_ALL = {phrases.language: phrases for phrases in (ENGLISH, SPANISH)}


def phrases(language: str) -> Phrases:
    """The words of a language tag ("es-MX" is "es"); English where there are none."""
    return _ALL.get(language.lower().split("-")[0], ENGLISH)
