"""organisations, matters of demands with their steps, deadlines, records; lists of quality matters"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("capabilities", sa.JSON(), nullable=False),
        sa.Column("stations", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(64), nullable=False),
        sa.Column("telephone", sa.String(64), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
    )
    op.create_table(
        "demand_chats",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("asking_until", sa.DateTime(), nullable=True),
        sa.Column("last_message_id", BigId, nullable=True),
        sa.Column("last_reply", sa.JSON(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_demand_chats_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_demand_chats")),
    )
    op.create_table(
        "demand_search",
        sa.Column("demand_id", BigId, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demand_search_demand_id")
        ),
        sa.PrimaryKeyConstraint("demand_id", name=op.f("pk_demand_search")),
    )
    op.create_table(
        "matters",
        sa.Column("id", BigId, nullable=False),
        sa.Column("demand_id", BigId, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(32), nullable=True),
        sa.Column("wants", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("in_list", sa.Boolean(), nullable=True),
        sa.Column("service", sa.String(64), nullable=True),
        sa.Column("organisation_id", BigId, nullable=True),
        sa.Column("starts_at", sa.DateTime(), nullable=True),
        sa.Column("location", sa.String(120), nullable=False),
        sa.Column("urged_at", sa.DateTime(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("completed_at", sa.DateTime(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("rating_words", sa.Text(), nullable=True),
        sa.Column("rated_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["demand_id"], ["demands.id"], name=op.f("fk_matters_demand_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_matters_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
        sa.UniqueConstraint("demand_id", "place", name="uq_matters_place"),
    )
    op.create_index(
        "ix_matters_organisation", "matters", ["organisation_id", "state", "id"], unique=False
    )
    op.create_index("ix_matters_state", "matters", ["state", "id"], unique=False)
    op.create_table(
        "quality_matters",
        sa.Column("id", BigId, nullable=False),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("company", sa.String(80), nullable=False),
        sa.Column("contact", sa.String(64), nullable=False),
        sa.Column("telephone", sa.String(32), nullable=False),
        sa.Column("category", sa.String(32), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("demand_id", BigId, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_quality_matters_demand_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_matters")),
    )
    op.create_index(
        "ix_quality_matters_station", "quality_matters", ["station", "status", "id"], unique=False
    )
    op.create_table(
        "deadlines",
        sa.Column("id", BigId, nullable=False),
        sa.Column("matter_id", BigId, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("warn_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("warned_at", sa.DateTime(), nullable=True),
        sa.Column("overdue_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_deadlines_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    op.create_index(
        "ix_deadlines_due",
        "deadlines",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL AND overdue_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND overdue_at IS NULL"),
    )
    op.create_index(
        "ix_deadlines_warn",
        "deadlines",
        ["warn_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL AND warned_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND warned_at IS NULL"),
    )
    op.create_index(
        "uq_deadlines_running",
        "deadlines",
        ["matter_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "inquiries",
        sa.Column("id", BigId, nullable=False),
        sa.Column("demand_id", BigId, nullable=False),
        sa.Column("matter_id", BigId, nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(64), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["demand_id"], ["demands.id"], name=op.f("fk_inquiries_demand_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_inquiries_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )
    op.create_index("ix_inquiries_demand", "inquiries", ["demand_id", "id"], unique=False)
    op.create_index(
        "ix_inquiries_open",
        "inquiries",
        ["at"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL AND kind <> 'addition'"),
        postgresql_where=sa.text("answered_at IS NULL AND kind <> 'addition'"),
    )
    op.create_table(
        "matter_steps",
        sa.Column("id", BigId, nullable=False),
        sa.Column("matter_id", BigId, nullable=False),
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("old", sa.String(16), nullable=False),
        sa.Column("new", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", BigId, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("message_id", BigId, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_matter_steps_matter_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages_out.id"], name=op.f("fk_matter_steps_message_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_matter_steps_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_steps")),
    )
    op.create_index("ix_matter_steps_matter", "matter_steps", ["matter_id", "id"], unique=False)
    op.create_table(
        "service_records",
        sa.Column("id", BigId, nullable=False),
        sa.Column("matter_id", BigId, nullable=False),
        sa.Column("organisation_id", BigId, nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_service_records_matter_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_service_records_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_records")),
    )
    op.create_index(
        "ix_service_records_matter", "service_records", ["matter_id", "id"], unique=False
    )
    op.create_table(
        "attachments",
        sa.Column("id", BigId, nullable=False),
        sa.Column("demand_id", BigId, nullable=False),
        sa.Column("matter_id", BigId, nullable=True),
        sa.Column("record_id", BigId, nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_attachments_demand_id")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_attachments_matter_id")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["service_records.id"], name=op.f("fk_attachments_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_demand", "attachments", ["demand_id", "id"], unique=False)
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"], unique=False)
    op.add_column(
        "demands", sa.Column("source", sa.String(16), nullable=False, server_default="online")
    )
    op.create_index("ix_demands_station", "demands", ["station", "id"], unique=False)
    op.create_index("ix_demands_status", "demands", ["status", "id"], unique=False)
    op.create_index("ix_demands_submitted", "demands", ["submitted_at"], unique=False)
    begin_life(op.get_bind())


def begin_life(db: sa.engine.Connection) -> None:
    """Demands submitted before this version: a matter for each category, in the demand's state."""
    demands = sa.table(
        "demands",
        sa.column("id"),
        sa.column("number"),
        sa.column("answers", sa.JSON),
        sa.column("categories", sa.JSON),
        sa.column("status"),
        sa.column("submitted_at", sa.DateTime),
    )
    matters = sa.table(
        "matters",
        *(
            sa.column(name)
            for name in "demand_id place category wants state version location late returns".split()
        ),
        sa.column("created_at", sa.DateTime),
        sa.column("changed_at", sa.DateTime),
    )
    search = sa.table("demand_search", sa.column("demand_id"), sa.column("text"))
    for row in db.execute(sa.select(demands)).all():
        known = [row.answers.get(name, "") for name in ("company_name", "contact", "telephone")]
        text = " ".join([row.number, *known]).lower()
        db.execute(search.insert().values(demand_id=row.id, text=text))
        for place, category in enumerate(row.categories or [None], 1):
            values = {"demand_id": row.id, "place": place, "category": category}
            values |= {"wants": "", "state": row.status, "version": 1, "location": ""}
            values |= {"created_at": row.submitted_at, "changed_at": row.submitted_at}
            db.execute(matters.insert().values(**values, late=sa.false(), returns=0))


def downgrade() -> None:
    op.drop_index("ix_demands_submitted", table_name="demands")
    op.drop_index("ix_demands_status", table_name="demands")
    op.drop_index("ix_demands_station", table_name="demands")
    op.drop_column("demands", "source")
    for table in (
        "attachments",
        "service_records",
        "matter_steps",
        "inquiries",
        "deadlines",
        "quality_matters",
        "matters",
        "demand_search",
        "demand_chats",
        "organisations",
    ):
        op.drop_table(table)
