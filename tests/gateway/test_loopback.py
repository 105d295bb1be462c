"""The client of the assistant's server: what it reads, and what it takes for no answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.gateway.loopback import Loopback, LoopbackError

Client = Callable[[Loopback, "Server"], Awaitable[None]]


class Server:
    """Answers each request with the bytes of `answers` in turn; b"" closes the connection."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0)
                writer.write(answer)
                if not answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()


def answer(body: bytes, status: str = "200 OK", **fields: str) -> bytes:
    """A response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def talk(server: Server, client: Client) -> None:
    """Run `client` against `server`."""

    async def run() -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        loopback = Loopback(f"http://127.0.0.1:{port}")
        await client(loopback, server)
        loopback.close()
        listening.close()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_json_goes_out_and_the_answer_comes_back() -> None:
    async def client(loopback: Loopback, server: Server) -> None:
        assert await loopback.post("/turn", {"text": "电子秤"}) == (200, "好".encode())
        assert await loopback.get("/ready") == (503, b"")
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /turn HTTP/1.1\r\nHost: 127.0.0.1:")
        assert json.loads(body) == {"text": "电子秤"}
        assert server.connections == 1, "the connection is kept"

    talk(Server(answer("好".encode()), answer(b"", "503 Service Unavailable")), client)


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 well\r\nContent-Length: 0\r\n\r\n",
        b"no HTTP at all\r\n\r\n",
        b"x" * 200_000 + b"\r\n\r\n",
    ],
)
def test_what_cannot_be_read_is_no_answer_and_spoils_nothing(spoilt: bytes) -> None:
    async def client(loopback: Loopback, server: Server) -> None:
        with pytest.raises(LoopbackError):
            await loopback.post("/turn", {})
        assert await loopback.post("/turn", {}) == (200, b"ok")
        assert server.connections == 2, "a spoilt connection is not used again"

    talk(Server(spoilt, answer(b"ok")), client)


def test_nobody_listening_is_no_answer() -> None:
    async def run() -> None:
        with pytest.raises(LoopbackError, match="ConnectionRefusedError"):
            await Loopback("http://127.0.0.1:9").get("/ready")

    asyncio.run(run())


def test_an_answer_given_up_is_not_taken_for_the_next() -> None:
    class Slow(Server):
        async def serve(self, reader: Any, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.3 if not self.connections else 0)
            await super().serve(reader, writer)

    async def client(loopback: Loopback, server: Server) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(loopback.post("/turn", {"n": 1}), 0.1)
        server.connections = 1
        assert await loopback.post("/turn", {"n": 2}) == (200, b"second")
        await asyncio.sleep(0.4)

    talk(Slow(answer(b"second"), answer(b"first")), client)


def test_requests_at_once_do_not_mix() -> None:
    class Echo(Server):
        async def serve(self, reader: asyncio.StreamReader, writer: Any) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            await asyncio.sleep(0.05 - json.loads(body) * 0.002)
            writer.write(answer(body, Connection="close"))
            writer.close()

    async def client(loopback: Loopback, server: Server) -> None:
        found = await asyncio.gather(*(loopback.post("/turn", n) for n in range(20)))
        assert found == [(200, str(n).encode()) for n in range(20)]

    talk(Echo(), client)


def test_a_connection_that_the_server_closed_is_not_used() -> None:
    async def client(loopback: Loopback, server: Server) -> None:
        assert await loopback.get("/one") == (200, b"1")
        assert await loopback.get("/two") == (200, b"2")
        assert server.connections == 2

    talk(Server(answer(b"1", Connection="close"), answer(b"2")), client)
