"""The migrations and the tables say the same, and what was stored before stays."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine

import bot.storage
from bot.storage.database import create_engine, migrate
from bot.storage.tables import metadata, users

NOW = datetime(2026, 3, 2, 1, 0)


def test_migrated_database_is_what_the_tables_describe(engine: Engine) -> None:
    with engine.connect() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []


def test_a_database_of_the_first_release_keeps_its_users(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    config = Config()
    scripts = Path(bot.storage.__file__).parent / "migrations"
    config.set_main_option("script_location", str(scripts))
    config.attributes["url"] = url
    command.upgrade(config, "0001")
    engine = create_engine(url)
    with engine.begin() as db:
        assert not sa.inspect(db).has_table("drafts")
        db.execute(users.insert().values(openid="oOld", account="gh_1", created_at=NOW))
    migrate(url)
    with engine.begin() as db:
        assert db.scalar(sa.select(users.c.openid)) == "oOld"
        assert sa.inspect(db).has_table("drafts")
    engine.dispose()


def test_second_open_draft_of_a_user_is_refused_by_the_database(engine: Engine) -> None:
    drafts = metadata.tables["drafts"]
    with engine.begin() as db:
        user = db.execute(
            users.insert().values(openid="oOne", account="gh_1", created_at=NOW)
        ).inserted_primary_key[0]
        row = {
            "user_id": user,
            "form_version": 1,
            "answers": {},
            "prefilled": [],
            "opened_at": NOW,
            "changed_at": NOW,
        }
        db.execute(drafts.insert().values(**row, status="submitted"))
        db.execute(drafts.insert().values(**row, status="given_up"))
        db.execute(drafts.insert().values(**row, status="consent"))
        with pytest.raises(sa.exc.IntegrityError), db.begin_nested():
            db.execute(drafts.insert().values(**row, status="paused"))
