"""pictures in chats with a person"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = "at, kind, user_id, handoff_id, ref_id"
VALUES = "'message_in', NEW.user_id, NEW.handoff_id, NEW.message_id"


def upgrade() -> None:
    op.create_table(
        "chat_pictures",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("handoff_id", BigId, nullable=False),
        sa.Column("message_id", BigId, nullable=True),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_chat_pictures_user_id")),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_chat_pictures_handoff_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages_in.id"], name=op.f("fk_chat_pictures_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_pictures")),
        sa.UniqueConstraint("message_id", name=op.f("uq_chat_pictures_message_id")),
    )
    op.create_index("ix_chat_pictures_user", "chat_pictures", ["user_id"], unique=False)
    # The desk shows the picture as soon as it was fetched: the message counts as changed.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER feed_picture AFTER INSERT ON chat_pictures "
            "WHEN NEW.message_id IS NOT NULL BEGIN "
            f"INSERT INTO desk_feed ({COLUMNS}) VALUES "
            f"(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000', {VALUES}); END"
        )
        return
    op.execute(
        "CREATE FUNCTION desk_feed_picture() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO desk_feed ({COLUMNS}) VALUES "
        f"(clock_timestamp() AT TIME ZONE 'utc', {VALUES}); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER feed_picture AFTER INSERT ON chat_pictures FOR EACH ROW "
        "WHEN (NEW.message_id IS NOT NULL) EXECUTE FUNCTION desk_feed_picture()"
    )


def downgrade() -> None:
    op.drop_index("ix_chat_pictures_user", table_name="chat_pictures")
    op.drop_table("chat_pictures")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION desk_feed_picture()")
