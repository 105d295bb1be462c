"""Words of the pages 会话记录 and 学习."""

from collections.abc import Mapping

from knowledge import load_knowledge
from nlu.examples import trained_intents

INTENTS: Mapping[str, str] = {
    "metrology": "计量",
    "standardization": "标准",
    "certification": "认证",
    "testing": "检验检测",
    "quality_management": "质量管理",
    "ip": "知识产权",
    "brand": "品牌培育",
    "training": "教育培训",
    "out_of_scope": "不属于服务范围",
    "ask_capabilities": "问能做什么",
    "ask_process": "问服务流程",
    "ask_contact": "问联系方式",
    "start_demand_form": "填写需求表",
    "check_demand_status": "查需求进度",
    "book_expert": "预约专家",
    "my_bookings": "查我的预约",
    "cancel_booking": "取消预约",
    "reschedule_booking": "改期",
    "handoff_human": "转人工",
    "complain": "投诉、不满",
    "rate_service": "评价服务",
    "privacy_question": "问个人信息",
    "survey_participation": "参加调查",
    "show_summary": "查看已填内容",
    "correct_field": "修改一项",
    "skip_field": "跳过一项",
    "go_back": "回到上一项",
    "save_for_later": "保存、以后再填",
    "stop_form": "停止填写",
    "affirm": "是、同意",
    "deny": "否、不同意",
    "greet": "打招呼",
    "thanks": "感谢",
    "goodbye": "告别",
    "chitchat": "闲聊",
    "bot_challenge": "问是不是机器人",
    "nlu_fallback": "没有把握，反问",
    "fill_form": "填表的回答",
    "fill_booking": "预约的回答",
    "fill_demand": "就需求写的话",
    "welcome": "关注、扫码",
    "category": "选择类别",
    "service": "选择服务项目",
    "none_of_these": "都不是",
    "ask_stations": "问服务站",
    "follow_up": "追问上一个答复",
    "ask_pictures": "问图片",
    "ask_notices": "问通知和提醒",
    "agree": "没有在等的同意",
    "english": "英文消息",
    "form_choice": "填表的选择",
    "my_data": "个人信息办理",
    "booking_choice": "预约的选择",
}
ENTITIES: Mapping[str, str] = {
    "service_item": "服务项目",
    "award": "奖项",
    "certificate": "证书",
    "instrument": "器具",
    "organisation": "机构",
    "park": "园区",
    "standard_number": "标准号",
}
ENTITY_LONGEST = 16
FLAGS = {
    "wrong_answer": "答错",
    "not_understood": "没听懂",
    "complaint": "投诉",
    "follow_up": "待跟进",
    "good_example": "好例子",
}
STATES = {
    "assistant": "助手接待",
    "waiting": "等待人工",
    "with_person": "人工接待中",
    "closed": "人工已结束",
    "undelivered": "有消息未送达",
    "unanswered": "有消息未答复",
}
HANDOFFS = {
    "queued": "等待人工",
    "message": "已留言",
    "claimed": "人工接待中",
    "closed": "人工已结束",
    "cancelled": "已取消人工",
}
SENDERS = {
    "user": "用户",
    "event": "用户",
    "assistant": "助手",
    "system": "系统",
    "specialist": "专员",
}
SPEAKERS = {"user": "来自：用户", "assistant": "来自：助手", "specialist": "来自：专员"}
KINDS = {
    "image": "〔图片〕",
    "voice": "〔语音〕",
    "video": "〔视频〕",
    "shortvideo": "〔小视频〕",
    "location": "〔位置〕",
    "link": "〔链接〕",
    "subscribe": "关注了公众号",
    "unsubscribe": "取消了关注",
    "SCAN": "扫了服务站的码",
    "CLICK": "点了菜单",
    "VIEW": "打开了菜单里的页面",
}
OTHER_KIND = "〔其他消息〕"
NO_WORDS = "〔内容已按用户要求删除，或没有文字〕"
# Delivery of what was sent, where it is not simply sent.
OUT_STATES = {
    "pending": ("待发送", ""),
    "passive": ("发送中", ""),
    "sending": ("发送中", ""),
    "held": ("暂存，等用户下次来信", "tag_warn"),
    "failed": ("未送达", "tag_bad"),
    "void": ("没有发出", ""),
}
IN_STATES = {"pending": ("处理中", ""), "failed": ("没能答复", "tag_bad")}
CANDIDATES = {"proposed": "待审核", "approved": "已采纳", "rejected": "未采纳"}
RUNS = {
    "queued": ("排队中", "tag_info"),
    "training": ("训练中", "tag_info"),
    "comparing": ("比较中", "tag_info"),
    "ready": ("可以上线", "tag_ok"),
    "refused": ("不如现有模型", "tag_warn"),
    "failed": ("训练失败", "tag_bad"),
    "live": ("使用中", "tag_ok"),
    "replaced": ("已被替换", ""),
    "taken_back": ("已撤回", ""),
}
FIGURES = {
    "in_scope": "服务类问题判对",
    "out_of_scope": "范围外问题识别",
    "intents": "其他意图判对",
    "learned": "已采纳的更正",
}

