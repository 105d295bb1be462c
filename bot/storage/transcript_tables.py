"""The tables behind transcripts and learning. Times are UTC without zone."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import BigId, metadata

# A stretch of talk with one user, from a silence to the next: what is listed, read and reviewed.
# Its messages are the rows of messages_in and messages_out that name it; ids grow with time.
transcripts = sa.Table(
    "transcripts",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("station", sa.String(64)),  # the user's, when it began
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime, nullable=False),
    sa.Column("said", sa.Integer, nullable=False, default=0),  # messages that people wrote
    sa.Column("lowest_confidence", sa.Float),  # of the free messages, 0 to 1
    sa.Column("fallback", sa.Boolean, nullable=False, default=False),  # it asked back once or more
    sa.Column("unanswered", sa.Boolean, nullable=False, default=False),
    sa.Column("handoff_id", BigId, sa.ForeignKey("handoffs.id")),  # the last one in it
    sa.Column("flag", sa.String(24)),  # see bot/model/transcript.py
    sa.Column("reviewed_at", sa.DateTime),  # emptied when the user writes again
    sa.Column("reviewed_by", BigId, sa.ForeignKey("staff.id")),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    # Whether the assistant's sentences are in `sentence_uses`; empty: it is from before they were.
    sa.Column("sentences_kept", sa.Boolean, default=True),
    sa.Index("ix_transcripts_user", "user_id", "id"),
    sa.Index("ix_transcripts_started", "started_at"),
    sa.Index("ix_transcripts_handoff", "handoff_id"),
    sa.Index("ix_transcripts_flag", "flag", "id"),
    sa.Index(
        "ix_transcripts_unkept",
        "id",
        sqlite_where=sa.text("sentences_kept IS NULL"),
        postgresql_where=sa.text("sentences_kept IS NULL"),
    ),
)

transcript_categories = sa.Table(
    "transcript_categories",
    metadata,
    sa.Column("category", sa.String(32), primary_key=True),
    sa.Column("transcript_id", BigId, sa.ForeignKey("transcripts.id"), primary_key=True),
    sa.Index("ix_transcript_categories_transcript", "transcript_id"),
    sqlite_with_rowid=False,
)

# What people wrote, as pieces of one and two characters (bot/model/search_text.py). The key's
# order is the list's order: a search walks it from the newest and stops when the page is full.
transcript_grams = sa.Table(
    "transcript_grams",
    metadata,
    sa.Column("gram", sa.String(4), primary_key=True),
    sa.Column("transcript_id", BigId, primary_key=True, autoincrement=False),
    sa.Index("ix_transcript_grams_transcript", "transcript_id"),
    sqlite_with_rowid=False,
)

# The assistant's lines, each once (bot/services/transcript/sentences.py), and where they stand.
sentences = sa.Table(
    "sentences",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),  # SHA-256 of `text`
    sa.Column("text", sa.Text, nullable=False),  # folded, as searches compare it
)

sentence_uses = sa.Table(
    "sentence_uses",
    metadata,
    sa.Column(
        "sentence_id", BigId, sa.ForeignKey("sentences.id"), primary_key=True, autoincrement=False
    ),
    sa.Column(
        "transcript_id",
        BigId,
        sa.ForeignKey("transcripts.id"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Index("ix_sentence_uses_transcript", "transcript_id", "sentence_id"),
    sqlite_with_rowid=False,
)

transcript_notes = sa.Table(
    "transcript_notes",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("transcript_id", BigId, sa.ForeignKey("transcripts.id"), nullable=False),
    sa.Column("staff_id", BigId, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("ix_transcript_notes_transcript", "transcript_id", "id"),
)

# What a message was said to mean, by a person. status: proposed → approved or rejected
learning_candidates = sa.Table(
    "learning_candidates",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    # The message it came from; emptied when its writer's data are deleted.
    sa.Column("message_id", BigId, sa.ForeignKey("messages_in.id")),
    sa.Column("text", sa.Text, nullable=False),  # without personal data
    sa.Column("spoken", sa.String(400), nullable=False, unique=True),  # `text` without marks
    sa.Column("intent", sa.String(64), nullable=False),  # the right one
    sa.Column("understood", sa.String(64)),  # what the assistant took it for
    sa.Column("confidence", sa.Float),
    sa.Column("trained", sa.String(64)),  # the intent that the training data give the same words
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("proposed_by", BigId, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("proposed_at", sa.DateTime, nullable=False),
    sa.Column("decided_by", BigId, sa.ForeignKey("staff.id")),
    sa.Column("decided_at", sa.DateTime),
    sa.Index("ix_learning_candidates_status", "status", "id"),
    sa.Index("ix_learning_candidates_message", "message_id"),
)

# A training with the approved corrections. status: queued → training → comparing → ready → live
# → taken_back or replaced; refused: not better; failed. See bot/model/learning.py.
training_runs = sa.Table(
    "training_runs",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("requested_by", BigId, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("requested_at", sa.DateTime, nullable=False),
    sa.Column("started_at", sa.DateTime),
    sa.Column("seen_at", sa.DateTime),  # last sign of life of the process that trains
    sa.Column("finished_at", sa.DateTime),
    sa.Column("live_at", sa.DateTime),
    sa.Column("examples", sa.Integer, nullable=False, default=0),  # approved ones trained with
    sa.Column("lines", sa.JSON, nullable=False),  # [{"at", "text"}] progress
    sa.Column("figures", sa.JSON),  # {"before", "after"}: {"in_scope", …, "learned"}
    sa.Column("changed", sa.JSON),  # [{"text", "intent", "before", "after"}] of the learned
    sa.Column("model", sa.String(64)),  # file in the folder of models
    sa.Column("failure", sa.String(32)),  # code of why it failed or was refused
    # True or empty: one run at a time is under way, and one is live.
    sa.Column("active", sa.Boolean, unique=True),
    sa.Column("live", sa.Boolean, unique=True),
    sa.Index("ix_training_runs_status", "status", "id"),
)
