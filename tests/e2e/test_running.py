"""The product as its operator runs it: commands, state, faults, stopping."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx

from bot.settings import ROOT
from tests.e2e.product import Product, environment, run_command

SECONDS_NOT_A_TRAINING = 90.0
"""Twice what a start takes on two busy cores; a training takes longer."""


def test_say_prints_the_reply(product: Product) -> None:
    done = product.command("say", "电子秤检定找谁")
    assert done.returncode == 0, done.stderr
    assert "承办部门：区市场监管局、市计量质检院第三分院" in done.stdout
    assert "联系电话：49473890" in done.stdout


def test_say_without_an_instance_names_the_way_out(tmp_path: Path) -> None:
    done = run_command(environment(tmp_path), "say", "电子秤检定找谁")
    assert (done.returncode, done.stdout) == (1, "")
    assert "make demo" in done.stderr


def test_demo_prints_sign_ins_of_the_desk_that_work(product: Product) -> None:
    said = product.said
    assert f"Desk:        {product.web}/desk\n" in said
    lines = said.partition("/desk\n")[2].partition("  State:")[0].splitlines()
    people = dict(line.split()[:2] for line in lines)
    assert set(people) == {"admin", "fenghuanghu", "gangqiao", "window", "centre", "jigou"}
    for login, password in people.items():
        with httpx.Client(base_url=product.web, trust_env=False) as http:
            done = http.post("/desk/sign-in", data={"login": login, "password": password})
            assert done.headers["location"] == "/desk/", login
            assert http.get("/desk/").status_code == 200, "no change of password in the demo"
    logs = [path for path in product.logs if path != product.output]
    kept = "".join(path.read_text(errors="replace") for path in logs)
    assert not any(password in kept for password in people.values())


def test_state_and_metrics_are_served(product: Product) -> None:
    product.command("say", "怎么注册商标", "--user", "metrics-user")
    assert httpx.get(f"{product.web}/healthz").json() == {"status": "ok"}
    state = httpx.get(f"{product.web}/readyz")
    assert state.status_code == 200
    assert state.json() == {"database": True, "redis": True, "assistant": True}
    metrics = httpx.get(f"{product.web}/metrics").text
    values = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    assert float(values['messages_in{status="done"}']) >= 1
    assert float(values['messages_out{status="sent"}']) >= 1
    assert float(values["wechat_push_seconds_count"]) >= 1


def test_it_starts_in_seconds(product: Product) -> None:
    assert product.seconds < SECONDS_NOT_A_TRAINING
    assert "Phone page:" in product.said
    assert str(product.settings.port) in product.said


def test_a_second_set_up_does_nothing_for_long() -> None:
    begun = time.monotonic()
    made = subprocess.run(
        ["make", "--no-print-directory", "setup"], cwd=ROOT, capture_output=True, timeout=60
    )
    assert made.returncode == 0, made.stderr
    assert time.monotonic() - begun < 20


def test_a_model_that_is_up_to_date_is_not_trained_again() -> None:
    popen = subprocess.Popen(
        ["make", "--no-print-directory", "train"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert popen.stdout is not None
    lines = []
    for line in popen.stdout:
        lines.append(line.strip())
        if "training" in line:
            os.killpg(popen.pid, signal.SIGKILL)
    popen.wait()
    assert lines[-1] == "Model is up to date."


def test_a_port_in_use_is_named_with_its_holder_and_setting(
    product: Product, tmp_path: Path
) -> None:
    taken = environment(tmp_path, BOT_PORT=product.settings.port)
    done = run_command(taken, "demo")
    assert done.returncode == 1
    assert f"Port {product.settings.port} is in use by process" in done.stderr
    assert str(product.process_id("gateway")) in done.stderr
    assert "BOT_PORT" in done.stderr
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        done = run_command(environment(tmp_path, RASA_PORT=number), "demo")
    assert f"Port {number} is in use" in done.stderr
    assert "RASA_PORT" in done.stderr


def test_a_folder_in_use_is_refused(product: Product) -> None:
    done = run_command(environment(product.settings.var), "demo")
    assert done.returncode == 1
    assert "BOT_VAR" in done.stderr
    assert product.ready(), "the running instance goes on"


def test_without_a_model_it_says_what_to_run(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    for name in ("bot", "nlu", "knowledge"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = run_command(environment(tmp_path / "var"), "demo", folder=copy)
    assert done.returncode == 1
    assert "make train" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_account_names_the_setting(tmp_path: Path) -> None:
    done = run_command(environment(tmp_path), "serve")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: WECHAT_APP_ID is not set")


def test_only_the_gateway_is_reachable_from_outside(product: Product) -> None:
    """Rasa has no sign-in of its own: its ports are bound to loopback."""
    hosts = {
        line.split()[1].split(":")[0]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
        and int(line.split()[1].split(":")[1], 16)
        in (product.settings.rasa_port, product.settings.actions_port)
    }
    assert hosts == {"0100007F"}
