"""sources.yaml: what is right is read as written, what is wrong is said with its place and what to write instead."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time as clock_time
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import certifi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ConfigError
from watcher.models.catalog import (
    Catalog,
    Criteria,
    Digest,
    Group,
    HostRule,
    How,
    Interval,
    Publisher,
    Quiet,
    Recipient,
    Robots,
    Rule,
    Source,
)
from watcher.models.words import Action, ActorType, Modality, PublisherType
from watcher.sources.base import kinds
from watcher.sources.catalog import dump_catalog, durations, json_schema, read_catalog

SHIPPED = Path(__file__).parents[2] / "sources.yaml"


@dataclass(frozen=True, slots=True)
class Feed:
    full_text: Literal["auto", "always", "never"] = "auto"
    """Whether the feed carries full texts."""
    pages: int = 20


@dataclass(frozen=True, slots=True)
class Listing:
    entry: str
    """Each element that is one announcement."""
    title: str = ""

    def __post_init__(self) -> None:
        if self.entry.endswith("["):
            raise ValueError(f"entry: {self.entry!r} is not a CSS selector")


@dataclass(frozen=True, slots=True)
class Console:
    pass


@dataclass(frozen=True, slots=True)
class Email:
    to: str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret: str | tuple[str, ...] = ()


KINDS: Mapping[str, type] = {"feed": Feed, "listing": Listing}
CHANNELS: Mapping[str, type] = {"console": Console, "email": Email, "webhook": Webhook}
POLICIES = ("mpp", "title-42", "cbp-one")

GOOD = """\
publishers:
  - {id: kind, name: Kids in Need of Defense, type: ngo, country: NO}
  - {id: 2021-02-01, name: 12:30:00, type: court}
hosts:
  - {host: "*.example.org", at_once: 2, apart: 0.5s}
  - {host: 127.0.0.2:8080}
sources:
  - id: kind-news
    publisher: kind
    kind: feed
    url: https://supportkind.org/feed/
    every: 15m
    language: en
    options: {full_text: always, pages: 5}
  - id: court
    publisher: 2021-02-01
    kind: listing
    url: http://127.0.0.2:8080/list?a=%5B1%5D
    name: Opinions
    every: {min: 5m, max: 1d}
    enabled: false
    alert_backfill: yes
    note: No
    options: {entry: li.news}
