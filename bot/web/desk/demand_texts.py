"""The texts of demands at the desk: what was done, and why something was not."""

from __future__ import annotations

from bot import demand_texts

STATE_TAGS = {
    "submitted": "tag_info",
    "analysed": "tag_info",
    "returned": "tag_warn",
    "assessing": "tag_info",
    "accepted": "tag_info",
    "scheduled": "tag_info",
    "in_service": "tag_info",
    "revisiting": "tag_bad",
    "completed": "tag_ok",
    "rated": "tag_ok",
    "closed": "",
    "withdrawn": "",
    "dropped": "",
}
SHORT_STATES = {
    **demand_texts.STATE_NAMES,
    "submitted": "待受理",
    "analysed": "待转办",
    "returned": "待重新匹配",
    "assessing": "评估中",
    "completed": "待评价",
    "rated": "待办结",
}
LIFE = (
    ("提交", ("submitted",)),
    ("汇总分析", ("analysed", "returned")),
    ("评估", ("assessing",)),
    ("接收", ("accepted",)),
    ("预约服务", ("scheduled",)),
    ("服务", ("in_service",)),
    ("评价", ("completed", "revisiting")),
    ("办结", ("rated", "closed")),
)
"""The line of a matter's life, each place with the states in which it stands there."""
VIEWS = {"todo": "待我处理", "open": "在办", "late": "超过时限", "all": "全部"}
DUE_OK = "时限：{due}"
DUE_SOON = "即将到期：{due}"
DUE_PAST = "已超时限（{due}）"
DUE_RATING = "{due} 未评价则自动办结"
ON_BEHALF = {"rate": "代企业评价", "withdraw": "代企业撤回"}
STEP_DONE = "已办理：{step}。"
STEP_DONE_TOLD = "已办理：{step}。企业会收到通知。"
ANALYSED = "已完成汇总分析，请转责任部门或匹配技术机构。"
GIVEN_BACK = "已退回质量服务中心，由中心重新匹配。"
FILE_KEPT = "已上传 {name}。"
SAID = "已记录。"
ANSWERED = "已答复，企业会收到通知。"
RECEIVED = "已接件，编号 {number}。"
STALE = "您打开页面以后，这个事项有了新的办理，您的操作没有执行。请看过再定。"
STALE_STEP = "{time}　{actor}：{step}{organisation}{reason}"
STALE_DEMAND = "企业刚修改过这个需求，您的分析没有保存。下面是最新的内容，请核对后再定。"
NOT_NOW = "这个需求刚有人受理过，下面是最新的情况。"
FORBIDDEN = "您没有办理这一步的权限。"
PLAN_ERRORS = {
    "matters_number": "请至少保留一个事项，最多 20 个。",
    "category": "第{place}个事项：没有这个服务类别，请重新选择。",
    "service": "第{place}个事项：请选择清单内的服务项目，或者“清单以外”。",
    "too_long": "第{place}个事项：需求内容太长，请精简。",
}
INQUIRY_ERRORS = {
    "empty": "请写明内容。",
    "too_long": "写得太长了，请不超过 500 个字。",
    "kind": "这一条不需要答复。",
    "ended": "需求已经结束，不能再补充。",
    "stale": "同事刚答复过这一条，请看过再定。",
}
CHANNELS = {
    "wechat": "公众号",
    "h5": "手机页面",
    "desk": "工作台",
    "link": "办理链接",
    "system": "系统",
}
NOTICES = {
    "pending": ("待发送", ""),
    "passive": ("已送达", "tag_ok"),
    "sending": ("正在发送", ""),
    "sent": ("已送达", "tag_ok"),
    "held": ("暂存，企业来消息时送达", "tag_warn"),
    "failed": ("没有送达", "tag_bad"),
    "void": ("没有送达，请电话告知", "tag_warn"),
}
"""How the notice of a step stands, by its status in the outbox."""
CONSENT_MISSING = "请向企业说明信息用途，企业同意后勾选。"
SOURCE_WRONG = "请选择来源和服务站。"
FORM_WRONG = "有 {n} 处没有填对或没有填，请看红字。其余内容已经暂存。"
KEPT = "已暂存。可以先离开，之后在“暂存的接件”里继续填写。"
KEPT_ANEW = "同事刚放弃了原来那份接件，这里的内容已另存为新的一份。"
KEPT_WRONG = "其余内容已经暂存；有 {n} 处没有填对，改正后才能存下，请看红字。"
KEPT_CONFLICT = "同事刚存过这份表。有冲突的几项请选用哪一个，再保存一次；其余内容已经暂存。"
DISCARDED = "已放弃这份接件，填过的内容已经删除。"
GONE = "这份接件已经提交或者放弃了。"
ENDED = "办理已结束"
MATCH_TITLES = {"department": "责任部门", "technical": "技术服务机构", "": "承办单位"}
INQUIRY_TAGS = {"addition": "", "question": "tag_info", "complaint": "tag_bad"}


def step_error(code: str) -> str:
    """Why a step was not taken."""
    return demand_texts.STEP_ERRORS.get(code, demand_texts.STEP_ERRORS["step_not_now"])
