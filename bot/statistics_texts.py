"""What the figures of the statistics are called, and their definitions as printed beside them."""

from __future__ import annotations

# (name, unit, definition). A rate is shown in percent.
FIGURES = {
    "demands": ("需求数", "件", "本期提交的需求，按提交时间计。"),
    "online_rate": ("线上占比", "%", "本期提交的需求中，企业自己在公众号或网页上提交的占比。"),
    "matters": (
        "事项数",
        "项",
        "本期提交的需求分成的事项；一个需求由几个单位服务，就有几个事项；"
        "企业修改或中心分析时撤销的不计。",
    ),
    "completed": ("完成数", "项", "上述事项中，到现在为止已完成服务的。"),
    "completion_rate": ("完成率", "%", "上述事项除去企业撤回的，已完成服务的占比。"),
    "on_time_rate": (
        "按时率",
        "%",
        "已完成服务的事项中，受理、转办、评估、预约、服务各环节都没有超过时限的占比。",
    ),
    "returns": ("退回数", "次", "上述事项被部门或机构退回、重新匹配的次数。"),
    "ratings": ("评价数", "次", "上述事项中，企业已经评价的。"),
    "rating_rate": ("评价率", "%", "已完成服务的事项中，企业已经评价的占比。"),
    "satisfaction": ("满意率", "%", "企业的评价中，4分和5分的占比。"),
    "mean_score": ("平均分", "分", "企业评价的平均分，1到5分。"),
    "consultations": (
        "咨询人次",
        "人次",
        "本期在公众号里发过文字或语音的用户，每人每天计一次；服务站按用户扫过的码，"
        "不分类别和单位。",
    ),
    "handoffs": ("转人工数", "次", "本期转给质量服务专员的对话，按转出时间计；不分单位。"),
    "assistant_rate": ("助手自主解决率", "%", "咨询人次中，当天没有转人工的占比；不分类别和单位。"),
}
# Kinds of hot topics, as FIGURES.
TOPICS = {
    "services": ("需求热点：服务项目", "项", "上述事项中，属于联系清单（附件3）内各项服务的。"),
    "options": (
        "需求热点：需求表选项",
        "项",
        "上述事项中，需求内容有需求表该选项的；企业自己写的话不计。",
    ),
    "asked": (
        "咨询热点：服务类别",
        "次",
        "本期在公众号里问到该类别的对话；隔六小时再说话算另一次，一次问到几类各计一次；"
        "不分单位和来源。",
    ),
}
DIMENSIONS = {
    "station": "服务站",
    "category": "服务类别",
    "organisation": "承办单位",
    "source": "来源",
    "month": "月份",
}
NO_STATION = "未经服务站"
NO_ORGANISATION = "尚未转办"
OUTSIDE_LIST = "清单以外的服务"
NOT_ANALYSED = "尚未分析"
SAME_LAST_YEAR = "同比"
PERIOD_BEFORE = "环比"
POINTS = "{points}个百分点"
"""How much a rate has changed."""

# The page.
THIS_MONTH, LAST_MONTH, THIS_QUARTER, THIS_YEAR = "本月", "上月", "本季", "本年"
CHART_COUNT, CHART_OPEN = "项", "未完成"
WORKBOOK_NAME, BULLETIN_NAME = "统计{first}至{last}.xlsx", "月报{first}至{last}.docx"

# The workbook.
SHEET_FIGURES = "指标"
SHEET_TOPICS = "热点"
COLUMN_FIGURE = "指标"
COLUMN_VALUE = "本期"
COLUMN_UNIT = "单位"
COLUMN_DEFINITION = "口径"
COLUMN_KIND = "种类"
COLUMN_TOPIC = "热点"
COLUMN_COUNT = "数量"

# The monthly bulletin.
BULLETIN_TITLE = "质量基础设施“一站式”服务月报"
BULLETIN_PERIOD = "统计期：{first}至{last}"
BULLETIN_MADE = "生成日期：{day}"
BULLETIN_OVERVIEW = "一、总体情况"
BULLETIN_BREAKDOWN = "{number}、按{dimension}"
BULLETIN_TOPICS = "{number}、{topic}"
BULLETIN_NONE = "本期没有数据"
BULLETIN_NOTE = "指标口径"
NUMERALS = "一二三四五六七八九"
