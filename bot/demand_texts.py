"""What enterprises are told of a demand's life, and how its states and steps are called."""

from __future__ import annotations

# By state of bot/model/demand.py.
STATE_NAMES = {
    "submitted": "已提交，待受理",
    "analysed": "汇总分析",
    "returned": "重新匹配",
    "assessing": "评估中",
    "accepted": "已接收",
    "scheduled": "已预约服务",
    "in_service": "服务中",
    "revisiting": "回访中",
    "completed": "服务完成，待评价",
    "rated": "已评价",
    "closed": "已办结",
    "withdrawn": "已撤回",
    "dropped": "已撤销",
}
NEXT_STEPS = {
    "submitted": "质量服务中心正在汇总分析，之后转给责任部门或技术服务机构。",
    "analysed": "质量服务中心正在安排承办的部门或机构。",
    "returned": "质量服务中心正在重新匹配承办的部门或机构。",
    "assessing": "承办单位正在评估需求，评估通过后与您联系。",
    "accepted": "承办单位会与您联系，约定服务时间。",
    "scheduled": "请按约定的时间接受服务。",
    "in_service": "服务正在进行，完成后请您评价。",
    "revisiting": "质量服务中心会就您的评价与您联系。",
    "completed": "请您评价这次服务。",
    "rated": "谢谢您的评价，质量服务中心随后办结。",
    "closed": "",
    "withdrawn": "",
    "dropped": "",
}
"""What comes after a state, for the enterprise."""
STEP_NAMES = {
    "analyse": "汇总分析",
    "forward": "转责任部门",
    "match": "匹配技术机构",
    "rematch": "重新匹配",
    "accept": "接收",
    "return": "退回",
    "schedule": "预约服务",
    "start": "开始服务",
    "record": "服务记录",
    "complete": "完成服务",
    "rate": "评价",
    "rate_badly": "评价（不满意）",
    "revisit": "回访",
    "resume": "继续服务",
    "close": "办结",
    "close_unrated": "到期自动办结",
    "end": "终止办理",
    "withdraw": "撤回",
    "drop": "撤销",
    "urge": "督办",
}
STEPS_AGAIN = {"schedule": "改约"}
"""Of a step that was taken before."""
SOURCE_NAMES = {"online": "线上", "window": "窗口代为接件", "phone": "电话", "visit": "企业巡访"}
KIND_NAMES = {"department": "部门", "technical": "技术服务机构"}
RECORD_KINDS = {"contact": "联系沟通", "visit": "上门", "service": "服务", "result": "服务结果"}
INQUIRY_KINDS = {"addition": "补充说明", "question": "提问", "complaint": "投诉"}
OTHER_SERVICES = "其他服务"
WANTS_JOIN = "；"
DROPPED_BY_FORM = "修改需求表时去掉了这一项。"
DROPPED_BY_CENTRE = "汇总分析时核定，不再单独办理。"

# By `tells` of TRANSITIONS, and what else is told without having been asked for.
DEMAND_NEWS = {
    "analysed": "您的需求 {number} 质量服务中心已受理，正在安排承办的部门或机构。",
    "forwarded": "您的需求 {number}（{matter}）已转给{organisation}评估。{contact}",
    "matched": "您的需求 {number}（{matter}）已为您匹配{organisation}，正在评估。{contact}",
    "rematched": "您的需求 {number}（{matter}）已重新匹配{organisation}，正在评估。{contact}",
    "accepted": (
        "{organisation}已接收您的需求 {number}（{matter}），会与您联系，约定服务时间。{contact}"
    ),
    "returned": (
        "您的需求 {number}（{matter}）经评估不能由{organisation}办理，"
        "质量服务中心正在为您重新匹配。"
    ),
    "scheduled": (
        "您的需求 {number}（{matter}）已约定服务：{when}，{organisation}，{location}。{contact}"
    ),
    "started": "您的需求 {number}（{matter}）已开始服务，承办单位是{organisation}。",
    "completed": "您的需求 {number}（{matter}）服务已完成。请为这次服务打分，5分最满意：",
    "completed_again": "您的需求 {number}（{matter}）已再次完成服务，谢谢您的耐心。",
    "resumed": "您反映的问题已经收到。您的需求 {number}（{matter}）由{organisation}继续为您服务。",
    "closed": "您的需求 {number}（{matter}）已办结，谢谢您的支持。",
    "ended": "很抱歉，您的需求 {number}（{matter}）未能办理：{reason}",
    "remind_rating": (
        "您的需求 {number}（{matter}）服务已完成，还没有评价。请为这次服务打分，5分最满意："
    ),
    "question": "您就需求 {number} 提的问题，答复如下：{answer}",
    "complaint": "您就需求 {number} 反映的问题，处理情况如下：{answer}",
}
FILE_KINDS = "PDF、JPG、PNG、Word（.docx）、Excel（.xlsx），一次不超过 10 MB。"
FILE_ERRORS = {
    "kind": "不能上传这种文件。可以上传 PDF、图片（JPG、PNG）、Word（.docx）、Excel（.xlsx）。",
    "too_large": "文件太大，请不超过 10 MB。",
    "empty": "文件是空的，请重新选择。",
    "too_many": "这里的附件已经太多，不能再添加。",
    "ended": "办理已经结束，不能再添加附件。",
    "missing": "请选择文件。",
}
FILES_AGAIN = "文字都在，文件请重新选择。"
CONTACT = "联系电话：{telephone}。"
ON_SITE = "地点由承办单位与您商定"
SCORES = {5: "5分 很满意", 4: "4分 满意", 3: "3分 一般", 2: "2分 不满意", 1: "1分 很不满意"}

