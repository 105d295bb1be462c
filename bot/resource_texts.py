"""The workbooks of resources: their columns, and what is wrong with a row."""

from __future__ import annotations

YES, NO = "是", "否"
JOIN = "、"
ROW_ERROR = "第{row}行“{column}”：{problem}"
CELL_ERRORS = {
    "name_twice": "这个名称在表里有两行",
    "unknown": "没有“{unknown}”这一项",
    "yes_no": "要写“是”或“否”",
}
"""What cannot be read in a cell of any workbook."""
FILE_ERRORS = {
    "unreadable": "文件打不开，请上传 Excel 文件（.xlsx）。",
    "columns": "缺少这些列：{missing}",
    "too_many": "行数太多，最多{most}行。",
    "empty": "表里没有内容。",
}

NAME, KIND, CATEGORIES, SERVICES = "名称", "类型", "服务类别", "清单项目"
CAPABILITIES, STATIONS, CONTACT, TELEPHONE = "专长", "就近服务站", "联系人", "联系电话"
SOURCE, SAMPLE, ACTIVE = "来源", "示例", "启用"

# Organisations
SHEET = "服务机构"
COLUMNS = {
    NAME: 28,
    KIND: 14,
    CATEGORIES: 24,
    SERVICES: 30,
    CAPABILITIES: 36,
    STATIONS: 24,
    CONTACT: 12,
    TELEPHONE: 18,
    SOURCE: 30,
    SAMPLE: 8,
    ACTIVE: 8,
}
"""Each column's name with its width in characters."""
FAULTS = {
    "name_missing": (NAME, "没有写名称"),
    "too_long": (NAME, "名称或联系人太长"),
    "kind": (KIND, "要写“部门”或“技术服务机构”"),
    "telephone": (TELEPHONE, "只能是数字和短横线"),
    "capabilities": (CAPABILITIES, "专长太多，或者有一个太长"),
}
"""What is wrong with a row, by the service's code: the column and the sentence."""

# Service items
ITEM_SHEET = "服务项目"
ITEM_NAME, HEADING, ALSO, TEXT = "简称", "清单类别", "兼属类别", "服务项目"
DEPARTMENTS, TERMS, ITEM_ACTIVE = "承办部门", "常用说法", "在用"
ITEM_COLUMNS = {
    ITEM_NAME: 24,
    HEADING: 20,
    CATEGORIES: 18,
    ALSO: 14,
    TEXT: 60,
    DEPARTMENTS: 30,
    TELEPHONE: 20,
    TERMS: 60,
    SOURCE: 28,
    ITEM_ACTIVE: 8,
}
ITEM_FAULTS = {
    "name_missing": (ITEM_NAME, "没有写简称"),
    "name_parted": (ITEM_NAME, "简称里不要用顿号、逗号、分号"),
    "text_missing": (TEXT, "没有写服务项目的内容"),
    "too_long": (TEXT, "简称或内容太长（简称最多 40 个字，内容最多 1000 个字）"),
    "heading": (HEADING, "清单里没有这个类别"),
    "categories": (CATEGORIES, "至少要写一个服务类别"),
    "departments": (DEPARTMENTS, "没有写承办部门，或者有一个太长"),
    "telephones": (TELEPHONE, "没有写电话，或者有一个不是数字和短横线"),
    "terms": (TERMS, "没有写常用说法，或者太多、有一个太长"),
}

# Experts
EXPERT_SHEET = "质量专家"
EXPERT_NAME, EXPERT_ORGANISATION, FIELD = "姓名", "单位", "专长"
EXPERT_TERMS, EXPERT_STATIONS, AVAILABILITY = "专长词", "接访服务站", "可接访时间"
CONFIRMS, EXPERT_ACTIVE = "场次需确认", "在聘"
EXPERT_COLUMNS = {
    EXPERT_NAME: 12,
    EXPERT_ORGANISATION: 28,
    FIELD: 36,
    CATEGORIES: 20,
    EXPERT_TERMS: 36,
    EXPERT_STATIONS: 30,
    AVAILABILITY: 20,
    CONFIRMS: 12,
    SOURCE: 28,
    SAMPLE: 8,
    EXPERT_ACTIVE: 8,
}
EXPERT_FAULTS = {
    "name_missing": (EXPERT_NAME, "没有写姓名"),
    "field_missing": (FIELD, "没有写专长"),
    "too_long": (FIELD, "姓名、单位、专长或可接访时间太长"),
    "categories": (CATEGORIES, "至少要写一个服务类别"),
    "stations": (EXPERT_STATIONS, "没有这个接访服务站"),
    "terms": (EXPERT_TERMS, "专长词太多，或者有一个太长"),
}
