"""Compile the `requirements*.in` files into exact versions for every platform.

Run by a maintainer, never by `make demo`:
``.venv/bin/python scripts/lock.py [--upgrade] [uv options]``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("requirements", "requirements-dev", "bench/requirements")
HEADER = "# Compiled from {name}.in by scripts/lock.py; edit that file instead.\n"


def main(options: list[str]) -> int:
    """Compile the files in order, since the later ones are constrained by the first."""
    for name in NAMES:
        target = ROOT / f"{name}.txt"
        command = [sys.executable, "-m", "uv", "pip", "compile", f"{name}.in", "-o", f"{name}.txt"]
        command += ["--universal", "--python-version", "3.11", "--no-header", "--quiet"]
        # Where a maintainer's packages came from is no business of the project.
        command += ["--no-emit-index-url", "--no-emit-find-links", *options]
        subprocess.run(command, cwd=ROOT, check=True)
        body = target.read_text(encoding="utf-8").replace("bench/../", "")
        target.write_text(HEADER.format(name=name) + body, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
