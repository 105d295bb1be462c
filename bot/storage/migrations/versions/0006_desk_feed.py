"""the live feed of the desk, written by triggers

Triggers go with their table: a migration that makes messages_in, messages_out, handoffs or
handoff_notes anew (batch mode on SQLite) has to make theirs again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW_HANDOFF = "NEW.handoff_id IS NOT NULL"
SHOWN = (
    "status",
    "staff_id",
    "reserved_for",
    "station",
    "category",
    "urgency",
    "warned_at",
    "rating",
    "rating_words",
)
# name, table, event, condition
TRIGGERS = [
    ("feed_in_new", "messages_in", "INSERT", NEW_HANDOFF),
    ("feed_in_meant", "messages_in", "UPDATE OF handoff_id", f"{NEW_HANDOFF} AND {{handoff_id}}"),
    ("feed_out_new", "messages_out", "INSERT", NEW_HANDOFF),
    ("feed_out_status", "messages_out", "UPDATE OF status", f"{NEW_HANDOFF} AND {{status}}"),
    ("feed_note", "handoff_notes", "INSERT", NEW_HANDOFF),
    ("feed_handoff_new", "handoffs", "INSERT", ""),
    (
        "feed_handoff",
        "handoffs",
        f"UPDATE OF {', '.join(SHOWN)}",
        "(" + " OR ".join(f"{{{name}}}" for name in SHOWN) + ")",
    ),
]
KINDS = {
    "messages_in": "message_in",
    "messages_out": "message_out",
    "handoff_notes": "note",
    "handoffs": "handoff",
}
COLUMNS = "at, kind, user_id, handoff_id, ref_id"


def upgrade() -> None:
    op.create_table(
        "desk_feed",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("handoff_id", sa.BigInteger(), nullable=False),
        sa.Column("ref_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_feed")),
        sa.UniqueConstraint("number", name=op.f("uq_desk_feed_number")),
    )
    op.create_index(
        "ix_desk_feed_unnumbered",
        "desk_feed",
        ["id"],
        unique=False,
        sqlite_where=sa.text("number IS NULL"),
        postgresql_where=sa.text("number IS NULL"),
    )
    numbers = op.create_table(
        "feed_numbers",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_numbers")),
    )
    op.bulk_insert(numbers, [{"id": 1, "last": 0}])
    make = _sqlite_trigger if op.get_bind().dialect.name == "sqlite" else _postgresql_trigger
    if make is _postgresql_trigger:
        _postgresql_functions()
    for name, table, event, condition in TRIGGERS:
        op.execute(make(name, table, event, condition))


def _sqlite_trigger(name: str, table: str, event: str, condition: str) -> str:
    changed = {column: f"NEW.{column} IS NOT OLD.{column}" for column in _columns()}
    when = f"WHEN {condition.format(**changed)}" if condition else ""
    handoff = "NEW.id" if table == "handoffs" else "NEW.handoff_id"
    return (
        f"CREATE TRIGGER {name} AFTER {event} ON {table} {when} BEGIN "
        f"INSERT INTO desk_feed ({COLUMNS}) VALUES "
        f"(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000', '{KINDS[table]}', NEW.user_id, "
        f"{handoff}, NEW.id); END"
    )


def _postgresql_functions() -> None:
    for name, handoff in (("desk_feed_part", "NEW.handoff_id"), ("desk_feed_handoff", "NEW.id")):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO desk_feed ({COLUMNS}) VALUES "
            f"(clock_timestamp() AT TIME ZONE 'utc', TG_ARGV[0], NEW.user_id, {handoff}, NEW.id); "
            "RETURN NULL; END $$"
        )


def _postgresql_trigger(name: str, table: str, event: str, condition: str) -> str:
    changed = {column: f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _columns()}
    when = f"WHEN ({condition.format(**changed)})" if condition else ""
    function = "desk_feed_handoff" if table == "handoffs" else "desk_feed_part"
    return (
        f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when} "
        f"EXECUTE FUNCTION {function}('{KINDS[table]}')"
    )


def _columns() -> list[str]:
    return [*SHOWN, "handoff_id"]


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, _, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
    if not sqlite:
        op.execute("DROP FUNCTION desk_feed_part()")
        op.execute("DROP FUNCTION desk_feed_handoff()")
    op.drop_table("feed_numbers")
    op.drop_index("ix_desk_feed_unnumbered", table_name="desk_feed")
    op.drop_table("desk_feed")
