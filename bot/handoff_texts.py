"""What the user is told of talking to a person; and the names of outcomes and reasons."""

PERSON = "质量服务专员{name}"

# The first answer to 转人工.
SORRY = "非常抱歉给您带来不好的体验，您反映的问题由专员为您处理。"
CASE_KNOWN = "您之前的留言我们已经收到，还没有处理完。"
QUEUED_NEXT = "正在为您转接质量服务专员，您排在第1位，请稍等。"
QUEUED = "正在为您转接质量服务专员，您前面还有{ahead}位，请稍等。"
QUEUED_HOW = (
    "您可以先把问题发过来，专员接入后就能看到。人工服务时间：工作日{hours}。"
    "不想等了，回复“返回助手”即可。"
)
CLOSED_NOW = (
    "现在不是人工服务时间，专员{opening}上班。请直接留言：想办的事、企业名称和联系电话都可以写，"
    "写完回复“结束留言”。我们上班后按先后顺序处理。"
)
CLOSED_TELEPHONES = "也可以在上班时间打电话：\n{lines}"
CLOSED_WAYS = "不想留言，也可以："
DRAFT_KEPT = "您填到一半的需求表已经保存，之后可以接着填。"

# While the user waits or leaves a message.
WAIT_NEXT = "已收到，专员接入后就能看到。您排在第1位，请稍等。"
WAIT = "已收到，专员接入后就能看到。您前面还有{ahead}位，请稍等。"
WAIT_STILL = "让您久等了，您排在第{place}位，专员会尽快接入。不想等了，回复“返回助手”即可。"
WAIT_LATE = (
    "非常抱歉，现在咨询的人较多，您排在第{place}位。您可以继续等，也可以留言，我们处理后回复您："
)
WAIT_MENU = "您正在等待专员接入。想用其他功能，请先回复“返回助手”。"
MESSAGE_GOES_ON = "好的，请直接留言，写完回复“结束留言”。我们处理后在这里回复您。"
MESSAGE_MORE = "已收到。还可以继续写，写完回复“结束留言”。"
MESSAGE_MORE_SHORT = "已收到。"
MESSAGE_TELEPHONE = "已收到，电话也记下了。还可以继续写，写完回复“结束留言”。"
MESSAGE_NOT_LEFT = "好的，没有留言。"
MESSAGE_DROPPED = "好的，没有留言，刚才写的都不处理。"
CLOSED_STILL = (
    "现在没有专员在线，{opening}上班，上班时间回复“转人工”或打"
    "{centre_department}电话 {centre_telephone} 都可以。"
)
ASSISTANT_IS_BACK = "智能助手继续为您服务，有问题请直接发给我。"
MESSAGE_BEFORE_STANDS = "好的，这次没有留言。您之前的留言还在，专员处理后会在这里回复您。"
CASE_STANDS = (
    "好的，您的问题已经保存，专员处理后会在这里回复您。不用处理了，回复“撤回留言”。"
    "现在有其他问题可以继续问我。"
)
MESSAGE_SO_FAR = "都在，已经写了{count}条。还可以继续写，写完回复“结束留言”。"
MESSAGE_NONE_YET = "还没有收到留言的内容，请直接写，写完回复“结束留言”。"
NOBODY_NOW = (
    "现在没有专员在线，{opening}上班。您可以把事情写下来，我们上班后按先后顺序处理；"
    "不想留言，回复“算了”。"
)
NO_NIGHT_TELEPHONE = (
    "能告诉您的是办公电话：{centre_department} {centre_telephone}，上班时间（工作日{hours}）打。"
    "值班电话和个人电话，服务清单里没有。"
)
SOMEBODY_NOW = "已收到。想马上找专员，回复“转人工”；也可以继续写，写完回复“结束留言”。"
HOURS = "上班时间是工作日{hours}，其他时间没有人，{opening}上班。"
HOURS_NOW = "上班时间是工作日{hours}，现在正在上班。"
ITEM_IN_BOX = "{item}\n承办部门：{departments}\n联系电话：{telephones}"
STATIONS_IN_BOX = (
    "质量服务站设在{stations}。门牌地址服务清单里没有写，去之前请先打 {centre_telephone} 问一下。"
)
MESSAGE_GOES_ON_SHORT = "您写的专员都能看到，写完回复“结束留言”。"
FORM_WAITS = "您的需求表还没填完，回复“填需求表”接着填。"
BOOKING_WAITS = "刚才的专家预约还没办完，请接着办："
BOOKING_WAITS_TITLE = "接着预约"
DEMAND_WAITS = "刚才关于需求的问题，还等您回复。"
FORM_OPEN = "需求表接着填：\n第{number}项/共{total}项　{label}\n{question}"
MESSAGE_KEPT = "留言已经收到，专员{opening}上班后处理，会在这里回复您。现在有其他问题可以继续问我。"
MESSAGE_KEPT_OPEN = "留言已经收到，专员处理后会在这里回复您。现在有其他问题可以继续问我。"
MESSAGE_EMPTY = "好的，没有收到留言内容，已为您返回智能助手。有问题请直接发给我。"
PUT_OFF = "抱歉，专员已经下班，没能接入。您的问题已经保存，{opening}上班后处理，会在这里回复您。"
PUT_OFF_MORE = "还有要补充的，请直接留言，写完回复“结束留言”。"
NOT_WAITING = "智能助手正在为您服务，有问题请直接发给我；想找专员，回复“转人工”。"
CANCELLED = "好的，已取消排队，智能助手继续为您服务。有问题请直接发给我。"

