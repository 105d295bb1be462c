"""A message is left: everything said gets a word, and only the message is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.services.form.draft_rows import find_draft
from bot.services.form.drafts import open_draft, set_state
from bot.services.handoff.chat import Heard, hear_user
from bot.services.handoff.rows import Handoff, get_handoff, open_handoff, words_of
from bot.services.record import Origin
from bot.storage.tables import conversations, messages_in
from knowledge.centre import load_centre
from tests.services.conftest import NOW, ready_draft
from tests.services.handoff_setup import EVENING, SETTINGS, add_talker, owner, said, say, waiting

NIGHT = Origin("wechat", "user", EVENING)


def in_box(db: Connection) -> tuple[int, Handoff]:
    """Somebody who asked for a person in the evening."""
    user = add_talker(db)
    return user, waiting(db, user, EVENING, message_id=say(db, user, "转人工"))


def writes(db: Connection, user: int, text: str, origin: Origin = NIGHT) -> str:
    """One message; what is said to it, empty for nothing."""
    before = len(said(db, user))
    hear_user(db, SETTINGS, user, Heard(say(db, user, text), text), origin)
    return "\n".join(said(db, user)[before:])


def kept(db: Connection, handoff: Handoff) -> list[str]:
    """Words that the desk sees."""
    ids = words_of(db, handoff)
    texts = (
        sa.select(messages_in.c.text).where(messages_in.c.id.in_(ids)).order_by(messages_in.c.id)
    )
    return list(db.scalars(texts))


REFUSALS = [
    "我不留言，我就要现在找人",
    "那算了",
    "算了",
    "不想留言",
    "不留了嘛",
    "留啥子言哦，找个人来",
    "取消",
    "算了，我明天打电话",
    "不说了",
    "别留了",
    "不留言了，下次再说",
    "不投诉了",
    "撤回留言",
]


@pytest.mark.parametrize("text", REFUSALS)
def test_who_refuses_leaves_nothing_and_has_the_assistant_back(db: Connection, text: str) -> None:
    user, handoff = in_box(db)
    writes(db, user, "电子秤坏了")
    answer = writes(db, user, text)
    assert "没有留言" in answer
    assert "上午9点" in answer, "when somebody is there"
    assert owner(db, user)[0] == "assistant"
    assert open_handoff(db, user) is None
    assert get_handoff(db, handoff.id).status == "cancelled"


def test_a_message_left_before_stands_when_no_further_one_is_left(db: Connection) -> None:
    user, handoff = in_box(db)
    writes(db, user, "电子秤坏了")
    writes(db, user, "写完了")
    waiting(db, user, EVENING, message_id=say(db, user, "转人工"))
    writes(db, user, "还有一件")
    assert "之前的留言还在" in writes(db, user, "算了")
    assert kept(db, handoff) == ["电子秤坏了"]
    assert get_handoff(db, handoff.id).status == "message"


ASIDES = [
    ("值班电话有吗", load_centre().telephone),
    ("有没有电话", load_centre().telephone),
    ("周末都没得人？", "9:00—12:00"),
    ("上班时间是几点", "9:00—12:00"),
    ("你们几点上班", "9:00—12:00"),
    ("晚上有没得人哦", "9:00—12:00"),
    ("给我接人工", "上午9点"),
    ("有没有人在", "上午9点"),
    ("服务站在哪里", "凤凰湖产业促进中心"),
]


@pytest.mark.parametrize(("text", "told"), ASIDES)
def test_what_is_asked_beside_the_message_is_answered_and_not_kept(
    db: Connection, text: str, told: str
) -> None:
    user, handoff = in_box(db)
    assert told in writes(db, user, text)
    assert kept(db, handoff) == []
    assert owner(db, user) == ("queue", handoff.id), "the message is still being left"


WISHES = [
    ("你们主任电话", load_centre().telephone),
    ("老师电话给我", load_centre().telephone),
    ("现在找个人来", "上午9点"),
    ("硬是没得人管", "上午9点"),
    ("晚上有人在", "9:00—12:00"),
]


@pytest.mark.parametrize(("text", "told"), WISHES)
def test_what_is_wished_of_the_office_is_answered_and_kept(
    db: Connection, text: str, told: str
) -> None:
    user, handoff = in_box(db)
    assert told in writes(db, user, text)
    assert kept(db, handoff) == [text]


QUESTIONS = [
    "不留言是不是就没人管",
    "不写了会怎么样",
    "留什么言才有人看",
    "算了？",
    "能不能撤回留言",
    "值班电话有吗",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_drops_nothing(db: Connection, text: str) -> None:
    user, handoff = in_box(db)
    writes(db, user, "电子秤坏了")
    assert "没有留言" not in writes(db, user, text)
    assert "电子秤坏了" in kept(db, handoff)
    assert owner(db, user) == ("queue", handoff.id), "the message is still being left"


@pytest.mark.parametrize("text", ["电子秤检定找谁", "商标注册怎么办", "想问一下3C认证"])
def test_a_question_on_a_service_is_answered_and_kept(db: Connection, text: str) -> None:
    user, handoff = in_box(db)
    answer = writes(db, user, text)
    assert "联系电话" in answer
    assert "结束留言" in answer
    assert kept(db, handoff) == [text]


def test_every_message_gets_a_receipt_and_a_telephone_its_own(db: Connection) -> None:
    user, handoff = in_box(db)
    told = [writes(db, user, text) for text in ("我们厂的秤坏了", "三台地磅", "13500135000")]
    assert told[0].startswith("已收到。还可以继续写")
    assert told[1] == "已收到。"
    assert "电话也记下了" in told[2]
    later = Origin("wechat", "user", EVENING + timedelta(minutes=5))
    assert "结束留言" in writes(db, user, "最好上午打", later)
    assert len(kept(db, handoff)) == 4


def test_the_same_message_heard_again_is_answered_once(db: Connection) -> None:
    user, _ = in_box(db)
    message = say(db, user, "我们厂的秤坏了")
    for _ in range(2):
        hear_user(db, SETTINGS, user, Heard(message, "我们厂的秤坏了"), NIGHT)
    assert len(said(db, user)) == 2, "the first answer to 转人工, and one receipt"


@pytest.mark.parametrize("text", ["留言还在不", "我的留言收到没有", "刚才写的还在吗", "看到没得"])
def test_how_the_message_stands_is_told(db: Connection, text: str) -> None:
    user, handoff = in_box(db)
    assert "还没有收到留言的内容" in writes(db, user, text)
    writes(db, user, "电子秤坏了")
    assert "已经写了1条" in writes(db, user, text)
    assert kept(db, handoff) == ["电子秤坏了"]


@pytest.mark.parametrize("text", ["我要约个专家", "想填需求表", "查进度", "我的预约"])
def test_another_wish_in_plain_words_is_the_assistants(db: Connection, text: str) -> None:
    user, handoff = in_box(db)
    writes(db, user, "电子秤坏了")
    assert hear_user(db, SETTINGS, user, Heard(say(db, user, text), text), NIGHT)
    assert owner(db, user)[0] == "assistant"
    assert kept(db, handoff) == ["电子秤坏了"], "the message is left all the same"


STORIES = [
    "你们窗口的人说不算数，要找哪个部门签字",
    "我要反映电话打不通",
    "上次约的专家没来，请核实一下",
    "我们不留样了，要不要改标准",
    "公司是重庆多项纸业有限公司，想做认证",
    "请星期一上午联系我",
    "没留话就走了",
    "没写了保质期被罚款",
    "我们没写了",
    "不写了生产日期要不要紧",
    "不要写我的名字",
    "不留言了，打13812345678",
    "不用了13812345678",
    "不用留言了直接打我电话",
    "算了，打电话给我",
    "撤回商标申请",
    "打电话给我",
    "老师给我打电话",
    "领导给我打个电话",
    "晚上打电话",
    "叫专员回我电话",
    "请联系负责人",
    "派个人来",
    "找人来看看",
]


@pytest.mark.parametrize("text", STORIES)
def test_the_message_itself_is_kept_whatever_words_it_holds(db: Connection, text: str) -> None:
    user, handoff = in_box(db)
    assert writes(db, user, text)
    assert kept(db, handoff) == [text]
    assert owner(db, user) == ("queue", handoff.id), "the message is still being left"


DAY = Origin("wechat", "user", NOW)


@pytest.mark.parametrize("text", ["叫专员回我电话", "派个人来", "请联系负责人", "找个人来看看"])
def test_in_office_hours_the_message_itself_is_kept_as_well(db: Connection, text: str) -> None:
    user = add_talker(db)
    handoff = waiting(db, user, message=True, message_id=say(db, user, "留个言"))
    assert "已收到" in writes(db, user, text, DAY)
    assert kept(db, handoff) == [text]
    assert owner(db, user) == ("queue", handoff.id)


def test_in_office_hours_somebody_is_there(db: Connection) -> None:
    user = add_talker(db)
    waiting(db, user, message=True, message_id=say(db, user, "留个言"))
    told = writes(db, user, "你们几点上班", DAY)
    assert "9:00—12:00" in told
    assert "正在上班" in told
    assert "没有人" not in told
    assert "回复“转人工”" in writes(db, user, "有没有人在", DAY)


def test_in_office_hours_who_wants_a_person_leaves_the_box(db: Connection) -> None:
    user = add_talker(db)
    waiting(db, user, message=True, message_id=say(db, user, "留个言"))
    assert "请直接留言" in said(db, user)[-1]
    assert hear_user(db, SETTINGS, user, Heard(say(db, user, "给我接人工"), "给我接人工"), DAY)


@pytest.mark.parametrize("word", ["返回助手", "结束留言", "算了"])
def test_what_the_form_was_asking_is_asked_again(db: Connection, word: str) -> None:
    user = add_talker(db)
    ready_draft(db, user)
    draft = find_draft(db, user)
    assert draft is not None
    set_state(db, draft, asking="legal_representative", now=NOW)
    waiting(db, user, EVENING, message_id=say(db, user, "人工"))
    answer = writes(db, user, word)
    assert "法定代表人是哪位？" in answer
    choices = db.scalar(sa.select(conversations.c.choices))
    assert [c["title"] for c in choices] == ["跳过这项"]


def test_a_consent_that_was_asked_for_is_put_aside(db: Connection) -> None:
    user = add_talker(db)
    draft = open_draft(db, user, "wechat", NOW)
    set_state(db, draft, asking="consent", now=NOW)
    waiting(db, user, EVENING, message_id=say(db, user, "转人工"))
    writes(db, user, "电话打不通")
    assert "留言已经收到" in writes(db, user, "发完了")
    left = find_draft(db, user)
    assert left is not None
    assert (left.status, left.asking) == ("consent", None), "the next 结束 refuses nothing"
