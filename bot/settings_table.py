"""`python -m bot.settings_table`: writes docs/settings.md from bot/settings.py."""

from __future__ import annotations

from dataclasses import MISSING, Field
from pathlib import Path
from typing import Any

from bot.settings import ROOT, VARIABLES

TARGET = ROOT / "docs" / "settings.md"
HEAD = """# Settings

All are environment variables; an empty one counts as not set. Times are seconds, sizes bytes.
Made from `bot/settings.py` by `python -m bot.settings_table`: do not edit.

| variable | default | meaning |
|---|---|---|
"""


def settings_table() -> str:
    """The file's text."""
    rows = [
        f"| `{name}` | {_default(field)} | {_meaning(field)} |" for name, field in VARIABLES.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


def _default(field: Field[Any]) -> str:
    if field.default in (MISSING, ""):
        return "`var/`" if field.name == "var" else ""
    number = isinstance(field.default, float) and field.default.is_integer()
    return f"`{int(field.default) if number else field.default}`"


def _meaning(field: Field[Any]) -> str:
    choices = field.metadata["choices"]
    return field.metadata["meaning"] + (f" ({', '.join(choices)})" if choices else "")


def main(target: Path = TARGET) -> None:
    """Write the file."""
    target.write_text(settings_table(), encoding="utf-8")
    print(f"Written: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
