"""Reads the name of a person, be it rare (爨世荣) or made of words of the trade (计认真)."""

from __future__ import annotations

import re

from bot.model.answer.surnames import surname_of
from bot.model.answer.text import SAYS, WE, is_odd, trimmed
from bot.model.field_error import FieldError
from bot.model.wording import HAN, bare, is_nothing, is_unknown, plain, tidy, without_emoji
from knowledge.centre import load_centre

_ROLE = r"(?:法定代表人|法人代表|法人|法代|老板|负责人|厂长|董事长)"
_LEAD = re.compile(
    rf"^(?:{WE}(?:企业)?(?:{_ROLE}|执照上(?:写?的?)?)*(?:的)?(?:姓名|名字|大名)?\s*"
    rf"(?:{SAYS}|登记的)+\s*[:,]?\s*|(?:{WE}(?:法定代表人|法人代表|法人|老板|负责人)[\s,:]*)"
    r"|(?:就是)?(?:我|本人|我自己)(?:本人|自己)?[\s,:]+(?:叫|是)?"
    r"|我叫|叫|姓名[\s:]*|姓[^\s,]{1,2}[\s,]*叫)"
)
_TITLES = (
    r"(?:先生|女士|小姐|老师|董事长|总经理|经理|厂长|老板娘|老板|主任|科长|部长|师傅|会计|主管"
    r"|书记|校长|院长|同志|总工|理事长|社长|站长|法人|本人|老总|总|工)"
)
_KIN = (
    r"(?:我们|我|爸|妈|老汉|老公|老婆|爱人|哥|姐|弟|妹|儿子?|女儿|姑娘|叔|爷爷|丈人|老丈人|舅|娘)"
)
_TITLE_AFTER = re.compile(_TITLES + "$")
_TITLE_BEFORE = re.compile(rf"(?:{_TITLES}|{_KIN})([{HAN}]{{2,4}})$")
_BECAME = re.compile(
    rf"(?:现在|如今|目前|今年|后来|应该)(?:就?是|为|由|换成)([{HAN}]{{2,4}}?)(?:了|当)?$"
)
_TITLED_AGAIN = re.compile(
    rf"(([{HAN}])[{HAN}]{{1,2}})[\s,，]*\2(?:总|工|老板|经理|厂长|老师|师傅)$"
)
"""李建华李总."""
_TITLED_FIRST = re.compile(
    rf"([{HAN}])(?:总|工|老板|经理|厂长|老师|师傅)[噻嘛哈啊呢]*[\s,，]+(\1[{HAN}]{{1,2}})(?![{HAN}])"
)
"""严老板噻，严格."""
_APART = re.compile(rf"姓([{HAN}]{{1,2}})[\s,，]*名[叫是]?([{HAN}]{{1,2}})(?![{HAN}])")
_CALLED = re.compile(rf"(?:叫做?|[姓名][名字]是|[大本学真]名(?:是|叫)?)([{HAN}]{{2,4}})$")
_THEN_MORE = re.compile(rf"([{HAN}]{{2,4}})(?=是|就是|的|这个|来当|当)")
_NAME = re.compile(f"[{HAN}]{{2,4}}")
_MINORITY = re.compile(f"[{HAN}]{{1,12}}(?:[·•・.][{HAN}]{{1,12}})+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'-]*(?: [A-Za-z][A-Za-z.'-]*){0,4}")
_NO_NAMES = frozenset(
    (
        "没得 没有 莫得 不是 不晓得 不知道 不清楚 不填 都是 一样 同上 老板 法人 本人 自己 我自己 "
        "就是我 我本人 老总 保密 暂无 随便 随便填 都行 都可以 可以 要得 好的 谢谢 多谢 方便 时间 "
        "高兴 平安 明白 明天 成立 有的 有人 和平 管理 国家 单位 全部 满意 关门 商标 商量 商店 温度 "
        "计量 标准 经理 经营 经常 别人 别个 别急 别问 别慌 解释 应该 从来 都有 都好 都要 通过 通知 "
        "连接 简单 空起 空着 空到 空白 相同 有点 有事 时候 何时 何处 那个 那就 那好 那算了 来了 "
        "来嘛 后面 后头 后天 相信 安全 常用 车间 全称 马上 马上来 高头 万一 平时 "
        "水表 包装 利润 利息 能不能 明年 白天 步骤 支持 应该是 干啥 干啥子 干什么 干嘛 关于 双方 "
        "时间长 于是 那你 那我 别搞 连续 通用 过了 国标 计量器具 于是乎 广告 成本 沙发 查询 查看 "
        "查一下 查下 盖章 养殖 后退 红包 荣誉 宣传 管不管 管用 连不上 别问了 别催 通用的 终止 终于 "
        "辛苦 习惯 充值 充电 易懂 居然"
    ).split()
) | {*load_centre().region}
"""Two to four characters, and no name."""


