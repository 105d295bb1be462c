"""What keeps the product from starting is told with its cause and the way out."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bot.ports import require_free_port
from bot.redis_server import redis_command
from bot.supervisor import StartError, take_folder


def test_a_port_in_use_names_its_holder_and_the_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError) as caught:
            require_free_port("127.0.0.1", port, "BOT_PORT")
    message = str(caught.value)
    assert message.startswith(f"Port {port} is in use by process {os.getpid()} (")
    assert message.endswith("stop it, or set BOT_PORT to a free port.")
    require_free_port("127.0.0.1", port, "BOT_PORT")


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(StartError, match=r"Cannot listen on 192\.0\.2\.1:8080: .*BOT_PORT"):
        require_free_port("192.0.2.1", 8080, "BOT_PORT")


def test_a_folder_is_used_by_one_run(tmp_path: Path) -> None:
    with take_folder(tmp_path), pytest.raises(StartError, match=r"Another run uses .*BOT_VAR"):
        take_folder(tmp_path)
    take_folder(tmp_path).close()


def test_a_folder_too_deep_for_a_socket_is_told(tmp_path: Path) -> None:
    deep = tmp_path / ("深" * 40)
    with pytest.raises(StartError, match="too long for a socket: set BOT_VAR"):
        redis_command(deep)
    command = redis_command(Path("/run/bot"))
    assert Path(command[0]).name == "redis-server"
    assert command[command.index("--unixsocket") + 1] == "/run/bot/redis.sock"
