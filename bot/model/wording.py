"""How people word what they type: spelling levelled character by character, fillers, questions."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import zhconv

_WIDE = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code - 0xFEE0).isalnum()}
_CIRCLED = {0x2460 + n: f" {n + 1} " for n in range(20)}
_AS_STORED: dict[int, int | str] = {**_WIDE, **_CIRCLED}
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ud800-\udfff]"
)
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3]+"
    "|\\[[\u4e00-\u9fff]{1,3}\\]"
)
"""Pictographs, and WeChat's own spelling of its stickers: [微笑]."""
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_HAS_WORDS = re.compile(f"[{HAN}A-Za-z0-9]")
MARKS = " \t\n,，.。;；:：!！?？、~～…\"“”'‘’()（）【】-—_/|"


def tidy(text: str) -> str:
    """`text` as it is stored: letters and digits in half width, nothing invisible, no outer blanks.

    Chinese characters and punctuation stay as typed: names are not to be changed.
    """
    seen = _INVISIBLE.sub("", text.replace("\ufe0f\u20e3", " ")).translate(_AS_STORED)
    return seen.replace("\u3000", " ").replace("\xa0", " ").replace("\r", "").strip()


def plain(text: str) -> str:
    """`text` for comparing: simplified, lower case, ASCII marks. As long as `text` itself,

    so that what a pattern finds in it can be cut out of the text as typed.
    """
    return "".join(map(_level, text))


def squeeze(text: str) -> str:
    """`plain` without blanks and marks."""
    return "".join(c for c in plain(text) if c not in MARKS)


def has_words(text: str) -> bool:
    """Whether letters, digits or Chinese characters are left besides emoji and marks."""
    return bool(_HAS_WORDS.search(EMOJI.sub("", text)))


def without_emoji(text: str) -> str:
    """`text` without pictographs."""
    return EMOJI.sub(" ", text).strip()


@lru_cache(maxsize=20_000)
def _level(character: str) -> str:
    for levelled in (_narrow, _simplify, str.lower):
        other = levelled(character)
        if len(other) == 1:
            character = other
    return _MARK.get(character, character)


