"""The same questions to every channel: a new channel is one file, and is asked them without being named here."""

from __future__ import annotations

import dataclasses
import inspect
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.samples import claimed
from watcher.alerts.channels import Channel, Means, channels, senders
from watcher.alerts.retry import Schedule
from watcher.alerts.smtp import SmtpSettings
from watcher.errors import ConfigError, DeliveryError, FetchError, Problem, ProblemClass
from watcher.models.catalog import Recipient

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # in a service of apprise

_CHANNELS = list(channels().values())
_SAMPLES: dict[str, Any] = {
    "to": ("a@example.org", "b@example.org"),
    "url": "https://receiver.example/in",
    "secret": "${KEY}",
    "path": "/nowhere/at/all/alerts.jsonl",
    "urls": ("${KEY}",),
}
"""A value for each option that has no default, by its name; a new name is added here."""


async def _no_network(url: str, **how: Any) -> Any:
    raise FetchError(Problem(ProblemClass.REFUSED, f"nobody listens at {url}", "start it"))


class _Closed:
    encoding = "utf-8"

    def write(self, text: str) -> int:
        raise OSError("closed")


def _means(**other: Any) -> Means:
    means = Means(
        clock=lambda: datetime.now(UTC),
        secret=lambda reference: "whsec_" + "QUFB" * 8,
        smtp=SmtpSettings("127.0.0.1", 9, "plain"),
        post=_no_network,
        console=_Closed(),  # type: ignore[arg-type]
    )
    return dataclasses.replace(means, **other)


def _recipient(channel: Channel) -> Recipient:
    needed = [f for f in dataclasses.fields(channel.options) if f.default is f.default_factory]
    return Recipient("desk", channel.name, options={field.name: _SAMPLES[field.name] for field in needed})


each_channel = pytest.mark.parametrize("channel", _CHANNELS, ids=lambda channel: channel.name)


@each_channel
def test_a_channel_is_named_as_its_file(channel: Channel) -> None:
    assert Path(inspect.getsourcefile(channel.options) or "").stem == channel.name


@each_channel
def test_options_are_frozen_and_take_what_they_need(channel: Channel) -> None:
    assert channel.options.__dataclass_params__.frozen  # type: ignore[attr-defined]
    channel.options(**_recipient(channel).options)


@each_channel
def test_every_option_says_what_it_is_for(channel: Channel) -> None:
    assert inspect.getsource(channel.options).count('"""') >= 2 + 2 * len(dataclasses.fields(channel.options))


@each_channel
def test_addresses_are_texts_that_show_no_secret(channel: Channel) -> None:
    found = channel.addresses(_recipient(channel))
    assert found
    assert all(isinstance(address, str) and address and "whsec_" not in address for address in found)


@each_channel
def test_a_message_that_does_not_go_is_tried_more_than_once(channel: Channel) -> None:
    assert isinstance(channel.schedule, Schedule)
    assert channel.schedule.attempts > 1
    assert all(wait > timedelta(0) for wait in channel.schedule.waits)


@each_channel
def test_a_sender_ends_within_a_deadline(channel: Channel) -> None:
    assert timedelta(seconds=1) <= channel.build(_means()).deadline <= timedelta(minutes=15)


@each_channel
async def test_a_receiver_that_is_not_there_is_an_error_that_passes_and_says_what_to_do(channel: Channel) -> None:
    recipient = _recipient(channel)
    for address in channel.addresses(recipient):
        with pytest.raises(DeliveryError) as refused:
            await channel.build(_means()).send(claimed(channel.name, address), recipient)
        assert (refused.value.permanent, refused.value.disable) == (False, False)
        assert ";" in str(refused.value)
        assert "QUFB" not in str(refused.value)


def test_senders_are_built_for_the_channels_that_are_used() -> None:
    built = senders([_recipient(channel) for channel in _CHANNELS], _means())
    assert set(built) == set(channels())
    assert senders([], _means()) == {}


def test_all_that_is_missing_is_named_at_once_with_what_to_set() -> None:
    recipients = [_recipient(channel) for channel in _CHANNELS] + [Recipient("pigeon", "pigeon")]
    with pytest.raises(ConfigError) as missing:
        senders(recipients, _means(smtp=None, post=None))
    text = str(missing.value)
    assert "WATCHER_SMTP_URL" in text
    assert "there is no channel 'pigeon'" in text
    assert len(text.splitlines()) == 3
