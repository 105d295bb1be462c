"""The desk's texts: names of roles and rights' pages, refusals, answers to what was done."""

DESK = "质量服务站工作台"
ISSUER = "质量服务站工作台"

ROLES = {
    "specialist": "质量服务专员",
    "clerk": "窗口受理人员",
    "centre": "质量服务中心",
    "admin": "系统管理员",
    "organisation": "部门或技术机构",
}
ALL_STATIONS = "全部站点"
ALL_SKILLS = "全部类别"

# What a person reads instead of the page: title, sentence.
CLOSED = {
    "forbidden": ("没有权限", "您的账号不能查看或操作这项内容。如需开通，请联系系统管理员。"),
    "not_found": ("没有找到", "这个页面或这条记录不存在，可能已被删除或地址有误。"),
    "cross_site": ("操作未受理", "这个操作不是从工作台页面发出的，没有执行。请回到工作台重试。"),
    "csrf": ("页面已过期", "页面打开得太久，或登录状态已变。请刷新页面后再操作。"),
    "too_large": ("内容太大", "提交的内容或文件太大，没有保存。请减小后重试。"),
    "file_kind": ("文件类型不符", "这里不能上传这种文件，请换成页面上注明的格式。"),
    "unreadable": ("无法读取", "提交的内容读不出来，没有保存。请刷新页面后重试。"),
    "conflict": ("没有完成", "情况已经变了，这个操作没有执行。请刷新页面看最新状态。"),
    "busy": ("系统繁忙", "系统暂时忙不过来，操作没有执行。请稍等片刻再试。"),
    "failed": ("出错了", "系统出了问题，操作可能没有完成。请稍后再试；一直这样请联系系统管理员。"),
}

SIGN_IN_WRONG = "登录名、密码或动态验证码不正确。"
SIGN_IN_THROTTLED = "尝试次数过多，请在{wait}后再试。"
SIGNED_OUT = "您已退出登录。"
SIGN_IN_AGAIN = "请登录后继续。"
SECONDS = "{n}秒"
MINUTES = "{n}分钟"

PASSWORD_ERRORS = {
    "too_short": "新密码至少要 10 个字符。",
    "too_long": "新密码太长了，请不超过 200 个字符。",
    "too_simple": "新密码太常见或太简单，请换一个不容易猜到的。",
    "has_login": "新密码不能包含登录名。",
    "same": "新密码不能和原密码相同。",
    "wrong": "当前密码不正确。",
    "differ": "两次输入的新密码不一致。",
    "throttled": "尝试次数过多，请过一会儿再试。",
    "code": "动态验证码不正确，请看手机上最新的 6 位数字。",
}
PASSWORD_CHANGED = "密码已修改，其他设备上的登录已退出。"
STAFF_ERRORS = {
    "login_taken": "这个登录名已有人使用，请换一个。",
    "login_form": "登录名用 2 至 32 个小写字母、数字、点、横线或下划线，以字母或数字开头。",
    "name_missing": "请填写姓名，不超过 64 个字。",
    "role": "请选择角色。",
    "station": "没有这个站点，请重新选择。",
    "skills": "没有这个类别，请重新选择。",
    "organisation": "请选择所属的部门或技术机构。",
    "last_admin": "这是最后一个系统管理员，请先添加另一个系统管理员。",
    "oneself": "不能停用自己的账号，请让另一位系统管理员操作。",
}
SAVED = "已保存。"
STAFF_ACTIVE = "账号已启用。"
STAFF_INACTIVE = "账号已停用，登录已退出。"
TOTP_ON = "两步验证已开启，下次登录需要动态验证码。"
TOTP_OFF = "两步验证已关闭。"
NOW_AVAILABLE = "已上岗，可以接待会话。"
NOW_AWAY = "已离岗，暂不分配新会话。"


def waiting_time(seconds: int) -> str:
    """How long, in words: 40秒, 12分钟."""
    if seconds < 60:
        return SECONDS.format(n=seconds)
    return MINUTES.format(n=-(-seconds // 60))
