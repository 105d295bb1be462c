"""The texts of the resource database and of 质量事项清单 at the desk."""

from __future__ import annotations

QUALITY_STATES = {"collected": "已收集", "submitted": "已报服务中心", "settled": "已处理"}
QUALITY_TAGS = {"collected": "", "submitted": "tag_info", "settled": "tag_ok"}
QUALITY_ADDED = "已记入质量事项清单。"
QUALITY_SUBMITTED = "已将 {n} 条报质量服务中心。"
QUALITY_SETTLED = "已记录处理情况。"
QUALITY_ERRORS = {
    "company_missing": "请填写企业名称。",
    "problem_missing": "请填写质量事项。",
    "too_long": "有一项写得太长，请精简。",
    "category": "没有这个类别，请重新选择。",
    "station": "请选择服务站。",
    "source": "请选择来源。",
    "status": "这一条还没有报服务中心，或者已经处理过。",
    "stale": "同事刚处理过这一条，下面是最新的情况。",
    "answer_missing": "请写明处理情况。",
}
ORGANISATION_ERRORS = {
    "name_missing": "请填写名称。",
    "name_taken": "已有同名的单位。",
    "too_long": "名称或联系人太长。",
    "kind": "请选择类型。",
    "telephone": "联系电话只能是数字和短横线。",
    "categories": "没有这个服务类别，请重新选择。",
    "services": "没有这个清单项目，请重新选择。",
    "stations": "没有这个服务站，请重新选择。",
    "capabilities": "专长太多（最多 60 个），或者有一个太长（最多 64 个字）。",
    "stale": "同事刚修改过这个单位，您的修改没有保存。下面是最新的内容，请核对后再改。",
}
ITEM_ERRORS = {
    "name_missing": "请填写简称。",
    "name_parted": "简称里不要用顿号、逗号、分号。",
    "name_taken": "已有同样简称的项目。",
    "text_missing": "请填写服务项目的内容。",
    "too_long": "简称或内容太长（简称最多 40 个字，内容最多 1000 个字）。",
    "heading": "请选择清单类别。",
    "categories": "请至少选择一个服务类别。",
    "departments": "请填写承办部门，每个不超过 64 个字。",
    "telephones": "请填写联系电话，只能是数字和短横线。",
    "terms": "请填写企业常用的说法（最多 200 个，每个不超过 64 个字）。",
    "stale": "同事刚修改过这个项目，您的修改没有保存。下面是最新的内容，请核对后再改。",
    "category_empty": "这样“{categories}”就没有在用的项目了，企业问起来答不了。请先添加新的。",
}
LINK_STALE = "同事刚修改过其中一个承接单位，这次没有保存。您填的内容都在下面，请再保存一次。"
ITEM_SAVED = "已保存，智能助手从现在起按新的内容答复。"
EXPERT_ERRORS = {
    "name_missing": "请填写姓名。",
    "name_taken": "这个单位已有同名的专家。",
    "field_missing": "请填写专长。",
    "too_long": "姓名最多 40 个字，单位、专长、可接访时间各最多 120 个字。",
    "categories": "请至少选择一个服务类别。",
    "stations": "没有这个接访服务站，请重新选择。",
    "terms": "专长词太多（最多 60 个），或者有一个太长（最多 64 个字）。",
    "stale": "同事刚修改过这位专家，您的修改没有保存。下面是最新的内容，请核对后再改。",
}
EXPERT_RETIRED = "已保存。这位专家还有 {n} 场接访，请逐场换人，“轮值接访”里标有“需换专家”。"
FIELDS = {
    "name": "名称",
    "heading": "清单类别",
    "categories": "服务类别",
    "also": "兼属类别",
    "text": "服务项目",
    "departments": "承办部门",
    "telephones": "联系电话",
    "terms": "常用说法",
    "source": "来源",
    "active": "状态",
    "kind": "类型",
    "services": "清单项目",
    "capabilities": "专长",
    "organisation": "单位",
    "field": "专长",
    "availability": "可接访时间",
    "confirms": "场次需确认",
    "stations": "服务站",
    "contact": "联系人",
    "telephone": "联系电话",
    "sample": "示例数据",
}
"""How changes on record call the fields of a resource."""
IN_USE, OUT_OF_USE = "在用", "停用"
YES, NO, NOTHING = "是", "否", "空"
ADDED_RESOURCE = "添加"
CHANGE = "{field}：{old} → {new}"
SAVED = "已保存。"
IMPORTED = "导入完成：新增 {added} 个，修改 {changed} 个，没有变化 {same} 个。"
IMPORT_STALE = "同事刚修改过，这次没有导入任何内容，请重新导入。"
IMPORT_NOTHING = "没有导入任何内容，请改好下面这些行再上传："
FILE_MISSING = "请选择 Excel 文件（.xlsx）。"
