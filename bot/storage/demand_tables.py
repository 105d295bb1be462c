"""The tables behind a demand's life: matters, their steps and deadlines."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import BigId, metadata

# A demand's parts, each served by one organisation. state: see bot/model/demand.py
matters = sa.Table(
    "matters",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("demand_id", BigId, sa.ForeignKey("demands.id"), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),  # 1, 2, … within the demand
    sa.Column("category", sa.String(32)),  # empty: 九、其他服务
    sa.Column("wants", sa.Text, nullable=False, default=""),  # what is asked for
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, default=1),  # grows with each step
    sa.Column("in_list", sa.Boolean),  # whether annex 3 has it; empty: not analysed yet
    sa.Column("service", sa.String(64)),  # service item id of annex 3
    sa.Column("organisation_id", BigId, sa.ForeignKey("organisations.id")),  # has it, or had last
    sa.Column("starts_at", sa.DateTime),  # service fixed for
    sa.Column("location", sa.String(120), nullable=False, default=""),  # and where
    sa.Column("urged_at", sa.DateTime),  # 督办, in the present step
    sa.Column("late", sa.Boolean, nullable=False, default=False),  # some step passed its deadline
    sa.Column("returns", sa.Integer, nullable=False, default=0),
    sa.Column("completed_at", sa.DateTime),
    sa.Column("score", sa.Integer),  # 1 to 5, once
    sa.Column("rating_words", sa.Text),
    sa.Column("rated_at", sa.DateTime),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    # The demand's, which never change: statistics over all matters need no join.
    sa.Column("submitted_at", sa.DateTime, nullable=False),
    sa.Column("station", sa.String(64)),
    sa.Column("source", sa.String(16), nullable=False),
    sa.UniqueConstraint("demand_id", "place", name="uq_matters_place"),
    sa.Index("ix_matters_submitted", "submitted_at"),
    sa.Index("ix_matters_organisation", "organisation_id", "state", "id"),
    sa.Index("ix_matters_state", "state", "id"),
)

matter_steps = sa.Table(
    "matter_steps",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("matter_id", BigId, sa.ForeignKey("matters.id"), nullable=False),
    sa.Column("name", sa.String(16), nullable=False),  # of bot/model/demand.py's TRANSITIONS
    sa.Column("old", sa.String(16), nullable=False),
    sa.Column("new", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # the matter's after it
    sa.Column("organisation_id", BigId, sa.ForeignKey("organisations.id")),  # whose step, or to it
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("message_id", BigId, sa.ForeignKey("messages_out.id")),  # told to the enterprise
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("ix_matter_steps_matter", "matter_id", "id"),
)

# How long a matter may stay in a state: begun with the state, ended when it is left.
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("matter_id", BigId, sa.ForeignKey("matters.id"), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("begun_at", sa.DateTime, nullable=False),
    sa.Column("warn_at", sa.DateTime, nullable=False),
    sa.Column("due_at", sa.DateTime, nullable=False),
    sa.Column("warned_at", sa.DateTime),
    sa.Column("overdue_at", sa.DateTime),  # when it was noticed
    sa.Column("ended_at", sa.DateTime),
    # One runs for a matter, and the clock looks at those that run only.
    sa.Index(
        "uq_deadlines_running",
        "matter_id",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
    sa.Index(
        "ix_deadlines_warn",
        "warn_at",
        sqlite_where=sa.text("ended_at IS NULL AND warned_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND warned_at IS NULL"),
    ),
    sa.Index(
        "ix_deadlines_due",
        "due_at",
        sqlite_where=sa.text("ended_at IS NULL AND overdue_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND overdue_at IS NULL"),
    ),
)

service_records = sa.Table(
    "service_records",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("matter_id", BigId, sa.ForeignKey("matters.id"), nullable=False),
    sa.Column("organisation_id", BigId, sa.ForeignKey("organisations.id")),
    sa.Column("kind", sa.String(16), nullable=False),  # contact, visit, service, result
    sa.Column("served_on", sa.Date, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("ix_service_records_matter", "matter_id", "id"),
)

# Files of a demand. The bytes lie under BOT_VAR/files by their SHA-256.
attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("demand_id", BigId, sa.ForeignKey("demands.id"), nullable=False),
    sa.Column("matter_id", BigId, sa.ForeignKey("matters.id")),
    sa.Column("record_id", BigId, sa.ForeignKey("service_records.id")),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("media_type", sa.String(80), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("ix_attachments_demand", "demand_id", "id"),
    sa.Index("ix_attachments_sha256", "sha256"),
)

# What the enterprise says besides the form: addition, question, complaint (both answered).
inquiries = sa.Table(
    "inquiries",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("demand_id", BigId, sa.ForeignKey("demands.id"), nullable=False),
    sa.Column("matter_id", BigId, sa.ForeignKey("matters.id")),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("answered_by", sa.String(64)),
    sa.Column("answered_at", sa.DateTime),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Index("ix_inquiries_demand", "demand_id", "id"),
    sa.Index(
        "ix_inquiries_open",
        "at",
        sqlite_where=sa.text("answered_at IS NULL AND kind <> 'addition'"),
        postgresql_where=sa.text("answered_at IS NULL AND kind <> 'addition'"),
    ),
)

# Forms that staff are taking down for an enterprise (代为接件): what is filled in so far stands in
# the draft. A row goes when its form is submitted or given up.
walk_ins = sa.Table(
    "walk_ins",
    metadata,
    sa.Column("draft_id", BigId, sa.ForeignKey("drafts.id"), primary_key=True),
    sa.Column("key", sa.String(64), nullable=False),  # the page's mark: a double click is one form
    sa.Column("source", sa.String(16), nullable=False),  # window, phone, visit
    sa.Column("station", sa.String(64)),
    sa.Column("quality_matter_id", BigId, sa.ForeignKey("quality_matters.id")),  # it comes from
    sa.Column("actor", sa.String(64), nullable=False),  # who saved it last
)

# 质量事项清单 of a station (plan, chapter 三（二）). status: collected → submitted → settled
quality_matters = sa.Table(
    "quality_matters",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("station", sa.String(64), nullable=False),
    sa.Column("company", sa.String(80), nullable=False),
    sa.Column("contact", sa.String(64), nullable=False, default=""),
    sa.Column("telephone", sa.String(32), nullable=False, default=""),
    sa.Column("category", sa.String(32)),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("source", sa.String(16), nullable=False),  # visit, window, phone
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("demand_id", BigId, sa.ForeignKey("demands.id")),  # that it became
    sa.Column("answer", sa.Text, nullable=False, default=""),  # how the centre settled it
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.Index("ix_quality_matters_station", "station", "status", "id"),
)

# What a demand is found by: number, enterprise, contact, telephone, what is asked for; lower case.
demand_search = sa.Table(
    "demand_search",
    metadata,
    sa.Column("demand_id", BigId, sa.ForeignKey("demands.id"), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)

# A user who is asked for words about a demand (补充, 提问, 撤回的原因 …), until when.
demand_chats = sa.Table(
    "demand_chats",
    metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), primary_key=True),
    sa.Column("state", sa.JSON, nullable=False),  # {"asking", "demand", "matter", "score"}
    sa.Column("asking_until", sa.DateTime),
    sa.Column("last_message_id", BigId),  # the message handled last, and what was said to it
    sa.Column("last_reply", sa.JSON),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)
