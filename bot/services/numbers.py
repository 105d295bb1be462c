"""Numbers that run through a year without gap or double."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError


def draw_number(db: Connection, table: sa.Table, year: int) -> int:
    """The next number of the year; its lock lets nobody else draw until the transaction ends.

    `table`: year and last, as `demand_numbers`.
    """
    draw = table.update().where(table.c.year == year).values(last=table.c.last + 1)
    if not db.execute(draw).rowcount:
        try:
            with db.begin_nested():
                db.execute(table.insert().values(year=year, last=1))
            return 1
        except IntegrityError:  # somebody began the year at the same moment
            db.execute(draw)
    return int(db.scalar(sa.select(table.c.last).where(table.c.year == year)))


def lock_numbers(db: Connection, table: sa.Table, year: int) -> None:
    """Let nobody draw a number of the year until this transaction ends."""
    db.execute(sa.select(table.c.year).where(table.c.year == year).with_for_update())
