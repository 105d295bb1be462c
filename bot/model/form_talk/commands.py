"""Commands while the form is filled: 上一步, 跳过, 保存, 查看, 不填了, 提交, 改第3项, 转人工."""

from __future__ import annotations

import re

from bot.model.form import field_at
from bot.model.form_talk.clearing import said_clear
from bot.model.form_talk.fields import Mention, find_mention
from bot.model.form_talk.reading import CHAT, COMMANDS, Command, Message, Reading
from bot.model.form_talk.wishes import CLAUSES, LEAD, LONGEST, TAIL
from bot.model.numerals import CHARACTERS, value_of
from bot.model.wording import plain, squeeze
from nlu.sound import syllables

_IT = r"(?:这|此|该|本|那)?(?:一)?(?:个|题|项|栏|条|样|里|点|步|块)?(?:问题|内容)?"
_THIS = r"(?:这|此|该|本|那)(?:一)?(?:个|题|项|栏|条|样|里|点|步|块)?(?:问题|内容)?"
_LATER = (
    r"(?:晚点|待会儿?|等(?:会儿?|下|哈|一下|一会儿?)|明[天日]|后天|今后|隔日|改天|改日|回头|下次"
    r"|下午|晚上"
    r"|过两天|过几天|以后|回去|回来|后头|有空|空了|抽空"
    r"|下班|中午|早上|周一|下周|一会儿?|隔天)"
)
_PATTERNS: tuple[tuple[Command, str], ...] = (
    (
        "back",
        r"(?:返回|退回|退|回到?|倒回?去?|倒转|后退|往回|往前|翻回?|转回|重新?回)?(?:去|到)*(?:上"
        r"|前|刚才那?|刚刚那?)(?:面|头)?(?:那)?(?:一|1)?(?:个|步|题|项|条|格|栏|页)"
        r"(?:问题|项目|内容)?(?:去|那里|重新来|重来|再来一?[次遍]?|重填)?|返回|退回去?|倒回去?"
        r"|倒转去?|后退|回去|退一步|往回走?|back",
    ),
    (
        "skip",
        rf"跳过?去?{_IT}|略过?{_IT}|过|pass|skip|next|下(?:面)?一?(?:个|题|项|步|条)(?:问题)?"
        rf"|{_IT}(?:就|暂时|先|也|我)*(?:空|留空|空起|空着|空到|空倒|空白|跳过?|略过?|过"
        rf"|放过)(?:起|着|到|倒|去)?"
        rf"|(?:{_THIS}(?:就|也|我)*|先|暂时){_IT}(?:先|暂时|就)*(?:不填|不写|不答|不说|不弄|不搞"
        rf"|不管|不用填"
        rf"|不选|免了|免填){_IT}|不留(?:名字?|姓名|电话|号码)?|不[填写答](?=可以|要得|得行|行)|(?:不填|不写|不答|不选|空起|空着|空到|留空){_THIS}"
        rf"|(?:{_IT}|老板|领导)(?:不想|不方便|不愿意?|不便|不让|不准|不给|不好(?!说))(?:填|写|说"
        rf"|答|讲|留|透露|公开|提供).{{0,4}}"
        rf"|.{{0,4}}(?:要|是)?保密的?(?:不填|不说)?"
        rf"|{_IT}{_LATER}(?:再|又|来)*(?:补|说)(?:充|上|填)?{_IT}|{_IT}(?:没得|没有|不晓得|不清楚"
        rf"|不知道)(?:先)?(?:跳过?|空起|空着|空到|略过?|过|下一[个题项])"
        rf"|(?:第[{CHARACTERS}\d]+(?:个|样|行|项)(?:产品)?|后面的?|剩下的?|其他的?)(?:就|都"
        rf"|也)?(?:不填|没得|没有|不写|不说|不要填)",
    ),
    (
        "save",
        rf"暂停(?:一?下)?|保存(?:起|到|着|好|草稿|进度|表格)*|存(?:起|到|着|档|草稿|好|倒)*|暂存"
        rf"|{_LATER}(?:我"
        rf"|又|才|有空)*(?:继续|接着(?:来)?)|{_LATER}(?:我|又|才|有空)*(?:再|接[着到起]|继续|又"
        rf"|来)*(?:来|接[着到起]|继续)*(?:填|弄|搞|写|整|说)(?:完|这个|表)*"
        r"|(?:今天)?(?:就|先)?(?:填)?到这(?:里|儿|点|哈)?|(?:今天)(?:就|先)*这样|先?放(?:一放|到"
        r"|起|着)|表?先?(?:存起|存到|放起|放到)(?:来)?",
    ),
    (
        "summary",
        r"(?:查看|看|看看|瞧瞧?|检查|核对|确认|过目|预览|汇总|念|列出来?|显示|回顾)(?:一下|一哈"
        r"|下|哈|一遍|看)*(?:我|已经?|目前|现在|前面|前头|刚才|都|草稿|整个|全部)*(?:填|写"
        r"|选)?(?:了|过|好)*(?:的)?(?:些)?(?:啥子?|什么|哪些|内容|信息|东西|情况|表|表格|草稿"
        r"|进度)*(?:的)?"
        r"|(?:我|现在|都|已经)*(?:填|写|做|弄|搞|进行)?(?:到|了)(?:哪|第几|好多|多少|几)(?:里|儿"
        r"|点|一?步|个|项|题|样)?(?:了|啦)?(?:还[差剩有缺](?:好多|多少|几|哪些|啥子?)(?:个|样|项"
        r"|题)?(?:没填|要填)?)?"
        r"|(?:这个|这份|那个|我的)?(?:需求)?表(?:格)?(?:里头|里面|上面|高头|里|上|头)?(?:现在|目前|都|已经|到底|头)*"
        r"(?:有|填了|写了|记了|填得有|存了)(?:些)?(?:啥子?|什么|哪些)(?:内容|东西|信息)?(?:了)?"
        r"|还[差剩有缺](?:好多|多少|几|哪些|啥子?)(?:个|样|项|题|步)?(?:问题|题目?|内容)?(?:没填"
        r"|没写|要填|才填得完"
        r"|没弄|没有填)?|(?:填表|填写|当前|目前)?(?:进度|总览|汇总|预览|核对)(?:呢|情况)?",
    ),
    (
        "cancel",
        r"(?:不想?|莫|懒得|别|不要|不得)(?:再|继续|接着)?(?:填|弄|搞|整)(?:了|这个|表|下去|起)*"
        r"|(?:退出|取消|终止|停止|放弃|结束)(?:填表|填写|填报|表单|这个表|表|登记|来|去|申请)*"
        r"|作废|撤回(?:我?的?需求表?|表)?|关掉|关闭|不弄|exit|quit",
    ),
    (
        "submit",
        r"(?:确认|现在|直接|马上|可以|就这样|填完|填好|都填好|写好|没问题"
        r"|好)*(?:了)?(?:就)?(?:提交|上交|交表|递交|报上去|交上去|交卷)(?:表|需求|上去|表格"
        r"|申请)*|(?:填完|填好|写好|搞好|弄完)了?(?:就)?交(?:了|上去)?|交",
    ),
    (
        "page",
        r"(?:打开|发|给|要|换|改|用|去|到|在|上|有没有|有没得|来|弄)*(?:我)?(?:个|一个"
        r"|下)?(?:那个)?(?:手机|电脑)?(?:网页|页面|链接|网址|h5|电脑|浏览器|网上表格|电子表格?"
        r"|表格链接)(?:版|上|高头|里)?(?:的)?(?:给我)?(?:自己)?(?:填|弄|写|搞|慢慢填|继续"
        r"|接着)*的?(?:我)?(?:在|用|去|到)*(?:电脑|网页?)?(?:上|高头)?(?:自己)?(?:填|弄|写|搞)?",
    ),
)
_FULL = tuple(
    (command, re.compile(rf"{LEAD}(?:{pattern}){TAIL}")) for command, pattern in _PATTERNS
)
_STOPS = next(pattern for command, pattern in _FULL if command == "save")
_SKIPS = next(pattern for command, pattern in _FULL if command == "skip")
_WORDS: dict[Command, re.Pattern[str]] = {
    "back": re.compile(r"上一|上个|前一|前面|前头|刚才|刚刚|返回|退|倒(?!数)|回|back|往前|重来|撤"),
    "skip": re.compile(
        r"跳|略|免|往后|先不|空[起着到倒白]|留空|下一|下个|不填|不写|不想|不方便|不愿|补|过|pass|skip|next"
        r"|没得这|没有这|往下|继续"
    ),
    "save": re.compile(
        r"存|保[留存]|晚点|待会|等[哈下会一]|明天|后天|改天|回头|下次|再[填来弄说写]|接着|放|停"
        r"|先到|先填到|去|忙|开会|没电"
    ),
    "summary": re.compile(
        r"看|查|填到|填了|汇总|核对|检查|确认|念|列|还[差剩有缺]|进度|第几|预览|哪些|漏|写的|选的"
        r"|勾|记|瞅|瞄|瞧|发我|念给"
    ),
    "cancel": re.compile(
        r"不[填弄搞整报要想办用需]|退|取消|放弃|算了|终止|结束|停|作废|删|莫|别|撤|关|懒|中止"
        r"|exit|quit|stop"
    ),
    "goto": re.compile(
        r"改(?![革制装造进良善组])|错|更正|重[新填写选]|换|不对|修改|漏|多[打写勾了]|反了|不是"
        r"|纠正|有误|别字|该一|更政|修该"
    ),
}
"""Without one of these a command is not believed of words that could be an answer."""
_BY_SOUND: dict[Command, str] = {
    "back": "上一步 上一题 上一个 返回",
    "skip": "跳过 下一个 下一题 略过 空起",
    "save": "保存 暂存 存起 先存起",
    "summary": "查看 预览 核对 汇总",
    "cancel": "退出 不填了 取消",
    "submit": "提交 确认提交",
}
_GOTO = re.compile(
    r"(?:改|修改|更改|重填|重新填|重写|更正|换|回到|跳到|转到|去|到|填|补|补充|补填|还要填|还没填"
    r"|纠正)(?:一下|一哈|哈|下|个)?(?:那个|前面的?|刚才的?|我的|我们的)?"
)
_NUMBER = re.compile(rf"第([{CHARACTERS}\d]+)(?:项|题|个问题|条|栏|步)")
_NUMBER_TAIL = re.compile(
    r"(?:改|修|更|重|填|写|新|错|不对|要|有误|有问题|来|正|回|去|想|的|答案|那里|我|需)*"
)


