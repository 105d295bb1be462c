"""what the assistant said is found by searches, too"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sentences",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sentences")),
        sa.UniqueConstraint("digest", name=op.f("uq_sentences_digest")),
    )
    op.create_table(
        "sentence_uses",
        sa.Column("sentence_id", BigId, autoincrement=False, nullable=False),
        sa.Column("transcript_id", BigId, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["sentence_id"], ["sentences.id"], name=op.f("fk_sentence_uses_sentence_id")
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"], ["transcripts.id"], name=op.f("fk_sentence_uses_transcript_id")
        ),
        sa.PrimaryKeyConstraint("sentence_id", "transcript_id", name=op.f("pk_sentence_uses")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_sentence_uses_transcript", "sentence_uses", ["transcript_id", "sentence_id"]
    )
    op.add_column("transcripts", sa.Column("sentences_kept", sa.Boolean(), nullable=True))
    op.create_index(
        "ix_transcripts_unkept",
        "transcripts",
        ["id"],
        sqlite_where=sa.text("sentences_kept IS NULL"),
        postgresql_where=sa.text("sentences_kept IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_transcripts_unkept", table_name="transcripts")
    op.drop_column("transcripts", "sentences_kept")
    op.drop_table("sentence_uses")
    op.drop_table("sentences")
