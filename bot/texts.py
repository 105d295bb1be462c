"""The texts that the gateway and documents show; the assistant's stand in domain/responses."""

APOLOGY = "抱歉，刚才没能处理好您的问题。您的话已经记下，请稍后再发一次；急事请拨打办事电话。"
WAIT = "还在为您查询，答复会随您的下一条消息一起发出。"
NO_PICTURE = "图片已收到，但我暂时看不懂图片内容。请用文字告诉我您的问题，我马上为您查。"
NO_VOICE = "语音已收到，但没能转成文字。请打字告诉我您的问题，我马上为您查。"
NO_VIDEO = "视频已收到，但我暂时看不懂视频内容。请用文字告诉我您的问题，我马上为您查。"
NO_LOCATION = "位置已收到。请用文字告诉我您想办什么事，我告诉您找哪个部门。"
NO_LINK = "链接已收到，但我打不开链接。请把想问的内容用文字发给我。"
NO_KIND = "消息已收到，但这类消息我暂时处理不了。请用文字告诉我您的问题。"
EMPTY_TEXT = "没有看到文字内容。请用一两句话告诉我您的问题。"
TOO_LONG = "您发的内容比较长，请用两三句话说说最想解决的问题，我好为您找对部门。"
CHOOSE_BY_NUMBER = "点蓝字，或回复前面的数字即可。"
CHOOSE_BY_TYPING = "回复前面的数字即可。"
YOU_MAY = "您可以："

# The printed demand form, as in annex 4 of the plan.
FORM_TITLE = "企业质量服务需求表"
FORM_NUMBER = "编号："
FORM_DATE = "填表日期："
FORM_ROW = "序号"
FORM_OTHER = "其他"
FORM_COLON = "："
FORM_SIGNATURE = "企业负责人："
FORM_SIGNATURE_DATE = "年    月    日"

# Why a value of the form is not taken: one sentence for each code of bot/model/field_error.py.
FIELD_ERRORS = {
    "empty": "这里没有看到内容，请再写一次。",
    "too_short": "写得太短了，请写完整。",
    "too_long": "写得太长了，请简短一些。",
    "odd_characters": "这里有不能保存的符号，请用汉字、字母和数字写。",
    "full_name": "这不像企业的全称。",
    "person_name": "这不像人的姓名。",
    "address_unclear": "地址还不够清楚，要写到街道、门牌号。",
    "unclear": "没太看明白，请换个写法。",
    "wrong_type": "没太看明白，请换个写法。",
    "no_number": "没看到数字。",
    "several_numbers": "这里有几个数字，请只写一个。",
    "number_range": "还不够具体。",
    "not_whole": "请写整数。",
    "number_too_small": "数字太小了，至少是 1。",
    "number_too_large": "数字太大了，请再核对一下。",
    "no_year": "没看出是哪一年。",
    "impossible_date": "没有这个日期，请再核对一下。",
    "future_date": "这个日期还没有到，请再核对一下。",
    "date_too_early": "年份太早了，请再核对一下。",
    "several_dates": "这里有几个日期，请只写一个。",
    "no_telephone": "这不像电话号码。",
    "mobile_too_short": "手机号不够 11 位，请再核对一下。",
    "mobile_too_long": "手机号超过 11 位了，请再核对一下。",
    "landline_too_short": "座机号码位数不够，请再核对一下。",
    "landline_too_long": "座机号码位数多了，请再核对一下。",
    "telephone_unknown": "没有这样的号码，请再核对一下。",
    "no_credit_code": "没看到统一社会信用代码。",
    "credit_code_length": "统一社会信用代码的位数不对。",
    "credit_code_wrong": "统一社会信用代码不对，可能写错了一位，请再核对一下。",
    "email_wrong": "邮箱地址不对。",
    "no_option": "没有这个选项。",
    "several_options": "这可能是几个选项，请写得更具体一些。",
    "option_number": "没有这个序号。",
    "other_unsaid": "选“其他”的话，请直接写“其他：”加内容。",
    "yes_or_no": "没看出是“是”还是“否”。",
    "standard_prefix": "标准编号缺了代号。",
    "no_standard": "这不像标准编号。",
    "nothing_stored": "这一项还没有填过。",
    "unknown_column": "这一栏已经不在表里了。",
    "too_many_rows": "产品太多了，其余的请在意见里说明或另附材料。",
    "required": "这一项必须填写。",
    "unknown_field": "这一项已经不在表里了。",
}


def field_error(code: str) -> str:
    """What a person is told when a value is refused."""
    return FIELD_ERRORS.get(code, FIELD_ERRORS["unclear"])


# Said before the first personal datum is taken, in chat and on the page. When its meaning changes,
# WORDING of bot/services/consents.py grows.
CONSENT = (
    (
        "收集哪些信息",
        "您在《企业质量服务需求表》和专家预约里填写的企业情况、联系人、联系电话、服务需求和咨询"
        "事项，以及您的微信标识。",
    ),
    (
        "用来做什么",
        "只用于办理您的质量服务需求和安排预约：由质量服务中心转给责任部门、技术服务机构或专家，"
        "由他们与您联系。不作他用，不公开。",
    ),
    (
        "保存多久",
        "没有提交的内容保存到您提交或放弃为止，取消关注时随即删除；提交的需求表和预约作为服务记录"
        "保存。",
    ),
    (
        "怎样删除",
        "在公众号里回复“删除我的信息”即可。已提交的需求先撤回、未到期的预约先取消，再删除。"
        "想看存了哪些内容，回复“导出我的信息”。",
    ),
)

