"""Finds the value that a message only frames: 老板说写…, 问了下会计 说是…, 执照上登记的是…."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.model.answer.address import is_same
from bot.model.answer.person import surely_person
from bot.model.answer.surnames import surname_of
from bot.model.form_talk.new_values import WRONG
from bot.model.numerals import CHARACTERS
from bot.model.wording import HAN, asks, bare, plain
from knowledge.form import FormField

_WHO = (
    r"(?:我们?的?|咱们?|你们?|他们?|她)?(?:老板娘?|老总|领导|厂长|经理|会计|财务|出纳|文员|法人"
    r"|同事|师傅|(?:技术|质检|检验|化验|品管)(?:员|[部科组](?:的|长)?|的)"
    r"|老公|老婆|老汉儿?|爸|妈|儿子|女儿|哥|姐|办公室|上头|公司|厂里?|店里|[他她])"
)
_ASKED = (
    r"(?:刚刚?才?|才|去|又)?(?:问|查|看|翻|核实|打听|确认|对|数|算)(?:问|查|看)?(?:了|过"
    r"|到)?(?:一?[下哈])?"
    r"(?:了)?"
)
_LIGHT = (
    r"嗯|哦|噢|呃|诶|哎呀?|好的?|那个?|就|都|还是|干脆|直接|先|暂时|帮我?|给我|请|麻烦|你们?"
    r"|我们?|咱们?"
    r"|喊|叫|让|要|可以|统一|应该|其实|刚刚?才?|这[里个栏项]|表[上里]|营?业?执照[上里]?|照着?"
    r"|按照?|上面|[:：]|(?:收|寄|发)(?:快递|信件?|件|货"
    r"|东西|资料)?(?:的|到|话)?|快递"
)
_FRAME = rf"(?:{_WHO}|{_ASKED}|{_LIGHT}|说|[\s,.!]){{0,9}}"
"""So many words at most lead to a value: more would take long to try in every way."""
_NOT_VALUES = (
    r"[错不完好了真字作的过得到哪啥什漏些表多几全起报这那下上个空]|一[下哈半遍]|注册|记|岔"
)
_NOT_BEHIND = rf"(?!{_NOT_VALUES})(?=.{{2}})"
_WRITE = re.compile(
    rf"(?:^|[,.;!\s]){_FRAME}(?:写|填|抄|登记?)(?:的就?是|[起着到倒]的?|成|为|作|上|个|是)?[:\s]*{_NOT_BEHIND}"
)
_SAID = re.compile(
    rf"^(?=.*?(?:{_WHO}|问|查|翻|看|核实|打听|确认)){_FRAME}(?:说|讲|回|告诉我)的?(?:就?是"
    rf"|叫)[,:\s]*{_NOT_BEHIND}"
)
_STANDS = re.compile(
    r"^(?:我们?|公司|厂里?|那个)?[^,.\s]{1,6}?(?:上|里|高头)(?:面|头)?(?:都|就)?(?:印|写|标|归|登记?|注|载|划)[明着的]*"
    rf"(?:就?是|成|为|在|到)[,:\s]*{_NOT_BEHIND}"
)
"""袋子上印的是…, 执照上归的是…."""
_HEAD = re.compile(
    rf"(?:{_WHO}|{_ASKED}|{_LIGHT}|不是我|我|登记的?|[写填]的?|是|说|名字|[\s,.!]){{1,9}}"
)
"""法人写的我儿子 邱晨; 问了 是秦川."""
_CALLED = re.compile(
    rf"^(?:{_FRAME}|.*[说是][^,.\s]{{1,6}}[,.\s]+)(?:名字|姓名)?(?:就)?(?:叫做?|名字?是|姓名是)\s*([{HAN}]{{2,4}})$"
)
_SPELT_OUT = re.compile(
    rf"姓([{HAN}]{{1,2}}?)(?:的|[,\s])*(?:单名|名)(?:叫|是|字|一?个)*([{HAN}]{{1,2}}?)字?(?![{HAN}])"
)
"""计量，姓计单名一个量."""
_NAMED = re.compile(
    rf"(?=.*?(?:{_WHO}|{_ASKED}|质检|技术|记不|不晓得)).{{2,}}[,.;\s](?:好像|应该|就|是)*"
    r"(?:(?:标准|产品)?(?:名字|名称|全称)(?:就?是|叫)|叫(?:做|个)?)[:\s]*(?=.{2})"
)
"""问了质检的 是黄豆酱油那个 叫酿造酱油."""
_COUNTS_AS = re.compile(
    r"(?:^应该|[,.\s](?:应该|就|也|那就|大概)?)(?:算是?|属于|归为?|归到)(?!了|不)(?=.{2,15}$)"
)
"""我们搞检测的，应该算专业技术服务业."""
_EITHER = re.compile(r"还是.{0,3}[写填]")
_COUNTED = ("number", "date", "telephone", "credit_code")


_REPORTER = re.compile(
    rf"^{_WHO}(?:刚才|就|又|刚)?(?:说|喊|讲)(?:了|过|我们?|你们?|[,:\s])*(?![的话清错是叫法起到不]"
    rf"|准[的了]?$|好)(?=.{{2}})"
    rf"|^{_WHO}(?:说|喊|讲)[,:\s]*(?=不(?![来清上准好出行对]).)"
)


def without_reporter(said: str) -> str:
    """老板说都勾上: what is said, whoever says so."""
    found = _REPORTER.match(plain(said))
    return said[found.end() :] if found else said


@dataclass(frozen=True)
class Dictated:
    """Words that give the value. `surely`: an order, not a report; `whole`: a name as it stands."""

    words: str
    surely: bool
    whole: bool = False


def dictated(field: FormField, said: str) -> Dictated | None:
    """The words that are to be written; None when none are, or something is corrected."""
    text = field.kind == "text" and field.format not in ("adoption", "standard_number")
    if not (text or field.kind in _COUNTED) or (field.same_as and is_same(said)):
        return None
    level = plain(said)
    if field.format == "person" and (called := _CALLED.match(plain(bare(said)))):
        name = called.group(1)
        known = surname_of(name) or len(name) == 3  # 叫回永富
        if known and not asks(said) and not re.search("[的了个来去不我你他们您填写啥]", name):
            return Dictated(name, True, whole=True)
    if field.format == "person" and (spelt := _SPELT_OUT.search(level)):
        return Dictated("".join(spelt.groups()), True, whole=True)
    if field.format == "person" and (name := _labelled(field, level) or _headed(level)):
        return Dictated(name, True, whole=True)
    if orders := list(_WRITE.finditer(level)):
        words = _behind(said, orders[-1], text)
        return Dictated(words, True) if words else None
    reported = _SAID.match(level) or _STANDS.match(level) if text else None
    if text and not field.format:
        reported = reported or _NAMED.match(level)
        reported = reported or _COUNTS_AS.search(level)
    words = _behind(said, reported, text) if reported else ""
    return Dictated(words, False) if words else None


def _labelled(field: FormField, level: str) -> str:
    """The name behind the field's own: 检验员王芳帮填，法人陈强."""
    for part in re.split(r"[,.;\s]+", level)[1:]:
        for name in sorted(field.names, key=len, reverse=True):
            words = part.removeprefix(plain(name)).lstrip("是叫:")
            if (
                part.startswith(plain(name))
                and re.fullmatch(f"[{HAN}]{{2,4}}", words)
                and surely_person(words)
            ):
                return words
    return ""


def _headed(level: str) -> str:
    """The name at the end of words that only lead to one."""
    level = plain(bare(level))
    for size in (2, 3, 4):
        head, name = level[:-size], level[-size:]
        if re.fullmatch(f"[{HAN}]+", name) and surely_person(name) and _HEAD.fullmatch(head):
            return name
    return ""


def _behind(said: str, frame: re.Match[str], text: bool) -> str:
    """What stands behind the frame, unless it asks, or something is wrong."""
    if asks(said[frame.end() :]) or _EITHER.search(said, frame.start()):
        return ""
    if re.search(WRONG, plain(said)):
        return ""
    words = said[frame.end() :]
    if text:
        return words
    words = re.split(r"[,，。;；]", words)[0]
    return words if re.search(rf"[\d{CHARACTERS}]", plain(words)) else ""
