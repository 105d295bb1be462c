"""the record of events is searched by who, what, about whom and when"""

from alembic import op

revision = "0008"
down_revision = "0007"

INDEXES = {
    "ix_events_actor": ["actor", "id"],
    "ix_events_kind": ["kind", "id"],
    "ix_events_user": ["user_id", "id"],
    "ix_events_at": ["at"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "events", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="events")
