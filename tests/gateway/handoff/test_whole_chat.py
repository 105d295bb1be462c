"""A person in the chat, as the user sees it: the assistant is silent until the end, then back."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from tests.conftest import wait_for
from tests.gateway.handoff.people import (
    SQLITE,
    Desk,
    Make,
    ask_for_a_person,
    for_person,
    handoff,
    heard,
    owner,
    served,
    tell,
)
from tests.gateway.peer import Peer, Phone, world


def test_from_the_first_word_to_the_rating(phone: Phone, peer: Peer, engine: Engine) -> None:
    phone.do("text", "转人工")
    (receipt,) = phone.wait(1)
    assert receipt["via"] == "passive", "at once, and it costs no quota"
    assert "您排在第1位" in receipt["text"]
    assert "答：" not in receipt["text"], "what the assistant said beside it is dropped"
    tell(phone, "秤不准怎么办", already=1)
    desk = Desk(engine)
    desk.claim()
    assert "质量服务专员李敏已接入" in phone.wait(3)[2]["text"]
    phone.do("image")
    phone.do("location")
    phone.do("text", "在城南")
    wait_for(lambda: for_person(engine) == ["秤不准怎么办", "image", "location", "在城南"])
    desk.write("请把秤送到窗口检定。")
    said = phone.wait(4)[3]
    assert (said["via"], said["text"]) == ("api", "请把秤送到窗口检定。")
    desk.close()
    end = phone.wait(5)[4]
    assert "处理结果：已解答" in end["text"]
    assert [c["content"] for c in end["choices"]][4] == "5. 非常满意"
    assert "谢谢您的评价" in tell(phone, "5", already=5)
    assert handoff(engine).rating == 5
    assert heard(peer) == ["转人工"], "the assistant was never called meanwhile"
    assert "答：商标怎么注册" in tell(phone, "商标怎么注册", already=6)
    assert heard(peer) == ["转人工", "商标怎么注册"]
    assert peer.turns[0]["sender"] != peer.turns[1]["sender"], "a fresh case"


def test_what_is_no_rating_goes_to_the_assistant_and_words_can_follow(
    phone: Phone, engine: Engine
) -> None:
    served(phone, engine).close()
    end = phone.wait(4)[3]
    assert "答：5月几号有接访" in tell(phone, "5月几号有接访", already=4)
    phone.do("choice", "不满意", id=end["choices"][1]["id"])
    assert "哪里需要改进" in phone.wait(6)[5]["text"]
    assert "已经转给质量服务中心" in tell(phone, "建议：回复快一点", already=6)
    rated = handoff(engine)
    assert (rated.rating, rated.rating_words) == (2, "回复快一点")
    phone.do("choice", "非常满意", id=end["choices"][4]["id"])
    assert "已经评价过" in phone.wait(8)[7]["text"]
    assert handoff(engine).rating == 2


@SQLITE
def test_the_user_ends_it(phone: Phone, engine: Engine) -> None:
    served(phone, engine)
    assert "本次人工服务已结束" in tell(phone, "结束人工", already=3)
    assert (handoff(engine).outcome, owner(engine)) == ("ended_by_user", "assistant")


@SQLITE
def test_words_of_the_queue_need_no_assistant(phone: Phone, peer: Peer, engine: Engine) -> None:
    ask_for_a_person(phone)
    peer.failures = 1000
    assert "您排在第1位" in tell(phone, "我们是做陶瓷的", already=1)
    phone.do("text", "想办3C认证")
    phone.do("click", key="contact")
    assert "请先回复“返回助手”" in phone.wait(3)[2]["text"], "one acknowledgement, not two"
    assert "已取消排队" in tell(phone, "返回助手。", already=3)
    assert (handoff(engine).status, owner(engine)) == ("cancelled", "assistant")
    peer.failures = 0
    assert "答：在吗" in tell(phone, "在吗", already=4)
    assert heard(peer) == ["转人工", "在吗"]


@SQLITE
def test_while_the_assistant_is_away_messages_still_reach_the_person(
    phone: Phone, peer: Peer, engine: Engine
) -> None:
    desk = served(phone, engine)
    peer.failures = 1000
    phone.do("text", "第一句")
    phone.do("text", "第二句")
    wait_for(lambda: for_person(engine) == ["第一句", "第二句"])
    assert peer.failures == 1000, "the assistant was not even asked"
    desk.write("看到了。")
    assert phone.wait(4)[3]["text"] == "看到了。"


@SQLITE
def test_the_platforms_own_desk_takes_over_as_the_answer_to_a_message(make_settings: Make) -> None:
    peer = Peer(answer="请直接回复“转人工”", transfer=True)
    with world(make_settings(), peer) as phone:
        phone.do("text", "转人工")
        (handed,) = phone.wait(1)
        assert handed["kind"] == "transfer_customer_service"
        phone.do("click", key="person")
        asked = phone.wait(2)[1]
        assert (asked["kind"], asked["text"]) == ("text", "请直接回复“转人工”"), (
            "never for an event"
        )
