"""Settings: read from the environment, refused with the variable's name, listed in docs/."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import DEMO_ACCOUNT, VARIABLES, Settings, SettingsError, read_settings
from bot.settings_table import TARGET, settings_table


def test_every_setting_is_documented() -> None:
    assert TARGET.read_text(encoding="utf-8") == settings_table(), (
        "bot/settings.py changed: run python -m bot.settings_table"
    )


def test_what_is_not_set_or_empty_has_its_default(tmp_path: Path) -> None:
    read = read_settings({"BOT_VAR": str(tmp_path), "BOT_PORT": "", "WECHAT_MODE": ""})
    assert read == Settings(var=tmp_path)


def test_each_variable_is_read_as_what_it_is() -> None:
    given = {"BOT_PORT": "81", "PASSIVE_BUDGET": "3", "WECHAT_MODE": "plain", "BOT_VAR": "/srv/bot"}
    read = read_settings(given)
    assert (read.port, read.mode, read.var) == (81, "plain", Path("/srv/bot"))
    assert isinstance(read.passive_budget, float)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BOT_PORT", "eighty"),
        ("HANDOFF_LATE_SECONDS", "10 min"),
        ("WECHAT_MODE", "none"),
        ("WECHAT_HUMAN_DESK", "both"),
        ("BOT_SECRET", "short"),
    ],
)
def test_what_cannot_be_is_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        read_settings({variable: value})


def test_secrets_are_never_shown() -> None:
    long = "0123456789" * 5
    secret = {name: long for name, setting in VARIABLES.items() if not setting.repr}
    assert {"WECHAT_APP_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "BOT_SECRET"} <= secret.keys()
    assert long not in repr(read_settings(secret))


def test_the_demo_needs_no_account_and_takes_a_given_one() -> None:
    demo = read_settings({"BOT_PORT": "9000"}, demo=True)
    assert (demo.app_id, demo.token) == (
        DEMO_ACCOUNT["WECHAT_APP_ID"],
        DEMO_ACCOUNT["WECHAT_TOKEN"],
    )
    assert demo.api_base == "http://127.0.0.1:9000/simulator"
    given = read_settings({"WECHAT_TOKEN": "own", "WECHAT_API_BASE": "http://peer"}, demo=True)
    assert (given.token, given.api_base) == ("own", "http://peer")
