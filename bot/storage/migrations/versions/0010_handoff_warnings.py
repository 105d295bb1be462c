"""how often somebody who waits was warned"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column(
        "handoffs", sa.Column("warnings", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    op.drop_column("handoffs", "warnings")
