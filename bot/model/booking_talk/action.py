"""What a booking message wants done: book, cancel, reschedule, list, or nothing of these."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.centre import town_words

BOOKING_INTENTS = {
    "book_expert": "book",
    "cancel_booking": "cancel",
    "reschedule_booking": "reschedule",
    "my_bookings": "list",
}
SURE = 0.5
"""From this probability on the classifier decides where words leave room."""
RELATED = 0.1
"""From this on a message that names a time or a park is about a booking that there is."""


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


_TIME_FOLLOWS = r"(?=[到至]|[一二两三四五六七八九十\d半])"
_TARGET = r"(?:到|成|为|至|在|个|一|下|上午|下午|中午|早|晚|[周星礼明后今月本\d十九八两三四五])"
CHANGE = _any(
    r"改(?:签|约|期|天|日|时间|地点|预约)",
    rf"改{_TARGET}|换(?!证|证书|算|热){_TARGET}|换(?:时间|地方|地点|最)",
    r"改(?=$|[\s,.不吗嘛]|需求)|(?<=[的要想能])改(?!进|善|造|革|制|性|装|良|名)",
    r"更改|修改|变更|变动|变一?[下哈]|要变|调整|调(?:到|至|成|个|一下|一哈|下|换|前|后)|挪|移到|错开",
    rf"推迟|推后|往后|后延|推(?:到|吃)|推{_TIME_FOLLOWS}|延期|延后|延迟|顺延|延{_TIME_FOLLOWS}",
    r"提前|提早|提到|往前|转到|拖[到几两一]|缓(?:几|两|一|到)",
    r"重新约|重新安排|重新选|重选|另外?约|另外(?:选|找|换)|另约",
    r"(?:早|晚|迟)(?:个)?(?=[一二两三四五六七八九十\d半几]+个?(?:天|小时|钟头|钟|分钟|周|星期|礼拜))",
)
_REPLACES = re.compile(r"(?:改|换|调|挪|推|延|提前|转)(?:约|期)?(?:到|成|为|至|在)")
_NO_CHANGE = _any(
    r"(?:不|别|莫|不用|不想|不是|没法|懒得)(?:再)?(?:改期|改约|改时间|改签|改|换|推迟|延期)(?:了|时间|期)?(?!天|一|到|成)",
    r"改期也没|(?:要不要|需要|得|要)?提前(?:几天|多久|好久|多少|一?周|[一两三]天)?(?:约|预约|申请)|提前(?:多久|好久|多少)",
    r"换(?:个|一个)?(?:专家|老师)再约",
)
_SUITS_NOT = _any(
    r"约?(?:的)?太?(?:早|晚)了(?!解)点?|太(?:早|晚)|早点|晚点|早一点|晚一点|迟一点|冲突|撞(?:期|了)|时间不(?:合适|巧)",
    r"约错(?:了)?(?:日子|时间|地方|地点|天|了)?|记错|不得行|(?<!行)(?<!得)不行",
)
CANCEL = _any(
    r"取消|退号|退约|退(?:了|掉|出|嘛|吧|给你|预约|一下)|(?:约|号|预约|那个|的|场|接访|我这个)\s*退",
    r"撤(?:销|了|掉|回|一下|嘛|吧|消|一次|预约|$|\s)|作废|划掉|删(?:了|掉|除)|推掉|推了|消掉|销掉|取了|取掉|放弃",
    r"(?:不|莫|别|不用|不想|不要|不需要)(?:再)?(?:约|预约|见)(?:专家|老师)?(?:了|咯|啦)(?!的)",
    r"(?:约|预约|专家|号|名额|那个)[^,.]{0,6}(?:不要|不用|算了|不算)(?:了|$|[\s,.])|不要了",
    r"不(?:用|要|必)(?:给我)?留|让给别?人|给别(?:人|个)|免了|不作数|不需要专家|不耽搁|不麻烦",
    r"专家[莫别不]?用?(?:来|约)?了$",
)
_NOT_CANCEL = _any(
    r"(?:不|没|别|莫|不是|先不|不用|不想|不要|没有|未|免得)(?:要|得|是)?(?:取消|退号|退|撤)(?:预约)?",
    r"删了$",
)
_ABSENT = _any(
    r"(?<!下)(?:来|去|过来|过去|参加|到)不(?:了|成|到|赢|起|倒)(?!解)|赶不(?:到|赢|上|回)",
    r"(?:不能|没法|不得|无法)(?:来|去|过来|参加|到场|如期|前来|赴约)",
    rf"不(?:来|去|过来|过去|参加)(?:了|咯|啦|哈|见|接访|{town_words()})*(?=$|[\s,.!哈嘛了咯啦]|取消|把|麻烦|专家)",
    r"[莫别]来了|不用(?:再)?来|不得来",
)
_ASKS_BACK = _any(
    r"(?:取消|改约|改期|改|换|撤|退|推迟|延期|提前)(?:约|期|到[^,.]{0,8})?(?:成功|成了?|好了?|到位)(?:没|了没|没有|了吗|吗|不|没得|$)",
    r"(?:改|换)成(?:没有?|哪天|了没|好久|几号|几点)|改人了没",
    r"被(?:你们?)?(?:取消|改|撤|退)了?(?:吗|没|没有|$)?|是不是(?:把|给|被)?[^,.]{0,10}(?:取消|改|变)了",
    r"(?:没|有没有|是不是)(?:改|变|取消)(?:吧|了|过)|(?:变|改)(?:了)?(?:没有?|没得)(?!时间|空)|没变(?:吧|哈)|没改吧|取消了的那个|照常",
)
_HIS = "(?:我们?|咱们?|我司|公司|单位|厂里?|同事|老板|老公|儿子|娃儿|会计|窗口|电话)"
OWN = _any(
    rf"{_HIS}[^,.约\s]{{0,8}}约(?:的|了|过|好|上|成|在|到)(?!(?:一个|下)?吧)|{_HIS}(?:那个)?的?(?:有哪些|哪些|有几个)?(?:预约|专家号|接访)",
    r"我(?:的|那个)(?:专家)?(?:号|约)|名下|(?:已经?|刚刚?|之前|上次|原来|本来|当时|原)(?:预)?约(?:的|了|好|过|场|$)",
    r"(?:^|[\s,.把])约(?:的|好的|了几|了哪|了两|了没|过的|好了|上了)|(?<![能得])(?<!可以)约(?:重|上|好|成)(?:了)?(?:没|吗|不|功)|有(?:没有)?约(?:吗|没|不)|有没有约|没约成|约没约",
    r"预约(?:的)?(?:怎么|记录|列表|查询|详情|状态|结果|情况|编号|号|码|单|信息|历史|确认|审核|成功)|预约(?:怎么不见|丢|上没|好没|了没|了吗|没有哦|成没)",
    r"(?:查|看|核对|核实|确认)(?:一?下|一?哈|哈|询)?(?:预约|约)(?:$|[^专老个一])|历史预约|登记的接访|候补(?:的|排)|等候名单|第几(?:个|号)|前面还有几|还没去的|哪些约",
)
_LOOKS_UP = _any(
    r"查|看|瞧|核|列|告诉|告知|提醒|报一?下|发我|发一?下|发哈|重发|再发|记不|忘|来着|记混|丢|不见",
    r"哪|几|啥|什么|好久|好多|多少|多久|多长|咋个|怎么|谁|是不是|有没得?|有没有|吗|没$|没有?[哦嘛哟]?$|不$|[?]|是.{1,6}还是|确认|审核|呢$|预约$|记录$|号$|的$|在不|查得",
)
_FOR_HIM = "(?:帮|给|替|为|代)(?:我们?|咱们?|我司)(?:公司|单位|厂里?)?"
_WANTS_NEW = _any(
    rf"(?:再|还想|还要|继续|重新)(?:帮我|给我)?约|{_FOR_HIM}(?:再)?预?约(?!的|了|过|好|上没|记录|信息|情况|成功)|我?(?:想|要|就)(?:要)?(?:约|预约)(?!的)|约(?:个|一个|起)(?!.*的号)|预约(?:一位|一下|个)",
    r"(?:帮|给)我报|报上(?!没)|约一回|^(?:我)?(?:想|要|需要)?(?:在线)?预约(?:登记|服务|咨询|专家|接访)?\W*$|[咋郎啷怎][个么]?预约",
)
_BOOK = _any(
    r"约(?:个|一|起|上|下|哈|专家|老师|号|时间|最|到|得|不到|[周星礼明后今])|预约|挂(?:个|号)|抢|占(?:个|位)|留(?:个|位|号)|订(?:个|位)",
    r"(?:^|[\s,要想]|指定|指名|同时|请|帮我|给我)约(?!的|了|过|好|在|错|重|$)|约(?:位|人|两|几个|最近)|排班|哪[天个](?:时间段?)?有|碰个?面|上门|请.{0,12}(?:老师|专家)",
    r"报(?:名|个名|上)|登记|排(?:个|一个|号)|想见|见(?:哈|下|见)?(?:专家|老师)|面谈|当面|加个号|安排|给我约|帮我约|我要约|想约|(?:能|可以)约",
    r"有号|有没有(?:号|专家|位)|还有(?:号|位|名额)|(?:号|位子?|名额)还?(?:有|剩)",
)
_FREE = _any(
    r"(?:能|可以|还)约|约得(?:到|上|成)|约不约得|(?:号|位子?|名额|时段)(?:还?有|还剩|有没|没得|没有)",
    r"(?:有|还有)(?:没有|没得)?(?:空的?)?(?:号|位|名额|时段|专家|老师)|还有没有?(?:$|[\s,.])",
    rf"{_FOR_HIM}(?:排|留|占|挂|记|加|登记)一?个",
)
_HINTS = {
    "book": re.compile(""),
    "cancel": re.compile("不|没|莫|别|退|消|撤|删|掉|算了|让|去|废"),
    "reschedule": _any(CHANGE.pattern, _SUITS_NOT.pattern, "再来"),
    "list": _any("我", "约(?:的|了|上|在|过|成)", "记|忘|查|看|预约", "(?:号|码)(?:呢|是)"),
}
"""Without one of these the classifier is not believed that it is about a booking there is."""


def booking_action(
    level: str, ranking: Sequence[tuple[str, float]], other_time: bool, time_or_park: bool
) -> str:
    """The action of a levelled message; "none" when it is about no booking.

    `other_time`: a time is named besides one that does not suit. `time_or_park`: either is named.
    """
    chances = {BOOKING_INTENTS[name]: p for name, p in ranking if name in BOOKING_INTENTS}
    said = _NOT_CANCEL.sub(" ", _NO_CHANGE.sub(" ", level))
    strong = _by_words(said, chances, other_time)
    if strong:
        return strong
    likely = max(chances, key=lambda name: chances[name]) if chances else "none"
    total = sum(chances.values())
    if chances.get(likely, 0.0) >= SURE and _HINTS[likely].search(said):
        return likely
    if _BOOK.search(said):
        return "book"
    if total < (RELATED if time_or_park else SURE):
        return "book" if time_or_park else "none"
    return likely if _HINTS[likely].search(said) or not time_or_park else "book"


def _by_words(said: str, chances: dict[str, float], other_time: bool) -> str:
    """The action that words alone decide, "" when they do not."""
    if _ASKS_BACK.search(said):
        return "list"
    changes, cancels = CHANGE.search(said), CANCEL.search(said)
    own = bool(OWN.search(said))
    if cancels and not (changes and (_REPLACES.search(said) or other_time)):
        return "cancel"
    if changes and (own or not _is_likely("book", chances) or not _WANTS_NEW.search(said)):
        return "reschedule"
    new = bool(_WANTS_NEW.search(said)) or bool(_BOOK.search(said)) and not own
    moves = own or other_time and not _is_likely("book", chances)
    if moves and not new and _SUITS_NOT.search(said):
        return "reschedule"
    if _ABSENT.search(said) and not (new and not _is_likely("cancel", chances)):
        return "reschedule" if other_time else "cancel"
    if own and not _WANTS_NEW.search(said) and _LOOKS_UP.search(said):
        return "" if _is_likely("cancel", chances) or _is_likely("reschedule", chances) else "list"
    return "book" if _FREE.search(said) and not own else ""


def _is_likely(action: str, chances: dict[str, float]) -> bool:
    return chances.get(action, 0.0) >= SURE
