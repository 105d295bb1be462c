"""Reads short texts, and tells names and lists of things from talk."""

from __future__ import annotations

import re

from bot.model.field_error import FieldError
from bot.model.wording import HAN, bare, plain, without_emoji

WE = (
    r"(?:我们?|咱们?|俺们?|本)?(?:那个|这个|这)?"
    r"(?:公司|厂子?|店子?|单位|企业|合作社|门店|门市|个体户?)?的?"
)
"""Whose name, address … follows."""
SAYS = r"(?:就?(?:是|叫做?|写|填)|为|[:：])"
_TALK = re.compile(
    r"[我你她咱嘛啊哦哟]|(?<![其吉])他|它们|不(?![锈干粘动定饱良倒])|没(?!药)|了(?!望)|吗(?!啡)"
    r"|(?<!毛)呢|(?<![酒网氧书陶])吧|今天|昨天|明天|怎么|咋|啥|谢谢|(?<![申邀聘宴])请|想(?!象)"
    r"|要(?![闻素道点])|先(?![生进锋导])|再(?![生造制利])|嗯|哈哈|一下"
)
_ODD = re.compile(r"[{}<>|=\\^`$%*#@~]|\bselect\b|\bscript\b")
_VERBS = re.compile(
    r"^(?:我们?|咱们?)?(?:公司|厂|店|企业|学校|医院|单位)?(?:这边|这里)?(?:目前|现在)?"
    r"(?:主要就?是(?!做|搞|从|经)|(?:主要|专门|专业)?(?:就)?(?:是)?"
    r"(?:属于|算是?|归为|做|搞|干|从事|经营|主营|弄)(?:的)?(?:是|一些|点)?)"
)
_IS = re.compile(
    r"(?:应该|大概|可能|估计|其实)?(?:(?:我们?|咱们?)(?:公司|厂|店|企业|学校|医院|单位)?)?就?是\s*"
)
_TRADE = re.compile(r"[收卖做搞修种养开接].{1,12}的")


def tells_trade(text: str) -> bool:
    """搞装修的: who says so names what they do, and asks for nothing."""
    return bool(_TRADE.fullmatch(plain(bare(text))))


def maybe_name(text: str) -> bool:
    """Whether nothing in the words is talk: 老张豆花, not 今天不想填."""
    return not _TALK.search(plain(text))


def read_short_text(field_id: str, text: str, names: tuple[str, ...]) -> str:
    """A short text without 我们主要做 …, 行业是 …. `names`: those of its field."""
    said = bare(without_emoji(text))
    label = "|".join(re.escape(plain(name)) for name in sorted(names, key=len, reverse=True))
    lead = re.compile(rf"^{WE}(?:{label})\s*(?:就?是|为|叫做?|有|填|写|[:：])+\s*")
    said = trimmed(lead, said)
    verbs = _VERBS.match(plain(said))
    if verbs and len(said) - verbs.end() >= 2:
        said = said[verbs.end() :].lstrip(" ,，:：")
        said = said[:-1] if plain(said).endswith("的") else said
    elif tells_trade(said):
        said = said[:-1]  # 收废铁的
    elif (after := _IS.match(said)) and len(said) > after.end() + 1:
        said = said[after.end() :]
    return checked(field_id, said.strip(" ,，。;；:："), shortest=1, code="unclear", odd=False)


def trimmed(lead: re.Pattern[str], said: str) -> str:
    """`said` without what `lead` matches at its start, if anything is left."""
    while (match := lead.match(plain(said))) and 0 < match.end() < len(said):
        said = said[match.end() :].strip()
    return said


def is_odd(said: str) -> bool:
    """Whether signs stand in the words that no name has: formulas, markup, templates."""
    return bool(_ODD.search(plain(said)))


def checked(field_id: str, said: str, shortest: int, code: str, odd: bool = True) -> str:
    """`said` when it has letters and `shortest` characters. Raises FieldError, usually `code`."""
    if not said:
        raise FieldError(field_id, "empty")
    if not re.search(f"[{HAN}A-Za-z]", said) or len(said) < shortest:
        raise FieldError(field_id, code)
    if odd and is_odd(said):
        raise FieldError(field_id, "odd_characters")
    return said
