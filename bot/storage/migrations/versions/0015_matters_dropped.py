"""matters that a demand was divided without are told from those that somebody withdrew"""

from alembic import op

revision = "0015"
down_revision = "0014"

WITHDRAWN_BY_SOMEBODY = (
    "EXISTS (SELECT 1 FROM matter_steps"
    " WHERE matter_steps.matter_id = matters.id AND matter_steps.name = 'withdraw')"
)


def upgrade() -> None:
    op.execute(
        "UPDATE matters SET state = 'dropped'"
        f" WHERE state = 'withdrawn' AND NOT {WITHDRAWN_BY_SOMEBODY}"
    )


def downgrade() -> None:
    op.execute("UPDATE matters SET state = 'withdrawn' WHERE state = 'dropped'")
