"""Words that answer what the waiting list sent: 接受, 让给下一位, 退出候补."""

from __future__ import annotations

import re

from bot.model.wording import tidy

_SEAT = "(?:[这那]?一?个)?(?:空位|位子|位置|名额|时间)?"
_GIVES_WAY = f"(?:不要{_SEAT})?让给(?:下一位|下一个|别人)"
_LINE = "(?:我的)?(?:候补|排队|等位)"
_REPLIES = {
    "accept": f"(?:好的?|可以|要得|行|嗯)?我?(?:接受|就?要|留给我|确认接受){_SEAT}",
    "decline": f"(?:不接受|不要|放弃|让出){_SEAT}|{_GIVES_WAY}",
    "leave_waiting": f"(?:想|要)?(?:退出|取消|退掉|撤销|不要|放弃){_LINE}"
    f"|不再?(?:候补|排队|排候补|等位|等空位|排)|{_LINE}(?:取消|退掉|退|不要)",
}
_WHOLE = {r: re.compile(f"(?:我们?)?(?:{w})[了吧嘛哈哦啦咯的]*") for r, w in _REPLIES.items()}
_MARKS = re.compile(r"[\s,，.。!！、~]+")


def reply_to_offer(text: str) -> str:
    """accept, decline or leave_waiting when the whole message says so, else nothing."""
    level = _MARKS.sub("", tidy(text))
    return next((reply for reply, words in _WHOLE.items() if words.fullmatch(level)), "")
