"""What a message says so plainly that its words decide, not the classifier."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.follow_up import read_follow_up
from nlu.normalise import normalise

_MARKS = re.compile(r"[\s，。！？、；：,.!?;:~～…“”\"'‘’()（）【】\-—_/|]+")
_PLEASE = "(?:那|请|麻烦|帮我?|给我|我们?|要|想|可以|能不能|你们?)*"
_TAIL = "(?:了|吧|啊|嘛|呢|哦|哈|下|一下|谢谢)*"

_MINE = "(?:我们?的?|本人的?)(?:所有|全部|个人|微信|的)*(?:信息|数据|资料|记录|账号|账户|对话|隐私)"
_DELETE = "(?:彻底|全部?|都|给我)*(?:删除|删掉|删了|删|清除|清空|清掉|注销)(?:掉|了)?"
_WISHES = {
    "delete": re.compile(
        f"{_PLEASE}(?:{_DELETE}{_MINE}|把{_MINE}{_DELETE}|注销(?:账号|账户|我的账号|我的账户)?"
        f"|删(?:掉|除|了)我的|不同意了{_DELETE}(?:我的)?){_TAIL}"
    ),
    "export": re.compile(
        f"{_PLEASE}(?:(?:导出|下载|拷贝){_MINE}|把{_MINE}(?:都|全部?)?(?:导出来?|下载|发给我)){_TAIL}"
    ),
}

_OURS = "你们|专家|专员|工作人员|窗口|服务站|服务中心"
_BRIBE = re.compile(
    f"(?:{_OURS}).{{0,6}}(?:红包|好处费|吃拿卡要|索贿|受贿|回扣|收(?:了|过)?我们?的?(?:钱|礼))"
)
_COMPLAINT = re.compile(
    f"{_PLEASE}(?:来)?(?:投诉|举报)(?:一下|一个|这个|那个|这位|那位|下)*(?:{_OURS}).{{0,6}}"
    f"|{_PLEASE}(?:来)?(?:投诉|举报)(?:一个人|一件事)?{_TAIL}"
    f"|.{{0,3}}(?:{_OURS}).{{0,6}}(?:要|想)(?:投诉|举报){_TAIL}"
    f"|对?(?:{_OURS}).{{0,6}}(?:不满意|意见很大|有意见).{{0,3}}反映.{{0,2}}{_TAIL}"
)
_TELEPHONE = re.compile(
    f"(?:你们的?|质量|请问|那)*(?:投诉|举报|监督)的?(?:电话|热线|号码)(?:是|打|多少|好多|哪个|号)*{_TAIL}"
)
_UNANSWERED = re.compile(
    "(?:你们?|他们?|给|的|这个?|那个?|座机|办公|咨询|服务站|刚才|上面|电话|号码|我|打|了|也|都|还是"
    "|一直|根本|几遍|几个|[几两23]次)*"
    f"(?:打不通|打不进去?|没有?人接|没得人接|无人接听|不接电话|占线|是?空号)(?:电话)?{_TAIL}"
)
_INSULT = re.compile(
    "(?:你们?|这|真|个|是|就|什么|啥子|的|太|简直|妈|他|老子)*(?:瓜娃子|瓜批|瓜皮|哈批|哈儿|哈麻批"
    "|傻逼|傻比|傻b|sb|煞笔|智障|脑残|弱智|白痴|蠢货|废物|垃圾|滚|滚蛋|滚开|死开|mmp|cnm|tmd"
    f"|妈卖批|龟儿|宝批龙|神经病|有病|王八蛋|混蛋)(?:玩意儿?|机器人?|东西|系统)?{_TAIL}"
)

_MESSAGE = "(?:投诉|举报|留言|反映的(?:问题|事情?))"
_MY = "(?:我们?|之前|上次|昨天|刚才|提|留|写|的|那个|那条|这条)*"
_OF_MESSAGE = re.compile(
    f"{_MY}{_MESSAGE}(?:现在|到底|你们)*(?:受理|处理|进度|结果|怎么样|咋样|咋个样|收到|回复|有没有"
    "|还在|在|没有?|了|得|到|如何|看到|不|呢|吗|嘛|哪一?步|啊|哦|的)+"
    f"|{_PLEASE}(?:撤回|撤销|取消|删除|删掉|不){_MY}{_MESSAGE}{_TAIL}"
    f"|(?:你们)?(?:什么时候|啥时候|好久|几时|多久)(?:能|才|会)*(?:回复|答复|回)我{_TAIL}"
)
_OF_DEMAND = re.compile(
    f"{_PLEASE}(?:撤回|撤销|补充|追加)(?:需求|需求表|说明|内容|材料|一下|一点)*{_TAIL}"
)
_ADDED = re.compile(r"^(?:补充|追加)(?:说明|内容|一点|一下)?[:：，,]")
_RATING = re.compile(
    f"{_PLEASE}(?:评价|打分|评分)(?:一下|服务|这次服务)?{_TAIL}"
    "|(?:我?(?:打|给|评)个?)?[1-5](?:分|星|颗星)(?![钟之的]).{0,20}"
)

_US = (
    "(?:那|请问|你好|问[哈下]|你们?|他们?|这里|这边|单位|质量|服务站|服务中心|中心|窗口|站点|站|园区|促进中心"
    "|产业|凤凰湖|港桥|三教|行政|公共|早上|上午|中午|下午|晚上|今天|明天|一般|平时|都|的|个|还|也)*"
)
_WHERE = (
    "(?:在?哪(?:里|儿|个位置|条路|栋楼)|在哪|在什么地方|在啥子地方|(?:具体)?(?:地址|地点|位置)"
    "|怎么走|咋个?走|怎么去)"
)
_STATION = "(?:服务站|站点|的站|个站|产业促进中心|服务中心|行政中心)"
_PLACE = re.compile(
    f".{{0,8}}{_STATION}(?:的|设|都|具体|一般)*{_WHERE}(?:里|儿|些|呢|啊|嘛|哦|办公|上班|是|的|[0-9])*"
    f"|.{{0,4}}(?:最近|附近|有哪些|有几个)的?(?:服务站|站点)(?:在哪里?|呢|有哪些)*"
    f"|{_US}{_WHERE}(?:里|儿|办公|上班|呢|啊|嘛|哦|是|在|哪里?|什么)*"
)
_HOURS = re.compile(
    f"{_US}(?:(?:几点|什么时候|啥时候|好久)钟?(?:到几点|上班|下班|开门|关门|办公)+"
    "|(?:上班|办公|营业|工作)时间(?:是|几点|到|呢|多少|什么时候|好久)*"
    "|(?:周末|周[六日天]|星期[六日天]|双休日?|节假日|中午|午休)(?:还|也|都|你们)*"
    f"(?:上不上班|上班|开门|开不开|办公|休息|有人)(?:值班|没得?|不|吗)*){_TAIL}"
)
_PICTURES = re.compile(
    "(?:看|收)(?:得|不)?(?:到|见|了)?(?:我|刚才|发|给|你们?|的)*(?:图片?|照片|截图|视频)(?:没有?|吗|不|了)*"
    "|(?:图片?|照片|截图|视频)(?:你们?|能|看|收|得|到|了)+(?:没有?|吗|不)+"
)

LONGEST = 20
"""Characters of a message that is one plain sentence."""

_COUNT = r"(?:\d+|[零一二三四五六七八九十百千两几数]+)(?:来|多|几|把)?(?:个|名|位|号|口)?"
_PEOPLE = f"{_COUNT}(?:人|员工|职工|工人)"
_HEADS = re.compile(
    "(?:我们?|咱们?|公司|厂里?|全厂|企业|现在|大概|大约|总共|一共|总计|差不多|可能|有|就|职工|员工|人数"
    f"|总数|是|的)*{_PEOPLE}(?:左右|上下|样子|的|吧|嘛|不到|以内|这样|哦|哈)*"
)
_WANTS_PERSON = re.compile(
    "人|客服|专员|老师|专家|领导|科长|主任|主管|经理|师傅|同事|管事|接线|懂|活的|真的|机器|转|[a-z]"
)


def bare_words(text: str) -> str:
    """`text` in one spelling, without blanks and marks."""
    return _MARKS.sub("", normalise(text))


def wish_for_data(text: str) -> str:
    """delete or export, of one's own data in so many words; else empty."""
    said = bare_words(text)
    return next((wish for wish, words in _WISHES.items() if words.fullmatch(said)), "")


