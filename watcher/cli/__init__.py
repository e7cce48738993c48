"""The command line: one module per command, imported only when it is used, so that `watcher --help` is quick."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

from watcher import __version__
from watcher.errors import ConfigError, FetchError, ParseError, SearchError, StoreError, WatcherError

COMMANDS = {
    "init": "Write the shipped sources.yaml into a folder.",
    "run": "The daemon: checks, alerts and review pages, until it is told to stop.",
    "worker": "Do the checks and alerts that a scheduler gives out (PostgreSQL; any number).",
    "scheduler": "Give out what is due to the workers (PostgreSQL; of several one leads).",
    "web": "The review pages as a process of their own (PostgreSQL).",
    "demo": "The daemon against a newsroom that it serves itself; no network needed.",
    "check": "Check sources now, whatever the schedule says.",
    "deliver": "Send what is due in the outbox, once.",
    "classify": "Say which policies texts are about; needs no database.",
    "sources": "List, show, try, add, import and export sources; pause and resume them.",
    "policies": "List and show the policies of the vocabulary; run their examples.",
    "matches": "List, show, review and export stored matches.",
    "events": "Which entries report one announcement: list, show, split, merge, rebuild.",
    "reclassify": "Classify stored entries again, as the vocabulary says now; nobody is alerted.",
    "alerts": "The ledger of deliveries: list, retry, explain.",
    "users": "People of the review pages: roles, invitations, login links.",
    "tokens": "Keys with which programs ask the HTTP API.",
    "captures": "The bytes as they came: export as a file or as WARC, verify.",
    "db": "The database: upgrade, status, backup, restore, copy, prune.",
    "recipients": "Who is written to; forget an address.",
    "config": "The configuration in force; the schema for editors.",
    "completion": "Completion of commands and options for bash, zsh and fish.",
    "doctor": "Look at configuration, database, disk, clock and mail server, and give advice.",
}


class LazyGroup(click.Group):
    """A group whose commands live in modules of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"watcher.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names from the list, so that a key press in a shell imports no command."""
        named = [CompletionItem(name, help=said) for name, said in COMMANDS.items() if name.startswith(incomplete)]
        return named or super().shell_complete(ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="watcher")
def cli() -> None:
    """Watches government and NGO sources for new asylum-policy announcements."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code: 0 done, 1 something failed, 2 bad use or bad configuration."""
    try:
        code = cli.main(arguments, prog_name="watcher", standalone_mode=False)
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (ConfigError, SearchError, StoreError) as error:
        click.echo(error, err=True)
        code = 2
    except (FetchError, ParseError) as error:
        click.echo(f"{error.problem.message.rstrip('.')}. {error.problem.advice}", err=True)
        code = 1
    except WatcherError as error:
        click.echo(error, err=True)
        code = 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
