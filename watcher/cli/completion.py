"""watcher completion: what a shell has to read so that it completes commands, options and values."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell: eval "$(watcher completion bash)"; fish reads it with source."""
    from watcher.cli import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "watcher", "_WATCHER_COMPLETE").source())