def said_command(message: Message) -> Reading | None:
    """A command in so many words, with nothing else in the message."""
    core = message.core
    if not 0 < len(core) <= LONGEST:
        return None
    for command, pattern in _FULL:
        if pattern.fullmatch(core):
            return Reading("command", command=command)
    heard = _heard_command(core) or said_clear(message)
    return heard or said_goto(message) or _last_clause(message)


def _last_clause(message: Message) -> Reading | None:
    """没空了 回头继续: a command behind words that hold no data."""
    parts = [squeeze(part) for part in CLAUSES.split(message.said) if squeeze(part)]
    if len(parts) < 2 or len(message.core) > 24 or re.search(r"\d", message.core):
        return None
    if any(len(part) > 12 for part in parts):
        return None
    intent, chance = message.first
    if re.match(_THIS, parts[0]) and _SKIPS.fullmatch(parts[0]):
        return Reading("command", command="skip")  # 这题不答，问后头的
    if len(parts[0]) > 1 and _STOPS.fullmatch(parts[0]):
        return Reading("command", command="save")  # 暂停，明日再说
    for command, pattern in _FULL:
        told = COMMANDS.get(intent) == command or chance < 0.6 or intent in CHAT
        told = told or parts[-1].startswith("跳")
        if pattern.fullmatch(parts[-1]) and (len(parts[-1]) > 1 or parts[-1] == "跳") and told:
            return Reading("command", command=command)
    return None


