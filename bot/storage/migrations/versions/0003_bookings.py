"""rota, time slots and their seats, bookings, waiting list, individual requests, notices"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "booking_numbers",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_booking_numbers")),
    )
    op.create_table(
        "rota_sessions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("pattern", sa.String(64), nullable=True),
        sa.Column("month", sa.String(7), nullable=True),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_sessions")),
        sa.UniqueConstraint("pattern", "month", name=op.f("uq_rota_sessions_pattern")),
    )
    op.create_index("ix_rota_sessions_starts", "rota_sessions", ["starts_at"])
    op.create_table(
        "expert_quarters",
        sa.Column("expert", sa.String(64), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("session_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["rota_sessions.id"], name=op.f("fk_expert_quarters_session_id")
        ),
        sa.PrimaryKeyConstraint("expert", "starts_at", name=op.f("pk_expert_quarters")),
    )
    op.create_index("ix_expert_quarters_session", "expert_quarters", ["session_id"])
    op.create_table(
        "individual_requests",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("company", sa.String(200), nullable=False),
        sa.Column("contact", sa.String(100), nullable=False),
        sa.Column("telephone", sa.String(40), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=True),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_individual_requests_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_individual_requests")),
        sa.UniqueConstraint("number", name=op.f("uq_individual_requests_number")),
    )
    op.create_index("ix_individual_requests_status", "individual_requests", ["status", "id"])
    op.create_index("ix_individual_requests_user", "individual_requests", ["user_id", "id"])
    op.create_table(
        "session_categories",
        sa.Column("session_id", BigId, nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["rota_sessions.id"], name=op.f("fk_session_categories_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "category", name=op.f("pk_session_categories")),
    )
    op.create_table(
        "session_experts",
        sa.Column("session_id", BigId, nullable=False),
        sa.Column("expert", sa.String(64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["rota_sessions.id"], name=op.f("fk_session_experts_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "expert", name=op.f("pk_session_experts")),
    )
    op.create_table(
        "time_slots",
        sa.Column("id", BigId, nullable=False),
        sa.Column("session_id", BigId, nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("clock_from", sa.String(5), nullable=False),
        sa.Column("clock_until", sa.String(5), nullable=False),
        sa.Column("bookable_from", sa.DateTime(), nullable=False),
        sa.Column("bookable_until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["rota_sessions.id"], name=op.f("fk_time_slots_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_slots")),
        sa.UniqueConstraint("session_id", "starts_at", name=op.f("uq_time_slots_session_id")),
    )
    op.create_index("ix_time_slots_starts", "time_slots", ["starts_at"])
    op.create_table(
        "waiting_list",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("expert", sa.String(64), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_waiting_list_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_list")),
    )
    op.create_index("ix_waiting_list_status", "waiting_list", ["status", "priority", "id"])
    op.create_index("ix_waiting_list_user", "waiting_list", ["user_id", "id"])
    op.create_table(
        "seats",
        sa.Column("time_slot_id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["time_slot_id"], ["time_slots.id"], name=op.f("fk_seats_time_slot_id")
        ),
        sa.PrimaryKeyConstraint("time_slot_id", "number", name=op.f("pk_seats")),
    )
    op.create_table(
        "bookings",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.String(20), nullable=True),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("time_slot_id", BigId, nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("company", sa.String(200), nullable=False),
        sa.Column("company_key", sa.String(200), nullable=False),
        sa.Column("contact", sa.String(100), nullable=False),
        sa.Column("telephone", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("hold_until", sa.DateTime(), nullable=True),
        sa.Column("waiting_id", BigId, nullable=True),
        sa.Column("moved_from", BigId, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "(seat IS NOT NULL) = (status IN ('held', 'offered', 'confirmed', 'attended', 'missed'))",
            name="ck_bookings_seat",
        ),
        sa.ForeignKeyConstraint(
            ["moved_from"], ["bookings.id"], name=op.f("fk_bookings_moved_from")
        ),
        sa.ForeignKeyConstraint(
            ["time_slot_id", "seat"],
            ["seats.time_slot_id", "seats.number"],
            name="fk_bookings_seat",
        ),
        sa.ForeignKeyConstraint(
            ["time_slot_id"], ["time_slots.id"], name=op.f("fk_bookings_time_slot_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_bookings_user_id")),
        sa.ForeignKeyConstraint(
            ["waiting_id"], ["waiting_list.id"], name=op.f("fk_bookings_waiting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("number", name=op.f("uq_bookings_number")),
    )
    op.create_index("ix_bookings_company", "bookings", ["company_key", "status"])
    op.create_index("ix_bookings_hold", "bookings", ["status", "hold_until"])
    op.create_index("ix_bookings_user", "bookings", ["user_id", "id"])
    op.create_index(
        "uq_bookings_held",
        "bookings",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_index(
        "uq_bookings_once",
        "bookings",
        ["user_id", "time_slot_id"],
        unique=True,
        sqlite_where=sa.text("seat IS NOT NULL"),
        postgresql_where=sa.text("seat IS NOT NULL"),
    )
    op.create_index("uq_bookings_seat", "bookings", ["time_slot_id", "seat"], unique=True)
    op.create_table(
        "booking_notices",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("booking_id", BigId, nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_booking_notices_booking_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_booking_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_notices")),
    )
    op.create_index("ix_booking_notices_booking", "booking_notices", ["booking_id", "status"])
    op.create_index("ix_booking_notices_status_due", "booking_notices", ["status", "due_at"])


def downgrade() -> None:
    for table in (
        "booking_notices",
        "bookings",
        "seats",
        "waiting_list",
        "time_slots",
        "session_experts",
        "session_categories",
        "individual_requests",
        "expert_quarters",
        "rota_sessions",
        "booking_numbers",
    ):
        op.drop_table(table)
