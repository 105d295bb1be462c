"""Files of a demand: kept once, seen by the right people, gone with the demand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.model.demand_actor import by_enterprise, by_link
from bot.model.demand_errors import AttachmentError
from bot.model.errors import NotFoundError
from bot.services.demand.attachments import (
    MOST_BYTES,
    MOST_FILES,
    attach_file,
    delete_unnamed_files,
    files_of,
    path_of,
    read_file,
)
from bot.services.demand.demands import get_demand, withdraw_demand
from bot.services.demand.matter_rows import matters_of
from bot.services.demand.steps import take_step
from bot.services.personal_data import delete_personal_data
from bot.storage.database import utc_now
from tests.services.conftest import BY_CHAT, NOW
from tests.services.demand_setup import (
    CENTRE,
    TWO_WANTS,
    analysed,
    completed,
    department,
    forwarded,
    recorded,
    staff,
    submitted,
)

PDF = b"%PDF-1.7 certificate"


def test_file_is_kept_once_and_read_again(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        given = (demand.id, "证书.pdf", "application/pdf", PDF, CENTRE, NOW)
        kept = attach_file(db, tmp_path, *given)
        assert attach_file(db, tmp_path, *given) == kept
        assert read_file(db, tmp_path, kept.id, CENTRE) == (kept, PDF)
        assert (kept.name, kept.size) == ("证书.pdf", len(PDF))
        assert len(recorded(db, "file_attached")) == 1
        assert [p.name for p in tmp_path.rglob("*") if p.is_file() and len(p.name) == 64] == [
            kept.sha256
        ]


@pytest.mark.parametrize(
    ("media_type", "content", "code"),
    [
        ("text/html", b"<script>", "kind"),
        ("application/pdf", b"", "empty"),
        ("application/pdf", b"%PDF-" + b"x" * MOST_BYTES, "too_large"),
    ],
)
def test_other_files_are_refused(
    engine: Engine, tmp_path: Path, media_type: str, content: bytes, code: str
) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        with pytest.raises(AttachmentError) as refusal:
            attach_file(db, tmp_path, demand.id, "x.pdf", media_type, content, CENTRE, NOW)
        assert refusal.value.code == code
        assert files_of(db, demand.id) == []


def test_files_are_seen_by_whom_the_matter_concerns(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as db:
        ours, theirs = department(db), department(db, "区商务委")
        demand = submitted(db, station="station_fenghuanghu")
        matter = forwarded(db, demand, ours)
        kept = attach_file(
            db, tmp_path, demand.id, "报告.pdf", "application/pdf", PDF, by_link(ours.id), NOW,
            matter_id=matter.id,
        )  # fmt: skip
        mine = by_enterprise(demand.user_id)
        for who in (CENTRE, by_link(ours.id), mine, staff("clerk", "station_fenghuanghu")):
            assert read_file(db, tmp_path, kept.id, who)[0] == kept
            assert files_of(db, demand.id, who) == [kept]
        for who in (by_link(theirs.id), by_enterprise(0), staff("clerk", "station_gangqiao")):
            with pytest.raises(NotFoundError):
                read_file(db, tmp_path, kept.id, who)
            assert files_of(db, demand.id, who) == []
        (foreign,) = analysed(db, submitted(db, "oOther"))
        with pytest.raises(NotFoundError):
            attach_file(
                db, tmp_path, demand.id, "x.pdf", "application/pdf", PDF, CENTRE, NOW,
                matter_id=foreign.id,
            )  # fmt: skip


def test_matter_that_ended_takes_no_file_while_another_goes_on(
    engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as db:
        ours = department(db)
        demand = submitted(db, answers=TWO_WANTS)
        matter = completed(db, forwarded(db, demand, ours))
        given = (demand.id, "证书.pdf", "application/pdf")
        by = (by_link(ours.id), NOW)
        attach_file(db, tmp_path, *given, PDF, *by, matter_id=matter.id)
        matter = take_step(db, "close", matter, CENTRE, NOW)
        with pytest.raises(AttachmentError) as refusal:
            attach_file(db, tmp_path, *given, PDF + b"2", *by, matter_id=matter.id)
        assert refusal.value.code == "ended"
        (other,) = [m for m in matters_of(db, demand.id) if m.id != matter.id]
        attach_file(db, tmp_path, *given, PDF, CENTRE, NOW, matter_id=other.id)


def test_files_of_one_matter_leave_room_for_those_of_others(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as db:
        demand = submitted(db, answers=TWO_WANTS)
        one, two = analysed(db, demand)
        given = (demand.id, "证书.pdf", "application/pdf")
        for n in range(MOST_FILES):
            content = PDF + str(n).encode()
            attach_file(db, tmp_path, *given, content, CENTRE, NOW, matter_id=one.id)
        with pytest.raises(AttachmentError) as refusal:
            attach_file(db, tmp_path, *given, PDF, CENTRE, NOW, matter_id=one.id)
        assert refusal.value.code == "too_many"
        for matter_id in (two.id, None):
            kept = attach_file(db, tmp_path, *given, PDF, CENTRE, NOW, matter_id=matter_id)
            assert kept.matter_id == matter_id


def test_files_of_a_withdrawn_demand_are_deleted_with_it(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as db:
        demand, other = submitted(db), submitted(db, "oOther")
        for each, content in ((demand, PDF), (other, PDF + b"2")):
            attach_file(db, tmp_path, each.id, "x.pdf", "application/pdf", content, CENTRE, NOW)
        (gone,), (stays,) = files_of(db, demand.id), files_of(db, other.id)
        withdraw_demand(db, get_demand(db, demand.id), "不办了", **BY_CHAT)
        delete_personal_data(db, demand.user_id, now=NOW)
        assert delete_unnamed_files(db, tmp_path, utc_now(), 3600) == 0, "written just now"
        later = utc_now() + timedelta(hours=2)
        assert delete_unnamed_files(db, tmp_path, later, 3600) == 1
        assert not path_of(tmp_path, gone.sha256).exists()
        assert path_of(tmp_path, stays.sha256).exists()
