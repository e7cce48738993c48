"""`make translations`: puts texts that are new on the pages into every catalogue, and takes out what is gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tests.web import said
from watcher.web import strings

WRITTEN = datetime(2026, 11, 24, tzinfo=UTC)
"""Of the catalogues' form. The day of a text is in the history of its file; no line of it changes every time."""
CATALOGUES = Path(strings.__file__).with_name("catalogue")


def translated(language: str) -> dict[said.Message, said.Message]:
    """The English texts of a catalogue -> those of the language, as many as it has plurals; "" where there is none."""
    with CATALOGUES.joinpath(f"{language}.po").open("rb") as source:
        return {
            _texts(message.id): _texts(message.string) for message in read_po(source, locale=language) if message.id
        }


def write(language: str, texts: Mapping[said.Message, said.Message]) -> None:
    """The catalogue with these texts, in the order of the English ones: a change is a few lines of its file."""
    catalog = Catalog(
        locale=language,
        header_comment="# What the pages say in this language. {names} stay as they are.",
        project="watcher",
        msgid_bugs_address="",
        version="1",
        last_translator="the authors of watcher",
        language_team=strings.LANGUAGES[language],
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        fuzzy=False,
    )
    for english in sorted(said.everything()):
        there = texts.get(english, ("",) * (catalog.num_plurals if len(english) > 1 else 1))
        catalog.add(english if len(english) > 1 else english[0], there if len(english) > 1 else there[0])
    with CATALOGUES.joinpath(f"{language}.po").open("wb") as target:
        write_po(target, catalog, width=0)


def main() -> None:
    """Brings every catalogue up to date and says what still wants translating."""
    for language in strings.LANGUAGES.keys() - {strings.ENGLISH}:
        write(language, translated(language))
        wanting = [english[0] for english, texts in translated(language).items() if not all(texts)]
        print(f"{language}: {len(wanting)} texts to translate", *wanting, sep="\n  ")


def _texts(value: str | tuple[str, ...] | list[str] | None) -> said.Message:
    return (value,) if isinstance(value, str) else tuple(value or ())


if __name__ == "__main__":
    main()
