"""The assistant as an enterprise's staff sees it, on the phone page in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from bot.gateway.menu import MENU
from tests.e2e.phone_page import PhonePage, call_api
from tests.e2e.product import Product

Open = Callable[..., PhonePage]
QUALITY, STANDARDS, CERTIFICATION, RIGHTS = "49859793", "49473890", "49853128", "49876254"
METROLOGY = STANDARDS
INSPECTION = "49473890、49853128"
QUESTIONS = [
    ("电子秤检定找谁", "计量器具强制检定", METROLOGY),
    ("车间的压力表要校准，联系哪个部门", "计量器具强制检定", METROLOGY),
    ("企业内部想建立计量标准，有人指导吗", "建立计量标准", METROLOGY),
    ("企业标准自我声明公开怎么办", "企业产品标准公开声明", STANDARDS),
    ("商品条码在哪里办理", "商品条码办理", STANDARDS),
    ("我们想参与制定行业标准，找谁咨询", "标准制修订", STANDARDS),
    ("3C认证怎么申请", "国家强制性产品认证", CERTIFICATION),
    ("想做ISO9001质量体系认证", "质量体系认证", CERTIFICATION),
    ("实验室要办CMA资质认定", "资质认定", CERTIFICATION),
    ("产品送检出检测报告找哪家", "产品质量检验", INSPECTION),
    ("监督抽查不合格怎么办", "产品质量监督抽查", QUALITY),
    ("工业产品生产许可证的证后监管归谁管", "工业产品生产许可证", QUALITY),
    ("想导入卓越绩效模式", "卓越绩效模式导入", QUALITY),
    ("想请人指导车间搞精益生产", "精益生产实施导入", QUALITY),
    ("怎么注册商标", "商标注册咨询", RIGHTS),
    ("专利导航找谁咨询", "企业专利导航", RIGHTS),
    ("别人仿冒我们的专利产品，怎么维权", "知识产权纠纷", RIGHTS),
    ("怎么申报重庆老字号", "重庆老字号", QUALITY),
    ("政府质量奖什么时候申报", "政府质量奖", QUALITY),
    ("有没有六西格玛培训班", "六西格玛", QUALITY),
]
"""Question, words of the item of annex 3 that answers it, and that item's telephone there."""
UNCLEAR = ("我们想搞体系", "质量管理", "认证")
"""A question that may belong to two categories, and these."""
CATEGORIES = ["计量", "标准", "认证", "检验检测", "质量管理", "知识产权", "品牌培育", "教育培训"]


def number_of(phone: PhonePage, title: str) -> str:
    """What to type for the choice with `title` in the last bubble."""
    return next(choice.split(".")[0] for choice in phone.choices() if choice.endswith(title))


def menu_path(key: str) -> tuple[str, ...]:
    """The buttons of the custom menu that lead to what `key` names."""
    for button in MENU["button"]:
        if button.get("key") == key:
            return (button["name"],)
        for below in button.get("sub_button", []):
            if below.get("key") == key:
                return (button["name"], below["name"])
    raise AssertionError(f"the menu has no {key}")


def test_twenty_questions_get_the_telephones_of_annex_3(phone: PhonePage) -> None:
    wrong = []
    for question, item, telephone in QUESTIONS:
        answer = phone.ask(question)
        rows = [part for part in answer.split("\n\n") if part.startswith("服务项目：")]
        meant = [row for row in rows if item in row]
        if not meant or not meant[0].endswith(f"联系电话：{telephone}") or len(rows) > 2:
            wrong.append(f"{question} → {answer}")
    assert not wrong, "\n".join(wrong)
    assert len(phone.texts("user")) == len(QUESTIONS) == 20


def test_a_new_follower_is_welcomed_with_the_eight_categories(phone: PhonePage) -> None:
    assert phone.texts()[0].startswith("欢迎关注永川区“质量服务站”")
    assert phone.choices() == [f"{n}. {name}" for n, name in enumerate(CATEGORIES, 1)]


def test_a_choice_is_tapped(phone: PhonePage) -> None:
    assert "计量器具强制检定/校准咨询服务" in phone.ask("电子秤检定找谁")
    answer = phone.tap_choice("看计量的其他服务")
    assert "指导企业内部建立计量标准" in answer
    assert phone.texts("user")[-1] == "看计量的其他服务"


def test_a_choice_is_typed_as_its_number(phone: PhonePage) -> None:
    phone.ask("电子秤检定找谁")
    assert phone.ask(number_of(phone, "服务流程怎么走")).startswith("服务分四步")


def test_a_number_means_what_was_offered_last(phone: PhonePage) -> None:
    assert "商标注册咨询" in phone.ask("6"), "知识产权 in the welcome"
    assert phone.ask(number_of(phone, "服务流程怎么走")).startswith("服务分四步")


def test_scanning_a_station_names_it(phone: PhonePage) -> None:
    assert phone.scan("凤凰湖产业促进中心").startswith("欢迎来到凤凰湖产业促进中心")
    expect(phone.frame.locator(".note").last).to_have_text("您扫描了“凤凰湖产业促进中心”的二维码")


