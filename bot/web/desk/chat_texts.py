"""What the pages of a chat say: who spoke, what became of a message, why something is refused."""

from __future__ import annotations

from bot.handoff_texts import OUTCOMES as USER_OUTCOMES
from bot.handoff_texts import REASONS as REASONS
from bot.handoff_texts import STATES as STATES
from bot.services.handoff.notes import LONGEST as NOTE_LONGEST
from bot.services.handoff.sending import LONGEST as TEXT_LONGEST

ASSISTANT = "智能助手"
SYSTEM = "系统"
USER = "用户"
CENTRE = "质量服务中心"

# What became of a message: label, class of its tag, and what it means.
DELIVERY = {
    "pending": ("待发", "", "正在排队发送"),
    "passive": ("待发", "", "正在发送"),
    "sending": ("待发", "", "正在发送"),
    "sent": ("已发", "ok", "微信已接收"),
    "held": ("暂存", "warn", ""),
    "failed": ("失败", "bad", ""),
    "void": ("未发出", "", ""),
}
HELD = {
    "quota": "这段时间能发的条数已用完，用户下次来信后自动发出。",
    "window": "用户超过48小时没有来信，微信不允许发送；用户下次来信后自动发出。",
    "capability": "公众号没有客服消息权限，用户下次来信时随答复发出。",
    "platform_busy": "微信繁忙，用户下次来信后自动发出。",
}
HELD_OTHER = "暂时发不出去，用户下次来信后自动发出。"
VOID = {
    "handed_over": "专员接入前没有发出，已撤下。",
    "unsubscribed": "用户已取消关注。",
}
VOID_OTHER = "没有发出，已撤下。"
FAILED = "微信拒收，请换个说法重发或打电话联系。"
FAILED_UNKNOWN_USER = "用户已取消关注，收不到消息。"
NOT_FOLLOWING = "43004"
"""The platform's code: the user does not follow the account."""
WAITS_AGAIN = "上次没有发出，正在重试。"

# What a user did that is no text.
KINDS = {
    "image": "发来一张图片",
    "voice": "发来一段语音",
    "video": "发来一段视频",
    "shortvideo": "发来一段小视频",
    "location": "发来一个位置",
    "link": "发来一个链接",
    "file": "发来一个文件",
}
VOICE_READ = "发来一段语音，微信识别的文字："
KIND_OTHER = "发来一条消息，这里显示不了"
EVENTS = {
    "subscribe": "关注了公众号",
    "unsubscribe": "取消了关注",
    "scan": "扫描了服务站二维码",
    "click": "点击了菜单",
    "view": "从菜单打开了页面",
    "location": "上报了位置",
}
PICTURE_SENT = "图片"

# Of the window that the platform leaves.
WINDOW_CLOSED = "现在发不出，用户来信后自动发出"
WINDOW_LEFT = "还可发{left}条 · 剩{time}"

URGENT = "优先"
VERY_URGENT = "加急"
OWNER_NOW = {
    "assistant": "这个会话已经结束，现在由智能助手接待。",
    "queue": "这个会话已经回到队列。",
    "specialist": "{name}已经接了这个会话。",
}
CLAIMED_BY_ONE = "您慢了一步：{name}刚刚接了这个会话。"
REFUSALS = {
    "reserved": "这个会话是转给{name}的，请先等他处理。",
    "no_reason": "请写明原因，接手的同事要看。",
    "no_outcome": "请选择处理结果。",
    "no_target": "请选择转给谁。",
    "empty": "还没有写内容。",
    "too_long": "内容太长了，请不超过{longest}个字。",
    "not_picture": "只能发 JPG 或 PNG 图片。",
    "too_large": "图片太大了，请压缩到 5MB 以内再发。",
    "no_api": "公众号没有客服消息权限，只能发文字。",
}
REFUSED_STATE = "会话的状态已经变了，操作没有执行。请看页面上的最新状态。"
NO_AGREEMENT = "请先征得企业同意，再代为填写。"
DRAFT_CLOSED = "这份需求表已经提交或放弃，不能再改。"

TRANSFERRED = "已转出，原因写在备注里，接手的同事看得到。"
RETURNED = "已退回队列，排在前面。"
LEFT_DRAFT_LINK = "请点这里填写《企业质量服务需求表》，已填的内容都在：{address}"
SERVICE_ITEM = "服务项目：{item}\n承办部门：{departments}\n联系电话：{telephones}\n依据：{source}"
BOOKING_STATES = {
    "confirmed": "已确认",
    "attended": "已到访",
    "missed": "未到",
    "cancelled": "已取消",
    "session_cancelled": "场次取消",
}
OUTCOMES = {
    **USER_OUTCOMES,
    "solved": "已解答",
    "no_answer": "没有联系上用户",
    "ended_by_user": "用户自行结束",
}
"""As the desk says them: the user's wording speaks to the user."""
STEPS = {
    "handoff_requested": "用户请求人工（{reason}）",
    "handoff_claimed": "{who}接入",
    "handoff_transferred": "{who}转出",
    "handoff_returned": "{who}退回队列",
    "handoff_put_off": "转为留言",
    "handoff_message_kept": "留言已收",
    "handoff_cancelled": "用户取消排队",
    "handoff_closed": "{who}结束会话（{outcome}）",
    "handoff_rated": "用户评价",
    "handoff_note_added": "{who}写了备注",
    "handoff_opened": "开始排队",
    "handoff_waits": "提醒用户继续等待",
    "handoff_waits_long": "等待过久，请用户选择",
    "handoff_owner_reminded": "提醒专员答复",
    "handoff_reservation_ended": "指定的同事没有接入，改为都可接入",
    "draft_editing_agreed": "企业同意由{who}代填需求表",
}
LIMITS = {"text": TEXT_LONGEST, "note": NOTE_LONGEST}


def wait_words(seconds: float) -> str:
    """How long somebody waits: 刚刚, 3分钟, 1小时20分, 2天."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes}分钟"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{hours // 24}天"
