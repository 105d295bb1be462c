"""The desk's pages as its navigation and home page name them, in this order."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.rights import Staff


@dataclass(frozen=True)
class Entry:
    """One place to go. Whoever adds a page adds its entry to ENTRIES."""

    label: str
    path: str  # below /desk, with a leading slash; pages below it count as the same place
    right: str  # a key of RIGHTS: who lacks it does not see the entry
    about: str  # one line for the home page's tile
    also: tuple[str, ...] = ()  # further paths of the same place


ENTRIES: list[Entry] = [
    Entry("会话", "/chats", "chats", "接待请求人工的用户，查看排队和同事的会话"),
    Entry("需求", "/demands", "demands", "企业的服务需求：分析、转办、匹配、服务记录、办结"),
    Entry(
        "资源库",
        "/service-items",
        "resources",
        "服务项目清单、责任部门和技术服务机构、质量专家：维护、导入导出",
        ("/organisations", "/experts"),
    ),
    Entry(
        "统计", "/statistics", "statistics", "需求、完成、按时、满意率，按站点、类别、单位；月报"
    ),
    Entry("轮值接访", "/rota", "rota", "专家接访的日程，谁约了、谁来了，窗口登记"),
    Entry("会话记录", "/transcripts", "transcripts", "查看、检索会话，标记答错和没听懂的话"),
    Entry("学习", "/learning", "learning", "审核更正，训练助手，比较后上线"),
    Entry("人员", "/staff", "staff", "添加工作人员，设置角色、站点，重置密码"),
    Entry("操作记录", "/audit", "audit", "谁在什么时候查看、修改了什么"),
]


def entries_for(staff: Staff) -> list[Entry]:
    """What the person may open."""
    return [entry for entry in ENTRIES if staff.may(entry.right)]


def is_at(entry: Entry, path: str) -> bool:
    """Whether the page at `path` (below /desk) is in the entry's place."""
    return any(path == each or path.startswith(f"{each}/") for each in (entry.path, *entry.also))
