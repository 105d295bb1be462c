"""Every setting of the product, read once from the environment and then frozen."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO_ACCOUNT = {
    "WECHAT_APP_ID": "wxdemo0000000000",
    "WECHAT_APP_SECRET": "demo-secret",
    "WECHAT_TOKEN": "demotoken",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
"""Credentials of the simulated account: used by `make demo` only, never by `serve`."""


class SettingsError(Exception):
    """A setting is missing or malformed; the message names the variable and the way out."""


@dataclass(frozen=True)
class Settings:
    """All settings. Times are seconds, sizes bytes. The environment variable stands beside each."""

    var: Path  # BOT_VAR: everything that is written
    host: str = "127.0.0.1"  # BOT_HOST
    port: int = 8080  # BOT_PORT
    public_url: str = ""  # PUBLIC_URL: address put into links
    app_id: str = ""  # WECHAT_APP_ID
    app_secret: str = field(default="", repr=False)  # WECHAT_APP_SECRET
    token: str = field(default="", repr=False)  # WECHAT_TOKEN
    aes_key: str = field(default="", repr=False)  # WECHAT_AES_KEY
    previous_aes_key: str = field(default="", repr=False)  # WECHAT_PREVIOUS_AES_KEY: key rotation
    mode: str = "safe"  # WECHAT_MODE: plain, compatible or safe
    api_base: str = "https://api.weixin.qq.com"  # WECHAT_API_BASE
    account_kind: str = "service"  # WECHAT_ACCOUNT_KIND: service or subscription
    database_url: str = ""  # DATABASE_URL: SQLite in var/ when empty
    redis_url: str = ""  # REDIS_URL: an embedded server when empty
    rasa_port: int = 5005  # RASA_PORT: loopback only
    actions_port: int = 5055  # ACTIONS_PORT: loopback only
    deliveries: int = 3  # WECHAT_DELIVERIES: how often the platform delivers one push in all
    push_cut: float = 5.0  # WECHAT_PUSH_CUT: when the platform cuts a push's connection
    passive_budget: float = 4.2  # PASSIVE_BUDGET: answer a push by then, whatever happens
    push_max_age: float = 600.0  # WECHAT_PUSH_MAX_AGE: a push signed longer ago is refused
    body_limit: int = 262_144  # WECHAT_BODY_LIMIT: a larger push is refused with 413
    assistant_patience: float = 60.0  # ASSISTANT_PATIENCE: then the user gets an apology
    quota_after_message: int = 5  # WECHAT_QUOTA_MESSAGE: sends in 48 h after a user's message
    quota_after_click: int = 3  # WECHAT_QUOTA_CLICK: sends in 60 s after a click, follow or scan
    secret: str = field(default="", repr=False)  # BOT_SECRET: signs links; made in var/ when empty
    # A draft's link leads to personal data: long enough for a pause over a holiday, no longer.
    draft_link_seconds: float = 604_800.0  # DRAFT_LINK_SECONDS
    document_link_seconds: float = 604_800.0  # DOCUMENT_LINK_SECONDS: to download the filled form
    page_body_limit: int = 262_144  # PAGE_BODY_LIMIT: a larger posted form is refused with 413
    # The desk. The open page of the chats counts as use; an office day is one session.
    desk_idle_seconds: float = 7_200.0  # DESK_IDLE_SECONDS: then who used no page is signed out
    desk_session_seconds: float = 43_200.0  # DESK_SESSION_SECONDS: then everybody signs in again
    # Generous: nobody who forgot is shut out for long, yet guessing gets nowhere.
    sign_in_tries: int = 10  # SIGN_IN_TRIES: failures of one login from one address in the window
    sign_in_tries_address: int = 100  # SIGN_IN_TRIES_ADDRESS: an office may share one address
    sign_in_window: float = 900.0  # SIGN_IN_WINDOW: seconds after which a failure is forgotten
    upload_limit: int = 10_485_760  # UPLOAD_LIMIT: larger files sent to the desk are refused
    # Who talks to users in person: `own`, the desk; `wechat`, the platform's own app for agents.
    human_desk: str = "own"  # WECHAT_HUMAN_DESK
    handoff_warn_seconds: float = 180.0  # HANDOFF_WARN_SECONDS: so long in the queue, told to wait
    handoff_late_seconds: float = 600.0  # HANDOFF_LATE_SECONDS: then offered other ways, and urgent
    # In the queue, what is written is acknowledged no more often than this.
    handoff_acknowledge_seconds: float = 60.0  # HANDOFF_ACKNOWLEDGE_SECONDS
    # The owner does not answer the user: reminded, then the chat is passed on.
    handoff_silent_warn_seconds: float = 180.0  # HANDOFF_SILENT_WARN_SECONDS
    handoff_silent_pass_seconds: float = 360.0  # HANDOFF_SILENT_PASS_SECONDS
    # The owner has not used the desk for so long: passed on as soon as the user waits.
    handoff_absent_seconds: float = 120.0  # HANDOFF_ABSENT_SECONDS
    handoff_reserved_seconds: float = 120.0  # HANDOFF_RESERVED_SECONDS: then others may take it
    # Out of hours: after so long a silence the message is kept and the assistant is back.
    handoff_message_seconds: float = 300.0  # HANDOFF_MESSAGE_SECONDS
    handoff_rating_seconds: float = 86_400.0  # HANDOFF_RATING_SECONDS: a rating is taken so long
    demo: bool = False  # set by `python -m bot demo`

    @property
    def sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database.startswith("sqlite")

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.var / 'bot.db'}"

    @property
    def redis(self) -> str:
        """Address of Redis; the embedded one listens on a socket in var/."""
        return self.redis_url or f"unix://{self.var / 'redis.sock'}"

    @property
    def rasa_url(self) -> str:
        """Address of the assistant's own server."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def link_base(self) -> str:
        """Address that links sent to users begin with, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether people reach the pages by https: cookies are then sent by it alone."""
        return self.public_url.startswith("https://")


