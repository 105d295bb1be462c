"""who has a chat of the desk on the screen"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "chat_views",
        sa.Column("handoff_id", BigId, autoincrement=False, nullable=False),
        sa.Column("staff_id", BigId, autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("read_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_chat_views_handoff_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_chat_views_staff_id")),
        sa.PrimaryKeyConstraint("handoff_id", "staff_id", name=op.f("pk_chat_views")),
    )


def downgrade() -> None:
    op.drop_table("chat_views")
