"""The schema: its states, its steps, and what is told when a database cannot be used."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from tests.store.building import NOW, entry_record, found, publish
from watcher.errors import StoreError
from watcher.store import migrate, open_store, words
from watcher.store.engine import make_engine, reading
from watcher.store.schema import metadata

HEAD = migrate.HEAD
BROKEN_STEP = '''
"""A step that fails half way."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"

def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("users", sa.Column("half", sa.Text()))
    op.execute("UPDATE users SET half = name")
    {failure}
'''


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the next release's scripts (one more step, which ends as told) the ones in force."""

    def make(failure: str) -> Path:
        scripts = tmp_path / "next"
        shutil.copytree(migrate.scripts(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
        (scripts / "versions" / "9999_next.py").write_text(BROKEN_STEP.format(head=HEAD, failure=failure))
        monkeypatch.setattr(migrate, "HEAD", "9999")
        monkeypatch.setattr(migrate, "scripts", lambda: scripts)
        return scripts

    return make


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
def file(migrated_sqlite: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_sqlite, tmp_path / "watcher.db"))


# --- states ------------------------------------------------------------------------------------------------------


def test_a_new_database_is_made_ready(empty_database_url: str) -> None:
    assert migrate.status(empty_database_url) == migrate.SchemaStatus(None, migrate.HEAD, migrate.SchemaState.EMPTY)
    assert migrate.ensure_ready(empty_database_url).state == "current"
    assert migrate.ensure_ready(empty_database_url, verify=True).current == migrate.HEAD


def test_looking_makes_no_file(tmp_path: Path) -> None:
    migrate.status(f"sqlite:///{tmp_path}/watcher.db")
    assert list(tmp_path.iterdir()) == []


def test_upgrading_twice_is_upgrading_once(empty_database_url: str) -> None:
    assert migrate.upgrade(empty_database_url) == migrate.upgrade(empty_database_url)


def test_several_processes_that_start_at_once_upgrade_once(empty_database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(3) as pool:
        states = pool.map(migrate.ensure_ready, [empty_database_url] * 3)
    assert {status.state for status in states} == {migrate.SchemaState.CURRENT}


def test_threads_that_start_at_once_upgrade_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        states = list(pool.map(migrate.ensure_ready, [empty_database_url] * 4))
    assert {status.state for status in states} == {migrate.SchemaState.CURRENT}


def test_the_head_is_the_newest_script() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.scripts()))
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.HEAD]


_WORDS = (words.ENTRIES.name, words.MATCHED.name)


def test_the_migrations_make_the_tables_of_the_schema(engine: Engine) -> None:
    options = {
        "include_name": lambda name, kind, _: kind != "table" or not name.startswith(_WORDS),
        "version_table": migrate.VERSION_TABLE,
        "compare_server_default": True,
    }
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_first_step_can_be_taken_back(database_url: str) -> None:
    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(migrate.scripts()))
    engine = make_engine(database_url)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        command.upgrade(config, "head")
    engine.dispose()
    assert migrate.status(database_url).state == "current"


def test_a_newer_schema_is_refused(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE watcher_version SET version_num = '0999'"))
    engine.dispose()
    assert migrate.status(database_url).state == "newer"
    for refusing in (migrate.ensure_ready, migrate.upgrade):
        with pytest.raises(StoreError, match=r"0999, newer than .* install the newer watcher"):
            refusing(database_url)


def test_somebody_elses_database_is_refused_and_left_alone(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        path_of(empty_database_url).touch()
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    assert migrate.status(empty_database_url).state == "foreign"
    for refusing in (migrate.ensure_ready, migrate.upgrade):
        with pytest.raises(StoreError, match=r"not a watcher database .* WATCHER_DATABASE_URL"):
            refusing(empty_database_url)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM theirs")) == 0
    engine.dispose()


def test_a_file_with_another_application_id_is_foreign(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 42")
    assert migrate.status(f"sqlite:///{path}").state == "foreign"


def test_our_file_says_that_it_is_ours_and_is_private(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/watcher.db"
    before = os.umask(0)
    try:
        migrate.ensure_ready(url)
    finally:
        os.umask(before)
    with closing(sqlite3.connect(path_of(url))) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0] == migrate.APPLICATION_ID
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


# --- steps -------------------------------------------------------------------------------------------------------


def test_a_step_that_fails_leaves_the_old_version_whole(database_url: str, next_release: Any) -> None:
    store = open_store(database_url)
    store.users.ensure_admin(NOW)
    store.close()
    next_release("raise RuntimeError('half way')")
    with pytest.raises(RuntimeError, match="half way"):
        migrate.upgrade(database_url)
    assert migrate.status(database_url).current == HEAD
    engine = make_engine(database_url)
    with engine.connect() as connection, pytest.raises(Exception, match="half"):
        connection.execute(text("SELECT half FROM users"))
    engine.dispose()
    store = open_store(database_url)
    assert store.users.ensure_admin(NOW)[1] is False
    store.close()


def test_a_step_that_is_killed_leaves_the_old_version_whole(database_url: str, next_release: Any) -> None:
    scripts = next_release("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    program = f"""
        from pathlib import Path
        from watcher.store import migrate
        migrate.HEAD, migrate.scripts = "9999", lambda: Path({str(scripts)!r})
        migrate.upgrade({database_url!r})
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    assert migrate.status(database_url).current == HEAD
    (scripts / "versions" / "9999_next.py").write_text(BROKEN_STEP.format(head=HEAD, failure=""))
    assert migrate.ensure_ready(database_url).current == "9999"


def test_an_older_file_is_copied_before_it_is_upgraded(file: Path, next_release: Any) -> None:
    store = open_store(f"sqlite:///{file}")
    found(store, entry_record())
    store.close()
    next_release("")
    assert migrate.upgrade(f"sqlite:///{file}").current == "9999"
    copy = file.with_name("watcher.db.before-9999")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM watcher_version").fetchone() == (HEAD,)
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (1,)


def test_a_step_that_loses_references_is_taken_back(file: Path, next_release: Any) -> None:
    store = open_store(f"sqlite:///{file}")
    publish(store)
    store.close()
    next_release("op.execute('DELETE FROM publishers')")
    with pytest.raises(StoreError, match="nothing was changed"):
        migrate.upgrade(f"sqlite:///{file}")
    assert migrate.status(f"sqlite:///{file}").current == HEAD


# --- databases that cannot be used -------------------------------------------------------------------------------


def test_garbage_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    path.write_bytes(b"garbage " * 1000)
    with pytest.raises(StoreError, match=r"watcher\.db: it is not an SQLite database .* restore it from a backup"):
        migrate.ensure_ready(f"sqlite:///{path}")
    assert path.read_bytes() == b"garbage " * 1000


def test_a_damaged_file_is_refused(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError, match=r"it is damaged .* restore it from a backup"):
        migrate.ensure_ready(f"sqlite:///{file}", verify=True)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/no/watcher.db"
    for refusing in (migrate.status, migrate.ensure_ready, migrate.upgrade):
        with pytest.raises(StoreError, match="directory does not exist; make it: mkdir -p"):
            refusing(url)


def test_a_directory_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        migrate.ensure_ready(f"sqlite:///{tmp_path}")


def test_a_vanished_file_is_an_error_and_not_a_new_database(file: Path) -> None:
    store = open_store(f"sqlite:///{file}")
    file.unlink()
    with pytest.raises(StoreError, match=r"cannot be opened .* check that its directory exists"):
        store.counts(NOW)
    store.close()
    assert not file.exists()


@pytest.mark.parametrize(("file_mode", "directory_mode"), [(0o444, 0o777), (0o666, 0o555)])
def test_a_database_that_may_only_be_read_is_refused(file_mode: int, directory_mode: int, tmp_path: Path) -> None:
    directory = tmp_path / "data"
    directory.mkdir()
    path = directory / "watcher.db"
    migrate.upgrade(f"sqlite:///{path}")
    (directory / "watcher.db.upgrade-lock").unlink()
    path.chmod(file_mode)
    directory.chmod(directory_mode)
    try:
        said = refusal_for_a_user_without_rights(f"sqlite:///{path}")
    finally:
        directory.chmod(0o777)
    assert "watcher.db" in said
    assert "writable for this user" in said


def test_a_directory_that_may_only_be_read_is_refused(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    directory.mkdir(mode=0o555)
    assert "writable for this user" in refusal_for_a_user_without_rights(f"sqlite:///{directory}/watcher.db")


def refusal_for_a_user_without_rights(url: str) -> str:
    """What `ensure_ready` says; root is asked as nobody, for whom rights count. Imports come before the change."""
    child = os.fork()
    answer = Path(url.removeprefix("sqlite:///")).parents[1] / "answer"
    if child:
        os.waitpid(child, 0)
        return answer.read_text()
    said = "nothing was refused"
    with answer.open("w") as out:
        try:
            for directory in answer.parents[:4]:  # as deep as pytest nests its folders
                if os.geteuid() == 0:
                    directory.chmod(directory.stat().st_mode | 0o011)
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            migrate.ensure_ready(url)
        except StoreError as error:
            said = str(error)
        finally:
            out.write(said)
            out.flush()
            os._exit(0)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    url = "postgresql+psycopg://ann:secret@127.0.0.2:1/watcher"
    with pytest.raises(StoreError, match=r"ann:\*\*\*@127\.0\.0\.2:1/watcher: .* check that it runs") as refusal:
        migrate.ensure_ready(url)
    assert "secret" not in str(refusal.value)


def test_a_database_that_the_server_does_not_have_is_named(postgres: str) -> None:
    from sqlalchemy import make_url

    url = make_url(postgres).set(drivername="postgresql+psycopg", database="no_such_database")
    with pytest.raises(StoreError, match=r"no_such_database.* create it \(createdb\)"):
        migrate.ensure_ready(url.render_as_string(hide_password=False))


def test_a_role_without_rights_is_told_so(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        pytest.skip("SQLite has no roles")
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        role = f"poor_{os.getpid()}"
        connection.execute(text(f"DROP ROLE IF EXISTS {role}"))
        connection.execute(text(f"CREATE ROLE {role}"))
    joint = "&" if "?" in empty_database_url else "?"
    with pytest.raises(StoreError, match=r"its role lacks a right \(permission denied .* make it the owner"):
        migrate.ensure_ready(f"{empty_database_url}{joint}options=-c%20role%3D{role}")
    with engine.begin() as connection:
        connection.execute(text(f"DROP ROLE {role}"))
    engine.dispose()


def test_a_store_without_tables_says_what_to_run(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        path_of(empty_database_url).touch()
    store = open_store(empty_database_url)
    with pytest.raises(StoreError, match=r"it has no tables yet .*; run: watcher db upgrade"):
        store.catalogs.digest()
    store.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "oracle://h/d"])
def test_a_url_of_no_use_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(StoreError, match="WATCHER_DATABASE_URL is sqlite:///path"):
        open_store(url)


def test_opening_the_store_loads_no_migrations() -> None:
    program = "import sys, watcher.store, watcher.store.migrate, watcher.store.lock; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    for module in ("'alembic'", "'mako'", "'sqlalchemy.orm'", "'psycopg'"):
        assert module not in loaded
