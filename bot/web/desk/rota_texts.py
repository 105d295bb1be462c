"""The rota's texts at the desk: what was done, and why something was not."""

from __future__ import annotations

from bot.model.booking import LONGEST
from bot.model.calendar import CalendarGap
from bot.texts import booking_refusal

STATUS = {
    "held": "正在选择",
    "offered": "候补待确认",
    "confirmed": "已预约",
    "attended": "已来访",
    "missed": "未到",
}
TAGS = {"held": "", "offered": "tag_warn", "confirmed": "tag_info", "attended": "tag_ok"}
TAG_MISSED = "tag_bad"
CHANNELS = {"wechat": "公众号", "h5": "公众号网页", "desk": "窗口登记"}
NEW_SESSION = "已新增场次。"
CHANGED = "场次已修改，已预约的企业会收到通知。"
CANCELLED = "场次已取消，已预约的企业会收到通知。"
EXPERT_CONFIRMED = "已记录专家确认到场。"
ATTENDANCE = {True: "已记为来访。", False: "已记为未到。"}
WALKED_IN = "已登记 {number}。"
FIXED = "已安排，企业会收到通知。"
DECLINED = "已答复，企业会收到通知。"
PLANNED = "{month}：按月度安排生成 {made} 场。"
PLANNED_MOVED = "因放假改期：{days}。"
PLANNED_LEFT = "没有生成：{days}。"
PLANNED_UNSURE = "放假安排尚未公布、请再核对：{days}。"
REASON_MISSING = "请写明原因，会告诉已预约的企业。"
REASON_LONG = "原因请不超过 100 个字。"
PLACE_MISSING = "请写明地点。"
STALE = "这一场刚被同事修改过，您的修改没有保存。下面是最新的内容，请核对后再改。"
STALE_CANCEL = "这一场刚被同事修改过，还没有取消。请核对后再操作。"
GAP = (
    "{year}年的放假安排还没有录入，{day}起只按星期判断工作日。"
    "请在国务院办公厅公布放假通知后更新 knowledge/calendar.yml。"
)
REFUSALS = {
    "past": "开始时间已经过了。",
    "day_off": "这一天放假（{name}），如需安排请勾选“放假或非工作时间也安排”。",
    "outside_hours": "不在工作时间内，如需安排请勾选“放假或非工作时间也安排”。",
    "off_grid": "时间要在整刻钟上，结束要晚于开始，且至少够一个时段。",
    "horizon": "开放预约的天数太长。",
    "no_seats": "每个时段至少一个位子。",
    "expert_busy": "专家{expert}在这段时间已有另一场接访。",
    "unknown_station": "请选择园区服务站。",
    "unknown_expert": "请选择专家。",
    "retired_expert": "专家{expert}已停用，请另选一位。",
    "unknown_category": "请选择服务类别。",
    "no_expert": "请选择专家和服务类别。",
    "cancelled": "这一场已经取消，不能再改。",
    "begun": "这一场已经开始，不能再改。",
    "seats_taken": "已约出的位子比这更多，每个时段至少保留 {needed} 个。",
    "no_such_session": "没有这一场。",
    "bad_day": "请填写日期。",
    "bad_time": "请填写时间，如 14:00。",
    "bad_number": "请填写数字。",
    "bad_dates": "请填写以后的日期和时间。",
    "not_yet": "接访当天才能登记来访。",
    "stale_request": "同事刚处理过这项预约，您的操作没有保存。请核对最新的情况后再处理。",
    "state": "状态已经变了，请看最新的情况。",
    "slot_taken": "这个时段的位子已经约满，请换一个时段。",
    "no_such_slot": "这一场已经取消，不能登记。",
    "company_missing": "请填写企业名称。",
    "topic_missing": "请填写咨询事项。",
    "too_long": "内容太长：企业名称不超过 {company} 字，事项不超过 {topic} 字。",
    "telephone": "电话号码不对，手机 11 位，座机请带区号。",
    "limit": "这家企业同时最多有 {limit} 个预约。",
    "limit_session": "同一场接访，每家企业只能约 {limit} 次。",
}


def refusal(code: str, **data: object) -> str:
    """Why it was not done; codes of RotaError and BookingRuleError."""
    known = {"name": "周末", "expert": "", "needed": "", "limit": "", **LONGEST, **data}
    known["name"] = known["name"] or "周末"
    text = REFUSALS.get(code)
    return text.format(**known) if text else booking_refusal(code, **data)


def gap_text(gap: CalendarGap | None) -> str:
    """The alarm when holidays are not known as far as bookings reach."""
    if gap is None:
        return ""
    return GAP.format(year=gap.year, day=f"{gap.first.month}月{gap.first.day}日")
