"""The schema: what the migrations make is what the code expects, on both databases."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

import bot.storage
from bot.storage.database import create_engine, migrate
from bot.storage.tables import metadata
from tests.conftest import own_database

SCRIPTS = Path(bot.storage.__file__).parent / "migrations"


def differences(engine: Engine) -> list[object]:
    """What autogenerate would still change."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which nothing was ever made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    yield own_database(sa.engine.make_url(request.getfixturevalue("postgres_url")), "empty")


def test_the_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    assert differences(engine) == []


def test_a_missing_column_would_be_noticed(engine: Engine) -> None:
    """The negative control of the test above."""
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE users ADD COLUMN extra INTEGER"))
    assert differences(engine)
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE users DROP COLUMN extra"))


def test_there_is_one_line_of_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_every_migration_can_be_undone_and_done_again(empty_url: str) -> None:
    migrate(empty_url)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = empty_url
    command.downgrade(config, "base")
    engine = create_engine(empty_url)
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(empty_url)
    assert set(metadata.tables) <= set(sa.inspect(engine).get_table_names())
    engine.dispose()


def test_what_an_organisation_serves_outlives_becoming_a_table(empty_url: str) -> None:
    migrate(empty_url)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = empty_url
    engine = create_engine(empty_url)
    links = sa.text("SELECT service FROM organisation_services ORDER BY service")
    command.downgrade(config, "0015")
    lists = ("categories", "services", "capabilities", "stations")
    values = {**dict.fromkeys(lists, "[]"), "services": '["trademark", "ip_disputes"]'}
    columns = f"id, name, kind, contact, telephone, source, {', '.join(lists)}"
    columns += ", sample, active, version, created_at, changed_at"
    row = f"1, '甲', 'technical', '', '', '', {', '.join(f':{name}' for name in lists)}"
    row += ", :sample, :active, 1, '2026-01-01', '2026-01-01'"
    with engine.begin() as db:
        insert = sa.text(f"INSERT INTO organisations ({columns}) VALUES ({row})")
        db.execute(insert, {**values, "sample": False, "active": True})
    migrate(empty_url)
    with engine.connect() as db:
        assert list(db.scalars(links)) == ["ip_disputes", "trademark"]
    command.downgrade(config, "0015")
    with engine.connect() as db:
        stored = db.scalar(sa.text("SELECT services FROM organisations"))
    migrate(empty_url)
    engine.dispose()
    assert stored in (["ip_disputes", "trademark"], '["ip_disputes", "trademark"]')


def test_migrating_twice_changes_nothing(database_url: str, engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(sa.text("INSERT INTO heartbeats VALUES ('x', '2024-01-01', '2024-01-01')"))
    migrate(database_url)
    with engine.connect() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM heartbeats")) == 1


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    code = "import sys; from bot.storage.database import migrate; migrate(sys.argv[1])"
    started = [
        subprocess.Popen([sys.executable, "-c", code, empty_url], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    errors = [process.communicate()[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, "\n".join(errors)
    engine = create_engine(empty_url)
    assert differences(engine) == []
    engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_process_can_start_while_another_writes(database_url: str, engine: Engine) -> None:
    with engine.begin():
        migrate(database_url)
        # What migrating in earnest would meet.
        with pytest.raises(sa.exc.OperationalError), create_engine(database_url).begin():
            pass
