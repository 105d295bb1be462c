"""Reads names of companies, persons and places, and other short texts, out of what people type."""

from __future__ import annotations

import re

from bot.model.field_error import FieldError
from bot.model.surnames import surname_of
from bot.model.wording import HAN, bare, plain, tidy, without_emoji

_WE = r"(?:我们?|咱们?|俺们?|本)?(?:这个|这)?(?:公司|厂子?|店子?|单位|企业|合作社|门店|门市|个体户?)?的?"
_SAYS = r"(?:就?(?:是|叫做?|写|填)|为|[:：])"
_COMPANY_LEAD = re.compile(
    rf"^(?:{_WE}(?:执照上(?:写?的?)?)?(?:全称|名称|名字|全名|大名|字号)?\s*{_SAYS}+\s*[:,]?\s*|{_WE}(?:全称|名称|名字|全名)\s+)"
)
_ORGANISATION = re.compile(
    r"(?:公司|集团|[工分总]?厂|店|合作社|联合社|联社|经营部|营业部|服务部|门市部?|工作室|中心|研究?院|[分总学]院|研究所|事务所|加油站|"
    r"气站|供水站|服务站|馆|[农牧渔养林矿广市货]场|作坊|坊|商社|旅行社|出版社|报社|公社|杂货铺|铺|商行|银行|车行|酒楼|酒店|宾馆|食府|山庄|园区?|"
    r"超市|学校|分校|校区|农家乐|小学|中学|大学|幼儿园|医院|诊所|药房|卫生室|协会|商会|学会|基地|农庄|餐厅|饭店|面馆|茶楼|火锅|小吃|豆花|商贸|商店|"
    r"部落|驿站|大排档|网吧|ltd\.?|co\.?|inc\.?|limited|llc)(?:[(][^()]*[)])?$"
)
_AFTER_NAME = re.compile(r"(?:这家|那家|这个)?(?:的|个体户?)$")
_INTRODUCTION = re.compile(
    r"(?:我|咱|俺|执照|名称|名字|全称|单位|公司|企业|厂|店|老板|老公|老婆|喂|那个|填的?|写的?)[^是叫]{0,6}?(?:就?是|叫做?|就|叫)"
)
_BARE_SUFFIX = re.compile(r"(?:(?:有限|责任|股份|集团|永川|分)+公司|专业合作社|合作社|分公司|[一-鿿]{1,3}(?:厂|店))$")
_TALK = re.compile(
    r"[我你她咱嘛啊哦哟]|(?<![其吉])他|它们|不(?![锈干粘动定饱良倒])|没(?!药)|了(?!望)|吗(?!啡)|(?<!毛)呢|(?<![酒网氧书陶])吧"
    r"|今天|昨天|明天|怎么|咋|啥|谢谢|(?<![申邀聘宴])请|想(?!象)|要(?![闻素道点])|先(?![生进锋导])|再(?![生造制利])"
    r"|嗯|哈哈|一下"
)
_ODD = re.compile(r"[{}<>|=\\^`$%*#@~]|\bselect\b|\bscript\b")
_PERSON_LEAD = re.compile(
    rf"^(?:{_WE}(?:企业)?(?:法定代表人|法人代表|法人|法代|老板|负责人|厂长|董事长|执照上(?:写?的?)?)*(?:的)?(?:姓名|名字|大名)?\s*"
    rf"(?:{_SAYS}|登记的)+\s*[:,]?\s*|(?:{_WE}(?:法定代表人|法人代表|法人|老板|负责人)[\s,:]*)|(?:就是)?(?:我|本人|我自己)(?:本人|自己)?[\s,:]+(?:叫|是)?"
    r"|我叫|叫|姓名[\s:]*|姓[^\s,]{1,2}[\s,]*(?:名|叫))"
)
_TITLES = (
    r"(?:先生|女士|小姐|老师|董事长|总经理|经理|厂长|老板娘|老板|主任|科长|部长|师傅|会计|主管|书记|校长|院长|同志|总工|理事长"
    r"|社长|站长|法人|本人|老总|总|工)"
)
_KIN = r"(?:我们|我|爸|妈|老汉|老公|老婆|爱人|哥|姐|弟|妹|儿子?|女儿|姑娘|叔|爷爷|丈人|老丈人|舅|娘)"
_TITLE = re.compile(_TITLES + "$")
_NAME = re.compile(r"(?:这家|那家|这个)?(?:的|公司的|个体户?|单位)$")
_INTRODUCTION = re.compile(
    r"(?:我|咱|俺|执照|名称|名字|全称|单位|公司|企业|厂|店|老板|老公|老婆|喂|那个|填的?|写的?)[^是叫]{0,6}?(?:就?是|叫做?|就|叫)"
)
_BARE_SUFFIX = re.compile(r"(?:(?:有限|责任|股份|集团|永川|分)+公司|专业合作社|合作社|分公司|[一-鿿]{1,3}(?:厂|店))$")
_TALK = re.compile(
    r"[我你她咱嘛啊哦哟]|(?<![其吉])他|它们|不(?![锈干粘动定饱良倒])|没(?!药)|了(?!望)|吗(?!啡)|(?<!毛)呢|(?<![酒网氧书陶])吧"
    r"|今天|昨天|明天|怎么|咋|啥|谢谢|(?<![申邀聘宴])请|想(?!象)|要(?![闻素道点])|先(?![生进锋导])|再(?![生造制利])"
    r"|嗯|哈哈|一下"
)
_ODD = re.compile(r"[{}<>|=\\^`$%*#@~]|\bselect\b|\bscript\b")
_PERSON_LEAD = re.compile(
    rf"^(?:{_WE}(?:企业)?(?:法定代表人|法人代表|法人|法代|老板|负责人|厂长|董事长|执照上(?:写?的?)?)*(?:的)?(?:姓名|名字|大名)?\s*"
    rf"(?:{_SAYS}|登记的)+\s*[:,]?\s*|(?:{_WE}(?:法定代表人|法人代表|法人|老板|负责人)[\s,:]*)|(?:就是)?(?:我|本人|我自己)(?:本人|自己)?[\s,:]+(?:叫|是)?"
    r"|我叫|叫|姓名[\s:]*|姓[^\s,]{1,2}[\s,]*(?:名|叫))"
)
_TITLE = re.compile(
    r"(?:先生|女士|小姐|老师|董事长|总经理|经理|厂长|老板|主任|科长|部长|师傅|会计|主管|书记|校长|院长|同志|总工|理事长|社长|站长|"
    r"本人|老总|老板娘|总|工)$"
)
_NAME = re.compile(f"[{HAN}]{{2,4}}")
_MINORITY = re.compile(f"[{HAN}]{{1,12}}(?:[·•・.][{HAN}]{{1,12}})+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'-]*(?: [A-Za-z][A-Za-z.'-]*){0,4}")
_NO_NAMES = frozenset(
    "没得 没有 莫得 不是 不晓得 不知道 不清楚 不填 都是 一样 同上 老板 法人 本人 自己 我自己 就是我 我本人 老总 保密 暂无 随便 随便填 都行"
    " 都可以 可以 要得 好的 谢谢 多谢 方便 时间 高兴 平安 明白 明天 成立 有的 有人 和平 管理 国家 单位 全部 满意 关门 商标 商量 商店 温度"
    " 计量 标准 经理 经营 经常 别人 别个 别急 别问 别慌 解释 应该 从来 都有 都好 都要 通过 通知 连接 简单 空起 空着 空到 空白 相同 有点 有事"
    " 时候 何时 何处 那个 那就 那好 那算了 来了 来嘛 后面 后头 后天 相信 安全 常用 车间 全称 成都 重庆 永川 马上 马上来 高头 万一 平时 水表 包装 利润 利息"
    " 能不能 明年 白天 步骤 支持 应该是 干啥 干啥子 干什么 干嘛 关于 双方 时间长 于是 那你 那我 别搞 连续 通用 过了 国标 计量器具 "
    " 于是乎 广告 成本 沙发 查询 查看 查一下 查下 盖章 养殖 后退 红包 荣誉 宣传 管不管 管用 连不上 别问了 别催 通用的 终止 终于 习惯 充值 充电 易懂 居然".split()
)
"""Begin like a surname but are no name."""
_ADDRESS_LEAD = re.compile(
    rf"^(?:{_WE}(?:注册|通讯|通信|联系|办公|邮寄|收件|执照上?)?的?(?:地址|住所|地点|位置)?(?:就)?(?:是在|是|在|位于|设在|填|写|[:：])+\s*|"
    rf"{_WE}(?:注册|通讯|通信|联系|办公)?(?:地址|住所)[\s:：]*|(?:住|搬到|寄到|寄|送到)(?:在|了|到)?|我们?(?:厂|公司|店)?(?:现在)?(?:就)?在)"
)
_ADDRESS_TAIL = re.compile(r"(?:这边|这里|这点|那边|那里|那点|里头|里面|头)的?$")
_PLACE = re.compile(
    r"区|县|[^市]市|镇|乡|街道?|路|大道|[^\d]村|[一二三四五六七八九十\d][组社]|号|栋|幢|楼|园|社区|港桥|凤凰湖|三教|广场|市场|大厦|中心|小区|门面|门市|室|城|湾|坝|桥|湖|河|坡|湾|永川|重庆"
)
_THERE = r"(?:上面|上头|前面|前头|上边|刚才|注册|执照上?|那个|那里|填|写|的|地址|地|一个|说)*"
_SAME = re.compile(
    rf"(?:通讯|通信|联系)?(?:地址)?(?:和|跟|与|同|照着?|按照?|就?是?|也是?|都是?)*{_THERE}(?:是)?"
    r"(?:一样|相同|一致|一个样|一回事|同一个|不变|没变)的?(?:地址|嘛|上面|了|吧)?|同上面?(?:地址)?|同注册地址?"
    rf"|(?:就?(?:是|用|填|写|按照?|照着?)|和|跟){_THERE}(?:注册|上面|前面|刚才|那个){_THERE}|{_THERE}(?:就行|就可以|就好)"
)
_TOO_WIDE = ("重庆", "永川", "本地", "城区", "街道", "园区", "厂区")
_TEXT_VERBS = re.compile(
    r"^(?:我们?|咱们?)?(?:公司|厂|店|企业)?(?:这边|这里)?(?:目前|现在)?(?:主要是(?!做|搞|从|经)|(?:主要)?(?:就)?(?:是)?(?:属于|算是?|归为|做|搞|干|从事|经营|主营|弄)(?:的)?(?:是|一些|点)?)"
)


