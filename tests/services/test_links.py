"""Links: good for one purpose, one subject, some time, one installation."""

from __future__ import annotations

import stat
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.link_secret import read_secret
from bot.model.errors import LinkError
from bot.services.links import make_link, read_link
from bot.settings import SettingsError, read_settings

SECRET = "s" * 32
NOW = datetime(2026, 3, 2, 1, 0)


def test_link_leads_back_to_its_subject() -> None:
    token = make_link(SECRET, "draft", "17", 60, NOW)
    assert read_link(SECRET, "draft", token, NOW + timedelta(seconds=59)) == "17"


def test_link_fits_into_an_address_as_it_is() -> None:
    token = make_link(SECRET, "document", "ZLXQ-2026-0001", 60, NOW)
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert len(token) < 120


def test_expired_link_is_told_from_a_bad_one() -> None:
    token = make_link(SECRET, "draft", "17", 60, NOW)
    with pytest.raises(LinkError) as refusal:
        read_link(SECRET, "draft", token, NOW + timedelta(seconds=60))
    assert refusal.value.code == "expired"


@pytest.mark.parametrize("position", range(0, 60, 7))
def test_altered_link_is_invalid(position: int) -> None:
    token = make_link(SECRET, "draft", "17", 60, NOW)
    other = "A" if token[position] != "A" else "B"
    with pytest.raises(LinkError) as refusal:
        read_link(SECRET, "draft", token[:position] + other + token[position + 1 :], NOW)
    assert refusal.value.code == "invalid"


def test_link_of_another_draft_cannot_be_put_together() -> None:
    mine = make_link(SECRET, "draft", "17", 60, NOW)
    other = make_link(SECRET, "draft", "18", 60, NOW)
    mixed = other.rsplit(".", 1)[0] + "." + mine.rsplit(".", 1)[1]
    with pytest.raises(LinkError) as refusal:
        read_link(SECRET, "draft", mixed, NOW)
    assert refusal.value.code == "invalid"


def test_link_of_another_purpose_or_installation_is_invalid() -> None:
    token = make_link(SECRET, "document", "17", 60, NOW)
    with pytest.raises(LinkError):
        read_link(SECRET, "draft", token, NOW)
    with pytest.raises(LinkError):
        read_link("t" * 32, "document", token, NOW)


@pytest.mark.parametrize("token", ["", ".", "x", "中文", "a.b.c", "eyJ9.AAAA", "\x00", "a" * 9000])
def test_nonsense_is_an_invalid_link(token: str) -> None:
    with pytest.raises(LinkError) as refusal:
        read_link(SECRET, "draft", token, NOW)
    assert refusal.value.code == "invalid"


def test_secret_is_made_once_by_processes_that_start_together(tmp_path: Path) -> None:
    settings = read_settings({"BOT_VAR": str(tmp_path / "var")})
    start, seen = threading.Barrier(12), []

    def begin() -> None:
        start.wait()
        seen.append(read_secret(settings))

    threads = [threading.Thread(target=begin) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 12
    assert len(set(seen)) == 1
    assert [path.name for path in settings.var.iterdir()] == ["secret"]
    assert stat.S_IMODE((settings.var / "secret").stat().st_mode) == 0o600


def test_given_secret_is_used_and_a_short_one_refused(tmp_path: Path) -> None:
    given = read_settings({"BOT_VAR": str(tmp_path), "BOT_SECRET": "g" * 40})
    assert read_secret(given) == "g" * 40
    assert "g" * 40 not in repr(given)
    assert not (tmp_path / "secret").exists()
    with pytest.raises(SettingsError, match="BOT_SECRET"):
        read_settings({"BOT_SECRET": "short"})
    (tmp_path / "secret").write_text("cut")
    with pytest.raises(SettingsError, match="secret"):
        read_secret(read_settings({"BOT_VAR": str(tmp_path)}))
