"""What words say plainly, and what they do not though they look alike."""

from __future__ import annotations

import pytest

from nlu.components import UNSURE, first_of
from nlu.decide import OUT, Decision
from nlu.plainly import (
    asked_of_data,
    asks_for_station,
    is_head_count,
    read_leaving,
    said_plainly,
    says_nothing,
    takes_back,
    wish_for_data,
    without_nobody,
)

REJECTED = Decision("reject", OUT, ())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我想投诉一个专家", "complain"),
        ("提交", "show_summary"),
        ("王专家收我红包", "complain"),
        ("专家收我红包，我要举报", "complain"),
        ("你们拿红包", "complain"),
        ("对你们服务不满意，想反映一哈", "complain"),
        ("你这个瓜娃子", "complain"),
        ("电话打不通", "complain"),
        ("没人接啊", "complain"),
        ("我的投诉受理没", "check_demand_status"),
        ("投诉处理得怎么样了", "check_demand_status"),
        ("我想撤回投诉", "check_demand_status"),
        ("我的留言呢", "check_demand_status"),
        ("什么时候回复我", "check_demand_status"),
        ("撤回", "check_demand_status"),
        ("撤回需求", "check_demand_status"),
        ("补充：两台80吨的", "check_demand_status"),
        ("评价", "rate_service"),
        ("1分，报告缺了一页", "rate_service"),
        ("给五星，很及时", "rate_service"),
        ("5分钟能办完吗", ""),
        ("看到我发的图了没", "ask_pictures"),
        ("那电话呢", "follow_up"),
        ("能不能快点", "check_demand_status"),
        ("帮我催一下", "check_demand_status"),
        ("咋个还没得消息", "check_demand_status"),
        ("都等了好久了", "check_demand_status"),
        ("哪个在办", "check_demand_status"),
        ("现在到哪个部门了", "check_demand_status"),
        ("再补充一句 我们想下个月就做完", "check_demand_status"),
        ("还要补一句，最好上午打", "check_demand_status"),
        ("联系电话写错了，要改成13983001234", "correct_field"),
        ("公司名漏了个字", "correct_field"),
        ("清空重填", "start_demand_form"),
        ("重新填一份", "start_demand_form"),
        ("从头来过", "start_demand_form"),
        ("公司名称变了商标要不要变更", ""),
        ("补充检验要送几个样", ""),
        ("检测报告能不能快点出", ""),
        # Of others, or of a subject of their own:
        ("投诉学校老师体罚", ""),
        ("网购假货投诉", ""),
        ("商标侵权找哪个部门投诉", ""),
        ("加班不给加班费 12333打不通", ""),
        ("客户投诉处理流程图", ""),
        ("专家看了我们的图纸会不会外泄", ""),
        ("投诉电话多少", "complain"),
        ("12315投诉电话多少", ""),
        ("那我找谁投诉", "complain"),
        ("去哪里反映问题", "complain"),
        ("打了三天没人接", "complain"),
        ("打不通啊你们电话", "complain"),
        ("投诉有结果没得", "check_demand_status"),
        ("查一下我的留言", "check_demand_status"),
        ("星期一会回我不", "check_demand_status"),
        ("会有人联系我吗", "check_demand_status"),
        ("联系我", ""),
        ("明天回我电话", ""),
        ("留个言可以不", "handoff_human"),
        ("回到留言", "handoff_human"),
        ("我想给你们留个言", "handoff_human"),
        ("留言本在哪里买", ""),
        ("别再给我发消息了", "ask_notices"),
        ("怎么关闭通知", "ask_notices"),
        ("退订", "ask_notices"),
        ("以后还能收到预约提醒吗", "ask_notices"),
        ("到时候会发消息提醒吗", "ask_notices"),
        ("有消息吗", ""),
        ("标准更新了有没得人可以提醒一声", ""),
        ("同意", "agree"),
        ("同意了", "agree"),
        ("不同意", ""),
        ("我不想打字了，哪里可以当面问", "ask_stations"),
        ("可以当面咨询吗", "ask_stations"),
        ("现场管理培训", ""),
        ("前面那个地磅的电话再说一遍", "ask_contact"),
        ("商标的电话发我一下", "ask_contact"),
        ("改我的电话", "correct_field"),
        ("那个停车方便不", "follow_up"),
        ("有停车场没得", "follow_up"),
        ("厕所在哪", "follow_up"),
        ("停车", "follow_up"),
        ("电梯检测", ""),
        ("电梯检验找谁", ""),
        ("充电桩检测找谁", ""),
        ("电梯要检验", ""),
        ("公交车检测", ""),
        ("停车场地磅检定", ""),
        ("还有别的部门吗", "follow_up"),
        ("其他还有啥", "follow_up"),
        ("收到", "affirm"),
        ("好的知道了", "affirm"),
        ("我点了同意", "agree"),
        ("哪里能留言给领导", "handoff_human"),
        ("我不想要短信提醒", "ask_notices"),
        ("上次投诉的事呢", "check_demand_status"),
        ("我想提交需求，公司是重庆多项纸业有限公司，法人周强，想做认证", "start_demand_form"),
        ("登记一个需求：地磅检定两台，电话13912345678，什么时候能来", "start_demand_form"),
        ("我要提交需求，想做ISO9000认证", "start_demand_form"),
        ("我想提交需求", "start_demand_form"),
        ("提交需求表", "show_summary"),
        ("怎么提交需求", ""),
        ("提交需求要啥子材料", ""),
        ("提交需求以后多久联系我", ""),
        ("我想提需求，但是不知道怎么写", ""),
        ("商标注册收费吗", ""),
        ("我的评价表在哪", ""),
    ],
)
def test_plain_words_decide(text: str, intent: str) -> None:
    assert said_plainly(text) == intent


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("我的电话会给别人吗", "share"),
        ("你们不会把我号码卖给别人吧", "share"),
        ("我的信息安全不", "share"),
        ("把我电话删了", "delete_part"),
        ("能把我公司名称删掉不", "delete_part"),
        ("我要看隐私政策", "policy"),
        ("你们收集我哪些信息", "policy"),
        ("我的信息要保存好久", "policy"),
        ("撤回同意", "withdraw"),
        ("我想收回授权", "withdraw"),
        ("我不同意你们收集我的信息了", "withdraw"),
        ("我不想你们存我的信息", "no_keep"),
        ("别存我电话", "no_keep"),
        ("你好", ""),
    ],
)
def test_what_is_asked_of_ones_own_data_is_told_apart(text: str, about: str) -> None:
    assert asked_of_data(text) == about


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("服务站在哪里", True),
        ("质量服务站地址", True),
        ("最近的服务站", True),
        ("你们在哪里办公", True),
        ("几点上班", True),
        ("周末上班吗", True),
        ("他们上班时间", True),
        ("地址呢", True),
        ("凤凰湖的站在哪条路", True),
        ("加油站在哪", False),
        ("税务局几点上班", False),
        ("你们哪里可以做检测", False),
        ("服务站电话", False),
    ],
)
def test_stations_and_hours_are_ours(text: str, is_one: bool) -> None:
    assert asks_for_station(text) == is_one


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("删除我的信息", "delete"),
        ("把我的资料删了", "delete"),
        ("我要注销", "delete"),
        ("不同意了，删掉我的", "delete"),
        ("导出我的信息", "export"),
        ("导出", "export"),
        ("能删除我的信息吗", ""),
        ("删除我的预约", ""),
        ("我的信息你们会删除吗", ""),
        ("重庆删除者科技有限公司", ""),
    ],
)
def test_wishes_for_own_data_stand_above_whatever_is_asked(text: str, wish: str) -> None:
    assert wish_for_data(text) == wish
    for asking in ("company_name", "booking", "demand"):
        assert (first_of(REJECTED, text, asking) == "privacy_question") == bool(wish)