# Sentences of the pages that depend on what happened; the others stand in the templates.
PAGE_CLOSED = {
    "expired": ("链接已过期", "为保护您的信息，链接只在一段时间内有效。您填过的内容都还在。"),
    "invalid": ("链接打不开", "这个链接不完整，或者不是发给您的。"),
    "deleted": ("内容已删除", "这里的内容已经按要求删除。"),
    "given_up": ("这份表已放弃", "这份需求表已经放弃填写，没有提交。"),
    "not_found": ("页面不存在", "请从公众号里发给您的链接进入。"),
    "passed_on": ("不在您这里办理", "这个事项已经退回质量服务中心，或者转给了其他单位。"),
    "too_large": ("内容太多", "发送的内容或文件太大，没有保存。请减小后再试。"),
    "unreadable": ("没能读懂", "发送的内容无法读取，没有保存。请在页面里填写文字。"),
    "busy": ("系统繁忙", "刚才没有保存成功，请稍后再试。您之前填过的内容都还在。"),
    "failed": ("出了点问题", "刚才没有处理成功，请稍后再试。您之前填过的内容都还在。"),
}
PAGE_WAY_ON = {
    "expired": "请在公众号里回复“继续填表”，会收到新的链接。",
    "invalid": "请在公众号里回复“继续填表”，会收到您自己的链接。",
    "deleted": "需要重新填写，请在公众号里回复“填需求表”。",
    "given_up": "需要重新填写，请在公众号里回复“填需求表”。",
    "not_found": "没有链接的话，请在公众号里回复“继续填表”。",
}
PAGE_WAY_ON_OTHER = {
    "document": "请在公众号里回复“我的需求”，从那里再打开。",
    "export": "请在公众号里回复“导出我的信息”，会收到新的链接。",
    "calendar": "请在公众号里回复“我的预约”，从那里再打开。",
    "booking": "请在公众号里回复“我的预约”，会收到您自己的新链接。",
    "matter": "需要办理的话，请联系质量服务中心，会发给您新的链接。",
}
"""By the purpose of the link, where that is not the form."""
PAGE_FORM_CHANGED = "需求表的内容有更新，请重新打开这一页。您填过的内容都还在。"
PAGE_SUBMITTED = "这份需求表已经提交，不能在这里改了。"
FORM_CONSENT_WHY = "需求表里有企业和联系人的信息，先向您说明我们怎样使用。"
BOOKING_CONSENT_WHY = "位子先为您留着。预约要记下企业和来访人的信息，先向您说明我们怎样使用。"
BOOKING_PAGE_SAID = {
    "gone": "这一条已经不在了，可能已经取消或过期。",
    "taken": "刚才这个位子被别的企业约走了。",
    "hold_expired": "为您留的位子时间到了，请重新选。",
    "cancelled": "已取消，位子让给别的企业。",
    "dropped": "好的，位子已让出。",
    "waiting": "已为您候补，有空位会在公众号里通知您。",
    "offered": "正好有空位，已为您留着，请确认。",
    "left": "已退出候补。",
    "withdrawn": "申请已撤回。",
}
"""What a page of booking has to say of the step before."""
BOOKED_ON_PAGE = "您在网页上约好了专家接访，编号 {number}：{when}，{place}质量服务站（{field}）。"
MOVED_ON_PAGE = "您在网页上把预约 {number} 改到了{when}，{place}质量服务站（{field}）。"
CANCELLED_ON_PAGE = "您在网页上取消了预约 {number}（{when}，{place}）。"
REASON_MISSING = "请写明原因，方便工作人员处理。"
SUBMITTED_ON_PAGE = (
    "已收到您在网页上提交的需求表，编号 {number}。质量服务中心会汇总分析后转给责任部门或"
    "技术服务机构，由他们与您联系。回复“查进度”可以查看。"
)
DRAFT_STATUS = {
    "consent": "待同意",
    "filling": "填写中",
    "paused": "已保存",
    "submitted": "已提交",
    "given_up": "已放弃",
}

# The calendar file of a booking.
BOOKING_FILE_TITLE = "质量服务专家接访"
BOOKING_FILE_SUBJECT = "（{fields}）"
BOOKING_FILE_NUMBER = "预约编号：{number}"
BOOKING_FILE_TOPIC = "咨询事项：{topic}"
BOOKING_FILE_CANCELLED = "已取消：{title}"

