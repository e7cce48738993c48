"""What the pages say in another language: catalogues keyed by the English text, one YAML file per language.

A language is one file in `catalogue/`. What has no translation is shown in English. The names of actions, modalities
and publisher types are not here: `watcher.vocabulary.wording` has them, for mails and the command line too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

ENGLISH = "en"
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}
"""Language code -> how its readers call it."""


@dataclass(frozen=True, slots=True)
class Say:
    """Says an English text in one language; `{name}` in it is replaced by the value of that name."""

    language: str

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language, as plain text: templates escape it like any other value."""
        return catalogue(self.language).get(text, text).format(**values)

    def count(self, one: str, many: str, n: int, **values: object) -> str:
        """`one` or `many` by the number, which the text calls `{n}`; English and Spanish share this rule."""
        return self(one if n == 1 else many, n=f"{n:,}", **values)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """English text -> text of the language; empty for English itself."""
    if language == ENGLISH or language not in LANGUAGES:
        return {}
    text = files(__package__).joinpath("catalogue", f"{language}.yaml").read_text("utf-8")
    return {str(key): str(value) for key, value in yaml.safe_load(text).items()}


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
