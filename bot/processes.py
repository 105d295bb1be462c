"""Which processes the product consists of, and how each is started."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, NoReturn

import httpx
import uvicorn

from bot.ports import require_free_port
from bot.redis_server import redis_command, redis_ready
from bot.settings import ROOT, Settings
from bot.supervisor import Process, StartError, Supervisor, take_folder
from nlu.model_store import INSTALLED, model_in_use

QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
}


def run_one(settings: Settings, name: str) -> int:
    """Become one process."""
    from bot.bootstrap import build_gateway, configure_logging, run_worker

    configure_logging()
    if name == "gateway":
        uvicorn.run(
            build_gateway(settings),
            host=settings.host,
            port=settings.port,
            ws="none",
            access_log=False,  # its lines would hold openids
            log_config=None,  # ours
            log_level="warning",
            timeout_graceful_shutdown=6,
        )
        return 0
    if name == "worker":
        return asyncio.run(_until_stopped(run_worker(settings)))
    return _become_rasa(settings, name)


async def _until_stopped(work: Coroutine[Any, Any, None]) -> int:
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return 0
    return 0


def _become_rasa(settings: Settings, name: str) -> NoReturn:
    """Replace this process by Rasa's server or its action server, listening on loopback."""
    if name == "actions":
        argv = ["-m", "rasa_sdk", "--actions", "actions", "--port", str(settings.actions_port)]
        env = {"SANIC_HOST": "127.0.0.1", "BOT_DEMO": "1" if settings.demo else ""}
    else:
        argv = ["-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(settings.rasa_port)]
        argv += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
        argv += ["--model", str(model_in_use(settings.var))]
        env = {"ACTIONS_URL": f"http://127.0.0.1:{settings.actions_port}/webhook"}
        env["BOT_VAR"] = str(settings.var)
    os.chdir(ROOT)
    os.nice(5)  # under load, what is taken in goes before what is thought about
    os.execve(sys.executable, [sys.executable, *argv], {**os.environ, **QUIET, **env})


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def processes(settings: Settings) -> list[Process]:
    """All processes in the order of their start."""
    demo = ["--demo"] if settings.demo else []

    def own(name: str) -> list[str]:
        return [sys.executable, "-m", "bot", "serve", "--only", name, *demo]

    made = []
    if not settings.redis_url:
        made.append(
            Process("redis", redis_command(settings.var), ready=lambda: redis_ready(settings.redis))
        )
    web = f"http://{settings.host}:{settings.port}"
    made += [
        Process(
            "actions",
            own("actions"),
            QUIET,
            lambda: _answers(f"http://127.0.0.1:{settings.actions_port}/health"),
        ),
        Process(
            "assistant",
            own("assistant"),
            QUIET,
            lambda: _answers(f"{settings.rasa_url}/webhooks/turn/ready"),
            300,
        ),
        Process("gateway", own("gateway"), QUIET, lambda: _answers(f"{web}/healthz")),
        Process("worker", own("worker"), QUIET),
    ]
    return made


def run_all(settings: Settings) -> int:
    """Run the whole product until it is stopped."""
    from bot.first_staff import desk_sign_ins
    from bot.storage.database import migrate

    try:
        lock = take_folder(settings.var)
        require_free_port(settings.host, settings.port, "BOT_PORT")
        require_free_port("127.0.0.1", settings.rasa_port, "RASA_PORT")
        require_free_port("127.0.0.1", settings.actions_port, "ACTIONS_PORT")
        if not INSTALLED.exists():
            raise StartError("There is no trained model in models/. Run: make train")
        children = processes(settings)
    except StartError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    Path(settings.var / "redis.sock").unlink(missing_ok=True)
    migrate(settings.database)
    print(f"Starting (logs in {settings.var / 'log'}) …", flush=True)

    def announce() -> None:
        web = f"http://{settings.host}:{settings.port}"
        sign_ins = desk_sign_ins(settings)
        print("\nReady.", flush=True)
        if settings.demo:
            print(f"  Phone page:  {web}/simulator/", flush=True)
        else:
            print(f"  WeChat URL:  {settings.link_base}/wechat", flush=True)
        print(f"  Desk:        {settings.link_base}/desk", flush=True)
        for line in sign_ins:
            print(f"               {line}", flush=True)
        print(f"  State:       {web}/readyz", flush=True)
        python = sys.executable.removeprefix(f"{ROOT}/")
        print(f'  Try:         {python} -m bot say "电子秤检定找谁"', flush=True)
        print("  Stop:        Ctrl-C", flush=True)

    with lock:
        return Supervisor(children, settings.var).run(announce)
