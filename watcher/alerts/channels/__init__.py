"""The ways a message goes: one file each, found by looking into this package."""

from __future__ import annotations

from watcher.alerts.channels.base import Channel, Means, Sender, channels, senders

__all__ = ["Channel", "Means", "Sender", "channels", "senders"]
