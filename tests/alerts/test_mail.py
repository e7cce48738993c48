"""Mails: what people read, and that no title can make them anything else."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.alerts.samples import NOW, TEXT, announcement, match, said
from watcher.alerts.doors import NO_DOOR, Door, Doors
from watcher.alerts.mail import HEADERS, POLICY, compose
from watcher.alerts.render import email, subject
from watcher.errors import DeliveryError
from watcher.models.catalog import Recipient, Rule
from watcher.models.secret import Secret
from watcher.models.words import Action

HOSTILE = (
    "\r\nBcc: thief@example.org", "\n\n<script>alert(1)</script>", "=?utf-8?q?a=0d=0aBcc=3a_thief=40example.org?=",
    "=?utf-8?b?DQpCY2M6IHRoaWVmQGV4YW1wbGUub3Jn?=", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029",
    "\ud800", "\udfff", "\u202e", "\ufeff", "\u200b", "\u200d", "{{ 7*7 }}", "{% raw %}", "<img src=http://tracker.example/x.png>",
    "javascript:alert(1)", '" onmouseover="x', "'--", "&lt;b&gt;", "From ", "\n.\r\n", "é", "ñ", "移民", "👩‍⚖️",
    "x" * 300, "word " * 60, ", ; : @ < > ( ) [ ] \\ \"", "Subject: y", "=", "?", "%0d%0a", "\t",
)  # fmt: skip


THREAD = ("In-Reply-To", "References")


def mail(payload: dict[str, Any], language: str = "en", door: Door = NO_DOOR) -> EmailMessage:
    data = compose(
        payload,
        delivery_id="delivery1",
        mail_from="Watcher <alerts@example.org>",
        to="desk@example.net",
        language=language,
        now=NOW,
        timezone=ZoneInfo("America/New_York"),
        door=door,
    )
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data.isascii()
    return message_from_bytes(data, policy=policy.default)


def parts(message: EmailMessage) -> tuple[str, str]:
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return text.get_content(), html.get_content()


def test_a_mail_has_our_headers_and_the_text_before_the_html() -> None:
    message = mail(said())
    assert sorted(message.keys()) == sorted((*HEADERS, *THREAD))
    assert message["From"] == "Watcher <alerts@example.org>"
    assert message["To"] == "desk@example.net"
    assert message["Message-ID"] == "<delivery1@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "watcher alerts <watcher.example.org>"
    assert message["Date"].datetime == NOW
    parts(message)


def test_the_first_two_lines_say_who_did_what_to_which_policy() -> None:
    payload = said()
    text, _ = parts(mail(payload))
    first, second = text.splitlines()[:2]
    assert first == payload["data"]["matches"][0]["headline"]["en"]
    assert second == "Department of Homeland Security: Department ends the Migrant Protection Protocols"


def test_the_subject_says_what_happens_and_who_says_so() -> None:
    payload = said()
    line = str(mail(payload)["Subject"])
    assert line == f"{payload['data']['matches'][0]['headline']['en']} — Department of Homeland Security"


def test_further_policies_are_counted_in_the_subject() -> None:
    several = announcement(match(), match(action=Action.SUSPEND), match("title-42", "Title 42"), match("aca", "MPP"))
    assert subject(said(several), "en").endswith(" (and 2 more)")
    assert subject(said(several), "es").endswith(" (y 2 más)")


def test_the_surest_policy_leads_and_the_matches_of_a_policy_stay_in_order() -> None:
    several = announcement(
        match("title-42", "Title 42", score=0.4), match(score=0.8), match(action=Action.SUSPEND, score=0.9)
    )
    payload = said(several)
    text, _ = parts(mail(payload))
    aside, first, second = (each["headline"]["en"] for each in payload["data"]["matches"])
    assert text.startswith(first)
    assert text.index(first) < text.index(second) < text.index(aside)


def test_the_quotation_has_its_mention_marked_in_both_bodies() -> None:
    text, html = parts(mail(said()))
    assert "It will end the *Migrant Protection Protocols* (MPP) at once" in text
    assert re.search(r"It will end the <mark [^>]*>Migrant Protection Protocols</mark> \(MPP\)", html)


def test_the_mail_says_why_it_was_sent_and_where_to_read_on() -> None:
    for body in parts(mail(said(rules=(Rule("acts", ("desk",), note="our cases <depend> on it"),)))):
        assert "acts" in body
        assert "https://agency.example/news/1" in body
        assert "https://watcher.example/entries/entry1" in body
        assert "2026-03-14 05:30 EDT" in body
    assert "our cases <depend> on it" in parts(mail(said(rules=(Rule("a", (), note="our cases <depend> on it"),))))[0]


def test_a_spanish_reader_gets_spanish() -> None:
    payload = said()
    message = mail(payload, "es-MX")
    text, html = parts(message)
    assert text.startswith(payload["data"]["matches"][0]["headline"]["es"])
    assert "Por qué recibe este mensaje" in text
    assert '<html lang="es">' in html


def test_another_language_gets_english() -> None:
    assert "Why you were sent this" in parts(mail(said(), "fr"))[0]


def test_what_reads_the_same_is_said_once() -> None:
    same = announcement(match(), match(score=0.5))
    text, _ = parts(mail(said(same)))
    assert "Also in this announcement" not in text
    assert "Also in this announcement" in parts(mail(said(announcement(match(), match(action=Action.SUSPEND)))))[0]


def test_links_are_web_addresses_or_absent() -> None:
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a.example/x y",
        "https://a\u202e.example",
        None,
    ):
        text, html = parts(mail(said(announcement(url=address))))
        assert "Read it at the source" not in text + html


def test_html_from_outside_is_text() -> None:
    text = TEXT.replace("at once", '<img src="http://tracker.example/x.png"> at once')
    hostile = announcement(
        match(text=text),
        text=text,
        title='<script>x</script> "t"',
        publisher_name="<b>P</b>",
        url='https://a.example/?"><b>',
    )
    _, html = parts(mail(said(hostile, rules=(Rule("<i>r</i>", ("desk",), note="<u>n</u>"),))))
    names = set(re.findall(r"<\s*([a-zA-Z]+)", html))
    assert names == {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "div",
        "p",
        "blockquote",
        "mark",
        "a",
        "br",
        "ul",
        "li",
        "b",
    }
    assert "<b>P" not in html
    assert not re.search(r"<[^>]*\bsrc=|url\(|@import", html)


@pytest.mark.parametrize("seed", range(4))
def test_of_twenty_thousand_hostile_titles_every_one_makes_a_mail_with_exactly_our_headers(seed: int) -> None:
    rng, plain = Random(seed), said()
    for _ in range(5_000):
        title = "".join(
            rng.choice(HOSTILE) if rng.random() < 0.7 else chr(rng.randrange(0x110000))
            for _ in range(rng.randint(1, 8))
        )
        _hostile_everywhere(plain, title)
        line = subject(plain, "en")
        assert len(line) <= 180
        data = _subject_only(line)
        assert sorted(data.keys()) == ["Subject"]
        assert data["Subject"] == line
    for _ in range(100):
        _hostile_everywhere(plain, "".join(rng.choice(HOSTILE) for _ in range(rng.randint(1, 8))))
        assert sorted(mail(plain).keys()) == sorted((*HEADERS, *THREAD))


def _hostile_everywhere(payload: dict[str, Any], title: str) -> None:
    data = payload["data"]
    data["entry"]["title"] = data["publisher"]["name"] = title
    data["matches"][0]["headline"] = {"en": title, "es": title}


def _subject_only(line: str) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["Subject"] = line
    data = message.as_bytes()
    assert all(len(part) <= 78 for part in data.split(b"\r\n") if b"=?" in part)
    return message_from_bytes(data, policy=policy.default)


def test_a_rendered_mail_is_the_same_every_time() -> None:
    assert email(said(), "en") == email(said(), "en")


# --- threads, and how readers end them ---------------------------------------------------------------------------


def test_mails_about_one_entry_are_answers_to_one_message_and_keep_their_own_ids() -> None:
    first, second = mail(said()), mail(said(announcement(revision=2)))
    assert first["References"] == first["In-Reply-To"] == second["References"] == "<thread.entry1@example.org>"
    assert first["Message-ID"] == "<delivery1@example.org>"


def test_mails_about_one_event_are_one_thread() -> None:
    about = [announcement(entry_id=each, thread="event1") for each in ("entry1", "entry2")]
    assert {mail(said(each))["References"] for each in about} == {"<thread.event1@example.org>"}


def test_a_hostile_thread_makes_no_header() -> None:
    with pytest.raises((ValueError, DeliveryError)):
        mail(said(announcement(thread="x>\r\nBcc: thief@example.org")))


def door(recipient_id: str, base_url: str = "https://watcher.example") -> Door:
    return Doors(base_url, Secret("k" * 32)).of(Recipient(recipient_id, "email"), "desk@example.net")


def test_a_mail_program_can_end_a_subscription_with_one_click_and_only_over_https() -> None:
    message = mail(said(), door=door("subscriber:abc"))
    assert re.fullmatch(
        r"<https://watcher\.example/unsubscribe/abc\.[\w-]{32}\?lang=en>", str(message["List-Unsubscribe"])
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    unsafe = mail(said(), door=door("subscriber:abc", "http://watcher.example"))
    assert unsafe["List-Unsubscribe-Post"] is None
    assert unsafe["List-Unsubscribe"] is not None


def test_a_long_address_of_ours_stays_in_one_piece() -> None:
    raw = compose(
        said(),
        delivery_id="delivery1",
        mail_from="alerts@example.org",
        to="desk@example.net",
        language="en",
        now=NOW,
        timezone=ZoneInfo("UTC"),
        door=door("subscriber:abc", "https://watcher.example/" + "x" * 400),
    )
    (line,) = (each for each in raw.split(b"\r\n") if each.startswith(b"List-Unsubscribe:"))
    assert line.startswith(b"List-Unsubscribe: <https://watcher.example/xxx")
    assert line.endswith(b"?lang=en>")


@pytest.mark.parametrize(("language", "change"), [("en", "Change or end your"), ("es", "Cambiar o terminar su")])
def test_a_subscriber_reads_why_and_how_to_end_it_and_no_link_that_needs_a_login(language: str, change: str) -> None:
    text, html = parts(mail(said(), language, door=door("subscriber:abc")))
    assert change in text
    assert change in html
    for body in (text, html):
        assert "/subscription/abc." in body
        assert "/entries/" not in body
        assert "/silences" not in body
        assert "acts" not in body.replace("acts.", "")


def test_a_recipient_of_the_file_reads_which_rule_how_to_mute_and_how_to_stop_it() -> None:
    text, _ = parts(mail(said(), door=door("desk")))
    order = [
        "The government ends",
        "“",
        "Why you were sent this",
        "Rule acts",
        "Read it at",
        "Review it",
        "Mute",
        "Stop",
    ]
    assert sorted(order, key=text.index) == order
