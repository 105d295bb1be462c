"""How the page 操作记录 names what was done; a new kind of event gets its words here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.services.audit import AuditEvent
from bot.web.desk import texts
from bot.web.desk.formats import category_name, station_name
from knowledge.form import load_form

GROUPS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "reads": (
        "个人信息",
        {
            "personal_data_read": "查看个人信息",
            "personal_data_exported": "导出本人信息",
            "personal_data_deleted": "删除个人信息",
            "consent_given": "同意个人信息处理",
            "consent_withdrawn": "撤回同意",
        },
    ),
    "sign_in": (
        "登录",
        {"signed_in": "登录", "signed_out": "退出", "sign_in_failed": "登录失败"},
    ),
    "staff": (
        "人员账号",
        {
            "staff_created": "添加账号",
            "staff_changed": "修改账号",
            "staff_password_reset": "重置密码",
            "staff_password_changed": "修改密码",
            "staff_totp_on": "开启两步验证",
            "staff_totp_off": "关闭两步验证",
            "staff_availability_changed": "上岗、离岗",
        },
    ),
    "handoff": (
        "人工会话",
        {
            "handoff_requested": "请求人工",
            "handoff_claimed": "接待会话",
            "handoff_transferred": "转交会话",
            "handoff_returned": "退回排队",
            "handoff_cancelled": "取消排队",
            "handoff_closed": "结束会话",
            "handoff_rated": "评价会话",
        },
    ),
    "demand": (
        "需求",
        {
            "draft_status_changed": "需求表状态变化",
            "draft_answers_changed": "填写需求表",
            "draft_migrated": "需求表换版",
            "demand_submitted": "提交需求",
            "demand_changed": "修改需求",
            "demand_withdrawn": "撤回需求",
        },
    ),
    "booking": (
        "预约和轮值",
        {
            "booking_held": "暂留时段",
            "booking_confirmed": "确认预约",
            "booking_cancelled": "取消预约",
            "booking_moved": "改期",
            "booking_expired": "暂留到期",
            "booking_hold_given_up": "放弃暂留",
            "booking_hold_used": "暂留改用",
            "booking_offered": "候补到位",
            "booking_session_cancelled": "场次取消，预约失效",
            "booking_attendance": "登记到访",
            "individual_requested": "申请单独预约",
            "individual_confirmed": "安排单独预约",
            "individual_declined": "未能安排单独预约",
            "waiting_changed": "候补变化",
            "session_added": "添加接访场次",
            "session_changed": "修改接访场次",
            "session_cancelled": "取消接访场次",
            "expert_confirmed": "专家确认",
            "calendar_ends": "节假日数据将用完",
        },
    ),
}
KINDS = {kind: label for _, kinds in GROUPS.values() for kind, label in kinds.items()}
OTHER = "其他操作（{kind}）"
READS = {
    "transcript": "会话记录",
    "transcripts": "会话记录列表",
    "demand": "需求",
    "profile": "企业档案",
    "chat": "人工会话",
    "booking": "预约",
    "export": "导出文件",
}
CHANNELS = {
    "wechat": "微信",
    "h5": "手机页面",
    "desk": "工作台",
    "system": "系统",
    "terminal": "命令行",
}
ACTORS = {"user": "企业用户", "system": "系统", "assistant": "智能助手", "unknown": "未登录"}
FIELDS = {
    "login": "登录名",
    "name": "姓名",
    "role": "角色",
    "station": "站点",
    "skills": "接待类别",
    "active": "状态",
    "available": "在岗",
}


def kind_name(kind: str) -> str:
    """What was done."""
    return KINDS.get(kind) or OTHER.format(kind=kind)


def actor_name(actor: str, names: Mapping[int, str]) -> str:
    """Who did it; `names`: of staff by id."""
    kind, _, number = actor.partition(":")
    if kind in ("staff", "specialist") and number.isdecimal():
        return names.get(int(number), f"#{number}")
    return ACTORS.get(kind, actor)


def details(event: AuditEvent, names: Mapping[int, str]) -> list[str]:
    """What it was about. Of what users wrote, the fields are named, never the words."""
    data, said = event.data, []
    if event.user_id is not None:
        said.append(f"用户 #{event.user_id}")
    if isinstance(data.get("staff"), int) and event.actor != f"staff:{data['staff']}":
        said.append(f"账号：{names.get(data['staff'], data['staff'])}")
    if isinstance(data.get("what"), str):
        said.append(READS.get(data["what"], data["what"]))
    if isinstance(data.get("number"), str):
        said.append(f"编号 {data['number']}")
    if isinstance(data.get("address"), str):
        said.append(f"来自 {data['address']}")
    if event.kind.startswith("staff_"):
        return said + _staff_changes(data)
    if changed := _fields(data):
        said.append(f"涉及：{'、'.join(changed)}")
    return said


def _staff_changes(data: Mapping[str, Any]) -> list[str]:
    old, new = data.get("old") or {}, data.get("new") or {}
    said = []
    for name, value in new.items():
        if name in FIELDS and (value or name in old):
            was = f"{_staff_value(name, old[name])} → " if name in old else ""
            said.append(f"{FIELDS[name]}：{was}{_staff_value(name, value)}")
    return said


def _staff_value(name: str, value: Any) -> str:
    if name == "role":
        return texts.ROLES.get(value, str(value))
    if name == "station":
        return station_name(value)
    if name == "skills":
        return "、".join(category_name(skill) for skill in value) or texts.ALL_SKILLS
    if name == "active":
        return "正常" if value else "已停用"
    if name == "available":
        return "在岗" if value else "离开"
    return str(value)


def _fields(data: Mapping[str, Any]) -> list[str]:
    """The labels of the form's fields that a change touched."""
    labels = {field.id: field.label for field in load_form().fields}
    touched = {name: None for side in ("old", "new") for name in _keys(data.get(side))}
    return [labels[name] for name in touched if name in labels]


def _keys(value: Any) -> list[str]:
    return list(value) if isinstance(value, dict) else []
