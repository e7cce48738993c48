"""What the pages say in another language: gettext catalogues keyed by the English text, one .po file per language.

A language is one file in `catalogue/`, which translators open with their own programs (`make translations` puts new
texts in). What has no translation is shown in English. The names of actions, modalities
and publisher types are not here: `watcher.vocabulary.wording` has them, for mails and the command line too.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = "en"
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}
"""Language code -> how its readers call it."""


@dataclass(frozen=True, slots=True)
class Say:
    """Says an English text in one language; `{name}` in it is replaced by the value of that name."""

    language: str

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language, as plain text: templates escape it like any other value."""
        return catalogue(self.language).gettext(text).format(**values)

    def count(self, one: str, many: str, n: int, **values: object) -> str:
        """The text by the language's own rule of plurals (in English `one` or `many`); it calls the number `{n}`."""
        return catalogue(self.language).ngettext(one, many, n).format(n=f"{n:,}", **values)


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts of a language; for English, and a language there is none of, what gives every text back as it is."""
    if language == ENGLISH or language not in LANGUAGES:
        return NullTranslations()
    compiled = io.BytesIO()
    with files(__package__).joinpath("catalogue", f"{language}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def negotiate(asked: str | None, kept: str | None, accepts: str) -> str:
    """The language of a page: what the address asks for, else what the cookie kept, else what the browser accepts."""
    wanted = (asked or "", kept or "", *_by_preference(accepts))
    return next((language for language in wanted if language in LANGUAGES), ENGLISH)


def _by_preference(accepts: str) -> list[str]:
    """The primary languages of an Accept-Language field, most wanted first (RFC 9110 section 12.5.4)."""
    weighed = [_weighed(part) for part in accepts[:200].split(",")]
    return [language for weight, language in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]


def _weighed(part: str) -> tuple[float, str]:
    tag, _, quality = part.partition(";")
    language = tag.strip().split("-")[0].lower()
    try:
        return float(quality.strip().removeprefix("q=") or 1), language
    except ValueError:
        return 0.0, language
