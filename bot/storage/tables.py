"""The tables. Times are UTC without zone; JSON columns hold what their comment says."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite numbers rows by itself only for INTEGER primary keys.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("openid", sa.String(64), nullable=False, unique=True),
    sa.Column("account", sa.String(64), nullable=False),  # ToUserName of the push
    sa.Column("subscribed", sa.Boolean, nullable=False, default=True),
    sa.Column("station", sa.String(64)),  # scene of the station's QR code last scanned
    sa.Column("created_at", sa.DateTime, nullable=False),
    # What may still be sent by the customer-service API: `quota_left` sends until `quota_until`.
    sa.Column("quota_left", sa.Integer, nullable=False, default=0),
    sa.Column("quota_until", sa.DateTime),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), primary_key=True),
    sa.Column("owner_kind", sa.String(16), nullable=False, default="assistant"),
    sa.Column("owner_id", BigId),  # owner queue: handoffs.id; specialist: staff.id
    sa.Column("version", sa.Integer, nullable=False, default=1),  # compare-and-swap of the owner
    # Only the holder of an unexpired lease handles the user's messages: it keeps their order.
    sa.Column("lease_holder", sa.String(64)),
    sa.Column("lease_until", sa.DateTime),
    # The assistant's tracker is started anew with each case: sender id `openid#case`.
    sa.Column("case_number", sa.Integer, nullable=False, default=1),
    sa.Column("case_turns", sa.Integer, nullable=False, default=0),
    sa.Column("choices", sa.JSON),  # [{"id", "title", "payload"}] offered last
)

messages_in = sa.Table(
    "messages_in",
    metadata,
    sa.Column("id", BigId, primary_key=True),  # order of arrival
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("dedup_key", sa.String(200), nullable=False, unique=True),
    sa.Column("nonce", sa.String(80), nullable=False, unique=True),  # timestamp:nonce, no replay
    sa.Column("kind", sa.String(32), nullable=False),  # MsgType, lower case
    sa.Column("event", sa.String(64)),
    sa.Column("text", sa.Text),  # what the user said, clean
    sa.Column("data", sa.JSON, nullable=False),  # the push's fields as sent
    sa.Column("received_at", sa.DateTime, nullable=False),
    sa.Column("deliveries", sa.Integer, nullable=False, default=1),
    sa.Column("passive_until", sa.DateTime, nullable=False),  # someone waits to answer until then
    sa.Column("status", sa.String(16), nullable=False),  # pending, done, failed
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("parse", sa.JSON),  # {"intent": {...}, "intent_ranking": [...], "entities": [...]}
    sa.Column("done_at", sa.DateTime),
    sa.Column("handoff_id", BigId),  # meant for a person: the assistant never saw it
    sa.Column("transcript_id", BigId),  # empty until it is filed in a transcript
    sa.Index("ix_messages_in_user_status", "user_id", "status", "id"),
    sa.Index("ix_messages_in_status", "status", "id"),
    sa.Index("ix_messages_in_transcript", "transcript_id"),
    sa.Index(
        "ix_messages_in_unfiled",
        "id",
        sqlite_where=sa.text("transcript_id IS NULL"),
        postgresql_where=sa.text("transcript_id IS NULL"),
    ),
)

messages_out = sa.Table(
    "messages_out",
    metadata,
    sa.Column("id", BigId, primary_key=True),  # order of sending
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("reply_to", BigId, sa.ForeignKey("messages_in.id")),
    sa.Column("sender", sa.String(16), nullable=False),  # assistant, system, specialist
    sa.Column("body", sa.JSON, nullable=False),  # {"text", "choices": [{"id", "title", "payload"}]}
    # pending → passive (in the HTTP answer) or sending (by the API) → sent; held (quota, window)
    # → pending; failed; void: a person took over before it went out, or the user left
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(200)),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("due_at", sa.DateTime, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("sent_at", sa.DateTime),
    sa.Column("answered_push", BigId),  # the push in whose HTTP answer it went out
    # sent passively: the bytes were written; sending: the request was handed to the API
    sa.Column("confirmed", sa.Boolean, nullable=False, default=False),
    sa.Column("staff_id", BigId),  # who wrote it, for sender specialist
    # hand-off, staff, the page's key and the part: the same send again is no second message
    sa.Column("send_key", sa.String(120)),
    sa.Column("handoff_id", BigId),
    sa.Column("transcript_id", BigId),  # empty until it is filed in a transcript
    sa.Index("ix_messages_out_user_status", "user_id", "status", "id"),
    sa.Index("ix_messages_out_status_due", "status", "due_at"),
    sa.Index("ix_messages_out_reply_to", "reply_to"),
    sa.Index("ix_messages_out_answered_push", "answered_push"),
    sa.Index("ix_messages_out_transcript", "transcript_id"),
    sa.Index(
        "uq_messages_out_send_key",
        "send_key",
        unique=True,
        sqlite_where=sa.text("send_key IS NOT NULL"),
        postgresql_where=sa.text("send_key IS NOT NULL"),
    ),
    sa.Index(
        "ix_messages_out_unfiled",
        "id",
        sqlite_where=sa.text("transcript_id IS NULL"),
        postgresql_where=sa.text("transcript_id IS NULL"),
    ),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", BigId, primary_key=True),  # grows; a reconnecting page replays from here
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("user_id", BigId),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),  # wechat, desk, h5, system
    sa.Column("kind", sa.String(48), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),  # {"old", "new", …}
    sa.Index("ix_events_actor", "actor", "id"),
    sa.Index("ix_events_kind", "kind", "id"),
    sa.Index("ix_events_user", "user_id", "id"),
    sa.Index("ix_events_at", "at"),
)

heartbeats = sa.Table(
    "heartbeats",
    metadata,
    sa.Column("process", sa.String(64), primary_key=True),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),
)

# A demand form being filled. status: consent → filling ⇄ paused → submitted or given_up
drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("form_version", sa.Integer, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),  # {field id: stored value}
    sa.Column("prefilled", sa.JSON, nullable=False),  # [field id] taken over, not yet confirmed
    sa.Column("asking", sa.String(64)),  # field whose question the user was asked last
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, default=1),  # grows with the answers
    sa.Column("misses", sa.Integer, nullable=False, default=0),  # unclear answers in a row
    sa.Column("last_message_id", BigId),  # the message handled last, and what was said to it
    sa.Column("last_reply", sa.JSON),
    sa.Column("opened_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    # One open draft for a user, whoever opens it.
    sa.Index(
        "uq_drafts_open",
        "user_id",
        unique=True,
        sqlite_where=sa.text("status IN ('consent', 'filling', 'paused')"),
        postgresql_where=sa.text("status IN ('consent', 'filling', 'paused')"),
    ),
    sa.Index("ix_drafts_user", "user_id", "id"),
)

demands = sa.Table(
    "demands",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("number", sa.String(20), nullable=False, unique=True),  # ZLXQ-2026-0001
    # One draft is one demand, however often it is submitted.
    sa.Column("draft_id", BigId, sa.ForeignKey("drafts.id"), nullable=False, unique=True),
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("form_version", sa.Integer, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),  # {field id: stored value}
    sa.Column("categories", sa.JSON, nullable=False),  # [category id]
    sa.Column("status", sa.String(24), nullable=False),  # see bot/model/demand.py
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("channel", sa.String(16), nullable=False),  # submitted through
    sa.Column("source", sa.String(16), nullable=False, default="online"),  # window, phone, visit
    sa.Column("station", sa.String(64)),  # scene of the station whose QR code led here
    sa.Column("submitted_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.Index("ix_demands_user", "user_id", "id"),
    sa.Index("ix_demands_status", "status", "id"),
    sa.Index("ix_demands_counted", "status", "station"),  # how many in each state, of a station
    sa.Index("ix_demands_station", "station", "id"),
    sa.Index("ix_demands_submitted", "submitted_at"),
)

demand_versions = sa.Table(
    "demand_versions",
    metadata,
    sa.Column("demand_id", BigId, sa.ForeignKey("demands.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("form_version", sa.Integer, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("status", sa.String(24), nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)

# The last number given in a year. Its row's lock is held until the demand is committed: a number
# is taken back with the transaction that drew it, so that none is missing.
demand_numbers = sa.Table(
    "demand_numbers",
    metadata,
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("wording", sa.Integer, nullable=False),  # version of the text agreed to
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("given_at", sa.DateTime, nullable=False),
    sa.Column("withdrawn_at", sa.DateTime),
    sa.Index("ix_consents_user", "user_id", "id"),
)

# The others stand in modules of their own; whoever has these has those.
from bot.storage import booking_tables as booking_tables  # noqa: E402
from bot.storage import demand_tables as demand_tables  # noqa: E402
from bot.storage import desk_tables as desk_tables  # noqa: E402
from bot.storage import resource_tables as resource_tables  # noqa: E402
from bot.storage import transcript_tables as transcript_tables  # noqa: E402