def read_company(field_id: str, text: str) -> str:
    """The full name; what is said before and after it is left out."""
    said = bare(without_emoji(text))
    name = _organisation_in(said) or _trim(_COMPANY_LEAD, said)
    name = re.sub(rf"(?<=[{HAN}]) +(?=[{HAN}])", "", name).strip(" ,，。;；:：、\"“”'《》【】")
    return _checked(field_id, name, shortest=3, code="full_name")


def is_organisation(text: str) -> bool:
    """Whether the words end as names of organisations do."""
    name = plain(text).strip(" .,;")
    if len(name) < 4 or _BARE_SUFFIX.match(name) or ("的" in name and not name.endswith("公司")):
        return False
    return bool(_ORGANISATION.search(name))


def begins_with_place(text: str) -> bool:
    """重庆…, 永川…: as names of enterprises of the region do."""
    return bool(re.match(r"重庆|永川|四川|成都|渝|[一-鿿]{2,3}[市区县镇]", plain(bare(text))))


def has_organisation(text: str) -> bool:
    """Whether an organisation's name stands in the words."""
    return bool(_organisation_in(bare(text)))


def maybe_name(text: str) -> bool:
    """Whether nothing in the words is talk: 老张豆花, not 今天不想填."""
    return not _TALK.search(plain(text))