def test_the_menu_answers(phone: PhonePage) -> None:
    assert phone.tap_menu(*menu_path("process")).startswith("服务分四步")
    assert phone.tap_menu(*menu_path("stations")).startswith("质量服务站设在")
    contacts = phone.tap_menu(*menu_path("contact"))
    assert all(number in contacts for number in (QUALITY, STANDARDS, CERTIFICATION, RIGHTS))
    phone.tap_menu(*menu_path("ask"))
    assert [choice[3:] for choice in phone.choices()] == CATEGORIES


def test_what_cannot_be_read_is_answered_kindly(phone: PhonePage) -> None:
    assert phone.send_kind("图片").startswith("图片已收到")
    assert phone.send_kind("视频").startswith("视频已收到")
    assert phone.send_kind("语音", "").startswith("语音已收到，但没能转成文字")
    assert phone.send_kind("位置", "永川区兴龙大道").startswith("位置已收到")
    assert phone.send_kind("链接", "关于计量检定的通知").startswith("链接已收到")


def test_a_voice_with_its_words_is_a_question(phone: PhonePage) -> None:
    assert METROLOGY in phone.send_kind("语音", "压力表在哪里检定")


def test_two_users_side_by_side_do_not_mix(open_phone: Open) -> None:
    one = open_phone(width=900)
    one.page.get_by_text("添加用户").click()
    two = PhonePage(one.page, 1)
    two.wait_for_answers(1)
    one.send("怎么注册商标")
    two.send("电子秤检定找谁")
    assert RIGHTS in one.wait_for_answers(2)
    assert METROLOGY in two.wait_for_answers(2)
    assert one.openid != two.openid
    assert (one.texts("user"), two.texts("user")) == (["怎么注册商标"], ["电子秤检定找谁"])
    assert METROLOGY not in "".join(one.texts())
    assert RIGHTS not in "".join(two.texts())


def test_another_visitor_sees_nothing_of_it(open_phone: Open) -> None:
    one = open_phone()
    one.ask("怎么注册商标")
    two = open_phone()
    expect(two.page.locator(".phone")).to_have_count(1)
    assert two.texts("user") == []


def test_a_reloaded_page_shows_the_same_chat(phone: PhonePage) -> None:
    phone.ask("怎么注册商标")
    before = (phone.openid, phone.texts("user"), phone.texts())
    phone.page.reload()
    phone.wait_for_answers(2)
    assert (phone.openid, phone.texts("user"), phone.texts()) == before


def test_script_in_a_message_is_shown_as_text(phone: PhonePage, product: Product) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    phone.ask(attack)
    assert phone.texts("user") == [attack]
    content = attack + '\n<a href="javascript:document.title=1">点我</a>'
    account = (product.settings.app_id, product.settings.app_secret)
    sent = call_api(
        product.settings.api_base,
        "/cgi-bin/message/custom/send",
        account,
        touser=phone.openid,
        msgtype="text",
        text={"content": content},
    )
    assert sent["errcode"] == 0
    shown = phone.wait_for_answers(3)
    assert shown == attack + "\n点我"
    assert (
        phone.frame.locator(".bubble script, .bubble img, .bubble a[href^=javascript]").count() == 0
    )
    assert phone.page.title() == "手机微信（模拟）"


def test_typing_is_shown_in_the_title(phone: PhonePage, product: Product) -> None:
    expect(phone.title).to_have_text("永川区质量服务站")
    account = (product.settings.app_id, product.settings.app_secret)
    path = "/cgi-bin/message/custom/typing"
    typing = {"touser": phone.openid, "command": "Typing"}
    assert call_api(product.settings.api_base, path, account, **typing)["errcode"] == 0
    expect(phone.title).to_have_text("对方正在输入…")
    phone.ask("怎么注册商标")
    expect(phone.title).to_have_text("永川区质量服务站")


def test_an_unclear_question_is_asked_back_then_a_person_is_offered(phone: PhonePage) -> None:
    assert phone.ask(UNCLEAR[0]).startswith("您想问的是哪一类？")
    titles = [choice[3:] for choice in phone.choices()]
    assert titles[:-1] in ([*UNCLEAR[1:]], [*reversed(UNCLEAR[1:])])
    assert titles[-1] == "都不是"
    answer = phone.tap_choice("都不是")
    assert "电话问工作人员" in answer
    assert all(number in answer for number in (QUALITY, STANDARDS, CERTIFICATION, RIGHTS))


def test_an_answer_to_the_question_back_is_the_answer(phone: PhonePage) -> None:
    phone.ask(UNCLEAR[0])
    assert "联系电话" in phone.tap_choice(UNCLEAR[1])


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_wider_than_a_small_phone(open_phone: Open, width: int) -> None:
    phone = open_phone(width=width, height=640)
    phone.ask("政府质量奖什么时候申报")
    wide = phone.page.evaluate("document.documentElement.scrollWidth")
    inside = phone.frame.locator(".chat").evaluate("e => e.scrollWidth - e.clientWidth")
    assert (wide, inside) == (width, 0)