# When a user asks after a message they left.
NO_MESSAGE = (
    "没有查到您的投诉或留言。要反映问题，可以转人工，也可以打"
    "{centre_department}电话 {centre_telephone}："
)
MESSAGE_STANDS = "您{day}的留言已经收到，还没有处理完。专员{opening}上班后处理，会在这里回复您。"
MESSAGE_STANDS_OPEN = "您{day}的留言已经收到，专员正在按先后顺序处理，会在这里回复您。"
MESSAGE_TAKEN_BACK = "好的，您{day}的留言已撤回，不再处理。"
MESSAGE_ADDED = "已补充到您{day}的留言，专员会一起看到。"
MESSAGE_SETTLED = "这条留言已经处理完，不能撤回。"
COMPLAINT_STANDS = "您{day}就需求 {number} 反映的问题，质量服务中心正在处理，处理情况会发给您。"
COMPLAINT_ANSWERED = "您{day}就需求 {number} 反映的问题，质量服务中心已经答复：{answer}"

# When a person takes over, passes on, ends.
CLAIMED = PERSON + "已接入，前面的对话专员都能看到，请继续说。想结束时回复“结束人工”。"
CLAIMED_CASE = PERSON + "看到了您的留言，正在为您处理。想结束时回复“结束人工”。"
TRANSFERRED = "正在为您转给更合适的专员，前面的对话会一起转过去，请稍等。"
PASSED_ON = "让您久等了，正在为您换一位专员，前面的对话会一起转过去，请稍等。"
ENDED = "本次人工服务已结束。"
ENDED_OUTCOME = "处理结果：{outcome}。"
ENDED_NOTE = "专员说明：{note}"
ENDED_GO_ON = "智能助手继续为您服务，有问题请直接发给我；还想找人，回复“转人工”。"
RATE = "请为这次服务打分，点选或回复数字："
STARS = ("很不满意", "不满意", "一般", "满意", "非常满意")
RATED = "谢谢您的评价！有意见和建议，请回复“建议：”加上您想说的话。"
RATED_LOW = "谢谢您的评价，很抱歉没有让您满意。哪里需要改进，请回复“建议：”加上您想说的话。"
RATED_WORDS = "谢谢，您的意见已经转给质量服务中心。"
RATING_OVER = "这次服务的评价已经截止，谢谢您。"
RATED_ALREADY = "您已经评价过这次服务，谢谢。"
LAST_HANDOFF = "最近一次人工服务（{day}）：{outcome}。"

# Choices.
BACK_TITLE = "返回助手"
MESSAGE_TITLE = "留言"
FORM_TITLE = "填写需求表"
BOOK_TITLE = "约专家"

OUTCOMES = {
    "solved": "已解答",
    "referred": "已转有关部门",
    "demand": "已登记服务需求",
    "booked": "已预约专家",
    "not_ours": "不属于质量服务范围",
    "no_answer": "暂时没有联系上您",
    "ended_by_user": "您已结束本次服务",
}
REASONS = {
    "asked": "用户要求",
    "misses": "助手没能答上",
    "anger": "用户不满",
    "rule": "按规定转人工",
}
STATES = {
    "message": "留言",
    "queued": "排队中",
    "claimed": "服务中",
    "closed": "已结束",
    "cancelled": "用户已取消",
}
