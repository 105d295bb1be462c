"""the same send again is no second message"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("messages_out", sa.Column("send_key", sa.String(length=120), nullable=True))
    op.create_index(
        "uq_messages_out_send_key",
        "messages_out",
        ["send_key"],
        unique=True,
        sqlite_where=sa.text("send_key IS NOT NULL"),
        postgresql_where=sa.text("send_key IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_messages_out_send_key", table_name="messages_out")
    op.drop_column("messages_out", "send_key")
