"""Setting up a real account: check, menu and QR codes, against the simulated platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bot.account import run_account_command
from bot.settings import Settings, SettingsError, require_account
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from knowledge import load_knowledge
from tests.conftest import free_port, serving

Make = Callable[..., Settings]


@pytest.fixture
def platform(make_settings: Make) -> Iterator[str]:
    """The platform's address; its account is the demo's."""
    settings = make_settings()
    config = SimulatorConfig(
        push_url="http://127.0.0.1:9/wechat",
        app_id=settings.app_id,
        app_secret=settings.app_secret,
        token=settings.token,
        aes_key=settings.aes_key,
    )
    with serving(create_simulator(config), free_port()) as base:
        yield base


def test_check_says_what_is_right_and_what_to_enter(
    make_settings: Make, platform: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = make_settings(WECHAT_API_BASE=platform, PUBLIC_URL="https://zl.example.cn")
    assert run_account_command(settings, "check") == 0
    said = capsys.readouterr().out
    assert "✗" not in said
    assert "https://zl.example.cn/wechat" in said
    assert settings.app_secret not in said


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"WECHAT_APP_SECRET": "wrong"}, "WECHAT_APP_SECRET"),
        ({"WECHAT_APP_ID": "wx0000000000000000"}, "WECHAT_APP_ID"),
        ({"WECHAT_API_BASE": "http://127.0.0.1:9"}, "WECHAT_API_BASE"),
    ],
)
def test_check_names_the_setting_to_change(
    make_settings: Make,
    platform: str,
    capsys: pytest.CaptureFixture[str],
    variables: dict[str, str],
    words: str,
) -> None:
    settings = make_settings(**{"WECHAT_API_BASE": platform, **variables})
    assert run_account_command(settings, "check") == 1
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "words"),
    [(40164, "IP"), (89503, "administrator"), (40243, "frozen"), (48001, "verified")],
)
def test_refusals_are_explained(
    make_settings: Make,
    platform: str,
    capsys: pytest.CaptureFixture[str],
    code: int,
    words: str,
) -> None:
    httpx.post(
        f"{platform}/control/fault", json={"path": "get_api_domain_ip", "errcode": code, "times": 5}
    )
    settings = make_settings(WECHAT_API_BASE=platform)
    assert run_account_command(settings, "check") == 1
    assert words in capsys.readouterr().out


def test_menu_is_published(make_settings: Make, platform: str) -> None:
    settings = make_settings(WECHAT_API_BASE=platform)
    assert run_account_command(settings, "menu") == 0
    shown = httpx.get(f"{platform}/account").json()["menu"]
    assert [len(entry["name"]) <= 4 for entry in shown] == [True] * len(shown)
    assert {sub["key"] for entry in shown for sub in entry.get("sub_button", [])} >= {
        "process",
        "form",
        "contact",
    }


def test_each_station_gets_its_code_as_a_picture(make_settings: Make, platform: str) -> None:
    settings = make_settings(WECHAT_API_BASE=platform)
    assert run_account_command(settings, "qrcode") == 0
    pictures = sorted(path.stem for path in Path(settings.var / "qrcodes").glob("*.png"))
    assert pictures == sorted(station.scene for station in load_knowledge().stations)
    for path in (settings.var / "qrcodes").glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("WECHAT_TOKEN", ""), ("WECHAT_AES_KEY", "short"), ("WECHAT_APP_ID", "")],
)
def test_missing_settings_are_named(make_settings: Make, variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        require_account(make_settings(**{variable: value}))


def test_unpublished_menu_is_the_negative_control(platform: str) -> None:
    assert httpx.get(f"{platform}/account").json()["menu"] == []
