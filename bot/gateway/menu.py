"""The account's custom menu: 3 × 5 at most, names of 4 and 8 characters (platform: 自定义菜单)."""

from __future__ import annotations

from typing import Any

MENU: dict[str, Any] = {
    "button": [
        {"name": "问服务", "type": "click", "key": "ask"},
        {
            "name": "办事指南",
            "sub_button": [
                {"name": "服务流程", "type": "click", "key": "process"},
                {"name": "质量服务站", "type": "click", "key": "stations"},
                {"name": "约专家", "type": "click", "key": "book"},
                {"name": "转人工", "type": "click", "key": "person"},
            ],
        },
        {
            "name": "我的需求",
            "sub_button": [
                {"name": "填需求表", "type": "click", "key": "form"},
                {"name": "我的需求", "type": "click", "key": "demands"},
                {"name": "我的预约", "type": "click", "key": "bookings"},
                {"name": "联系电话", "type": "click", "key": "contact"},
            ],
        },
    ]
}
