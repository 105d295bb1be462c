"""where users are in booking by chat"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "booking_chats",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("asking", sa.String(16), nullable=True),
        sa.Column("asking_until", sa.DateTime(), nullable=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("last_message_id", BigId, nullable=True),
        sa.Column("last_reply", sa.JSON(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_booking_chats_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_booking_chats")),
    )


def downgrade() -> None:
    op.drop_table("booking_chats")
