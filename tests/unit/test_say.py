"""`python -m bot say` shows what a person reads, not the platform's markup."""

from __future__ import annotations

from bot.gateway.compose import render_links
from bot.say import readable


def test_choices_are_their_titles() -> None:
    choices = [{"title": "A&B<类", "payload": "/x"}, {"title": "服务流程", "payload": "/y"}]
    shown = readable(render_links({"text": "还可以：", "choices": choices}, 7))
    assert "href" not in shown
    assert "1. A&B<类\n2. 服务流程" in shown


def test_links_keep_their_addresses() -> None:
    link = '<a href="https://example.com/h5/form/abc">打开需求表</a>'
    assert (
        readable(f"到网页上填：{link}") == "到网页上填：打开需求表 https://example.com/h5/form/abc"
    )
