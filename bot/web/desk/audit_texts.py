"""How the page 操作记录 says who did what, and what it was about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.services.resources.history import is_addition
from bot.services.staff.audit import AuditEvent
from bot.web.desk import texts
from bot.web.desk.audit_kinds import GROUPS, KINDS
from bot.web.desk.formats import category_name, station_name
from bot.web.desk.resource_changes import change_lines
from knowledge.form import load_form

OTHER = "其他操作（{kind}）"
READS = {
    "transcript": "会话记录",
    "transcripts": "会话记录列表",
    "demand": "需求",
    "profile": "企业档案",
    "chat": "人工会话",
    "picture": "会话中的图片",
    "file": "需求附件",
    "draft": "未提交的需求表",
    "walk_ins": "暂存的接件",
    "booking": "预约",
    "session": "接访场次",
    "individual_requests": "个别预约",
    "quality_matters": "质量事项清单",
    "export": "导出文件",
}
CHANNELS = {
    "wechat": "微信",
    "h5": "手机页面",
    "desk": "工作台",
    "link": "办理链接",
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


def details(event: AuditEvent, names: Mapping[int, str], items: Mapping[str, str]) -> list[str]:
    """What it was about. Of what users wrote, the fields are named, never the words.

    `names`: of staff by id; `items`: of service items by id.
    """
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
    if event.kind in GROUPS["resources"][1]:
        name = [data["name"]] if isinstance(data.get("name"), str) else []
        sides = (data.get("old") or {}, data.get("new") or {})
        return said + name + change_lines(is_addition(event.kind), *sides, items)
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