def asks_for_station(text: str) -> bool:
    """Where the stations are, or when somebody is there; of telephones and experts it is not."""
    said = bare_words(text)
    return bool(_PLACE.fullmatch(said) or _HOURS.fullmatch(said))


def asks_for_hours(text: str) -> bool:
    """When somebody is there, wherever that is."""
    return bool(_HOURS.fullmatch(bare_words(text)))


def complains(text: str) -> bool:
    """Whether we, or somebody of ours, are complained of or insulted."""
    said = bare_words(text)
    bribed = len(said) <= LONGEST and _BRIBE.search(said)
    return bool(
        bribed
        or _COMPLAINT.fullmatch(said)
        or _TELEPHONE.fullmatch(said)  # where to complain is said with the apology
        or _INSULT.fullmatch(said)
        or telephone_unanswered(text)
    )


def telephone_unanswered(text: str) -> bool:
    """电话打不通, 没人接: one that we told."""
    return bool(_UNANSWERED.fullmatch(bare_words(text)))


def about_message(text: str) -> bool:
    """How a complaint or a message that was left is getting on, or that it is taken back."""
    return bool(_OF_MESSAGE.fullmatch(bare_words(text)))


def names_message(text: str) -> bool:
    """Whether a complaint or a message is spoken of by its name."""
    return bool(re.search(_MESSAGE, bare_words(text)))


def takes_back(text: str) -> bool:
    """撤回投诉, 不留言了."""
    return bool(re.match(f"{_PLEASE}(?:撤回|撤销|取消|删除|删掉|不)", bare_words(text)))


def is_head_count(text: str) -> bool:
    """三十来个人: how many people there are, and nothing else."""
    return bool(_HEADS.fullmatch(bare_words(text)))


def says_nothing(text: str) -> bool:
    """Marks alone, or a number where no choice has it."""
    said = bare_words(text)
    return not said or (said.isdecimal() and len(said) < 4)


def said_plainly(text: str) -> str:
    """The intent of a message whose words leave no doubt while nothing is asked; else empty."""
    said = bare_words(text)
    if about_message(text):
        return "check_demand_status"
    if complains(text):
        return "complain"
    if _OF_DEMAND.fullmatch(said) or _ADDED.match(text.strip()):
        return "check_demand_status"
    if _RATING.fullmatch(said):
        return "rate_service"
    if _PICTURES.fullmatch(said):
        return "ask_pictures"
    return "follow_up" if read_follow_up(text) else ""


def without_nobody(ranking: Sequence[tuple[str, float]], text: str) -> list[tuple[str, float]]:
    """`ranking` without the wish for a person where the words speak of none, but count heads."""
    said = bare_words(text)
    if _WANTS_PERSON.search(re.sub(_PEOPLE, "", said)) or len(said) < 2:
        return list(ranking)
    return [(name, chance) for name, chance in ranking if name != "handoff_human"]
