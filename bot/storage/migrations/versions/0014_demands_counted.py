"""demands of a station and state are counted from an index alone"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index("ix_demands_counted", "demands", ["status", "station"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_demands_counted", table_name="demands")
