"""service items are kept on the desk; which organisation serves which is a table of its own"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
organisations = sa.table("organisations", sa.column("id", BigId), sa.column("services", sa.JSON))
links = sa.table(
    "organisation_services",
    sa.column("organisation_id", BigId),
    sa.column("service", sa.String(64)),
)


def upgrade() -> None:
    op.create_table(
        "service_items",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("heading", sa.String(40), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("telephones", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_items")),
        sa.UniqueConstraint("name", name=op.f("uq_service_items_name")),
    )
    op.create_table(
        "organisation_services",
        sa.Column("organisation_id", BigId, nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_services_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "service", name=op.f("pk_organisation_services")
        ),
    )
    op.create_index(
        "ix_organisation_services_service", "organisation_services", ["service"], unique=False
    )
    db = op.get_bind()
    rows = [
        {"organisation_id": row.id, "service": service}
        for row in db.execute(sa.select(organisations.c.id, organisations.c.services))
        for service in dict.fromkeys(row.services)
    ]
    if rows:
        op.bulk_insert(links, rows)
    op.drop_column("organisations", "services")


def downgrade() -> None:
    empty = sa.text(f"'{json.dumps([])}'")
    op.add_column(
        "organisations", sa.Column("services", sa.JSON(), nullable=False, server_default=empty)
    )
    db = op.get_bind()
    served: dict[int, list[str]] = {}
    for row in db.execute(sa.select(links).order_by(links.c.organisation_id, links.c.service)):
        served.setdefault(row.organisation_id, []).append(row.service)
    for organisation, services in served.items():
        which = organisations.c.id == organisation
        db.execute(organisations.update().where(which).values(services=services))
    op.drop_index("ix_organisation_services_service", table_name="organisation_services")
    op.drop_table("organisation_services")
    op.drop_table("service_items")