def _heard_command(core: str) -> Reading | None:
    """保村, 上一部: dictated or typed by sound."""
    if not 2 <= len(core) <= 4 or core.isascii():
        return None
    heard = syllables(core)
    for command, words in _BY_SOUND.items():
        if any(syllables(word) == heard for word in words.split()):
            return Reading("command", command=command)
    return None


def said_goto(message: Message) -> Reading | None:
    """改第3项, 修改电话, 回到地址那里: a field named, and no new value."""
    core = re.sub(rf"{LEAD}(?:倒转?回?去|返回去?|回去|退回去?)?", "", message.core, count=1)
    if (number := _NUMBER.search(core)) and (value := value_of(number.group(1))):
        around = core[: number.start()] + core[number.end() :]
        optional = message.place.field.kind == "choices" and not around  # 第9项 is an option
        if not optional and _NUMBER_TAIL.fullmatch(
            re.sub(rf"{TAIL}$", "", re.sub("把|将|那个|头|^[跳转]?到", "", around))
        ):
            target = field_at(message.form, int(value), message.answers)
            if target:
                return Reading("command", command="goto", field=target.id)
    verb = _GOTO.match(core)
    if not verb:
        return None
    rest = re.sub(
        rf"(?:那|这)?(?:个|项|栏|题|里|点|块|部分|一项|边)?(?:的)?(?:需求|服务|问题|填错了"
        rf"|错了)?{TAIL}$",
        "",
        core[verb.end() :],
    )
    mention = exact_mention(message, rest)
    return goto(message, mention) if mention else None


def goto(message: Message, mention: Mention) -> Reading:
    """To the field named; its section becomes wanted when it was not."""
    section = message.form.section(mention.field.section)
    wanted = list(message.answers.get("wanted") or ())
    values: dict[str, list[str]] = {}
    if section.chosen and section.title not in wanted:
        options = message.form.field("wanted").options
        values = {"wanted": [o for o in options if o in (*wanted, section.title)]}
    return Reading("command", values=values, command="goto", field=mention.path(message.answers))


def exact_mention(message: Message, words: str) -> Mention | None:
    """The field whose name is exactly `words`."""
    mention = find_mention(message, words)
    return mention if mention and mention.name == plain(words) else None


def ranked_command(message: Message, least: float, gated: bool) -> Reading | None:
    """A command by the classifier. `gated`: only with a word that such a command has."""
    intent, chance = message.first
    command = COMMANDS.get(intent)
    if command is None or chance < least:
        return None
    if command == "cancel" and re.search(r"^(?:这|此)[个项题栏]", message.core):
        command = "skip" if message.chance("skip_field") >= 0.2 else command
    if (
        (gated or command == "goto")
        and not _WORDS[command].search(message.level)
        and not message.core.isascii()
    ):
        return None
    if command != "goto":
        return Reading("command", command=command)
    mention = find_mention(message, message.level)
    return goto(message, mention) if mention else Reading("command", command="goto")
