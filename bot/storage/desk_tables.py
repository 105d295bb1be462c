"""The tables behind the desk: staff and their sessions, hand-offs. Times are UTC without zone."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import BigId, metadata

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("login", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(64), nullable=False),  # shown to colleagues and to the user
    sa.Column("password_hash", sa.String(256), nullable=False),  # argon2
    sa.Column("totp_secret", sa.String(64)),
    sa.Column("totp_step", sa.BigInteger),  # the time step used last: no code works twice
    # specialist, clerk, centre, admin; organisation: a department's or organisation's own people
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("station", sa.String(64)),  # scene of their station; empty: all stations
    sa.Column("organisation_id", BigId),  # for role organisation
    sa.Column("skills", sa.JSON, nullable=False),  # [category id]; empty: all
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("must_change_password", sa.Boolean, nullable=False, default=False),
    sa.Column("available", sa.Boolean, nullable=False, default=True),  # takes chats now
    sa.Column("seen_at", sa.DateTime),  # they last used the desk
    sa.Column("created_at", sa.DateTime, nullable=False),
)

staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),  # SHA-256 of the cookie's token
    sa.Column("staff_id", BigId, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),
    sa.Column("expires_at", sa.DateTime, nullable=False),
    sa.Index("ix_staff_sessions_staff", "staff_id"),
)

# Failed sign-ins, for throttling: `subject` as bot/services/staff/throttle.py names it.
sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("subject", sa.String(80), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("ix_sign_in_failures_subject", "subject", "at"),
)

# A human stretch of a conversation. status: queued → claimed → closed; queued → cancelled (by the
# user) or message (out of hours, kept as a case for the next opening) → claimed or closed
handoffs = sa.Table(
    "handoffs",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),  # asked, misses, anger, rule, transfer
    sa.Column("station", sa.String(64)),  # scene of the queue's station; empty: any
    sa.Column("category", sa.String(32)),
    sa.Column("urgency", sa.Integer, nullable=False, default=0),  # higher goes first
    sa.Column("staff_id", BigId, sa.ForeignKey("staff.id")),  # who has it, or had it last
    sa.Column("reserved_for", BigId, sa.ForeignKey("staff.id")),  # transferred to a person
    sa.Column("first_message_id", BigId),  # messages_in.id that asked for a person
    sa.Column("opened_at", sa.DateTime, nullable=False),
    sa.Column("queued_at", sa.DateTime, nullable=False),  # since when it waits, this time
    sa.Column("claimed_at", sa.DateTime),
    sa.Column("user_spoke_at", sa.DateTime),  # the user's last message in it
    sa.Column("staff_spoke_at", sa.DateTime),  # the owner's last message in it
    sa.Column("warned_at", sa.DateTime),  # the user was last told to wait on, or the owner warned
    # How often the user was told to wait on, or the owner reminded, since it began to wait.
    sa.Column("warnings", sa.Integer, nullable=False, default=0),
    sa.Column("closed_at", sa.DateTime),
    sa.Column("outcome", sa.String(32)),
    sa.Column("closing_note", sa.Text),  # what was settled: the assistant knows it afterwards
    sa.Column("rating", sa.Integer),  # 1 to 5
    sa.Column("rating_words", sa.Text),
    sa.Column("rated_at", sa.DateTime),
    sa.Index(
        "uq_handoffs_open",
        "user_id",
        unique=True,
        sqlite_where=sa.text("status IN ('queued', 'claimed', 'message')"),
        postgresql_where=sa.text("status IN ('queued', 'claimed', 'message')"),
    ),
    sa.Index("ix_handoffs_status", "status", "queued_at"),
    sa.Index("ix_handoffs_user", "user_id", "id"),
)

handoff_notes = sa.Table(
    "handoff_notes",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("handoff_id", BigId, sa.ForeignKey("handoffs.id")),
    sa.Column("staff_id", BigId, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("ix_handoff_notes_user", "user_id", "id"),
)

# Pictures in chats with a person, of both sides.
chat_pictures = sa.Table(
    "chat_pictures",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("handoff_id", BigId, sa.ForeignKey("handoffs.id"), nullable=False),
    # The user's message that brought it; empty for the desk's own (messages_out.body.image).
    sa.Column("message_id", BigId, sa.ForeignKey("messages_in.id"), unique=True),
    sa.Column("media_type", sa.String(32), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Index("ix_chat_pictures_user", "user_id"),
)

# What the desk's pages are told of live (bot/services/handoff/live.py). The database's triggers
# write a row with each change of a hand-off, its notes and its messages, whoever makes it.
desk_feed = sa.Table(
    "desk_feed",
    metadata,
    sa.Column("id", BigId, primary_key=True),  # order of writing
    sa.Column("number", sa.BigInteger, unique=True),  # order of becoming visible; empty at first
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # message_in, message_out, note, handoff
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("handoff_id", sa.BigInteger, nullable=False),
    sa.Column("ref_id", sa.BigInteger, nullable=False),  # id in the kind's table
    sa.Index(
        "ix_desk_feed_unnumbered",
        "id",
        sqlite_where=sa.text("number IS NULL"),
        postgresql_where=sa.text("number IS NULL"),
    ),
)

# One row: the last number given.
feed_numbers = sa.Table(
    "feed_numbers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.BigInteger, nullable=False),
)

# Who has a chat on the screen, and how far they have read it.
chat_views = sa.Table(
    "chat_views",
    metadata,
    sa.Column(
        "handoff_id", BigId, sa.ForeignKey("handoffs.id"), primary_key=True, autoincrement=False
    ),
    sa.Column("staff_id", BigId, sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),  # it was last on their screen
    sa.Column("read_id", sa.BigInteger, nullable=False, default=0),  # messages_in.id read up to
)