def read_person(field_id: str, text: str) -> str:
    """The full name of one person."""
    said = bare(without_emoji(text))
    said = _trim(_PERSON_LEAD, said)
    if _ODD.search(said):
        raise FieldError(field_id, "odd_characters")
    if len(said) > 60:
        raise FieldError(field_id, "too_long")
    if found := _MINORITY.search(said):
        return found.group()
    chunks = [c for c in re.split(r"[\s,，。;；:：、()（）“”\"'《》！!\d]+", said) if c]
    joined = "".join(chunks)
    if all(len(c) == 1 for c in chunks) and _NAME.fullmatch(joined):
        return joined
    names = [name for chunk in chunks if (name := _person_in(chunk))]
    for name in names:
        if surname_of(plain(name)):
            return name
    if names:
        return names[0]
    if _LATIN.fullmatch(said) and len(said) > 3:
        return said
    raise FieldError(field_id, "person_name")


def surely_person(text: str) -> bool:
    """Whether the words are a name with a known surname, and nothing else."""
    name = _trim(_PERSON_LEAD, bare(without_emoji(text))).replace(" ", "")
    return bool(_person_in(name) == name and surname_of(plain(name))) or bool(
        _MINORITY.fullmatch(name)
    )


def read_address(field_id: str, text: str) -> str:
    """The address; what is said before and after it is left out."""
    said = _trim(_ADDRESS_LEAD, bare(without_emoji(text)))
    said = _cut(_ADDRESS_TAIL, said).strip(' ,，。;；:：、"“”')
    if is_same(said):
        raise FieldError(field_id, "address_unclear")  # the same as what, only the caller knows
    shortest = 2 if is_place(said) and said not in _TOO_WIDE else 3
    return _checked(field_id, said, shortest, code="address_unclear")