VARIABLES = {
    "BOT_HOST": "host",
    "BOT_PORT": "port",
    "PUBLIC_URL": "public_url",
    "WECHAT_APP_ID": "app_id",
    "WECHAT_APP_SECRET": "app_secret",
    "WECHAT_TOKEN": "token",
    "WECHAT_AES_KEY": "aes_key",
    "WECHAT_PREVIOUS_AES_KEY": "previous_aes_key",
    "WECHAT_MODE": "mode",
    "WECHAT_API_BASE": "api_base",
    "WECHAT_ACCOUNT_KIND": "account_kind",
    "DATABASE_URL": "database_url",
    "REDIS_URL": "redis_url",
    "RASA_PORT": "rasa_port",
    "ACTIONS_PORT": "actions_port",
    "WECHAT_DELIVERIES": "deliveries",
    "WECHAT_PUSH_CUT": "push_cut",
    "PASSIVE_BUDGET": "passive_budget",
    "WECHAT_PUSH_MAX_AGE": "push_max_age",
    "WECHAT_BODY_LIMIT": "body_limit",
    "ASSISTANT_PATIENCE": "assistant_patience",
    "WECHAT_QUOTA_MESSAGE": "quota_after_message",
    "WECHAT_QUOTA_CLICK": "quota_after_click",
    "BOT_SECRET": "secret",
    "DRAFT_LINK_SECONDS": "draft_link_seconds",
    "DOCUMENT_LINK_SECONDS": "document_link_seconds",
    "PAGE_BODY_LIMIT": "page_body_limit",
    "DESK_IDLE_SECONDS": "desk_idle_seconds",
    "DESK_SESSION_SECONDS": "desk_session_seconds",
    "SIGN_IN_TRIES": "sign_in_tries",
    "SIGN_IN_TRIES_ADDRESS": "sign_in_tries_address",
    "SIGN_IN_WINDOW": "sign_in_window",
    "UPLOAD_LIMIT": "upload_limit",
    "WECHAT_HUMAN_DESK": "human_desk",
    "HANDOFF_WARN_SECONDS": "handoff_warn_seconds",
    "HANDOFF_LATE_SECONDS": "handoff_late_seconds",
    "HANDOFF_ACKNOWLEDGE_SECONDS": "handoff_acknowledge_seconds",
    "HANDOFF_SILENT_WARN_SECONDS": "handoff_silent_warn_seconds",
    "HANDOFF_SILENT_PASS_SECONDS": "handoff_silent_pass_seconds",
    "HANDOFF_ABSENT_SECONDS": "handoff_absent_seconds",
    "HANDOFF_RESERVED_SECONDS": "handoff_reserved_seconds",
    "HANDOFF_MESSAGE_SECONDS": "handoff_message_seconds",
    "HANDOFF_RATING_SECONDS": "handoff_rating_seconds",
}
SECRET_LENGTH = 32
CHOICES = {
    "mode": ("plain", "compatible", "safe"),
    "account_kind": ("service", "subscription"),
    "human_desk": ("own", "wechat"),
}


def read_settings(environ: Mapping[str, str] = os.environ, *, demo: bool = False) -> Settings:
    """Settings from environment variables; an empty variable counts as not set.

    With `demo`, what is missing of the account is filled with the simulated one.
    Raises SettingsError naming the variable.
    """
    values: dict[str, object] = {
        "var": Path(environ.get("BOT_VAR") or ROOT / "var").resolve(),
        "demo": demo,
    }
    for variable, name in VARIABLES.items():
        raw = environ.get(variable) or (DEMO_ACCOUNT.get(variable, "") if demo else "")
        if not raw:
            continue
        kind = Settings.__dataclass_fields__[name].type
        try:
            values[name] = int(raw) if kind == "int" else float(raw) if kind == "float" else raw
        except ValueError:
            raise SettingsError(f"{variable}={raw!r} is not a number") from None
        if name in CHOICES and raw not in CHOICES[name]:
            raise SettingsError(f"{variable}={raw!r}: must be one of {', '.join(CHOICES[name])}")
    settings = Settings(**values)  # type: ignore[arg-type]
    if 0 < len(settings.secret) < SECRET_LENGTH:
        raise SettingsError(
            f"BOT_SECRET has {len(settings.secret)} characters, {SECRET_LENGTH} are needed: "
            "take the output of `openssl rand -hex 32`"
        )
    if demo and not environ.get("WECHAT_API_BASE"):
        settings = Settings(
            **{**values, "api_base": f"http://127.0.0.1:{settings.port}/simulator"}  # type: ignore[arg-type]
        )
    return settings


def require_account(settings: Settings) -> None:
    """Raise SettingsError naming the first missing or malformed setting of the WeChat account."""
    needed = ["WECHAT_APP_ID", "WECHAT_TOKEN"]
    if settings.account_kind == "service":
        needed.append("WECHAT_APP_SECRET")
    if settings.mode != "plain":
        needed.append("WECHAT_AES_KEY")
    for variable in needed:
        if not getattr(settings, VARIABLES[variable]):
            raise SettingsError(
                f"{variable} is not set: copy it from the account's page 设置与开发 → 基本配置"
            )
    for variable in ("WECHAT_AES_KEY", "WECHAT_PREVIOUS_AES_KEY"):
        key = getattr(settings, VARIABLES[variable])
        if key and len(key) != 43:
            raise SettingsError(f"{variable} has {len(key)} characters, the platform's have 43")


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
