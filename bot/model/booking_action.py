"""What a booking message wants done: book, cancel, reschedule, list, individual or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

BOOKING_INTENTS = {
    "book_expert": "book",
    "cancel_booking": "cancel",
    "reschedule_booking": "reschedule",
    "my_bookings": "list",
}
SURE = 0.5
"""Where no word decides, a message is about booking from this probability on."""
RELATED = 0.1
"""The same for one that names a time or a park."""

CHANGE = re.compile(
    r"改签|改约|改期|改天|改日|改(?!进|善|造|革|制|性|装|良|名)|更改|变更|调整|调(?!查|料|味|研|试|休|解)|换(?!证|证书|算|热|了新|新)|挪|移到|推迟|推后|推到|往后推|推(?=[到至]|[一二两三四五六七八九十\d半])"
    r"|延期|延后|延迟|延到|延至|延(?=[一二两三四五六七八九十\d半])|顺延|提前|提到|提早|往前|往后|后延|拖到|拖[几两一]天|缓|错开|转到|重新约|重新安排|另外?约|另外选|重选"
    r"|(?:早|晚|迟)(?=[一二两三四五六七八九十\d半几]+个?(?:天|小时|钟头|分钟|周|星期|礼拜|点到))|晚点到?|迟到"
)
_CHANGE_STRONG = re.compile(
    r"改(?:签|约|期|天|日|到|成|为|至|在|个|一|下|上午|下午|[周星礼明后今\d])|更改|变更|调(?:整|到|至|成|个|一|下)|换(?:到|成|至|为|个|一|下|上午|下午|[周星礼明后今\d])|挪|推迟|推后|推到|往后|延期|延后|延迟|延到|延至|顺延|提前|提早|往前|转到|重新约|重新安排"
)
_NO_CHANGE = re.compile(
    r"(?:不|别|莫|无须|不用|不想|不是|没法|懒得)(?:再)?(?:改期|改约|改时间|改签|改|换|推迟|延期)(?:了|时间|期)?(?!天|一|到|成)|改期也没|提前(?:几天|多久|好久|多少|一?周|[一两三]天)?(?:约|预约|多久|好久|几天)|要不要提前|需要提前|换(?:个|一个)?(?:专家|老师)再约"
)
CANCEL = re.compile(
    r"取消|退号|退约|退(?:了|掉|出|一下|嘛|吧|给你|预约)|(?:约|号|预约|那个|的|场|接访)\s*退|撤(?:销|了|掉|回|一下|嘛|吧|消|一次|预约|$|\s)|作废|划掉|删(?:了|掉|除)|推掉|推了|消掉|销掉|取了|取掉|放弃"
    r"|(?:不|莫|别|不用|不想|不要|不需要)(?:再)?(?:约|预约|见)(?:专家|老师)?(?:了|咯|啦)|不要了|(?:约|预约|专家|号|名额)[^,.]{0,6}(?:不要|算了|不算)(?:了|$|[\s,.])|让给别?人|给别(?:人|个)|免了|不作数"
    r"|专家[莫别不]?用?(?:来|约)?了$"
)
_NOT_CANCEL = re.compile(
    r"(?:不|没|别|莫|不是|先不|不用|不想|不要|没有|未|免得)(?:要|得|是)?(?:取消|退号|退|撤)(?:预约)?|取消不?(?:了|得)?(?:吗|没)?(?:的)?那场"
)
_ABSENT = re.compile(
    r"(?:不|没法|没办法|没得办法|来不|去不|赶不|过不|参加不)(?:能|得|想)?(?:来|去|过来|过去|参加|到场|赴约|如期)?(?:了|成|到|赢|起|脱)(?!解|起)(?!解)|不(?:来|去|过来|过去|参加|到|得来)(?:了|咯|啦|哈|接访|三教|港桥|凤凰湖)?(?=$|[\s,.!哈嘛了咯啦,]|取消|把|麻烦)"
    r"|[莫别]来了|不用来|(?:去|来)不(?:了|成|到|赢|起|倒)|赶不(?:到|赢|上)"
)
_ASKS_BACK = re.compile(
    r"(?:取消|改约|改期|改|换|撤|退|推迟|延期|提前)(?:约|期|到[^,.]{0,8})?(?:成功|成了?|好了?|到位)(?:没|了没|没有|了吗|吗|不|没得|$)|(?:改|换)成(?:没有?|哪天|了没|好久|几号|几点)"
    r"|被(?:你们?)?(?:取消|改|撤|退)了?(?:吗|没|没有|$)?|是不是(?:把|给|被)?[^,.]{0,10}(?:取消|改|变)了|(?:没|有没有|是不是)(?:改|变|取消)(?:吧|了|过)|(?:变|改)(?:了)?(?:没有?|没得)|没变(?:吧|哈)|没改吧|取消了的那个|照常"
)
_LIST = re.compile(
    r"(?:我|我们|咱们?|我司|我单位|本单位|公司|我名下|名下|系统里?|我那个)[^,.]{0,6}(?:预约|约|号)(?:记录|列表|单|码|编号|号|信息|详情|状态|结果|情况|查询|安排)"
    r"|(?:预约|约)(?:的)?(?:记录|列表|查询|详情|状态|结果|情况|编号|号|码|单)(?!专家)(?:[^,.]{0,4}(?:好多|多少|是|查|发|看|忘|丢|呢|记|给)|$|[\s?])"
    r"|(?:查|看|瞧|核实|核对|确认|核|列|告诉|提醒|报)(?:查|看|实|一?下|一?哈|下|哈|一看)?[^,.]{0,8}(?:我|我们|约的|约了|约过|已约|已预约|约好|预约(?:$|[^专老]))"
    r"|(?:我|我们|公司|单位|厂)?(?:到底|究竟|是不是|有没有|有没得|是否)(?:已经)?(?:有)?(?:约|预约)(?:了|过|成|上|好|到|$)"
    r"|约(?:上|好|成功?|到)(?:了)?(?:没|没有|没得|了没|吗|不)|预约(?:成功|好|上|成)(?:了)?(?:没|没有|吗|了没|不|没得|$)|约成(?:没|了|功)|预约了(?:吗|没)|有没有约|有约(?:吗|没|不)|有预约(?:吗|没|不)|约了(?:没|吗)"
    r"|(?:约|预约)(?:的)?(?:专家|老师|时间|地点|地方|那场|那个|号|主题)?(?:是|在|定|叫|姓)(?:的)?(?:在)?(?:啥子?|什么|哪|几|好久|多久|上午|下午|周|礼拜|三教|港桥|凤凰湖|线上|不是)"
    r"|约的?(?:好久|几点|几号|哪|啥|什么|几时)|(?:我|我们)(?:[^,.]{0,8})约(?:的|了|在|过)(?:好久|哪|几|啥|什么|多少|好多)|约了(?:几|哪|好多|多少)|约过(?:几|哪|好多)|约的?是(?:好久|哪|几|上午|下午)"
    r"|来着|(?:忘|记不|搞忘|记混|不记得|想不起)[^,.]{0,6}(?:约|哪天|几点|几号|时间|好久|了|清|到)|约的[^,.]{0,12}(?:记不|忘|搞忘)|(?:还在|还有效|作数|有效|算数|还在不在|排上|排到)(?:吗|不|没|没得|了没|不在|$)"
    r"|还有哪些约|还没去的|我(?:的|那个)(?:专家)?(?:号|预约|约|接访|预约单|接访时间)(?:呢|是|在|还在|几点|好久|哪)(?!了)|^我(?:的|名下的?)预约\W*$|名下|历史预约|我排第?几|前面还有几|下一次约|排的哪天|(?:显示|算)约?成功"
)
_BOOK = re.compile(
    r"约(?:个|一|起|上|下|哈|专家|老师|号|时间|最|到|得|不到|[周星礼明后今])|预约(?!的|号|码|单|记录|成功|改|取|时间改)|挂(?:个|号)|抢|占(?:个|位)|留(?:个|位|号)|订(?:个|位)|报(?:名|个名|上)|排(?:个|一个|号)|想见|见(?:哈|下|见)?(?:专家|老师)|面谈|当面|有号|有没有(?:号|专家|位)|还有(?:号|位|名额)|(?:号|位子?|名额)还?(?:有|剩)|(?:能|可以)约|加个号|安排|给我约|帮我约|我要约|想约"
)
_HINTS = {
    "book": re.compile(""),
    "cancel": re.compile("不|没|莫|别|退|消|撤|删|掉|算了|让|去|废"),
    "reschedule": CHANGE,
    "list": re.compile("我|约|记|忘|查|看|号"),
}
"""Without one of these, a time alone is not believed to be about a booking that there is."""
_REPLACES = re.compile(r"(?:改|换|调|挪|推|延|提前|转)(?:约|期)?(?:到|成|为|至|在)")
_OFFERS_OTHER = re.compile(r"行不|可以|要得|得行|能不能|得不得|有没有|有没|怎么样|如何|看看|[吗不嘛]$|都行|吧$|算了$")


def booking_action(
    core: str, ranking: Sequence[tuple[str, float]], other_time: bool, time_or_park: bool
) -> str:
    """The action of a levelled message; "none" when it is about no booking.

    `other_time`: a time is named besides one that does not suit. `time_or_park`: either is named.
    """
    chances = {BOOKING_INTENTS[name]: p for name, p in ranking if name in BOOKING_INTENTS}
    likely = max(chances, key=lambda name: chances[name]) if chances else "none"
    if _ASKS_BACK.search(core):
        return "list"
    said = _NOT_CANCEL.sub(" ", _NO_CHANGE.sub(" ", core))
    changes, cancels = _CHANGE_STRONG.search(said), CANCEL.search(said)
    if cancels and changes and _REPLACES.search(said) and cancels.start() > changes.start():
        return "cancel" if not other_time else "reschedule"
    if cancels and not (changes and (_REPLACES.search(said) or other_time and changes)):
        return "cancel"
    if changes:
        return "reschedule"
    if _LIST.search(said) and not _wants_new(said, chances):
        return "list"
    if _ABSENT.search(said) and not (other_time and _BOOK.search(said)):
        return "reschedule" if other_time else "cancel"
    if _BOOK.search(said):
        return "book"
    total = sum(chances.values())
    if total < (RELATED if time_or_park else SURE):
        return "book" if time_or_park else "none"
    return likely if _HINTS[likely].search(said) or not time_or_park else "book"


def _wants_new(said: str, chances: dict[str, float]) -> bool:
    """Whether words of looking up stand in a wish to book: 看哈下周有没有号 我要约."""
    return bool(_BOOK.search(said)) and chances.get("book", 0) > 2 * chances.get("list", 0)
