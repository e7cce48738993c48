"""Where sentences end."""

from __future__ import annotations

import pytest

from watcher.classify.sentences import Sentences


def sentences_of(text: str) -> list[str]:
    sentences = Sentences(text)
    numbers = dict.fromkeys(sentences.at(index) for index in range(len(text)))
    return [sentences.content(number) for number in numbers]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The order cites Title 42 of the U.S. Code. It ends today.", 2),
        ("Sen. Ted Budd (R-N.C.) spoke. He left.", 2),
        ("See Matter of A-B-, 27 I&N Dec. 316. It was vacated.", 2),
        ("El Lic. Ebrard habló con EE.UU. sobre asilo. Nada cambió.", 2),
        ("A line that is\nwrapped in the middle of a sentence.", 1),
        ("Headline without a full stop\n\nThe text begins here.", 2),
        ("First; Second part.", 2),
        ("¿Terminará en mayo? Nadie sabe.", 2),
        ("He waited... and then... nothing. “It ends.” She left.", 3),
        ("“It ends today.”) The rest\nis wrapped. J. Doe left.", 3),
        ("What?! Yes. 日本. no", 2),
        ("- **Use of parole.** Effective today, people may apply.", 2),
        ("Department rescinds guidance on metering at ports of entry\nThe Department has rescinded its guidance.", 2),
        ("Secretary Announces End of Parole Programs for Four Countries\nDHS ended them on Friday.", 2),
        ("DHS ends parole programs for people of four countries\nWASHINGTON – The Department ended them today.", 2),
        (f"DHS ends parole programs for people of four countries\nDHS {'has ended them and ' * 9}says why.", 2),
        (
            "The Secretary of Homeland Security told reporters on Friday that\nPresident Biden had ended the programs.",
            1,
        ),
        ("The notice was signed by the Acting Commissioner and sent to the\nFederal Register in the night.", 1),
        ("Officials of the department said that the end of the program in El\nSalvador was near.", 1),
        ("Secretary Noem Announces the End of Temporary\nProtected Status for Haiti and Its Nationals", 1),
    ],
)
def test_abbreviations_and_wrapped_lines_do_not_end_a_sentence(text: str, count: int) -> None:
    assert len(sentences_of(text)) == count


def test_a_list_item_finds_the_sentence_that_introduces_it() -> None:
    text = "The letter demands that the government:\n\n• End MPP;\n\n• Stop metering."
    sentences = Sentences(text)
    lead = sentences.lead(sentences.at(text.index("Stop")))
    assert lead is not None
    assert sentences.content(lead) == "The letter demands that the government:"


def test_a_paragraph_far_from_a_colon_has_no_lead() -> None:
    text = "Our offices:\n\n" + "A long paragraph about the budget. " * 20 + "\n\nMPP ended."
    sentences = Sentences(text)
    assert sentences.lead(sentences.at(text.index("MPP"))) is None


def test_an_endless_sentence_is_cut_into_bounded_pieces() -> None:
    assert max(len(piece) for piece in sentences_of("word " * 2000)) <= 1200
