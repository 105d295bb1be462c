"""What a few words mean: to somebody who has two choices, waits for a person, or has one."""

from __future__ import annotations

import re

YES = ("是", "是的", "对", "对的", "确认", "确定", "好", "好的", "可以", "行", "要得", "同意")
NO = ("不", "不是", "否", "不要", "不用", "不用了", "算了", "取消", "不同意", "先不")
"""Short answers to a question that has two."""
BACK = {
    "返回助手", "返回", "回到助手", "继续问助手", "问助手", "继续问机器人", "取消", "取消排队",
    "取消转接", "取消转人工", "取消人工", "不用了", "不用转了", "不用人工", "不用人工了", "不转了",
    "不等了", "不想等了", "不排了", "不排队了", "不需要了", "不找人工了", "不要人工", "不要人工了",
    "算了", "算了吧", "退出", "退出排队", "退出人工", "结束人工",
}  # fmt: skip
LEAVE = {"留言", "我要留言", "我想留言", "我留言", "给你们留言", "留个言", "那我留言"}
DROP = {"取消", "不用了", "不需要了", "算了", "算了吧", "不留了", "不留言了"}
"""Said where a message is left: nothing is to be left."""
DONE = {
    "结束留言", "留言结束", "留言完毕", "留完了", "我留完了", "写完了", "我写完了", "说完了",
    "我说完了", "发完了", "就这些", "就这些了", "没有了", "完了", "结束",
}  # fmt: skip
END = {
    "结束人工", "退出人工", "结束人工服务", "退出人工服务", "结束服务", "结束本次服务", "结束对话",
    "结束会话", "结束聊天", "返回助手",
}  # fmt: skip
STARS = {
    1: {"很不满意", "非常不满意", "太差了", "差评"},
    2: {"不满意", "不太满意", "不怎么满意"},
    3: {"一般", "还行", "一般般", "马马虎虎"},
    4: {"满意", "比较满意", "挺满意", "挺好", "不错"},
    5: {"非常满意", "很满意", "特别满意", "十分满意", "好评", "五星好评", "很好", "非常好"},
}
_NUMERALS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4,
             "五": 5}  # fmt: skip
_SCORE = re.compile(r"(?:打|给|评)?([1-5一二两三四五])(?:分|星|颗星)(?![钟之])")
_SUGGESTION = re.compile(
    r"(?:我的)?(?:意见|建议|意见建议|意见和建议)(?:是)?[：:，,\s]\s*(.+)", re.S
)
_MARKS = re.compile(r"[\s，。！？、,.!?~～…“”\"'‘’]+")
_SOFT = re.compile(r"(?:谢谢|谢谢你|谢谢您|好的|好|那|吧|啦|哦|啊|嘛|呢)")


def read_word(text: str, words: set[str]) -> bool:
    """Whether `text` is one of `words`, give or take marks and politeness."""
    plain = _MARKS.sub("", text)
    if len(plain) > 16:
        return False
    return plain in words or _SOFT.sub("", plain) in words


def read_stars(text: str) -> tuple[int, str] | None:
    """(stars 1 to 5, further words) of a message that plainly is a rating; else None."""
    plain = _MARKS.sub("", text)
    for stars, words in STARS.items():
        if plain in words or _SOFT.sub("", plain) in words:
            return stars, ""
    head = text.strip()
    if (found := _SCORE.match(head)) is not None:
        return _NUMERALS[found[1]], head[found.end() :].strip(" ，,。：:！!")
    return None


def read_suggestion(text: str) -> str | None:
    """What follows 建议： or 意见：; None for other messages."""
    found = _SUGGESTION.fullmatch(text.strip())
    return found[1].strip() if found else None