# Booking in chat.
BOOKING_EXPERT = "质量服务专家"
BOOKING_HELD = "待确认"
BOOKING_CONTACT = "联系人：{contact}\n"
BOOKING_TOLD = {"company": "企业", "topic": "事项", "contact": "联系人", "telephone": "电话"}
BOOKING_TOLD_TIME = "时间"
BOOKING_NEEDED = {
    "all": "企业名称、想咨询的事项和联系电话，例如“{district}某某陶瓷厂，商标续展，电话139……”",
    "words": "企业名称和想咨询的事项，例如“{district}某某陶瓷厂，商标续展”",
}
"""What is asked for before a booking; `words`: the telephone was told."""
BOOKING_NO_TELEPHONE = "没有留，可以直接发给我"
BOOKING_LINE = "{number}　{when}　{place}　{field}"
BOOKING_TO_CONFIRM = "{line}（请在{until}前确认）"
BOOKING_WAITING = "候补：{wish}，第{place}位"
BOOKING_ANY = "最近的接访"
# What cannot be had of a wish: the time, the station for it at any time, or that expert anywhere.
BOOKING_LACKS = {
    "time": "{wish}，没有空位",
    "station": "{place}近期没有{whom}的空位",
    "whom": "近期没有{whom}的空位",
    "why": "{wish}：{why}",
}
BOOKING_THAT_EXPERT = "这位专家（{field}）"
BOOKING_ANY_TIME = "由质量服务中心商定"
REQUEST_LINE = "{number}　{organisation}　{status}"
REQUEST_STATUS = {"requested": "待质量服务中心确认", "confirmed": "已安排", "declined": "未能安排"}
# Why a wish cannot be met: codes of TimeExpression.problem and of RULE_CODES.
BOOKING_REFUSALS = {
    "past": "这个时间已经过了，请换一个时间。",
    "impossible_date": "没有这个日期，请再核对一下。",
    "impossible_time": "没有这个时间，请再核对一下。",
    "lunar_date": "农历日期我算不准，请说公历的几月几日。",
    "unknown_date": "这个节假日的日期还没有公布，请说具体的几月几日。",
    "weekday_mismatch": "您说的日期和星期对不上，请再核对一下。",
    "outside_hours": "这个时间不在接访时间内，请换一个时间。",
    "horizon": "只能约{days}天以内的接访，这个时间还没有开放。",
    "notice": "离开始太近了，来不及安排，请换一个时间。",
    "no_such_slot": "这个时间没有接访了，请换一个时间。",
    "overlap": "您在这个时间已经有预约（{number}）了。",
    "already_booked": "这个时间您已经约好了（{number}）。",
    "limit": "同时最多有{limit}个预约，请先取消一个，或办完后再约。",
    "limit_session": "同一场接访，每家企业只能约{limit}次。",
    "limit_waiting": "最多同时排{limit}个候补，请先退出一个。",
    "hold_expired": "为您留的位子时间到了，请重新选。",
    "cut_off": "离开始不足{hours}小时，这里不能取消或改期了，请直接告诉服务站窗口。",
    "state": "这个预约已经不能改动了。",
    "unknown_expert": "您说的这位专家已不再接访，可以看看其他专家的时间。",
    "unknown_organisation": "这个单位现在不接受预约了，请重新选择。",
    "bad_dates": "这个时间不能排候补，请换一个时间。",
    "too_long": "写得太长了，请简短一些。",
    "company_missing": "还没有企业名称。",
    "topic_missing": "还没有咨询事项。",
}
BOOKING_REFUSAL_OTHER = "这个时间约不了，请换一个时间。"


def booking_refusal(code: str, **data: object) -> str:
    """What a person is told when a booking is refused."""
    minutes = data.get("minutes")
    hours = f"{minutes / 60:g}" if isinstance(minutes, (int, float)) else ""
    known = {"number": "", "limit": "", "days": "", **data, "hours": hours}
    return BOOKING_REFUSALS.get(code, BOOKING_REFUSAL_OTHER).format(**known)


# What users are told of their bookings without having asked: kinds of booking_notices.
BOOKING_NEWS = {
    "reminder_day": (
        "提醒您：您约了{when}在{place}的专家接访（{field}），编号 {number}。"
        "不能来请回复“取消预约”。"
    ),
    "reminder_hour": "您约的专家接访一小时内开始：{when}，{place}，编号 {number}。",
    "offer": (
        "您候补的专家接访有空位了：{when}，{place}（{field}）。"
        "请在{until}前回复“接受”，过时让给下一位。"
    ),
    "offer_passed": (
        "给您留的接访空位（{when}，{place}）没有在时限内确认，已让给下一位。需要时回复“约专家”。"
    ),
    "session_changed": (
        "您预约的接访有变动，现在是：{when}，{place}（{field}），编号 {number}。"
        "不合适请回复“改期”。"
    ),
    "session_cancelled": "很抱歉，您约的{when}在{place}的专家接访取消了。",
    "individual_confirmed": "您的个别预约 {number} 已安排：{when}，{place}。",
    "individual_declined": "您的个别预约 {number} 未能安排，可以回复“约专家”看看轮值接访。",
}
SESSION_REASON = "原因：{reason}。"
REQUEST_ANSWER = "说明：{answer}。"
SESSION_OFFER = "已为您留了{when}在{place}的位子，请在{until}前回复“接受”。"
SESSION_WAITING = "已为您优先候补，有空位马上通知您。"
