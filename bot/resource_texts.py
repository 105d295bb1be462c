"""The workbook of organisations: its columns, and what is wrong with a row of it."""

from __future__ import annotations

SHEET = "服务机构"
NAME, KIND, CATEGORIES, SERVICES = "名称", "类型", "服务类别", "清单项目"
CAPABILITIES, STATIONS, CONTACT, TELEPHONE = "专长", "就近服务站", "联系人", "联系电话"
SOURCE, SAMPLE, ACTIVE = "来源", "示例", "启用"
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
YES, NO = "是", "否"
JOIN = "、"
ROW_ERRORS = {
    "name_missing": "没有写名称",
    "name_twice": "这个名称在表里有两行",
    "too_long": "名称或联系人太长",
    "kind": "类型要写“部门”或“技术服务机构”",
    "telephone": "联系电话只能是数字和短横线",
    "categories": "没有这个服务类别：{unknown}",
    "services": "没有这个清单项目：{unknown}",
    "stations": "没有这个服务站：{unknown}",
    "capabilities": "专长太多，或者有一个太长",
    "yes_no": "“示例”和“启用”要写“是”或“否”",
}
ROW_ERROR = "第{row}行：{problem}"
FILE_ERRORS = {
    "unreadable": "文件打不开，请上传 Excel 文件（.xlsx）。",
    "columns": "缺少这些列：{missing}",
    "too_many": "行数太多，最多{most}行。",
    "empty": "表里没有内容。",
}
