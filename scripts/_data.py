"""Make a data directory of PostgreSQL whole or not at all, and look after an old one.

Everything here happens while the keeper's lock is held and no server runs.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from scripts import _orphans, _shell
from scripts._place import Place
from scripts._shell import Fault

ROLE = DATABASE = "tongbao"
# One role for the application: it owns its database and may create others (the
# tests do), but is no superuser, just as in production.
ROLE_SQL = (
    f"CREATE ROLE {ROLE} LOGIN CREATEDB",
    f"GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO {ROLE}",
    f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
)


def prepare(place: Place, *, durable: bool, log: Path) -> str:
    """Make the data directory, or clear what a crash left in it; return the role's password.

    :raises Fault: when initdb fails or another version made the data.
    """
    unfinished = place.data.with_name("data.unfinished")
    _orphans.stop_servers(unfinished)
    secret = place.home / "password"
    password = secret.read_text(encoding="ascii") if secret.exists() else ""
    known = bool(password)
    if not known:
        password = secrets.token_hex(24)
        write_private(secret, password)
    if place.data.exists():
        require_version(place.data, place.bin)
        # No process is left (see _orphans), so the file can only be stale. It
        # may be truncated, or name a stranger's process: both stop a start.
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        if not known:
            run_alone(place, place.data, (password_sql(password),), log)
    else:
        init(place, unfinished, durable=durable, password=password, log=log)
        unfinished.rename(place.data)
    return password


def init(place: Place, new: Path, *, durable: bool, password: str, log: Path) -> None:
    """Run initdb and set up the role, without the server ever listening."""
    _shell.need_space(new, 150)
    shutil.rmtree(new, ignore_errors=True)
    place.private_dir(new)
    command = [str(place.bin / "initdb"), "-D", str(new), "-U", "postgres"]
    command += ["--auth=reject", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    command += ["--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions"]
    run(place, command if durable else [*command, "--no-sync"], log)
    rules = new / "pg_hba.conf"
    rules.write_text(f"local all {ROLE} scram-sha-256\n", encoding="ascii")
    run_alone(place, new, (*ROLE_SQL, password_sql(password)), log)


def password_sql(password: str) -> str:
    """Return the statement that sets the role's password."""
    return f"ALTER ROLE {ROLE} PASSWORD '{password}'"


def run_alone(place: Place, data: Path, statements: tuple[str, ...], log: Path) -> None:
    """Run statements as superuser while nobody else can connect."""
    command = [str(place.bin / "postgres"), "--single", "-D", str(data), "postgres"]
    run(place, command, log, "".join(statement + "\n" for statement in statements))


def run(place: Place, command: list[str], log: Path, given: str = "") -> None:
    """Run one of PostgreSQL's programs to its end.

    :raises Fault: with its complaint.
    """
    process = _shell.spawn(
        command,
        follow=signal.SIGKILL,
        text=True,
        stdin=subprocess.PIPE,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=clean_environment(),
        **place.identity(),
    )
    output, _ = process.communicate(given)
    if process.returncode or "ERROR:" in output:
        with log.open("a", encoding="utf-8") as stream:
            stream.write(output)
        raise Fault(explain(log, f"{Path(command[0]).name} failed"))


def explain(log: Path, what: str) -> str:
    """Turn the end of the server's log into one sentence, with the lines below it."""
    lines = _shell.tail(log)
    if "No space left on device" in lines:
        return _shell.full_disk(log)
    return f"{what}; {_shell.shown(log)} says:\n{lines}"


def require_version(data: Path, binaries: Path) -> None:
    """Refuse the data of another major version.

    :raises Fault: naming both versions.
    """
    made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    output = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True)
    ours = output.stdout.split()[-1].split(".")[0] if output.stdout else made_by
    if made_by != ours:
        raise Fault(
            f"The data in {_shell.shown(data)} was made by PostgreSQL {made_by} and this is "
            f"{ours}; dump it with the old one, or remove it with make clean."
        )


def clean_environment() -> dict[str, str]:
    """Return an environment in which no PG* variable changes what we start."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C", "HOME": "/"}


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    new.replace(path)
