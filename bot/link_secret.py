"""The secret that signs links: given as a setting, or made once and kept."""

from __future__ import annotations

import contextlib
import os
import secrets

from bot.settings import SECRET_LENGTH, Settings, SettingsError


def read_secret(settings: Settings) -> str:
    """The secret that signs links: BOT_SECRET, else the one in var/, made at the first start.

    Processes start together: the file appears whole or not at all, and all read the same.
    Raises SettingsError when the file was cut short.
    """
    if settings.secret:
        return settings.secret
    path = settings.var / "secret"
    if not path.exists():
        settings.var.mkdir(parents=True, exist_ok=True)
        draft = settings.var / f".secret-{secrets.token_hex(8)}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    secret = path.read_text().strip()
    if len(secret) < SECRET_LENGTH:
        raise SettingsError(f"{path} is too short for a secret: delete it, a new one is made")
    return secret
