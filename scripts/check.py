"""Run every check that needs no test run, and print a table: name, time, verdict.

    python3 scripts/check.py [name ...]

All of them run, two at a time, also after one has failed; the words of the
failed ones follow the table.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from scripts import _shell, bootstrap
from scripts._shell import ROOT, Fault, say

BIN = ROOT / ".venv" / "bin"
MANAGE = (str(bootstrap.PYTHON), "manage.py")
TEMPLATES_FOR = "5.2"
SHOWN_LINES = 60
# Nothing here talks to a database; this address makes sure that nothing can.
NO_DATABASE = "postgres://nobody@/nothing?host=/nonexistent"
# The environment that docs/production.md asks for, with values that are nobody's.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SITE_URL": "https://pay.example.org",
    "ALLOWED_HOSTS": "pay.example.org",
    "SANDBOX_BANK_SECRET": "nobody-knows-this-sandbox-secret-of-fifty-characters",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    "CACHE_URL": "rediscache://127.0.0.1:6379/1",
}


@dataclass(frozen=True)
class Check:
    """One check: a command that exits with 0 when all is well."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What became of one check."""

    check: Check
    seconds: float
    code: int
    output: str


def list_checks() -> list[Check]:
    """Return all checks, the slow ones first, so that two cores end together."""
    templates = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("templates/**/*.html"))
    production = {**PRODUCTION, "SECRET_KEY": secrets.token_urlsafe(64)}
    deploy = (*MANAGE, "check", "--deploy", "--fail-level", "WARNING")
    checks = [
        Check("types", (str(BIN / "mypy"),)),
        Check("contracts", (str(BIN / "lint-imports"), "--no-cache")),
        Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
        Check("django", (*MANAGE, "check", "--fail-level", "WARNING")),
        Check("deployment", deploy, production),
        Check("messages", (str(bootstrap.PYTHON), "scripts/messages.py", "check")),
        Check("format", (str(BIN / "ruff"), "format", "--check", ".")),
        Check("lint", (str(BIN / "ruff"), "check", "--output-format", "concise", ".")),
    ]
    if templates:
        djade = (str(BIN / "djade"), "--check", "--target-version", TEMPLATES_FOR)
        checks.append(Check("templates", (*djade, *templates)))
    return checks


def run(check: Check) -> Verdict:
    """Run one check to its end."""
    begun = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": NO_DATABASE,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            # makemigrations would like to look at the database, and says that it could not.
            "PYTHONWARNINGS": "ignore:Got an error checking:RuntimeWarning",
            **check.environment,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return Verdict(check, time.monotonic() - begun, done.returncode, done.stdout)


def main(arguments: list[str]) -> int:
    """Run the checks that are named, or all.

    :raises Fault: on a name that is none.
    """
    bootstrap.enter(bootstrap.DEVELOPMENT)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    checks = list_checks()
    unknown = set(arguments) - {check.name for check in checks}
    if unknown:
        names = ", ".join(check.name for check in checks)
        raise Fault(f"There is no check {', '.join(sorted(unknown))}; there are: {names}.")
    chosen = [check for check in checks if not arguments or check.name in arguments]
    with ThreadPoolExecutor(max_workers=2) as pool:
        verdicts = list(pool.map(run, chosen))
    report(verdicts)
    return 1 if any(verdict.code for verdict in verdicts) else 0


def report(verdicts: list[Verdict]) -> None:
    """Print what failed checks said, then the table, so that the table is seen."""
    for verdict in verdicts:
        if verdict.code:
            lines = verdict.output.rstrip().splitlines()
            say(f"--- {verdict.check.name}")
            if len(lines) > SHOWN_LINES:
                say(f"(the last {SHOWN_LINES} of {len(lines)} lines)")
            say("\n".join(lines[-SHOWN_LINES:]) + "\n")
    for verdict in verdicts:
        word = "FAILED" if verdict.code else "ok"
        say(f"{verdict.check.name:<12} {verdict.seconds:6.1f} s  {word}")


if __name__ == "__main__":
    _shell.run_main(main)
