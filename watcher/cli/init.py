"""watcher init: write the shipped sources.yaml into a folder."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.errors import ConfigError


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> None:
    """Write the shipped sources.yaml into FOLDER (default: here). Never overwrites a file."""
    from watcher.bootstrap import shipped

    target = folder / "sources.yaml"
    if target.exists():
        raise ConfigError(f"{target}: is already there and is left as it is; move it away to get the shipped one")
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(shipped("sources.yaml").read_bytes())
    click.echo(f"wrote {target}; look through it, then: watcher run")