@pytest.mark.parametrize("text", ["三十来个人", "我们有30人", "大概一百多名职工", "全厂两百号人"])
def test_a_head_count_calls_nobody(text: str) -> None:
    assert is_head_count(text)
    sure = Decision("answer", "handoff_human", ())
    assert first_of(sure, text, "") == UNSURE
    ranking = [("handoff_human", 0.97), (OUT, 0.01)]
    assert without_nobody(ranking, text) == [(OUT, 0.01)]


@pytest.mark.parametrize("text", ["找个人", "转人工", "我要找你们的人", "30个人要培训，找个老师说"])
def test_a_person_asked_for_is_called(text: str) -> None:
    assert not is_head_count(text)
    ranking = [("handoff_human", 0.97), (OUT, 0.01)]
    assert without_nobody(ranking, text) == ranking


def test_marks_alone_are_not_turned_away_as_no_business_of_ours() -> None:
    for text in ("？？？", "。", "0", "9"):
        assert says_nothing(text)
        assert first_of(REJECTED, text, "") == UNSURE
    assert first_of(REJECTED, "今天天气咋样", "") == OUT


@pytest.mark.parametrize(
    ("text", "books"),
    [
        ("我想约个计量专家，我们的地磅要检定，永川区某某砂石厂，联系人张三，电话13900001111", True),
        ("约专家，商标续展的事，重庆一句茶叶有限公司，电话13911112222", True),
        ("约专家要带什么，怎么收费", False),
        ("约专家需要带什么材料过去", False),
        ("约专家那个电话填错了，改成13911112222", False),
        ("电子秤检定找谁", False),
        ("我想取消约的专家，下周来不了", False),
    ],
)
def test_a_booking_wished_for_at_length_is_one(text: str, books: bool) -> None:
    sure = Decision("answer", "metrology", ("metrology",))
    assert first_of(sure, text, "") == ("book_expert" if books else "metrology")


@pytest.mark.parametrize(
    ("text", "leaving"),
    [
        ("放弃", "give_up"),
        ("不要了", "give_up"),
        ("都删掉吧", "give_up"),
        ("提交", "submit"),
        ("交", "submit"),
        ("确认提交", "submit"),
        ("先保存", "save"),
        ("以后再填", "save"),
        ("是", "save"),
        ("接着填", "go_on"),
        ("不要删", "go_on"),
        ("不放弃", "go_on"),
        ("电话改成13983001234", ""),
    ],
)
def test_a_form_is_given_up_by_plain_words_alone(text: str, leaving: str) -> None:
    assert read_leaving(text) == leaving


def test_taking_back_is_told_from_asking_after() -> None:
    assert takes_back("我想撤回投诉")
    assert takes_back("撤回留言")
    assert takes_back("不投诉了")
    assert not takes_back("不留言了"), "one that was left before stands"
    assert not takes_back("我的投诉受理没")