REVIEWED = "已标记为看过。"
UNREVIEWED = "已放回待看。"
FLAGGED = "标记已保存。"
NOTED = "备注已保存。"
LABELLED = "已提交到“学习”，等待审核。"
APPROVED = "已采纳，下次训练时生效。"
REJECTED = "已标为不采纳。"
TRAINING = "已开始排队，训练需要几分钟，可以离开本页。"
LIVE = "正在换用这个模型，期间助手照常答复。"
TAKEN_BACK = "正在换回之前的模型，期间助手照常答复。"
PROBLEMS = {
    "flag": "没有这种标记。",
    "changed": "您打开页面之后有了变化，请看过最新内容再操作。",
    "note_empty": "备注是空的，没有保存。",
    "note_long": "备注请不超过 1000 字。",
    "intent": "请选择正确的意图。",
    "no_words": "这条消息没有可以学习的文字。",
    "too_long": "文字太长，请不超过 300 字，一句话说一件事。",
    "known": "训练数据里已经有这句话，意图相同，不用再学。",
    "at_once": "已有人刚刚提交了同一句话的更正，请刷新页面看过后再操作。",
    "nothing": "还没有采纳的更正，不用训练。",
    "busy": "已有一次训练在进行，请等它结束。",
    "state": "这个模型现在不能这样操作，请看最新状态。",
    "too_many": "符合条件的会话超过 {most} 个，请缩小范围后再导出。",
}


def intent_name(intent: str | None) -> str:
    """What an intent is called on the desk."""
    return INTENTS.get(intent or "", intent or "—")


def intent_choices() -> dict[str, list[str]]:
    """What a message may be corrected to: {services: categories, others}, in the order above."""
    categories = load_knowledge().categories
    intents = sorted(trained_intents(), key=list(INTENTS).index)
    return {
        "services": [name for name in intents if name in categories],
        "others": [name for name in intents if name not in categories],
    }


def entity_name(kind: str, value: str, items: Mapping[str, str]) -> str:
    """What was found in a message: 器具：电子秤. `items`: texts of service items by id."""
    if kind == "service_item":
        value = items.get(value, value)
        value = value if len(value) <= ENTITY_LONGEST else value[:ENTITY_LONGEST] + "…"
    return f"{ENTITIES.get(kind, kind)}：{value}"


def progress_line(entry: Mapping[str, object]) -> str:
    """One line of a training's progress."""
    names = {
        "training": "正在训练，已用 {seconds} 秒",
        "comparing": "正在用测试问题比较新旧模型",
        "answering": "助手已用上这个模型",
    }
    name = names.get(str(entry["line"]), str(entry["line"]))
    return name.format(seconds=entry.get("seconds", 0))
