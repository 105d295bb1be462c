"""A draft that stands at a field: what the enterprise answered before it."""

from __future__ import annotations

from typing import Any

from knowledge.form import DemandForm, FormField

ANSWERED: dict[str, Any] = {
    "company_name": "重庆市永川区鑫源铸造有限公司",
    "legal_representative": "周明德",
    "business_scope": "铸件生产、销售",
    "industry": "铸造业",
    "registered_address": "重庆市永川区凤凰湖工业园凤龙大道88号",
    "postal_address": "重庆市永川区中山路街道人民大道1号",
    "founded": "2008-05",
    "employees": 86,
    "contact": "质量部 李静",
    "telephone": "13983001234",
    "methods": ["5S/6S", "ISO9000", "六西格玛管理"],
    "training_wants": ["标准培训"],
    "quality_wants": ["质量诊断"],
    "standardization_wants": ["标准制修订"],
    "metrology_wants": ["计量检定、校准"],
    "testing_wants": ["产品检验检测"],
    "certification_wants": ["强制性产品认证咨询", "自愿性产品认证咨询"],
    "ip_wants": ["商标申请受理咨询服务"],
    "other_wants": "无",
    "next_projects": ["质量奖申报"],
}
CELLS = {
    "product": "卫生陶瓷",
    "standard_name": "卫生陶瓷",
    "standard_number": "GB 6952-2015",
    "adopted": "未采标",
    "published": "是",
}


def find_label(form: DemandForm, label: str) -> tuple[FormField, FormField | None]:
    """The field, and of rows the column, that annex 4 calls `label`."""
    for field in form.fields:
        if field.label == label and field.kind != "rows":
            return field, None
        for column in field.columns:
            if column.label == label:
                return field, column
    return next(field for field in form.fields if field.label == label), None


def standing_at(form: DemandForm, label: str) -> tuple[str, dict[str, Any]]:
    """The path being asked, and the answers given before: every section is wanted."""
    field, column = find_label(form, label)
    answers = before(form, field.id)
    if column is None:
        return field.id, answers
    row: dict[str, str] = {}
    for other in field.columns:
        if other is column:
            break
        row[other.id] = CELLS[other.id]
    answers[field.id] = [row] if row else []
    return f"{field.id}.1.{column.id}", answers


def before(form: DemandForm, field_id: str) -> dict[str, Any]:
    """The answers to all fields before this one."""
    answers: dict[str, Any] = {}
    for field in form.fields:
        if field.id == field_id:
            break
        if field.id == "wanted":
            answers["wanted"] = list(field.options)
        elif field.kind == "rows":
            answers[field.id] = [dict(CELLS)]
        elif field.id in ANSWERED:
            answers[field.id] = ANSWERED[field.id]
    return answers
