"""Puts a peer into an environment of its own, beneath .bench/, and leaves it there for the next run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.peers.contract import Peer

HOME = Path(".bench") / "peers"
INSTALLING = 600
"""Seconds that an installation may take."""


class NotHereError(Exception):
    """A peer that cannot be had on this machine; says why."""


def commands(peer: Peer) -> Path:
    """The folder of the peer's commands, installed where it is missing. Raises NotHereError."""
    if peer.requirement:
        return _with_pip(peer.requirement)
    return _from_debian(peer.debian) if peer.debian else Path(sys.executable).parent


def _with_pip(requirement: str) -> Path:
    home = (HOME / requirement.split()[0]).absolute()
    if not (home / "installed").exists():
        python = str(home / "bin" / "python")
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True, capture_output=True)
            _pip(python, requirement)
        except subprocess.SubprocessError as error:
            raise NotHereError(f"pip cannot install {requirement}: {_last_line(error)}") from error
        (home / "installed").touch()
    return home / "bin"


def _pip(python: str, requirement: str) -> None:
    command = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--no-input",
        *requirement.split(),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=INSTALLING)


def _from_debian(package: str) -> Path:
    if not shutil.which(package) and shutil.which("apt-get") and os.getuid() == 0:
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        subprocess.run(command, check=False, capture_output=True, timeout=INSTALLING)
    found = shutil.which(package)
    if not found:
        raise NotHereError(f"{package} is not installed, and apt-get cannot install it here")
    return Path(found).parent


def _last_line(error: subprocess.SubprocessError) -> str:
    said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip().splitlines()
    return said[-1] if said else str(error)
