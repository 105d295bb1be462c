"""Refuse to start on a port that something else holds, and say what holds it."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from pathlib import Path

from bot.supervisor import StartError

LISTEN = "0A"  # TCP_LISTEN in the `st` column of /proc/net/tcp, see proc(5)


def require_free_port(host: str, port: int, setting: str) -> None:
    """Raise StartError, naming holder and way out, unless `host`:`port` can be listened on.

    `setting` is the environment variable that chooses the port, such as BOT_PORT.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                cause = f"Port {port} is in use by {describe_holder(port)}"
                way_out = f"stop it, or set {setting} to a free port."
            else:
                cause = f"Cannot listen on {host}:{port}: {error.strerror}"
                way_out = f"set {setting} to a port this user may open."
            raise StartError(f"{cause}; {way_out}") from None


def describe_holder(port: int) -> str:
    """Command and id of the process that listens on `port`, as far as /proc shows it."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*") if sockets else ():
        # Processes of other users, or that end meanwhile, cannot be read.
        with contextlib.suppress(OSError):
            for handle in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if os.readlink(handle) in sockets:
                        words = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                        command = words.decode("utf-8", "replace")[:80].strip()
                        return f"process {process.name} ({command})"
    return "another process"


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text("ascii").splitlines()[1:]:
                columns = line.split()
                if columns[3] == LISTEN and int(columns[1].rsplit(":", 1)[1], 16) == port:
                    found.add(columns[9])
    return found