# Codes of StepError and its like, for people at the desk and in chat.
STEP_ERRORS = {
    "step_not_now": "这个事项现在的状态不能这样办理。",
    "reason_missing": "请写明原因。",
    "reason_too_long": "原因太长了，请写得简短一些。",
    "organisation_unfit": "这个单位不能承办这个事项，请另选。",
    "given_back": "这个事项已经退回质量服务中心，由中心重新匹配。",
    "date_wrong": "请填写日期，不晚于今天。",
    "time_past": "服务时间要在现在以后。",
    "record_missing": "请写明服务情况。",
    "record_kind": "请选择记录的种类。",
    "record_too_long": "写得太长了，请精简后再保存。",
    "score_wrong": "请打1到5分。",
    "already_rated": "这个事项已经评价过了。",
    "forbidden": "您没有办理这一步的权限。",
    "stale_matter": "刚才有人办理了这个事项，请看过最新情况再操作。",
    "not_found": "没有找到这个需求。",
}

# Why an organisation is proposed.
MATCH_CATEGORY = "服务类别相符：{category}"
MATCH_SERVICE = "承办清单内的这个服务项目"
MATCH_WORDS = "专长与需求相符：{words}"
MATCH_STATION = "就近服务：{station}"
MATCH_RATING = "企业评价平均{mean}分（{n}次）"
MATCH_LOAD = "在办事项{load}件"
MATCH_FREE = "目前没有在办事项"

ACTORS = {"user": "企业", "system": "系统"}
"""Those of the record who have no name of their own."""

# The case file of a demand.
CASE_TITLE = "质量服务档案"
CASE_NUMBER = "编号：{number}"
CASE_FORM = "需求表内容"
CASE_MATTER = "事项{place}：{matter}（{state}）"
CASE_WANTS = "需求内容"
CASE_ORGANISATION = "承办单位"
CASE_SCHEDULED = "约定服务"
CASE_STEPS = "办理过程"
CASE_STEP = "{time}　{step}　{actor}{organisation}{reason}"
CASE_REASON = "：{reason}"
CASE_RATING = "企业评价"
CASE_SCORE = "{score}分　{words}"
CASE_INQUIRIES = "补充、提问和投诉"
CASE_ANSWER = "\n答复：{answer}"
CASE_FILES = "附件"
CASE_RECORD_FILES = "\n附件：{files}"

# How far a demand is.
COMMA = "，"
PROGRESS_LINE = "{matter}：{state}"
PROGRESS_ORGANISATION = "，承办单位是{name}"
PROGRESS_TELEPHONE = "（电话 {telephone}）"
PROGRESS_WAITING = "您有{n}条提问或投诉待答复，答复会发给您。"
PROGRESS_TIME = "，时间地点：{when}"

URGED = "催办："
"""Begins the words of who asks that it be done soon."""
OF_DEMAND = "需求 {number}："
CHANGE_LINK = '<a href="{link}">修改需求 {number}</a>'

# Choices in chat.
CHOOSE_DEMAND = "{number} {state}"
CHOOSE_RATE = "评价{matter}服务"
CHOOSE = {
    "addition": "补充说明",
    "question": "提问",
    "complaint": "投诉",
    "withdraw": "撤回需求",
}
STOP_WORDS = "不写了"
