"""会话记录 and 学习: read, searched, marked, exported, corrected, approved, put live."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import sqlalchemy as sa
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from bot.model.learning import READY
from bot.services.transcript import training
from bot.services.transcript.learning import approved_examples
from bot.storage.resource_tables import service_items
from bot.storage.tables import events, messages_in
from bot.storage.transcript_tables import training_runs, transcripts
from bot.web.desk import transcript_texts as texts
from nlu.examples import trained_intents
from tests.desk.office import Office
from tests.services.talk import NOW, file_all, follow, hears, parse, says

SAID = "那个称东西的家伙摆偏了"


def talked(office: Office, text: str = SAID, **values: object) -> tuple[int, int]:
    """(transcript, message) of a question that was answered."""
    with office.engine.begin() as db:
        user = follow(db, station=values.pop("station", None))  # type: ignore[arg-type]
        message = hears(db, user, text, parse=parse("training", 0.55, unsure=True), **values)
        says(db, user, "您想问的是哪一类？", reply_to=message)
        file_all(db)
        number = db.scalar(
            sa.select(messages_in.c.transcript_id).where(messages_in.c.id == message)
        )
    return int(number or 0), message


def test_every_intent_that_can_be_learned_has_a_name() -> None:
    assert [name for name in trained_intents() if name not in texts.INTENTS] == []


def test_a_search_finds_it_and_opens_it(office: Office) -> None:
    number, _ = talked(office)
    talked(office, "商标怎么注册")
    reader = office.colleague("centre")
    listed = reader.get("/transcripts", params={"q": "摆偏"})
    assert SAID in listed.text
    assert "商标怎么注册" not in listed.text
    assert office.reads("transcripts") == [reader.staff.actor], "who saw the list is on record"
    shown = reader.get(f"/transcripts/{number}").text
    assert "教育培训" in shown
    assert "55%" in shown
    assert "没有符合条件" in reader.get("/transcripts", params={"q": "锅炉"}).text


def test_service_item_found_in_a_message_is_named_as_the_centre_names_it_now(
    office: Office,
) -> None:
    item = "metrology_verification"
    with office.engine.begin() as db:
        found = {"entity": "service_item", "value": item}
        read = parse("metrology", 0.97, entities=[found])
        message = hears(db, follow(db), SAID, parse=read)
        file_all(db)
        query = sa.select(messages_in.c.transcript_id).where(messages_in.c.id == message)
        number = db.scalar(query)
        changed = {"text": "衡器检定咨询服务。"}
        db.execute(service_items.update().where(service_items.c.id == item).values(**changed))
    shown = office.colleague("centre").get(f"/transcripts/{number}").text
    assert "衡器检定咨询服务。" in shown
    assert "计量器具强制检定" not in shown


def test_filters_that_cannot_be_read_are_passed_over(office: Office) -> None:
    talked(office)
    reader = office.colleague("centre")
    odd = {
        "since": "昨天",
        "below": "x",
        "rating": "9",
        "state": "?",
        "after": "9" * 30,
        "flag": "'",
    }
    answer = reader.get("/transcripts", params=odd)
    assert answer.status_code == 200
    assert SAID in answer.text


def test_who_may_not_see_personal_data_sees_them_masked(office: Office) -> None:
    number, _ = talked(office, "我叫李敏，电话13912345678")
    for path in ("/transcripts", f"/transcripts/{number}"):
        assert "13912345678" in office.colleague("centre", f"c{len(path)}").get(path).text
        masked = office.colleague("admin", f"a{len(path)}").get(path).text
        assert "13912345678" not in masked
        assert "李敏" not in masked
        assert "李*" in masked


def test_script_in_a_message_is_shown_as_text(office: Office) -> None:
    number, _ = talked(office, "<script>alert(1)</script><img src=x>")
    page = office.colleague("centre").get(f"/transcripts/{number}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_forged_numbers_are_not_found(office: Office) -> None:
    number, message = talked(office, station="station_sanjiao")
    elsewhere = office.colleague("centre", station="station_gangqiao")
    assert elsewhere.get(f"/transcripts/{number}").status_code == 404
    assert elsewhere.get("/transcripts/999999").status_code == 404
    for path in (f"/transcripts/{number}/flag", f"/transcripts/{number}/notes"):
        assert elsewhere.post(path, flag="complaint", text="x").status_code == 404
    label = elsewhere.post(f"/transcripts/{number}/messages/{message}", intent="metrology")
    assert label.status_code == 404
    assert SAID not in elsewhere.get("/transcripts").text
    assert elsewhere.post("/learning/candidates/77", decision="reject").status_code == 404
    assert elsewhere.post("/learning/runs/77/live").status_code == 404


def test_export_holds_no_live_formula_and_is_on_record(office: Office) -> None:
    talked(office, "=cmd|'/c calc'!A1")
    talked(office, "@SUM(1+1)")
    reader = office.colleague("centre")
    answer = reader.get("/transcripts/export")
    assert answer.headers["content-type"].endswith("sheet")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    said = {cell.value: cell for cell in sheet["E"]}
    for text in ("=cmd|'/c calc'!A1", "@SUM(1+1)"):
        assert said[text].data_type == "s"
        assert said[text].quotePrefix
    with office.engine.begin() as db:
        noted = db.execute(sa.select(events).where(events.c.kind == "personal_data_read")).one()
    assert noted.data == {"what": "transcripts", "count": 2}
    assert office.colleague("admin").get("/transcripts/export").status_code == 403


def test_an_export_follows_the_filters(office: Office) -> None:
    talked(office)
    talked(office, "商标怎么注册")
    answer = office.colleague("centre").get("/transcripts/export", params={"q": "商标"})
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert [row[4] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        "商标怎么注册",
        "您想问的是哪一类？",
    ]


def test_reviewing_an_older_state_is_refused_and_told(office: Office) -> None:
    number, _ = talked(office)
    reader = office.colleague("centre")
    with office.engine.begin() as db:
        row = db.execute(sa.select(transcripts)).one()
        hears(db, row.user_id, "还有一件事", NOW + timedelta(minutes=3))
        file_all(db)
    stale = reader.post(f"/transcripts/{number}/review", reviewed="1", version=str(row.version))
    assert stale.status_code == 422
    assert "有了变化" in stale.text
    assert "还有一件事" in stale.text


def test_a_training_is_asked_for_once_and_followed(office: Office) -> None:
    number, message = talked(office)
    reader = office.colleague("centre")
    assert "不用训练" in reader.post("/learning/runs").text
    reader.post(f"/transcripts/{number}/messages/{message}", intent="metrology")
    reader.post("/learning/candidates/1", decision="approve", version="1", text="", intent="ip")
    page = reader.get("/learning").text
    assert SAID in page, "an empty text is refused"
    with office.engine.begin() as db:
        candidate = db.scalar(sa.text("SELECT id FROM learning_candidates"))
    path = f"/learning/candidates/{candidate}"
    reader.post(path, decision="approve", version="1", text=SAID, intent="metrology")
    assert reader.post("/learning/runs").status_code == 303
    assert "已有一次训练" in reader.post("/learning/runs").text
    fragment = reader.get("/learning/runs").text
    assert "排队中" in fragment
    assert "every 3s" in fragment


def test_from_the_list_to_a_model_that_is_live(office: Office, browser: Browser) -> None:
    talked(office)
    page = office.open_page(browser, office.hire("centre"), "/transcripts")
    page.fill("[name=q]", "摆偏")
    page.keyboard.press("Enter")
    page.click("table.transcripts a")
    page.select_option(".talk__label select", "metrology")
    page.click(".talk__label button")
    expect(page.locator("#notices")).to_contain_text("等待审核")
    expect(page.locator(".talk__read")).to_contain_text("更正为 计量，待审核")
    page.fill("textarea[name=text]", "反问得不对")
    page.click("text=添加备注")
    expect(page.locator(".remark")).to_contain_text("反问得不对")
    page.click("text=标记为看过")
    expect(page.locator(".facts")).to_contain_text("示例centre")
    page.click("nav >> text=学习")
    page.click("button[value=approve]")
    expect(page.locator("#notices")).to_contain_text("已采纳")
    with office.engine.begin() as db:
        assert approved_examples(db) == [(SAID, "metrology")]
    page.click("text=开始训练")
    expect(page.locator("#runs")).to_contain_text("排队中")
    figures = {"in_scope": 0.93, "out_of_scope": 0.9, "intents": 0.94}
    with office.engine.begin() as db:
        run = db.scalar(sa.select(training_runs.c.id))
        training.take_run(db, NOW)
        training.note_progress(db, run, NOW, "training", seconds=12)
    expect(page.locator("#runs")).to_contain_text("已用 12 秒")
    with office.engine.begin() as db:
        status = training.end_run(
            db,
            run,
            NOW,
            figures={
                "before": {**figures, "learned": 0.0},
                "after": {**figures, "learned": 1.0},
            },
            changed=[
                {"text": SAID, "intent": "metrology", "before": "training", "after": "metrology"}
            ],
            model="desk-1.tar.gz",
        )
    assert status == READY
    expect(page.locator("#runs")).to_contain_text("可以上线")
    page.click("button:has-text('上线')")
    expect(page.locator("#runs")).to_contain_text("使用中")
    with office.engine.begin() as db:
        training.note_answering(db, run, NOW)
    expect(page.locator("#runs")).to_contain_text("助手已用上")
    page.click("button:has-text('撤回')")
    expect(page.locator("#runs")).to_contain_text("已撤回")
    page.close()
