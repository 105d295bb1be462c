"""What the assistant says, made into as few messages as fit the platform's limits."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from bot.model.message_text import TEXT_LIMIT, clean, size, split
from bot.texts import CHOOSE_BY_NUMBER, CHOOSE_BY_TYPING, YOU_MAY

Choice = dict[str, Any]
Body = dict[str, Any]
"""{"text": str, "choices": [{"title", "payload", "numbered"?, "words"?}], "transfer"?: true,
"image"?: id}

`transfer`: as the answer to a message it hands the user to the platform's own desk instead of
saying `text`, which is for all other ways. `image`: a row of chat_pictures, sent by the API alone.

A choice with `numbered` false can be tapped or typed by its title: where a number typed is an
answer to the form's question, it must not be taken for a choice. `words`: what is typed for it
besides.
"""
_LONGEST_ID = 10**12
"""Row ids are not known while composing; links are measured with one this long."""


def render_links(body: Body, row_id: int) -> str:
    """`body` as one text: each choice a line that can be tapped, or typed as its number.

    Where the links would not fit, the choices stand as plain lines: their numbers do as well.
    """
    if not body["choices"]:
        return str(body["text"])
    linked = _linked(body, row_id)
    return linked if size(linked) <= TEXT_LIMIT else _numbered(body)


def _linked(body: Body, row_id: int) -> str:
    lines = [
        f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(choice["title"])}'
        f'&msgmenuid={row_id}.{number}">{escape(_label(choice, number), quote=False)}</a>'
        for number, choice in enumerate(body["choices"], 1)
    ]
    return "\n".join(filter(None, [body["text"] + "\n", *lines, _how(body, CHOOSE_BY_NUMBER)]))


def _numbered(body: Body) -> str:
    lines = [_label(choice, number) for number, choice in enumerate(body["choices"], 1)]
    return "\n".join(filter(None, [body["text"] + "\n", *lines, _how(body, CHOOSE_BY_TYPING)]))


def _label(choice: Choice, number: int) -> str:
    title = str(choice["title"])
    return f"{number}. {title}" if choice.get("numbered", True) else title


def _how(body: Body, by_number: str) -> str:
    """How to choose, said only where a number is a way."""
    return by_number if any(c.get("numbered", True) for c in body["choices"]) else ""


def render_menu(body: Body, row_id: int) -> dict[str, Any]:
    """`body` as the platform's `msgmenu`; ids as in `render_links`."""
    return {
        "head_content": body["text"] + "\n",
        "list": [
            {"id": f"{row_id}.{number}", "content": _label(choice, number)}
            for number, choice in enumerate(body["choices"], 1)
        ],
        "tail_content": "\n" + _how(body, CHOOSE_BY_NUMBER),
    }


def compose(messages: list[Body]) -> list[Body]:
    """`messages` joined into bodies that each fit one text of the platform.

    Only the last may carry choices: numbers typed later belong to what was said last. Choices
    that fit no text even as plain lines are left out from the end.
    """
    if any(m.get("transfer") for m in messages):
        text = "\n\n".join(filter(None, (clean(m["text"]).strip() for m in messages)))
        return [{"text": split(text)[0], "choices": [], "transfer": True}]
    offered: list[Choice] = next((m["choices"] for m in reversed(messages) if m.get("choices")), [])
    choices = [{**choice, "title": clean(choice["title"])} for choice in offered]
    parts = [part for m in messages for part in split(clean(m["text"]).strip()) if part]
    bodies: list[Body] = []
    for part in parts:
        if bodies and size(bodies[-1]["text"]) + 2 + size(part) <= TEXT_LIMIT:
            bodies[-1]["text"] += "\n\n" + part
        else:
            bodies.append({"text": part, "choices": []})
    if not choices:
        return bodies
    last = {"text": bodies[-1]["text"] if bodies else "", "choices": choices}
    if bodies and size(_linked(last, _LONGEST_ID)) <= TEXT_LIMIT:
        return [*bodies[:-1], last]
    while size(_numbered(alone := {"text": YOU_MAY, "choices": choices})) > TEXT_LIMIT:
        choices = choices[:-1]
    return [*bodies, alone]
