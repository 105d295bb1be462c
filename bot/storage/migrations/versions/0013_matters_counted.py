"""matters know when, where and how their demand came: statistics need no join"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    # A constant default is what SQLite needs to add a column that is never empty.
    never = sa.text("'2000-01-01 00:00:00'")
    op.add_column(
        "matters", sa.Column("submitted_at", sa.DateTime(), nullable=False, server_default=never)
    )
    op.add_column("matters", sa.Column("station", sa.String(64), nullable=True))
    op.add_column(
        "matters", sa.Column("source", sa.String(16), nullable=False, server_default="online")
    )
    of_demand = "SELECT {0} FROM demands WHERE demands.id = matters.demand_id"
    names = ("submitted_at", "station", "source")
    values = ", ".join(f"{name} = ({of_demand.format(name)})" for name in names)
    op.execute(f"UPDATE matters SET {values}")
    op.create_index("ix_matters_submitted", "matters", ["submitted_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_matters_submitted", table_name="matters")
    for name in ("source", "station", "submitted_at"):
        op.drop_column("matters", name)
