"""Spellings of booking messages that input methods and dictation get wrong, and typed pinyin."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.model.wording import plain
from nlu.sound import syllables, typed_pinyin

_WRONG = {
    "明天": "名天 明田 铭天 明添 民天 明夭",
    "后天": "后田 候天 厚天",
    "今天": "今田 金天 斤天 津天 今夭",
    "下午": "下五 下屋 夏午 下舞 下牛",
    "上午": "上五 上屋 上牛",
    "中午": "中五",
    "下周": "夏周 下舟 下州 下洲 吓周",
    "星期": "星其 星骑 星七 星奇",
    "礼拜": "里拜 礼败 李拜 礼百",
    "周一": "周壹 周依",
    "周二": "周贰 周儿",
    "周三": "周山 周散 周叁 周伞",
    "周四": "周肆 周司 周思 周丝",
    "周五": "周武 周舞 周伍 周午",
    "周六": "周柳 周陆 周刘",
    "预约": "预月 玉约 予约 于约 遇约 预越 欲约 愉约 预乐",
    "取消": "取肖 取销 去消 取校 取笑",
    "改期": "改其 该期 改七",
    "改时间": "该时间",
    "专家": "砖家 专加 专佳 转家 砖加 砖佳",
    "退号": "推号",
    "接访": "借访 接防",
    "商标": "商票 商彪 伤标",
    "标准": "彪准 标淮 表准",
    "认证": "认正 任证",
    "检测": "检侧 捡测 检策",
    "校准": "教准 较准 叫准",
    "计量": "计凉 记量 剂量",
}
_CORRECT = {wrong: right for right, words in _WRONG.items() for wrong in words.split()}
_MISSPELT = re.compile("|".join(_CORRECT) + r"|(?<=午)亮点|(?<=天)亮点")
_ASKED = re.compile(r"(?<=[问看查说谈聊试讲询])下(?=下(?:周|个?星期|个?礼拜|个?月))")
"""问下 下周三 is not 问 下下周三."""
_NAME_FOLLOWS = re.compile("老师|教授|专家|工|金|主任")
_TYPED = """
今天 明天 后天 大后天 上午 下午 中午 早上 晚上 下周 这周 本周 下下周 下个月 月底
预约 取消 改期 改约 改到 换到 改时间 推迟 提前 退号 不去 不来 我的 约 最近 专家 接访
计量 标准 认证 检测 商标 专利 培训 品牌 质量
"""
"""Words that are looked for in pinyin."""
_WEEKDAYS = [
    f"{week}{day}" for week in ("周", "下周", "星期", "礼拜") for day in "一二三四五六日天"
]
_HOURS = [f"{hour}点{half}" for hour in (*"八九十两三四五", "十一") for half in ("", "半")]
_LATIN = re.compile(r"[a-z]+(?:[ ']+[a-z]+)*")


def spell_out(text: str, names: Iterable[str] = ()) -> str:
    """`text` levelled, with the usual misspellings put right and pinyin in characters.

    `names`: further words that may be typed in pinyin.
    """
    level = _ASKED.sub("哈", _MISSPELT.sub(_right, plain(text)))
    return _LATIN.sub(lambda found: _from_pinyin(found.group(), tuple(names)), level)


def _right(found: re.Match[str]) -> str:
    word = found.group()
    if word[0] in "周下上" and _NAME_FOLLOWS.match(found.string, found.end()):
        return word  # 周武老师 is a person, 楼下五金店 a shop
    return "两点" if word == "亮点" else _CORRECT[word]


def _from_pinyin(run: str, names: tuple[str, ...]) -> str:
    """The known words of a run of letters, when they make up most of it."""
    sounds = typed_pinyin(run.replace(" ", "").replace("'", ""))
    if not sounds:
        return run
    words = _dictionary(names)
    made, known, at = "", 0, 0
    while at < len(sounds):
        for size in range(min(6, len(sounds) - at), 0, -1):
            word = words.get(sounds[at : at + size])
            if word:
                made, known, at = made + word, known + size, at + size
                break
        else:
            at += 1
    return made if 2 * known >= len(sounds) else run


@lru_cache(maxsize=8)
def _dictionary(names: tuple[str, ...]) -> dict[tuple[str, ...], str]:
    words = (*names, *_HOURS, *_WEEKDAYS, *_TYPED.split())
    return {tuple(syllables(word)): word for word in words}
