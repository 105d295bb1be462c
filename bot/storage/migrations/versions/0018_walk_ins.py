"""forms that staff take down are kept half filled in"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "walk_ins",
        sa.Column("draft_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("station", sa.String(64), nullable=True),
        sa.Column("quality_matter_id", BIG_ID, nullable=True),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_walk_ins_draft_id")),
        sa.ForeignKeyConstraint(
            ["quality_matter_id"],
            ["quality_matters.id"],
            name=op.f("fk_walk_ins_quality_matter_id"),
        ),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_walk_ins")),
    )


def downgrade() -> None:
    op.drop_table("walk_ins")
