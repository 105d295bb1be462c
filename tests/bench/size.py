"""Memory and start-up of each process, beside what its libraries alone need."""

from __future__ import annotations

import re
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bot.redis_server import redis_program
from bot.settings import ROOT
from tests.bench.figures import Figure
from tests.e2e.product import PROCESSES, Product

MB = 2**20
BARE = {
    "actions": "import rasa_sdk.endpoint",
    "assistant": "import rasa.core.run, rasa.core.agent, rasa.nlu.classifiers.diet_classifier",
    "gateway": "import uvicorn, starlette.applications, wechatpy, sqlalchemy, httpx",
    "worker": "import wechatpy, sqlalchemy, httpx",
    "supervisor": "import httpx, redis, uvicorn",
}
"""What each process cannot do without, imported by a bare interpreter."""
NAMES = {
    "assistant": "Rasa imported, no model",
    "actions": "rasa_sdk imported",
    "redis": "redis-server as it comes",
}
READY = re.compile(r"^  (\w+) ready after ([\d.]+) s$", re.MULTILINE)


def bare_interpreters() -> dict[str, tuple[float, float]]:
    """Started at once, as the product's are: seconds until each has its imports, and its MB."""
    begun = time.perf_counter()
    started = {name: _bare(imports) for name, imports in BARE.items()}
    seconds = {}
    while len(seconds) < len(started):
        for name, popen in started.items():
            assert popen.poll() is None, f"{BARE[name]} failed"
            assert popen.stdout is not None
            if name not in seconds and select.select([popen.stdout], [], [], 0.02)[0]:
                popen.stdout.readline()
                seconds[name] = time.perf_counter() - begun
    found = {}
    for name, popen in started.items():
        found[name] = (seconds[name], psutil.Process(popen.pid).memory_info().rss / MB)
        popen.communicate("\n")
    return found


def _bare(imports: str) -> subprocess.Popen[str]:
    code = f"{imports}; print('ready', flush=True); input()"
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def bare_redis() -> float:
    """MB of a Redis server as it comes."""
    with tempfile.TemporaryDirectory() as folder:
        argv = [str(redis_program()), "--port", "0", "--unixsocket", f"{folder}/redis.sock"]
        popen = subprocess.Popen(argv, cwd=folder, stdout=subprocess.DEVNULL)
        while not Path(folder, "redis.sock").exists():
            assert popen.poll() is None, "redis-server failed"
            time.sleep(0.02)
        memory = psutil.Process(popen.pid).memory_info().rss / MB
        popen.terminate()
        popen.wait()
    return float(memory)


def measure_size(product: Product) -> list[Figure]:
    """Memory of the product's processes now, and how long they took to be ready."""
    bare = bare_interpreters()
    need = {"redis": bare_redis(), **{name: memory for name, (_, memory) in bare.items()}}
    figures, whole = [], 0.0
    for name in (*PROCESSES, "supervisor"):
        root = product.popen.pid if name == "supervisor" else product.process_id(name)
        family = [psutil.Process(root)]
        if name != "supervisor":
            family += family[0].children(recursive=True)
        memory = sum(each.memory_info().rss for each in family) / MB
        whole += memory
        against = NAMES.get(name, "its libraries imported")
        figures.append(Figure(f"memory of {name}", memory, "MB", need[name], against))
    figures.append(Figure("memory of all", whole, "MB", sum(need.values()), "all these"))
    ready = {name: float(seconds) for name, seconds in READY.findall(product.said)}
    for name in ("actions", "gateway", "assistant"):
        against = f"{NAMES.get(name, 'its libraries imported')}, all started at once"
        figures.append(Figure(f"start of {name}", ready[name], "s", bare[name][0], against))
    slowest = max(seconds for seconds, _ in bare.values())
    against = "the slowest of these imports"
    figures.append(Figure("start of all", product.seconds, "s", slowest, against))
    return figures