recipients:
  - {id: desk, channel: email, to: [desk@example.org, chief@example.org], language: es}
  - {id: hook, channel: webhook, url: https://example.org/in, secret: "${WATCHER_HOOK_SECRET}"}
  - {id: terminal, channel: console}
rules:
  - id: acts
    note: why
    when:
      policies: [mpp, title-42]
      actor_types: [executive, court]
      actions: [adopt, block]
      modalities: [actual]
      publisher_types: [ngo]
      words: [asilo, "2024"]
      min_score: 0.6
    not: {sources: [kind-news], languages: [fr]}
    send: [desk, hook]
    stop: true
  - {id: all, send: [terminal]}
"""

Read = Callable[..., Catalog]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str | bytes) -> Catalog:
        file = tmp_path / "sources.yaml"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_catalog(file, kinds=KINDS, channels=CHANNELS, policies=POLICIES)

    return read


@pytest.fixture
def mistakes(read: Read) -> Callable[[str | bytes], list[str]]:
    """The lines of the ConfigError, without the name of the file."""

    def mistakes(text: str | bytes) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            read(text)
        return [re.sub(r"^.*?sources\.yaml:", "", line) for line in str(caught.value).splitlines()]

    return mistakes


Mistakes = Callable[[str | bytes], list[str]]


def test_a_right_file_is_read_as_written(read: Read) -> None:
    catalog = read(GOOD)

    assert catalog.publishers == (
        Publisher("kind", "Kids in Need of Defense", PublisherType.NGO, "NO"),
        Publisher("2021-02-01", "12:30:00", PublisherType.COURT),
    )
    assert catalog.hosts == (
        HostRule("*.example.org", at_once=2, apart=timedelta(seconds=0.5)),
        HostRule("127.0.0.2:8080"),
    )
    quarter = timedelta(minutes=15)
    assert catalog.sources == (
        Source(
            id="kind-news",
            publisher="kind",
            kind="feed",
            url="https://supportkind.org/feed/",
            every=Interval(quarter, quarter),
            language="en",
            options={"full_text": "always", "pages": 5},
        ),
        Source(
            id="court",
            publisher="2021-02-01",
            kind="listing",
            url="http://127.0.0.2:8080/list?a=%5B1%5D",
            name="Opinions",
            every=Interval(timedelta(minutes=5), timedelta(days=1)),
            enabled=False,
            alert_backfill=True,
            note="No",
            options={"entry": "li.news"},
        ),
    )
    assert catalog.recipients == (
        Recipient("desk", "email", "es", {"to": ["desk@example.org", "chief@example.org"]}),
        Recipient("hook", "webhook", "en", {"url": "https://example.org/in", "secret": "${WATCHER_HOOK_SECRET}"}),
        Recipient("terminal", "console"),
    )
    when = Criteria(
        policies=("mpp", "title-42"),
        actor_types=(ActorType.EXECUTIVE, ActorType.COURT),
        actions=(Action.ADOPT, Action.BLOCK),
        modalities=(Modality.ACTUAL,),
        publisher_types=(PublisherType.NGO,),
        words=("asilo", "2024"),
        min_score=0.6,
    )
    but = Criteria(sources=("kind-news",), languages=("fr",))
    assert catalog.rules == (
        Rule("acts", ("desk", "hook"), "why", when, but, How.IMMEDIATE, stop=True),
        Rule("all", ("terminal",)),
    )
    assert catalog.digest == hashlib.sha256(GOOD.encode()).hexdigest()


def test_options_are_plain_data_of_the_declared_types_and_leave_defaults_out(read: Read) -> None:
    options = read(GOOD).sources[0].options

    assert options == {"full_text": "always", "pages": 5}
    assert Feed(**options) == Feed("always", 5)


def test_a_written_catalog_reads_back_the_same(read: Read) -> None:
    catalog = read(GOOD)

    again = read(dump_catalog(catalog))

    assert dataclasses.replace(again, digest="") == dataclasses.replace(catalog, digest="")


def test_a_written_catalog_leaves_out_what_is_as_by_default(read: Read) -> None:
    text = dump_catalog(read(GOOD))

    assert "every: 15m" in text
    assert "alert_backfill: true" in text
    assert text.count("alert_backfill") == 1
    assert "country: 'NO'" in text  # other readers of YAML would take it for false


def test_a_section_whose_members_are_all_commented_out_is_empty(read: Read) -> None:
    catalog = read("publishers: []\nsources:\nrules:\n#  - {id: x}\n")

    assert not catalog.sources
    assert not catalog.rules
    assert not catalog.recipients


WRONG = """\
publishers:
  - {id: kind, name: Kids, type: ngoo}
  - {id: kind, name: Kids, type: ngo}
operators: [dek]
hosts:
  - {host: "https://x.org/", at_once: 0, apart: soon, robots: obeyed}
sources:
  - id: a
    publisher: kin
    kind: fed
    url: www.example.org/feed
    every: {min: 2h, max: 1h}
    enabled: maybe
    expect: weekly
  - id: b
    publisher: kind
    kind: listing
    url: https://u:p@x.org/
    every: 15 minutes
    entry: li
    id: c
  - id: d
    publisher: kind
    kind: listing
    url: https://x.org/
    language: english
    options: {entry: "li[", foo: 1}
  - id: e e
    publisher: kind
    kind: feed
    options: {full_text: alway}
recipients:
  - {id: desk, channel: email, quiet: {}}
  - {id: hook, channel: webhook, url: https://example.org/in, secret: s3cr3t}
  - {id: c, channel: consle}
  - {id: d, channel: console, options: {}}
rules:
  - id: r
    when: {policies: [MPPS, title42], polices: [a], actions: [adpt], min_score: 3, sources: [f]}
    not: {publishers: [kind-news]}
    exclude: {}
    send: desk
    stop: 3
  - send: [dsk]
    how: digest
  - abc
"""

SAID = """\
2:34: publishers.kind.type: `ngoo` is not known here (did you mean `ngo`?); there are: executive, legislature, court, international_organisation, subnational_government, ngo, research, media, other
3:10: publishers.kind.id: `kind` stands twice under `publishers`; ids must differ
4:13: operators.0: there is no recipient `dek` (did you mean `desk`?)
6:12: hosts.0.host: write a host name without http:// and path; `*` stands for any characters
6:39: hosts.0.at_once: must be at least 1; to stop asking a host, set its sources `enabled: false`
6:49: hosts.0.apart: `soon` is no duration; write one like 15m, 1h30m or 7d
6:63: hosts.0.robots: `obeyed` is not known here (did you mean `obey`?); there are: obey, ignore
9:16: sources.a.publisher: there is no publisher `kin` (did you mean `kind`?)
10:11: sources.a.kind: there is no kind `fed` (did you mean `feed`?)
11:10: sources.a.url: an address begins with http:// or https:// (did you mean `https://www.example.org/feed`?)
12:12: sources.a.every: `min` is longer than `max`
13:14: sources.a.enabled: write true or false
14:13: sources.a.expect: `weekly` is no duration; write one like 15m, 1h30m or 7d
15:5: sources.b: `entry` is missing under `options:`
18:10: sources.b.url: an address must not carry a user name or password: it is stored and shown
19:12: sources.b.every: `15 minutes` is no duration; write one like 15m, 1h30m or 7d
20:5: sources.b.entry: `entry` belongs one level deeper, under `options:`
21:5: sources.b.id: this key stands here twice; keep one of them
26:15: sources.d.language: write a language as two letters, such as en or es
27:22: sources.d.options.entry: entry: 'li[' is not a CSS selector
27:29: sources.d.options.foo: there is no key `foo` here (there are: entry, title)
28:5: sources.e e: `url` is missing
28:9: sources.e e.id: an id has letters, digits, `-`, `_` and `.`, at most 100 of them
31:26: sources.e e.options.full_text: `alway` is not known here (did you mean `always`?); there are: auto, always, never
33:5: recipients.desk: `to` is missing
33:39: recipients.desk.quiet: `from` is missing; `to` is missing; `timezone` is missing
34:71: recipients.hook.secret: a secret must not stand in this file, which is copied and shown: write ${NAME} and set the environment variable NAME (or NAME_FILE), or write file:/path/to/secret
35:22: recipients.c.channel: there is no channel `consle` (did you mean `console`?)
36:31: recipients.d.options: there is no key `options` here (it takes no options)
39:23: rules.r.when.policies.0: there is no policy `MPPS` (did you mean `mpp`?)
39:29: rules.r.when.policies.1: there is no policy `title42` (did you mean `title-42`?)
39:39: rules.r.when.polices: there is no key `polices` here (did you mean `policies`?)
39:63: rules.r.when.actions.0: `adpt` is not known here (did you mean `adopt`?); there are: propose, adopt, implement, extend, expand, amend, suspend, terminate, reinstate, block, allow, challenge, call_for, comment, commemorate, report, mention
39:81: rules.r.when.min_score: a score lies between 0 and 1
39:94: rules.r.when.sources.0: there is no source `f` (there are: a, b, d, e e)
40:24: rules.r.not.publishers.0: there is no publisher `kind-news` (did you mean `kind`?)
41:5: rules.r.exclude: there is no key `exclude` here (there are: id, send, note, when, not, how, stop, repeats)
42:11: rules.r.send: write a list, such as [one, two]
43:11: rules.r.stop: write true or false
44:5: rules.1: `id` is missing
44:12: rules.1.send.0: there is no recipient `dsk` (did you mean `desk`?)
45:10: rules.1.how: `digest` is not known here (there are: immediate); write immediate, or {digest: "0 8 * * mon-fri", timezone: America/New_York}
46:5: rules.2: write keys and values below it, indented
"""  # noqa: E501 - as they are said


def test_all_mistakes_of_a_file_are_said_at_once_with_their_places(mistakes: Mistakes) -> None:
    assert mistakes(WRONG) == SAID.splitlines()


def test_a_secret_is_never_repeated(mistakes: Mistakes) -> None:
    assert not any("s3cr3t" in line or "u:p" in line for line in mistakes(WRONG))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.org/", "begins with http://"),
        ("file:///etc/passwd", "begins with http://"),
        ("https://", "no host name"),
        ("https:///feed", "no host name"),
        ("https://exa mple.org/", "no spaces"),
        ("https://example.org\\@evil.org/", "no spaces, backslashes"),
        ('"https://example.org/\\x01"', "control characters"),
        ("https://user@example.org/", "user name"),
        ("https://example.org:99999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://${HOST}/", "no host name"),
    ],
)
def test_an_address_that_cannot_be_asked_is_refused(mistakes: Mistakes, url: str, why: str) -> None:
    lines = mistakes(GOOD.replace("https://supportkind.org/feed/", url))

    assert len(lines) == 1
    assert lines[0].startswith("11:10: sources.kind-news.url: ")
    assert why in lines[0]


@pytest.mark.parametrize("url", ["https://[2001:db8::1]:8443/x", "http://bücher.example/", "https://x.org/a?b=[c]#d"])
def test_addresses_of_all_proper_forms_are_taken(read: Read, url: str) -> None:
    assert read(GOOD.replace("https://supportkind.org/feed/", url)).sources[0].url == url


@pytest.mark.parametrize("secret", ["${HOOK}", "file:/run/secrets/hook", "[ '${OLD}', '${NEW}' ]"])
def test_references_to_secrets_stay_as_they_are(read: Read, secret: str) -> None:
    text = GOOD.replace('"${WATCHER_HOOK_SECRET}"', secret if secret.startswith("[") else f'"{secret}"')

    kept = read(text).recipients[1].options["secret"]

    assert kept == (["${OLD}", "${NEW}"] if secret.startswith("[") else secret)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("publishers: [\n", "2:1: is not YAML"),
        ("a: b: c\n", "1:5: is not YAML"),
        ("a:\n\t- b\n", "2:1: is not YAML"),
        ("", "1:1: the file is empty"),
        ("# nothing\n", "1:1: the file is empty"),
        ("- a\n", "1:1: the file must have keys at its top"),
        ("sources: yes\n", "1:10: sources: write a list"),
        ("sources: [&a [*a]]\n", "1:11: sources.0: write keys"),
        ("rules: [{id: !secret x, send: []}]\n", "1:14: rules.0.id: there is no tag !secret here"),
        ("? [a, b]\n: c\n", "1:3: a key must be a single word"),
        ("a: 1\n---\nb: 2\n", "2:1: is not YAML"),
    ],
)
def test_what_is_not_yaml_as_we_use_it_is_said_with_its_line(mistakes: Mistakes, text: str, line: str) -> None:
    assert any(said.startswith(line) for said in mistakes(text)), mistakes(text)


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"sources: \xe9\n", b"a: \x00\n"])
def test_bytes_that_are_no_text_are_refused(read: Read, body: bytes) -> None:
    with pytest.raises(ConfigError, match=r"sources\.yaml"):
        read(body)


def test_a_file_that_is_not_there_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigError, match=re.escape(str(path))):
            read_catalog(path, kinds=KINDS, channels=CHANNELS, policies=POLICIES)


def test_an_empty_when_is_refused_because_it_would_select_everything(mistakes: Mistakes) -> None:
    text = "recipients: [{id: t, channel: console}]\nrules:\n  - id: r\n    send: [t]\n    when:\n    policies: [mpp]\n"

    assert mistakes(text) == [
        "5:10: rules.r.when: write keys and values below it, indented",
        "6:5: rules.r.policies: `policies` belongs one level deeper, under `when:`",
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("15m", 900), ("1h30m", 5400), ("7d", 604800), ("0s", 0), ("0.5s", 0.5), ("1w2d", 777600), ("90m", 5400)],
)
def test_durations_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert durations.parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "15 m", "30m1h", "-5m", "15min", "PT15M", "1e3s", "00:15", "9999999d"])
def test_what_is_no_duration_is_not_read_as_one(text: str) -> None:
    assert durations.parse(text) is None


@given(st.integers(min_value=0, max_value=400 * 86_400 * 1000))
def test_every_duration_that_is_written_reads_back_the_same(milliseconds: int) -> None:
    duration = timedelta(milliseconds=milliseconds)

    assert durations.parse(durations.write(duration)) == duration


def test_ten_thousand_sources_are_read_within_four_seconds(read: Read) -> None:
    source = (
        "  - {{id: s{0}, publisher: p, kind: feed, url: 'https://h{0}.example.org/feed', every: 15m, language: en}}\n"
    )
    text = "publishers: [{id: p, name: P, type: ngo}]\nsources:\n" + "".join(map(source.format, range(10_000)))

    started = time.process_time()
    catalog = read(text)

    assert len(catalog.sources) == 10_000
    assert time.process_time() - started < 4


def test_many_mistakes_are_said_quickly(mistakes: Mistakes) -> None:
    source = "  - {{id: s{0}, publisher: q{0}, kind: feed, url: 'https://h{0}.example.org/feed'}}\n"
    publishers = "".join(f"  - {{id: p{i}, name: P, type: ngo}}\n" for i in range(2_000))
    text = f"publishers:\n{publishers}sources:\n" + "".join(map(source.format, range(2_000)))

    started = time.process_time()

    assert len(mistakes(text)) == 2_000
    assert time.process_time() - started < 4


def test_the_schema_names_every_key_and_every_kind_and_channel() -> None:
    schema = json_schema(KINDS, CHANNELS)
    definitions: dict[str, Any] = schema["$defs"]

    catalog = definitions[schema["$ref"].removeprefix("#/$defs/")]
    sections = {"publishers", "hosts", "sources", "recipients", "rules", "operators"}
    assert set(catalog["properties"]) == sections | {"canary", "receipt", "heartbeat", "retention", "leads"}
    assert definitions["Source"]["properties"]["kind"]["enum"] == ["feed", "listing"]
    assert definitions["Recipient"]["properties"]["channel"]["enum"] == ["console", "email", "webhook"]
    assert "not" in definitions["Rule"]["properties"]
    assert "exclude" not in definitions["Rule"]["properties"]
    assert definitions["listing.Listing"]["required"] == ["entry"]
    assert definitions["listing.Listing"]["properties"]["entry"]["description"].startswith("Each element")
    assert re.fullmatch(definitions["HostRule"]["properties"]["apart"]["pattern"], "1h30m")


def test_every_reference_in_the_schema_leads_somewhere() -> None:
    schema = json_schema(KINDS, CHANNELS)

    references = set(_references(schema))

    assert references
    assert references <= {f"#/$defs/{name}" for name in schema["$defs"]}


def _references(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [found for each in schema for found in _references(each)]
    if not isinstance(schema, dict):
        return []
    own = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
    return own + [found for each in schema.values() for found in _references(each)]


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return read_catalog(
        SHIPPED,
        kinds={name: kind.options for name, kind in kinds().items()},
        channels={"console": Console},
        policies=(),
    )


def test_the_shipped_list_is_right_and_watches_real_sources_in_two_languages(shipped: Catalog) -> None:
    watched = [source for source in shipped.sources if source.enabled]

    assert len(watched) >= 40
    assert sum(source.language == "es" for source in watched) >= 5
    assert {source.publisher for source in shipped.sources} == {publisher.id for publisher in shipped.publishers}


def test_the_shipped_list_begins_with_government(shipped: Catalog) -> None:
    types = {publisher.id: publisher.type for publisher in shipped.publishers}

    assert all(types[source.publisher] is PublisherType.EXECUTIVE for source in shipped.sources[:20])
    assert set(types.values()) >= {
        PublisherType.EXECUTIVE,
        PublisherType.COURT,
        PublisherType.LEGISLATURE,
        PublisherType.INTERNATIONAL_ORGANISATION,
        PublisherType.NGO,
        PublisherType.MEDIA,
    }


def test_a_guessed_source_of_the_shipped_list_is_switched_off() -> None:
    _, _, sources = SHIPPED.read_text(encoding="utf-8").partition("\nsources:\n")
    guessed = [line for line in sources.splitlines() if "guess" in line]

    assert len(guessed) >= 10
    assert all(line.strip().startswith("enabled: false   # ") for line in guessed)


def test_the_shipped_rule_tells_the_terminal_of_acts_of_government_and_courts(shipped: Catalog) -> None:
    (rule,) = shipped.rules

    assert rule.send == ("terminal",)
    assert set(rule.when.actor_types) == {ActorType.EXECUTIVE, ActorType.LEGISLATURE, ActorType.COURT}
    assert set(rule.when.modalities) == {Modality.ACTUAL, Modality.PLANNED}
    assert {Action.ADOPT, Action.AMEND, Action.TERMINATE, Action.REINSTATE, Action.BLOCK} <= set(rule.when.actions)


def test_the_examples_of_the_shipped_list_are_right_when_they_are_uncommented(tmp_path: Path) -> None:
    text = re.sub(r"^  # (- \{id: (?:desk|hook))", r"  \1", SHIPPED.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = text.replace("send: [terminal]", "send: [terminal, desk, hook]")
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")

    catalog = read_catalog(
        tmp_path / "sources.yaml",
        kinds={name: kind.options for name, kind in kinds().items()},
        channels=CHANNELS,
        policies=(),
    )

    assert [recipient.id for recipient in catalog.recipients] == ["terminal", "desk", "hook"]


# --- operators and expected silences -------------------------------------------------------------------------------


def test_operators_and_an_expected_silence_are_read_and_written(read: Read) -> None:
    text = f"operators: [desk]\n{GOOD}".replace("every: 15m", "every: 15m\n    expect: 7d", 1)
    catalog = read(text)
    assert catalog.operators == ("desk",)
    assert catalog.sources[0].expect == timedelta(days=7)
    again = read(dump_catalog(catalog))
    assert (again.operators, again.sources) == (catalog.operators, catalog.sources)


@pytest.mark.parametrize("written", ["desk", "{a: b}", "[[desk]]"])
def test_operators_are_a_list(mistakes: Mistakes, written: str) -> None:
    text = f"operators: {written}\n{GOOD}"
    assert [line for line in mistakes(text) if "write a list of recipients, such as [desk]" in line]


def test_a_source_is_not_expected_at_once(mistakes: Mistakes) -> None:
    text = GOOD.replace("every: 15m", "every: 15m\n    expect: 0s", 1)
    assert [line for line in mistakes(text) if "expect: must be longer than nothing" in line]


def test_the_rules_of_hosts_may_ignore_robots(read: Read) -> None:
    text = "publishers: []\nsources: []\nhosts:\n  - {host: a.example, robots: ignore}\n  - {host: b.example}\n"
    catalog = read(text)
    assert [host.robots for host in catalog.hosts] == [Robots.IGNORE, Robots.OBEY]


def test_a_ca_file_that_cannot_be_trusted_from_is_refused(read: Read, mistakes: Mistakes, tmp_path: Path) -> None:
    text = (
        "publishers:\n  - {id: p, name: P, type: executive}\n"
        "sources:\n  - {id: s, publisher: p, kind: feed, url: 'https://a.example/', ca_file: %s}\n"
    )
    (tmp_path / "empty.pem").write_text("no certificate")
    assert "cannot be read (No such file or directory)" in mistakes(text % (tmp_path / "none.pem"))[0]
    assert "has no certificates" in mistakes(text % (tmp_path / "empty.pem"))[0]
    assert read(text % certifi.where()).sources[0].ca_file == certifi.where()


RHYTHMS = """\
publishers: [{id: kind, name: K, type: ngo}]
sources: [{id: a, publisher: kind, kind: feed, url: "https://example.org/feed"}]
recipients:
  - id: desk
    channel: email
    to: desk@example.org
    quiet: {from: 22:00, to: "07:00", timezone: America/New_York, urgent: {modalities: [actual]}}
    group: {wait: 30s, most: 10}
rules:
  - {id: slow, send: [desk], how: {digest: "0 8 * * mon-fri", timezone: America/New_York}}
  - {id: fast, send: [desk], how: immediate}
"""


def test_digests_quiet_hours_and_groups_are_read_and_written(read: Read) -> None:
    catalog = read(RHYTHMS)
    (desk,) = catalog.recipients
    assert desk.quiet == Quiet(
        clock_time(22), clock_time(7), "America/New_York", Criteria(modalities=(Modality.ACTUAL,))
    )
    assert desk.group == Group(timedelta(seconds=30), 10)
    assert [rule.how for rule in catalog.rules] == [Digest("0 8 * * mon-fri", "America/New_York"), How.IMMEDIATE]
    assert dataclasses.replace(read(dump_catalog(catalog)), digest=catalog.digest) == catalog


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            '"0 8 * * mon-fri"',
            '"0 8 * * 1-5"',
            "10:44: rules.slow.how.digest: '1-5': name the days of the week (mon-fri); ",
        ),
        ('"0 8 * * mon-fri"', '"0 8 30 2 *"', "10:44: rules.slow.how.digest: '0 8 30 2 *' is never due"),
        ('digest: "0 8 * * mon-fri", ', "", "10:35: rules.slow.how: `digest` is missing"),
        ("digest: ", "digst: ", "10:36: rules.slow.how.digst: there is no key `digst` here (did you mean `digest`?)"),
        ('to: "07:00"', "to: 22:00", "7:12: recipients.desk.quiet: to must differ from `from`"),
        ("from: 22:00", "from: 10pm", "7:19: recipients.desk.quiet.from: write a time of the day as 22:00"),
        ("from: 22:00", "start: 22:00", "7:13: recipients.desk.quiet.start: write `from`"),
        (
            "modalities: [actual]",
            "policies: [mmp]",
            "recipients.desk.quiet.urgent.policies.0: there is no policy `mmp`",
        ),
        (
            "urgent: {modalities: [actual]}",
            "urgent: {}",
            "recipients.desk.quiet.urgent: this would make nothing urgent",
        ),
        ("wait: 30s", "wait: 2h", "recipients.desk.group: wait must lie between 0s and 1h"),
        ("wait: 30s", "wait: soon", "8:19: recipients.desk.group.wait: `soon` is no duration"),
        ("how: immediate", "how: imediate", "rules.fast.how: `imediate` is not known here (did you mean `immediate`?)"),
    ],
)
def test_a_rhythm_that_is_wrong_is_told_with_its_place(mistakes: Mistakes, right: str, wrong: str, said: str) -> None:
    assert RHYTHMS.count(right) == 1
    lines = mistakes(RHYTHMS.replace(right, wrong))
    assert any(said in line for line in lines), lines


def test_an_unknown_time_zone_is_told_wherever_it_stands(mistakes: Mistakes) -> None:
    lines = mistakes(RHYTHMS.replace("America/New_York", "Mars/Olympus"))
    assert [line.partition(": ")[2].partition(":")[0] for line in lines] == [
        "recipients.desk.quiet",
        "rules.slow.how.timezone",
    ]
    assert all("`Mars/Olympus` is not known; write one like America/New_York or UTC" in line for line in lines)