def _narrow(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


def _simplify(character: str) -> str:
    return str(zhconv.convert(character, "zh-hans"))


_MARK = {"。": ".", "、": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "−": "-"}

_OPENING = re.compile(
    r"^(?:(?:嗯+|哦+|噢|哎+呀?|唉|诶|欸|呃+|额+|那个|这个嘛|好的?|好嘛|要得|行|对头?|对的|是的"
    r"|你好|您好"
    r"|请?记一?下|麻烦(?:填|写|记)一?下|回答|答)(?=[\s,.!:~])[\s,.!:~]*|嗯+|呃+|哎呀)+"
)
_ENDING = re.compile(
    r"(?:[\s,.!~;:]|哈(?=$|[\s,.!~])|嘛|噻|哦|哟|喔|呢|吧|啊|呀|哇|咯|撒|哒|啦"
    r"|就(?:是)?这(?:个|样|些)(?:了|吧|嘛|哈)?|(?:就|都)(?:行|可以|好)了?|谢谢(?:你|您)?(?:了|哈)?"
    r"|(?:应该|好像|大概|可能)(?:就)?是(?:这个)?|没得别的了?|别的没得了?|麻烦了|可以了)+$"
)


LONGEST_ANSWER = 300
"""Beyond this a text is an opinion, and nothing around it is cut off."""


def bare(text: str) -> str:
    """A tidy `text` without the words around an answer: 嗯 …, … 哈, … 就这个."""
    while len(text) <= LONGEST_ANSWER:
        level = plain(text)
        start = opening.end() if (opening := _OPENING.match(level)) else 0
        ending = _ENDING.search(level, start)
        end = ending.start() if ending else len(text)
        cut = text[start:end].strip() if end > start else text[start:].strip()
        if not cut or cut == text:
            return cut or text
        text = cut
    return text


_ALL_OF_THEM = re.compile(
    r"(?:没(?:得|有)?|莫得|冇得?)(?:啥子?|什么)|(?:啥子?|什么|哪(?:个|样|些|里|点|儿|项|种)?|谁|好多"
    r"|多少)(?:产品|服务|东西|行业)?(?:都|也)"
)
"""Asking words that stand for 'everything' or 'nothing': 啥子都做, 哪个都不要."""
_ASKING = re.compile(
    r"[?？]|吗|么$|呢$|[蛮麦嚜]$|(?:行|得|对|好|可以|会|要|是|收费|费|要钱|成|能|有|用|算)(?:不"
    r"|没得?)(?:[嘛哦啊哟喃]?)[\s.,!~]*$"
    r"|干嘛|啥子?|什么|怎么|怎样|咋|如何|朗个|郎个|啷个|为何|何时|何处"
    r"|哪(?![怕吒])|谁"
    r"|[要得带交收需用花缴][^,.\s]{0,2}好多|[^,.\s]{4,}(?<![还都也是么并])没[嘛哦啊哟喃]?[\s.!~]*$"
    r"|好多(?=钱|天|个|家|久|项|人$|分|次|种|工作日|$)|多少"
    r"|(?<![零〇一二三四五六七八九十\d好那这过头])几(?:天|时|点|号|个月|家|次|[回遍趟]|多钱|何|块钱|月份?|年(?!了|前"
    r"|历)|级|份|岁)|(?:能|可以|要|准)[^,.\s一二三四五六七八九十好\d]{0,3}几个人|多久|好久|多长时间|多大"
    r"|(?:是不|能不|可不|要不|会不|该不|用不|需不|算不|行不|得不|属不|管不|收不|得行不|有没|有莫"
    r"|有冇|是否|能否|可否)"
    r"|[^,.\s]{2}(?<!一点)(?<!并)(?<!要)(?<!从)(?:不|迈)(?:嘛|哦|喃|啊|哟|呢)?(?=[,.\s]|$)"
    r"|([^不])不\1|是.{1,12}还是.{1,10}$|(?:有|要|行|得|中)没得$|有[^,.\s]{2,}没得$|[做干]啥|请问|想问|问一?[下哈]|问个|请教"
    r"|举一?个?例|打个比方|咨询一?下|想?了解一?下"
    r"|想知道|不晓得(?:要|该|是|能|可|有|咋)|(?:填|写|抄|选|用|留|算|算是).{0,8}还是.{1,8}$"
    r"|^.{2,6}还是.{2,5}(?:哦|嘛|啊|呢|哟|喃)$|的还是.{1,6}的$|区别$|意思$|什么意思"
)
_SURELY_ASKING = re.compile(
    r"[?？]\s*$|请问|怎么|咋个|如何|找哪|啥意思|是不是|能不能|可不可以|要不要|多少钱|好多钱"
)
_REQUEST = re.compile(
    r"^(?:我们?|咱们?)?(?:公司|厂|企业)?(?:就)?(?:想|要|打算|准备|需要)?(?:去)?"
    r"(?:问一?[下哈]|咨询|了解|请教|查一?[下哈查]|办(?:理)?个?|申请|申办|搞个?|整个?|做个)"
    r"|^(?:我们?|咱们?)?(?:公司|厂里?)?(?:就)?(?:想|打算|准备)(?:给|为|让|把|要|去|在|找|问|办|搞"
    r"|做|评|报|学|考|请|申|建|开|上|买|卖|注)"
    r"|^(?:帮|给|替)(?:我|忙|我们)(?:们)?(?:查|看|问|找|办|弄|解释|介绍|推荐)|^(?:介绍|解释"
    r"|说明)(?:一?[下哈])?"
)


def asks(text: str) -> bool:
    """Whether the words have the form of a question, in standard or Chongqing speech."""
    return bool(_ASKING.search(_ALL_OF_THEM.sub("", plain(text).strip())))


_THIS = "(?:这|那|这个|那个|这项|这里|这一项|到底|具体|我|又|是|要|该|应该)*"
_HOW = re.compile(
    f"{_THIS}(?:怎么|咋个?|啷个|朗个|如何|怎样)(?:填|写|答|选)(?:法|才对|才行)?[嘛哦呢啊哟啦]*"
    f"|{_THIS}(?:啥子?|什么|哪样)意思[嘛哦呢啊哟]*"
    f"|(?:麻烦|请|给我?|帮我?)*举个例子?[嘛吧看呢]*"
    f"|{_THIS}(?:填|写)(?:哪样|啥子?|什么|些啥子?|哪些)[嘛哦呢啊哟]*"
)


def asks_how(text: str) -> bool:
    """Whether the words only ask how the present question is to be answered: 要啷个填哦."""
    return bool(_HOW.fullmatch(squeeze(text)))


def surely_asks(text: str) -> bool:
    """Whether the words can be nothing but a question."""
    return bool(_SURELY_ASKING.search(_ALL_OF_THEM.sub("", plain(text).strip())))


def requests(text: str) -> bool:
    """Whether the words ask for something to be done or explained: 想办个…, 帮我查一下…."""
    return bool(_REQUEST.match(squeeze(text)))


SHORT = 24
"""Longer words than this say more than 没有 or 不晓得, in characters."""
_NOTHING = re.compile(
    r"(?:暂时|目前|现在|这个|这方面|我们|公司|都|也|真的|啥子?|什么|啥都|暂)*(?:没得|没有|莫得"
    r"|木有|冇|无|没)"
    r"(?:任何|什么|啥子?)?(?:了|呢|哦|的|哈|意见|建议|需求|需要|其他|其它|别的|要求|想法|要说的"
    r"|要提的|特别的|其他的|计划|打算|安排|产品|标准|执行标准|东西)*"
)
_I = r"(?:这个|那个|我|我们|也|都|真的|具体|一下|一下子|确实|自己)*"
_OF_IT = r"(?:了|哦|的|哈|呢|嘞|具体的?|这个|这些|是哪年|好多|多少|啥子|起)*"
_NO_IDEA = r"不(?:太|大|是很|怎么)?(?:晓得|知道|清楚|懂|了解)|搞不(?:清楚?|懂|醒豁)|认不(?:到|得)"
_VAGUE_IDEA = (
    r"不记得|记不(?:到|得|清|起)|说不(?:清楚?|准|上来)|不好说|忘(?:了|记了?|[球逑求]了?)|想不起来?"
)
_HAS_NO_IDEA = re.compile(f"{_I}(?:{_NO_IDEA}){_OF_IT}")
_UNKNOWN = re.compile(f"{_I}(?:{_NO_IDEA}|{_VAGUE_IDEA}){_OF_IT}")


def is_nothing(text: str) -> bool:
    """没有, 没得意见, 暂无: there is nothing to put in."""
    core = squeeze(bare(text)) if len(text) <= 4 * SHORT else ""
    return len(core) <= SHORT and bool(_NOTHING.fullmatch(core))


def is_unknown(text: str) -> bool:
    """不晓得, 记不到了: the person does not know."""
    core = squeeze(bare(text)) if len(text) <= 4 * SHORT else ""
    return len(core) <= SHORT and bool(_UNKNOWN.fullmatch(core))


def has_no_idea(text: str) -> bool:
    """不晓得, but not 记不清: who has forgotten may still tell roughly."""
    core = squeeze(bare(text)) if len(text) <= 4 * SHORT else ""
    return len(core) <= SHORT and bool(_HAS_NO_IDEA.fullmatch(core))