def read_person(field_id: str, text: str) -> str:
    """The full name of one person."""
    said = trimmed(_LEAD, bare(without_emoji(text)))
    if is_odd(said):
        raise FieldError(field_id, "odd_characters")
    if len(said) > 60:
        raise FieldError(field_id, "too_long")
    if (again := _TITLED_AGAIN.fullmatch(said)) and surname_of(again.group(1)):
        return again.group(1)
    if (first := _TITLED_FIRST.search(said)) and surname_of(first.group(2)):
        return first.group(2)
    if found := _MINORITY.search(said):
        return found.group()
    if apart := _APART.search(said):
        return "".join(apart.groups())
    chunks = [c for c in re.split(r"[\s,，。;；:：、()（）“”\"'《》！!\d]+", said) if c]
    joined = "".join(chunks)
    if all(len(c) == 1 for c in chunks) and _NAME.fullmatch(joined) and joined[0] not in "是叫":
        return joined
    names = [name for chunk in chunks if (name := _name_in(chunk))]
    for name in names:
        if surname_of(plain(name)):
            return name
    if names:
        return names[0]
    if _LATIN.fullmatch(said) and len(said) > 3:
        return said
    raise FieldError(field_id, "person_name")


def check_person(field_id: str, value: str) -> str:
    """`value` when it can be a name: 安全 is one to who says so."""
    if value in _NO_NAMES and not is_nothing(value) and not is_unknown(value):
        return value
    return read_person(field_id, value)


def surely_person(text: str) -> bool:
    """Whether the words are a name with a known surname, and nothing else."""
    name = trimmed(_LEAD, bare(without_emoji(text))).replace(" ", "")
    if _MINORITY.fullmatch(name):
        return True
    return bool(_name_in(name) == name and surname_of(plain(name)))


def _name_in(chunk: str) -> str:
    """The name in one run of characters; empty when it is none."""
    chunk = tidy(chunk)
    chunk = chunk[:-1] if len(chunk) > 2 and chunk.endswith("的") else chunk
    chunk = chunk[1:] if chunk[:1] == "叫" and surname_of(plain(chunk[1:])) else chunk
    said = plain(chunk)
    if said in _NO_NAMES:
        return ""
    title = _TITLE_AFTER.search(said)
    if title and (title.start() >= 2 or len(title.group()) > 1 or len(said) == 2):
        chunk, said = chunk[: title.start()], said[: title.start()]
        if len(said) < 2:
            return ""  # 王总: which 王?
    if (
        _NAME.fullmatch(chunk)
        and said not in _NO_NAMES
        and not re.search("^[是叫]|[个的们吗]", said)
    ):
        return chunk
    if (became := _BECAME.search(said)) and surname_of(became.group(1)):
        return chunk[became.start(1) :]
    if (called := _CALLED.search(said)) and not re.search("^[是叫]|[什啥么的我]", called.group(1)):
        return chunk[called.start(1) :]
    if (titled := _TITLE_BEFORE.search(said)) and surname_of(titled.group(1)):
        return chunk[titled.start(1) :]
    if (found := _THEN_MORE.match(said)) and surname_of(found.group()):
        return chunk[: found.end()]
    return ""
