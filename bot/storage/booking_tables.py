"""The tables of rota and bookings. Times are UTC without zone; dates and clocks are China's."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import BigId, metadata

# A 轮值接访: experts receive enterprises at a station. status: open, cancelled
rota_sessions = sa.Table(
    "rota_sessions",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    # The pattern of knowledge/rota.yml that it was made from, and the month (2026-11).
    sa.Column("pattern", sa.String(64)),
    sa.Column("month", sa.String(7)),
    sa.Column("station", sa.String(64), nullable=False),
    sa.Column("starts_at", sa.DateTime, nullable=False),
    sa.Column("ends_at", sa.DateTime, nullable=False),
    sa.Column("slot_minutes", sa.Integer, nullable=False),
    sa.Column("notice_minutes", sa.Integer, nullable=False),
    sa.Column("horizon_days", sa.Integer, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    # A month is planned once, however often planning is asked for; one by one both are null.
    sa.UniqueConstraint("pattern", "month"),
    sa.Index("ix_rota_sessions_starts", "starts_at"),
)

session_categories = sa.Table(
    "session_categories",
    metadata,
    sa.Column("session_id", BigId, sa.ForeignKey("rota_sessions.id"), primary_key=True),
    sa.Column("category", sa.String(32), primary_key=True),
)

session_experts = sa.Table(
    "session_experts",
    metadata,
    sa.Column("session_id", BigId, sa.ForeignKey("rota_sessions.id"), primary_key=True),
    sa.Column("expert", sa.String(64), primary_key=True),  # experts.id
    sa.Column("confirmed_at", sa.DateTime),  # the expert's side said that they come
    sa.Column("confirmed_by", sa.String(64)),
)

# The quarter hours for which an expert is taken: nobody is in two places at once.
expert_quarters = sa.Table(
    "expert_quarters",
    metadata,
    sa.Column("expert", sa.String(64), primary_key=True),
    sa.Column("starts_at", sa.DateTime, primary_key=True),
    sa.Column("session_id", BigId, sa.ForeignKey("rota_sessions.id"), nullable=False),
    sa.Index("ix_expert_quarters_session", "session_id"),
)

time_slots = sa.Table(
    "time_slots",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("session_id", BigId, sa.ForeignKey("rota_sessions.id"), nullable=False),
    sa.Column("starts_at", sa.DateTime, nullable=False),
    sa.Column("ends_at", sa.DateTime, nullable=False),
    sa.Column("clock_from", sa.String(5), nullable=False),  # 14:30
    sa.Column("clock_until", sa.String(5), nullable=False),
    # Enterprises may book from the session's horizon until its notice.
    sa.Column("bookable_from", sa.DateTime, nullable=False),
    sa.Column("bookable_until", sa.DateTime, nullable=False),
    sa.UniqueConstraint("session_id", "starts_at"),
    sa.Index("ix_time_slots_starts", "starts_at"),
)

# A seat exists only as a row here: a booking that names another is refused by the database.
seats = sa.Table(
    "seats",
    metadata,
    sa.Column("time_slot_id", BigId, sa.ForeignKey("time_slots.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
)

# Enterprises that wait for a seat. status: waiting → offered → booked, passed; left, over
waiting_list = sa.Table(
    "waiting_list",
    metadata,
    sa.Column("id", BigId, primary_key=True),  # first come, first served
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    # What would do; an empty text is anything.
    sa.Column("station", sa.String(64), nullable=False, default=""),
    sa.Column("category", sa.String(32), nullable=False, default=""),
    sa.Column("expert", sa.String(64), nullable=False, default=""),
    sa.Column("period", sa.String(16), nullable=False, default=""),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    # 1: the centre cancelled their booking, they come before the others
    sa.Column("priority", sa.Integer, nullable=False, default=0),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.Index("ix_waiting_list_status", "status", "priority", "id"),
    sa.Index("ix_waiting_list_user", "user_id", "id"),
)

# See bot/model/booking.py for the states. A booking has a seat just as long as it is active.
bookings = sa.Table(
    "bookings",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("number", sa.String(20), unique=True),  # ZJYY-2026-0001, drawn when confirmed
    sa.Column("user_id", BigId, sa.ForeignKey("users.id")),  # null: booked by the desk
    sa.Column("time_slot_id", BigId, sa.ForeignKey("time_slots.id"), nullable=False),
    sa.Column("seat", sa.Integer),
    sa.Column("status", sa.String(24), nullable=False),
    sa.Column("category", sa.String(32), nullable=False, default=""),  # empty: one of several
    sa.Column("topic", sa.Text, nullable=False, default=""),
    sa.Column("company", sa.String(200), nullable=False, default=""),
    sa.Column("company_key", sa.String(200), nullable=False, default=""),  # for limits
    sa.Column("contact", sa.String(100), nullable=False, default=""),
    sa.Column("telephone", sa.String(40), nullable=False, default=""),
    sa.Column("channel", sa.String(16), nullable=False),  # booked through
    sa.Column("hold_until", sa.DateTime),  # while held or offered
    sa.Column("waiting_id", BigId, sa.ForeignKey("waiting_list.id")),  # offered to this entry
    sa.Column("moved_from", BigId, sa.ForeignKey("bookings.id")),  # instead of a cancelled one
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["time_slot_id", "seat"], ["seats.time_slot_id", "seats.number"], name="fk_bookings_seat"
    ),
    sa.CheckConstraint(
        "(seat IS NOT NULL) = (status IN ('held', 'offered', 'confirmed', 'attended', 'missed'))",
        name="ck_bookings_seat",
    ),
    # No seat is sold twice, whoever sells it.
    sa.Index("uq_bookings_seat", "time_slot_id", "seat", unique=True),
    # One person holds one seat at a time, and books a time slot once.
    sa.Index(
        "uq_bookings_held",
        "user_id",
        unique=True,
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    ),
    sa.Index(
        "uq_bookings_once",
        "user_id",
        "time_slot_id",
        unique=True,
        sqlite_where=sa.text("seat IS NOT NULL"),
        postgresql_where=sa.text("seat IS NOT NULL"),
    ),
    sa.Index("ix_bookings_user", "user_id", "id"),
    sa.Index("ix_bookings_company", "company_key", "status"),
    sa.Index("ix_bookings_hold", "status", "hold_until"),
)

# The last number of a year, as demand_numbers; bookings and individual requests share it.
booking_numbers = sa.Table(
    "booking_numbers",
    metadata,
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)

# 预约科室或技术机构: the centre confirms. status: requested → confirmed, declined; withdrawn
individual_requests = sa.Table(
    "individual_requests",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("number", sa.String(20), nullable=False, unique=True),
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("organisation", sa.String(100), nullable=False),
    sa.Column("category", sa.String(32), nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("company", sa.String(200), nullable=False),
    sa.Column("contact", sa.String(100), nullable=False),
    sa.Column("telephone", sa.String(40), nullable=False),
    sa.Column("first", sa.Date),  # days and half day that would suit
    sa.Column("last", sa.Date),
    sa.Column("period", sa.String(16), nullable=False, default=""),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("starts_at", sa.DateTime),  # set by the centre with place and answer
    sa.Column("place", sa.String(200), nullable=False, default=""),
    sa.Column("answer", sa.Text, nullable=False, default=""),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.Index("ix_individual_requests_user", "user_id", "id"),
    sa.Index("ix_individual_requests_status", "status", "id"),
)

# What a user is to be told, and when; whoever tells it claims it first. status: due, done, void
booking_notices = sa.Table(
    "booking_notices",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("booking_id", BigId, sa.ForeignKey("bookings.id")),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("due_at", sa.DateTime, nullable=False),
    sa.Column("expires_at", sa.DateTime),  # from then on nobody wants to hear it
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("done_at", sa.DateTime),
    sa.Index("ix_booking_notices_status_due", "status", "due_at"),
    sa.Index("ix_booking_notices_booking", "booking_id", "status"),
)

# Where a user is in booking by chat; the seat itself is a booking that is held.
booking_chats = sa.Table(
    "booking_chats",
    metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), primary_key=True),
    sa.Column("asking", sa.String(16)),  # what words are waited for: words, confirm, sure
    sa.Column("asking_until", sa.DateTime),  # later on, words are taken as any others
    sa.Column("state", sa.JSON, nullable=False),  # see bot/services/booking/state.py
    sa.Column("last_message_id", BigId),  # the message handled last, and what was said to it
    sa.Column("last_reply", sa.JSON),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)
