"""The wheel carries everything: vocabulary, templates, migrations, the demo and the shipped sources.yaml."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel of this checkout is installed, without its dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    isolated = ["--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "wheel", *isolated, "--wheel-dir", folder / "dist", ROOT], check=True)
    wheel = next((folder / "dist").glob("*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True)
    return folder / "site"


def watcher(installed: Path, folder: Path, *arguments: str, given: str = "") -> str:
    """Run the installed watcher in an empty folder; what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATCHER_")}
    done = subprocess.run(
        [sys.executable, "-m", "watcher", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(installed)},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import watcher; print(watcher.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(installed))


def test_it_migrates_a_database(installed: Path, tmp_path: Path) -> None:
    assert "current" in watcher(installed, tmp_path, "db", "upgrade")
    assert (tmp_path / "data" / "watcher.db").exists()


def test_it_classifies(installed: Path, tmp_path: Path) -> None:
    given = "DHS today terminated the Migrant Protection Protocols."
    assert "Migrant Protection Protocols" in watcher(installed, tmp_path, "classify", given=given)


def test_it_writes_the_shipped_sources_and_they_are_right(installed: Path, tmp_path: Path) -> None:
    watcher(installed, tmp_path, "init")
    assert (tmp_path / "sources.yaml").read_bytes() == (ROOT / "sources.yaml").read_bytes()
    assert "sources.yaml: right" in watcher(installed, tmp_path, "config")


def test_it_has_the_demo_and_the_pages(installed: Path, tmp_path: Path) -> None:
    for name in ("demo/announcements", "web/templates", "web/static", "alerts/templates", "vocabulary/policies"):
        assert any((installed / "watcher" / name).iterdir()), name
