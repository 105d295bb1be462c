"""One draft in several places: what one changes, the other sees, and nothing is overwritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from knowledge.form import DemandForm, load_form
from tests.web.site import BASICS, Site, serving_site, text_of


def test_of_two_browsers_on_one_field_the_second_sees_both_values(site: Site) -> None:
    draft = site.draft(telephone="13983001234")
    one, two = site.page(draft), site.page(draft)
    assert one.save("telephone", "13983005678").status_code == 200
    answer = two.save("telephone", "13983009999")
    assert answer.status_code == 409
    text = text_of(answer.json()["html"])
    assert "已保存的 13983005678" in text
    assert "您在这里填的 13983009999" in text
    assert site.stored(draft)["telephone"] == "13983005678"


def test_second_browser_may_insist(site: Site) -> None:
    draft = site.draft(telephone="13983001234")
    one, two = site.page(draft), site.page(draft)
    one.save("telephone", "13983005678")
    html = two.save("telephone", "13983009999").json()["html"]
    two.seen["seen.telephone"] = html.split('data-conflict="')[1].split('"')[0]
    assert two.save("telephone", "13983009999").status_code == 200
    assert site.stored(draft)["telephone"] == "13983009999"


def test_change_in_chat_shows_when_another_field_is_saved(site: Site) -> None:
    draft = site.draft(industry="铸造业")
    page = site.page(draft)
    site.chat(draft, employees=86)
    answer = page.save("industry", "陶瓷业")
    assert answer.status_code == 200
    (other,) = answer.json()["others"]
    assert (other["id"], other["label"]) == ("employees", "职工总数")
    assert 'value="86"' in other["html"]
    assert site.stored(draft) == {"industry": "陶瓷业", "employees": 86}


def test_page_that_is_looked_at_again_learns_what_changed(site: Site) -> None:
    draft = site.draft(industry="铸造业")
    page = site.page(draft)
    assert page.post("/sync", {**page.seen, "form": page.form}).json()["others"] == []
    site.chat(draft, industry="陶瓷业")
    (other,) = page.post("/sync", {**page.seen, "form": page.form}).json()["others"]
    assert 'value="陶瓷业"' in other["html"]


def test_same_value_from_both_sides_is_no_conflict(site: Site) -> None:
    draft = site.draft(employees=80)
    page = site.page(draft)
    site.chat(draft, employees=86)
    assert page.save("employees", "86人").status_code == 200


def test_fields_saved_at_once_are_all_kept(site: Site) -> None:
    draft = site.draft()
    page = site.page(draft)
    typed = {
        "company_name": "鑫源铸造有限公司",
        "industry": "铸造业",
        "employees": "86",
        "founded": "2008年",
        "telephone": "13983001234",
        "contact": "质量部 李静",
    }
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda item: page.save(*item), typed.items()))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert site.stored(draft).keys() == typed.keys()


def test_review_that_is_no_longer_true_is_not_submitted(site: Site) -> None:
    draft = site.draft(**BASICS)
    page = site.page(draft)
    version = str(site.version(draft))
    site.chat(draft, telephone="13983005678")
    answer = page.click("/submit", version=version)
    assert answer.status_code == 409
    assert "还没有提交" in text_of(answer.text)
    assert "13983005678" in answer.text
    assert site.demands() == []


def _changed(form: DemandForm) -> DemandForm:
    """The next version: no e-mail any more, and the number of employees must be chosen."""
    fields = []
    for field in form.fields:
        if field.id == "employees":
            field = replace(field, kind="choices", options=("100人以下", "100人以上"))
            field = replace(field, terms=((), ()), option_categories=(None, None))
        if field.id != "email":
            fields.append(field)
    return replace(form, version=form.version + 1, fields=tuple(fields))


def test_form_that_changes_under_an_open_draft_keeps_what_still_fits(site: Site) -> None:
    draft = site.draft(industry="铸造业", employees=86, email="a@example.com")
    page = site.page(draft)
    with serving_site(site.settings, site.engine, _changed(load_form())) as after:
        page.site = after
        answer = page.save("industry", "陶瓷业")
        assert answer.status_code == 409
        assert "需求表的内容有更新" in answer.json()["message"]
        text = text_of(after.http.get(answer.json()["go"]).text)
        assert "请重新填写：职工总数" in text
        assert after.stored(draft) == {"industry": "铸造业"}
        assert after.page(draft).save("industry", "陶瓷业").status_code == 200
