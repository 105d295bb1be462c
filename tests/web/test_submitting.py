"""From the consent to the submitted demand, and what may still be done with it."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from docx import Document

from bot.services.demand.demands import list_versions
from bot.services.personal_data import has_consent
from bot.storage.database import reading
from bot.storage.tables import demands, messages_out
from tests.web.site import BASICS, Page, Site, text_of


def submit(site: Site) -> Page:
    """The page of a demand that was submitted."""
    draft = site.draft(**BASICS)
    page = site.page(draft)
    assert page.click("/submit", version=str(site.version(draft))).status_code == 200
    return page


def test_nothing_is_taken_before_consent(site: Site) -> None:
    draft = site.draft(consent=False)
    page = site.page(draft)
    text = text_of(page.load().text)
    for subject in ("收集哪些信息", "用来做什么", "保存多久", "怎样删除"):
        assert subject in text
    assert "电话/手机" not in text
    assert page.save("telephone", "13983001234").status_code == 409
    assert site.stored(draft) == {}


def test_consent_opens_the_form_and_is_on_record(site: Site) -> None:
    draft = site.draft(consent=False)
    page = site.page(draft)
    for _ in range(2):
        assert "电话/手机" in page.click("/consent").text
    with reading(site.engine) as db:
        assert has_consent(db, draft.user_id)
    page.load()
    assert page.save("telephone", "13983001234").status_code == 200


def test_review_names_what_is_missing_and_offers_no_submission(site: Site) -> None:
    draft = site.draft(company_name="鑫源铸造有限公司")
    page = site.page(draft)
    html = page.get("/review").text
    assert "还有 3 项需要补充" in text_of(html)
    assert "#f-telephone" in html
    assert "/submit" not in re.sub(r'action="[^"]*"', "", html)
    assert page.click("/submit", version=str(site.version(draft))).status_code == 422
    assert site.demands() == []


def test_submission_leads_to_number_next_step_and_document(site: Site) -> None:
    page = submit(site)
    html = page.get("").text
    text = text_of(html)
    (demand,) = site.demands()
    assert re.fullmatch(r"ZLXQ-\d{4}-0001", demand.number)
    assert demand.number in text
    assert "把需求转给责任部门" in text
    answer = site.http.get(re.findall(r'href="([^"]+/document/[^"]+)"', html)[0])
    assert answer.headers["Content-Type"].endswith("wordprocessingml.document")
    assert demand.number in answer.headers["Content-Disposition"]
    document = Document(io.BytesIO(answer.content))
    cells = {cell.text for row in document.tables[0].rows for cell in row.cells}
    assert BASICS["company_name"] in cells
    assert any("☑计量检定、校准" in text for text in cells)


def test_submitting_twice_is_one_demand(site: Site) -> None:
    draft = site.draft(**BASICS)
    page, version = site.page(draft), str(site.version(draft))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: page.click("/submit", version=version), range(4)))
    numbers = {re.search(r"ZLXQ-\d{4}-\d{4}", answer.text).group() for answer in answers}  # type: ignore[union-attr]
    assert len(numbers) == len(site.demands()) == 1


def test_submission_is_confirmed_in_the_chat_once(site: Site) -> None:
    page = submit(site)
    page.click("/submit", version="1")
    with reading(site.engine) as db:
        said = [row.body["text"] for row in db.execute(sa.select(messages_out))]
    assert len(said) == 1
    assert site.demands()[0].number in said[0]


def test_submitted_form_takes_no_more_answers(site: Site) -> None:
    page = submit(site)
    answer = page.save("telephone", "13983005678")
    assert answer.status_code == 409
    assert "已经提交" in answer.json()["message"]


def test_service_that_was_unticked_is_not_submitted(site: Site) -> None:
    draft = site.draft(**{**BASICS, "wanted": ["知识产权服务"]})
    page = site.page(draft)
    assert "已填，未选用" in page.load().text
    page.click("/submit", version=str(site.version(draft)))
    assert "metrology_wants" not in site.demands()[0].answers


def form_of(page: Page, **changed: str | list[str]) -> dict[str, str | list[str]]:
    """All that the page for changing a demand sends."""
    html = page.get("/change").text
    sent: dict[str, str | list[str]] = dict(
        re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', html)
    )
    sent |= dict(re.findall(r'name="([\w.]+)" type="text"[^>]* value="([^"]+)"', html))
    ticked: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([\w.]+)" value="([^"]+)" checked', html):
        ticked.setdefault(name, []).append(value)
    return {**sent, **ticked, **changed}


def test_demand_is_changed_with_a_reason_and_its_versions_are_kept(site: Site) -> None:
    page = submit(site)
    sent = form_of(page, telephone="49859793")
    refused = page.click("/change", **sent)
    assert refused.status_code == 422
    assert "请写明原因" in refused.text
    assert 'value="49859793"' in refused.text, "what was typed is still there"
    answer = page.click("/change", **sent, reason="电话换了")
    assert "修改过" in answer.text
    (demand,) = site.demands()
    assert demand.answers == {**BASICS, "telephone": "02349859793"}
    with reading(site.engine) as db:
        first, second = list_versions(db, demand.id)
    assert first.answers["telephone"] == BASICS["telephone"]
    assert (second.reason, second.channel) == ("电话换了", "h5")


def test_wrong_value_in_a_change_is_said_and_nothing_kept(site: Site) -> None:
    page = submit(site)
    answer = page.click("/change", **form_of(page, telephone="1398300"), reason="换了")
    assert answer.status_code == 422
    assert "手机号不够 11 位" in answer.text
    emptied = page.click("/change", **form_of(page, telephone=""), reason="换了")
    assert emptied.status_code == 422
    assert "必须填写" in emptied.text
    assert site.demands()[0].answers == BASICS


def test_two_changes_of_one_field_show_both_values(site: Site) -> None:
    page = submit(site)
    one = form_of(page, telephone="13983005678", reason="换了")
    two = form_of(page, telephone="13983009999", reason="换了")
    page.click("/change", **one)
    answer = page.click("/change", **two)
    assert answer.status_code == 422
    assert "已保存的 13983005678" in text_of(answer.text)
    assert "您在这里填的 13983009999" in text_of(answer.text)
    assert site.demands()[0].answers["telephone"] == "13983005678"


def test_demand_is_withdrawn_with_a_reason(site: Site) -> None:
    page = submit(site)
    assert page.click("/withdraw", reason=" ").status_code == 422
    assert site.demands()[0].status == "submitted"
    answer = page.click("/withdraw", reason="不需要了")
    assert "已撤回" in answer.text
    assert site.demands()[0].status == "withdrawn"
    assert "/change" not in page.get("").text


@pytest.mark.parametrize("action", ["/change", "/withdraw"])
def test_demand_in_hand_is_neither_changed_nor_withdrawn(site: Site, action: str) -> None:
    page = submit(site)
    sent = form_of(page, telephone="13983005678", reason="换了")
    with site.engine.begin() as db:
        db.execute(sa.update(demands).values(status="in_service"))
    answer = page.click(action, **sent)
    assert "服务中" in answer.text
    assert "请与工作人员联系" in answer.text
    (demand,) = site.demands()
    assert (demand.status, demand.answers) == ("in_service", BASICS)