def is_place(text: str) -> bool:
    """Whether the words hold what addresses hold."""
    return bool(_PLACE.search(plain(text)))


def is_same(text: str) -> bool:
    """一样, 同上, 跟注册地址一样."""
    words = plain(tidy(text)).replace(" ", "").strip(",.!嘛吧哈噻哦的")
    return bool(_SAME.fullmatch(words)) and len(words) > 1


def read_short_text(field_id: str, text: str, names: tuple[str, ...]) -> str:
    """A short text without 我们主要做 …, 行业是 …."""
    said = bare(without_emoji(text))
    lead = "|".join(re.escape(plain(name)) for name in sorted(names, key=len, reverse=True))
    said = _trim(re.compile(rf"^{_WE}(?:{lead})\s*(?:就?是|为|叫做?|有|填|写|[:：])+\s*"), said)
    verbs = _TEXT_VERBS.match(plain(said))
    if verbs and len(said) - verbs.end() >= 2:
        said = said[verbs.end() :].lstrip(" ,，:：")
        said = said[:-1] if plain(said).endswith("的") else said
    elif (after := re.match(r"^(?:就)?是\s*", said)) and len(said) > after.end() + 1:
        said = said[after.end() :]
    return _checked(field_id, said.strip(" ,，。;；:："), shortest=1, code="unclear", odd=False)


def _trim(lead: re.Pattern[str], said: str) -> str:
    """`said` without what `lead` matches at its start, if anything is left."""
    while (match := lead.match(plain(said))) and 0 < match.end() < len(said):
        said = said[match.end() :].strip()
    return said


def _cut(tail: re.Pattern[str], said: str) -> str:
    match = tail.search(plain(said))
    return said[: match.start()].strip() if match and match.start() > 2 else said


def _organisation_in(said: str) -> str:
    """The part of the words that is an organisation's name; empty when none is."""
    for chunk in re.split(r"[,，。;；:：！!?？\n]+", said):
        words = [_AFTER_NAME.sub("", word) for word in chunk.split()]
        for start, word in enumerate(words):
            later = (w for w in words[start + 1 :] if begins_with_place(w) and is_organisation(w))
            if not _starts_name(word) or next(later, ""):
                continue
            if name := _named_in("".join(words[start:])):
                return name
        for word in (*words, _AFTER_NAME.sub("", chunk.strip())):
            if name := _named_in(word):
                return name
    return ""


def _named_in(words: str) -> str:
    """The name at the end of `words`, without 我们是 …, 执照上那个名字就是 …."""
    name = _trim(_COMPANY_LEAD, words)
    cuts = [found.end() for found in _INTRODUCTION.finditer(plain(name))]
    if not begins_with_place(name):
        if place := re.search(r"(?<=[是叫的])(?:重庆|永川|四川|成都)", plain(name)):
            cuts.append(place.start())
        name = next((name[cut:] for cut in reversed(cuts) if is_organisation(name[cut:])), name)
    return name if is_organisation(name) and _starts_name(name[:4]) else ""


def _starts_name(word: str) -> bool:
    return len(word) > 1 and not _TALK.search(plain(word)) and not word.endswith("的")


def _person_in(chunk: str) -> str:
    """The name in one run of characters; empty when it is none."""
    chunk = tidy(chunk)
    chunk = chunk[:-1] if len(chunk) > 2 and chunk.endswith("的") else chunk
    said = plain(chunk)
    if said in _NO_NAMES:
        return ""
    title = _TITLE.search(said)
    if title and (title.start() >= 2 or len(title.group()) > 1 or len(said) == 2):
        chunk, said = chunk[: title.start()], said[: title.start()]
        if len(said) < 2:
            return ""
    if _NAME.fullmatch(chunk) and said not in _NO_NAMES:
        return chunk
    titled = re.search(rf"(?:{_TITLES}|{_KIN})([{HAN}]{{2,4}})$", said)
    if titled and surname_of(titled.group(1)):
        return chunk[titled.start(1) :]
    found = re.match(rf"([{HAN}]{{2,4}})(?=是|就是|的|这个|来当|当)", said)
    if found and surname_of(found.group()):
        return chunk[: found.end()]
    return ""


def _checked(field_id: str, said: str, shortest: int, code: str, odd: bool = True) -> str:
    if not said:
        raise FieldError(field_id, "empty")
    if not re.search(f"[{HAN}A-Za-z]", said) or len(said) < shortest:
        raise FieldError(field_id, code)
    if odd and _ODD.search(plain(said)):
        raise FieldError(field_id, "odd_characters")
    return said
