"""The language of a text by its commonest words."""

from __future__ import annotations

import pytest

from watcher.extract.language import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The Secretary announced that the program will end, and it is not known which rule will follow.", "en"),
        ("El gobierno anunció que las personas que esperan en la frontera no serán devueltas a su país.", "es"),
        ("Le gouvernement a annoncé que les personnes qui attendent dans le pays ne sont pas renvoyées.", "fr"),
        ("La Comisión Mexicana de Ayuda a Refugiados (COMAR) recibió más solicitudes que en el año anterior.", "es"),
    ],
)
def test_english_spanish_and_french(text: str, language: str) -> None:
    assert guess(text) == language


@pytest.mark.parametrize("text", ["", "Title 42", "MPP", "12345", "Wir schaffen das zusammen heute"])
def test_too_little_text_has_no_language(text: str) -> None:
    assert guess(text) is None
