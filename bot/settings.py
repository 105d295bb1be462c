"""Every setting of the product, read once from the environment and then frozen."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

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


T = TypeVar("T")


def _setting(
    variable: str, default: T, meaning: str, *, choices: tuple[str, ...] = (), secret: bool = False
) -> T:
    """A setting read from `variable`; `secret`: never shown."""
    metadata = {"variable": variable, "meaning": meaning, "choices": choices}
    made: T = field(default=default, repr=not secret, metadata=metadata)
    return made


@dataclass(frozen=True)
class Settings:
    """All settings. Times are seconds, sizes bytes."""

    var: Path = field(
        metadata={"variable": "BOT_VAR", "meaning": "everything that is written", "choices": ()}
    )
    host: str = _setting("BOT_HOST", "127.0.0.1", "address of the gateway, the desk and H5")
    port: int = _setting("BOT_PORT", 8080, "its port")
    public_url: str = _setting("PUBLIC_URL", "", "address put into links; BOT_HOST's when empty")
    app_id: str = _setting("WECHAT_APP_ID", "", "the account's AppID")
    app_secret: str = _setting("WECHAT_APP_SECRET", "", "the account's AppSecret", secret=True)
    token: str = _setting("WECHAT_TOKEN", "", "the token that signs pushes", secret=True)
    aes_key: str = _setting("WECHAT_AES_KEY", "", "the key of encrypted pushes", secret=True)
    previous_aes_key: str = _setting(
        "WECHAT_PREVIOUS_AES_KEY", "", "the key before, while keys are changed", secret=True
    )
    mode: str = _setting(
        "WECHAT_MODE", "safe", "how pushes are encrypted", choices=("plain", "compatible", "safe")
    )
    api_base: str = _setting(
        "WECHAT_API_BASE", "https://api.weixin.qq.com", "address of the platform's API"
    )
    account_kind: str = _setting(
        "WECHAT_ACCOUNT_KIND",
        "service",
        "`service` has the customer-service API, `subscription` answers pushes only",
        choices=("service", "subscription"),
    )
    database_url: str = _setting("DATABASE_URL", "", "the database; SQLite in BOT_VAR when empty")
    redis_url: str = _setting("REDIS_URL", "", "Redis; an embedded server when empty")
    rasa_port: int = _setting("RASA_PORT", 5005, "the assistant's port, on loopback only")
    actions_port: int = _setting("ACTIONS_PORT", 5055, "the action server's port, on loopback only")
    deliveries: int = _setting(
        "WECHAT_DELIVERIES", 3, "how often the platform delivers one push in all"
    )
    push_cut: float = _setting("WECHAT_PUSH_CUT", 5.0, "when the platform cuts a push's connection")
    passive_budget: float = _setting(
        "PASSIVE_BUDGET", 4.2, "a push is answered by then, whatever happens"
    )
    push_max_age: float = _setting(
        "WECHAT_PUSH_MAX_AGE", 600.0, "a push signed longer ago is refused"
    )
    body_limit: int = _setting("WECHAT_BODY_LIMIT", 262_144, "a larger push is refused with 413")
    assistant_patience: float = _setting(
        "ASSISTANT_PATIENCE", 60.0, "so long the assistant is asked; then the user gets an apology"
    )
    quota_after_message: int = _setting(
        "WECHAT_QUOTA_MESSAGE", 5, "sends in 48 hours after a user's message"
    )
    quota_after_click: int = _setting(
        "WECHAT_QUOTA_CLICK", 3, "sends in 60 seconds after a click, a follow or a scan"
    )
    secret: str = _setting(
        "BOT_SECRET",
        "",
        "signs links; made in BOT_VAR when empty, so that several machines need it set alike",
        secret=True,
    )
    draft_link_seconds: float = _setting(
        "DRAFT_LINK_SECONDS",
        604_800.0,
        "a draft's link leads to personal data: long enough for a holiday, no longer",
    )
    document_link_seconds: float = _setting(
        "DOCUMENT_LINK_SECONDS", 604_800.0, "so long the filled form can be downloaded"
    )
    page_body_limit: int = _setting(
        "PAGE_BODY_LIMIT", 262_144, "a larger posted form is refused with 413"
    )
    desk_idle_seconds: float = _setting(
        "DESK_IDLE_SECONDS",
        7_200.0,
        "then who used no page of the desk is signed out; the open page of the chats counts as use",
    )
    desk_session_seconds: float = _setting(
        "DESK_SESSION_SECONDS",
        43_200.0,
        "then everybody signs in again: an office day is one session",
    )
    # Generous: nobody who forgot is shut out for long, yet guessing gets nowhere.
    sign_in_tries: int = _setting(
        "SIGN_IN_TRIES", 10, "failures of one login from one address in the window"
    )
    sign_in_tries_address: int = _setting(
        "SIGN_IN_TRIES_ADDRESS", 100, "failures from one address: an office may share one"
    )
    sign_in_window: float = _setting("SIGN_IN_WINDOW", 900.0, "after which a failure is forgotten")
    upload_limit: int = _setting(
        "UPLOAD_LIMIT", 10_485_760, "larger files sent to the desk are refused"
    )
    human_desk: str = _setting(
        "WECHAT_HUMAN_DESK",
        "own",
        "who talks to users in person: `own`, the desk; `wechat`, the platform's app for agents",
        choices=("own", "wechat"),
    )
    handoff_warn_seconds: float = _setting(
        "HANDOFF_WARN_SECONDS", 180.0, "so long in the queue, then told to wait"
    )
    handoff_late_seconds: float = _setting(
        "HANDOFF_LATE_SECONDS", 600.0, "so long in the queue, then offered other ways, and urgent"
    )
    handoff_acknowledge_seconds: float = _setting(
        "HANDOFF_ACKNOWLEDGE_SECONDS",
        60.0,
        "in the queue, what is written is acknowledged no more often than this",
    )
    handoff_silent_warn_seconds: float = _setting(
        "HANDOFF_SILENT_WARN_SECONDS", 180.0, "an owner who does not answer is reminded"
    )
    handoff_silent_pass_seconds: float = _setting(
        "HANDOFF_SILENT_PASS_SECONDS", 360.0, "then the chat is passed on"
    )
    handoff_absent_seconds: float = _setting(
        "HANDOFF_ABSENT_SECONDS",
        120.0,
        "an owner who has not used the desk for so long loses the chat as soon as the user waits",
    )
    handoff_reserved_seconds: float = _setting(
        "HANDOFF_RESERVED_SECONDS", 120.0, "then others may take a chat kept for one specialist"
    )
    handoff_message_seconds: float = _setting(
        "HANDOFF_MESSAGE_SECONDS",
        300.0,
        "out of hours: after so long a silence the message is kept and the assistant is back",
    )
    handoff_rating_seconds: float = _setting(
        "HANDOFF_RATING_SECONDS", 86_400.0, "so long a rating is taken"
    )
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


VARIABLES: dict[str, Field[Any]] = {
    setting.metadata["variable"]: setting for setting in fields(Settings) if setting.metadata
}
"""Each setting by its environment variable."""
SECRET_LENGTH = 32
_NUMBERS: dict[object, Callable[[str], float]] = {"int": int, "float": float}


def read_settings(environ: Mapping[str, str] = os.environ, *, demo: bool = False) -> Settings:
    """Settings from environment variables; an empty variable counts as not set.

    With `demo`, what is missing of the account is filled with the simulated one.
    Raises SettingsError naming the variable.
    """
    given = {**(DEMO_ACCOUNT if demo else {}), **{n: raw for n, raw in environ.items() if raw}}
    values = {
        setting.name: _read(variable, setting, given[variable])
        for variable, setting in VARIABLES.items()
        if variable in given
    }
    settings = Settings(**{"var": (ROOT / "var").resolve(), **values, "demo": demo})
    if 0 < len(settings.secret) < SECRET_LENGTH:
        raise SettingsError(
            f"BOT_SECRET has {len(settings.secret)} characters, {SECRET_LENGTH} are needed: "
            "take the output of `openssl rand -hex 32`"
        )
    if demo and "WECHAT_API_BASE" not in given:
        return replace(settings, api_base=f"http://127.0.0.1:{settings.port}/simulator")
    return settings


def _read(variable: str, setting: Field[Any], raw: str) -> Any:
    if setting.type == "Path":
        return Path(raw).resolve()
    if (choices := setting.metadata["choices"]) and raw not in choices:
        raise SettingsError(f"{variable}={raw!r}: must be one of {', '.join(choices)}")
    try:
        return _NUMBERS[setting.type](raw) if setting.type in _NUMBERS else raw
    except ValueError:
        raise SettingsError(f"{variable}={raw!r} is not a number") from None


def require_account(settings: Settings) -> None:
    """Raise SettingsError naming the first missing or malformed setting of the WeChat account."""
    needed = ["WECHAT_APP_ID", "WECHAT_TOKEN"]
    if settings.account_kind == "service":
        needed.append("WECHAT_APP_SECRET")
    if settings.mode != "plain":
        needed.append("WECHAT_AES_KEY")
    for variable in needed:
        if not getattr(settings, VARIABLES[variable].name):
            raise SettingsError(
                f"{variable} is not set: copy it from the account's page 设置与开发 → 基本配置"
            )
    for variable in ("WECHAT_AES_KEY", "WECHAT_PREVIOUS_AES_KEY"):
        key = getattr(settings, VARIABLES[variable].name)
        if key and len(key) != 43:
            raise SettingsError(f"{variable} has {len(key)} characters, the platform's have 43")
