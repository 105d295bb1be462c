"""`python -m tests.bench [PART …]`: measure all parts, or some; print a table, write JSON."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.settings import read_settings
from tests.bench import acknowledgement, bookings, classifier, demands, transcripts
from tests.bench.figures import Figure, table, write_json
from tests.bench.form import measure_form
from tests.bench.size import measure_size
from tests.bench.turns import measure_turns
from tests.e2e.product import running


def measure_product(var: Path) -> list[Figure]:
    """Everything about the whole product, started once."""
    with running(var) as product:
        figures = [*measure_turns(product), *measure_form(product), *measure_size(product)]
        return [*figures, *acknowledgement.measure_overload(product)]


PARTS: dict[str, Callable[[Path], list[Figure]]] = {
    "acknowledgement": acknowledgement.measure,
    "product": measure_product,
    "classifier": classifier.measure,
    "bookings": bookings.measure,
    "demands": demands.measure,
    "transcripts": transcripts.measure,
}


def main() -> int:
    """Exit status 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    wanted = parser.parse_args().parts or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    figures: list[Figure] = []
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        for name in wanted:
            print(f"· {name} … ({time.monotonic() - begun:.0f} s so far)", flush=True)
            figures += PARTS[name](Path(folder) / name[:8])
    print("\n" + "\n".join(table(figures)))
    path = read_settings(demo=True).var / "bench.json"
    about = {"python": platform.python_version(), "cores": os.cpu_count(), "parts": wanted}
    write_json(path, figures, seconds=round(time.monotonic() - begun), **about)
    print(f"\nWritten to {path}")
    missed = [each.name for each in figures if each.missed]
    if missed:
        print(f"Missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
