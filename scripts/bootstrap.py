"""Make `.venv` and keep it as the pinned requirements say.

Runs on a bare Python; needs neither pip nor make. `enter` is the first thing
every other script does. A stamp per requirements file holds what was
installed, so that a second run costs a few milliseconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from scripts import _shell
from scripts._shell import ROOT, Fault

OLDEST = (3, 11)
NEWEST_TRIED = 16
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME = ("requirements.txt",)
DEVELOPMENT = ("requirements.txt", "requirements-dev.txt")
BENCH = (*DEVELOPMENT, "bench/requirements.txt")
# Runtime, then with the development tools: what pip was seen to write, and some room.
NEEDED_MEGABYTES = {1: 700, 2: 1200, 3: 1300}
OFFLINE_SIGNS = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Failed to establish a new connection",
    "Network is unreachable",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Connection refused",
    "nodename nor servname",
)


def main(arguments: list[str]) -> int:
    """Make the environment; `--dev` and `--bench` add their requirements."""
    names = BENCH if "--bench" in arguments else DEVELOPMENT if "--dev" in arguments else RUNTIME
    require_python(names)
    install(names)
    _shell.say(f"{_shell.shown(VENV)} is ready.")
    return 0


def enter(names: tuple[str, ...] = RUNTIME) -> None:
    """Go on inside `.venv` with these requirements installed; returns only there.

    The process replaces itself, so that its id, its signals and its exit code
    stay those that make or a supervisor knows.

    :raises Fault: with one sentence that a person can act on.
    """
    if os.environ.get("TONGBAO_ENTERED") == str(ROOT) and Path(sys.prefix) == VENV:
        return
    require_python(names)
    install(names)
    os.environ["TONGBAO_ENTERED"] = str(ROOT)
    os.execv(PYTHON, [str(PYTHON), *sys.argv])


def require_python(names: tuple[str, ...]) -> None:
    """Refuse a Python that is too old, or start over with a newer one that is at hand.

    :raises Fault: where none is found, or the machine is not a Unix.
    """
    if os.name != "posix":
        raise Fault("Tongbao's commands need Linux or macOS; on Windows, run them inside WSL.")
    if sys.version_info >= OLDEST:
        return
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])
    raise Fault(
        f"Tongbao needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is "
        f"{sys.version_info[0]}.{sys.version_info[1]}; install one, or name it: "
        "make PYTHON=/path/to/python3.11 demo."
    )


def install(names: tuple[str, ...]) -> None:
    """Bring `.venv` in line with the requirements files, one process at a time.

    :raises Fault: when the environment cannot be made or filled.
    """
    wanted = [name for name in names if not is_current(name)]
    if not wanted:
        return
    with only_one():
        wanted = [name for name in names if not is_current(name)]
        if wanted:
            _shell.need_space(
                VENV, 30 if stamp(names[0]).exists() else NEEDED_MEGABYTES[len(names)]
            )
            make_venv()
            for name in wanted:
                pip_install(name)
                stamp(name).write_text(fingerprint(name), encoding="ascii")


def stamp(name: str) -> Path:
    """Return the file that says what was installed for `name`."""
    return VENV / (".installed-" + name.replace("/", "-"))


def fingerprint(name: str) -> str:
    """Hash what decides the environment: the pins, and the place its scripts point to."""
    digest = hashlib.sha256((ROOT / name).read_bytes())
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def is_current(name: str) -> bool:
    """Say whether `.venv` holds what `name` asks for and still has its interpreter."""
    try:
        return PYTHON.exists() and stamp(name).read_text(encoding="ascii") == fingerprint(name)
    except OSError:
        return False


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the installation lock: `make demo` and `make test` may start together."""

    import fcntl

    with (_shell.make_dir(_shell.VAR) / "bootstrap.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _shell.say("Waiting for another command that is installing …")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    """Create `.venv`, or create it anew when its interpreter or its place has gone.

    :raises Fault: without ensurepip, or where the directory cannot be written.
    """
    place = VENV / ".place"
    moved = place.exists() and place.read_text(encoding="utf-8") != str(ROOT)
    if PYTHON.exists() and not moved:
        if not os.access(VENV, os.W_OK):
            raise Fault(".venv belongs to another user; remove it, or run as that user.")
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Fault(
            "This Python cannot make virtual environments (no ensurepip); install its venv "
            "package, on Debian and Ubuntu: apt install python3-venv."
        ) from None
    _shell.say("Making .venv …")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise Fault(explain(done.stdout + done.stderr, "The virtual environment .venv"))
    place.write_text(str(ROOT), encoding="utf-8")


def pip_install(name: str) -> None:
    """Install one file of exact versions, counting the packages aloud.

    :raises Fault: with the reason in one sentence, and where pip's own words are.
    """
    log = _shell.make_dir(_shell.LOGS) / "pip.log"
    pins = (ROOT / name).read_text(encoding="utf-8")
    total = sum("==" in line and not line.startswith("#") for line in pins.splitlines())
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--no-compile",
    ]
    # The file is a complete lock: resolving it again would only cost time, and so
    # would byte code for modules that nobody imports.
    command += ["--no-deps", "--progress-bar", "off", "-r", name]
    with log.open("w", encoding="utf-8") as stream:
        pip = _shell.spawn(
            command,
            follow=signal.SIGTERM,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert pip.stdout is not None
        seen = 0
        for line in pip.stdout:
            stream.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                count(name, seen, total)
            elif line.startswith("Installing collected"):
                count(name, total, total)
    _shell.say()
    if pip.wait():
        raise Fault(explain(log.read_text(encoding="utf-8"), f"The requirements in {name}"))


def count(name: str, seen: int, total: int) -> None:
    """Show progress: in place on a terminal, rarely in a log."""
    text = f"Installing {name}: {min(seen, total)} of {total} packages"
    if sys.stdout.isatty():
        _shell.say("\r" + text, end="")
    elif seen == 1:
        _shell.say(text + " …", end="")


def explain(output: str, what: str) -> str:
    """Turn the words of pip or venv into one sentence."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return _shell.full_disk(VENV)
    if any(sign in output for sign in OFFLINE_SIGNS):
        return (
            f"{what} could not be fetched because the package index does not answer; "
            "check the network (or pip's proxy settings) and start again."
        )
    if "Permission denied" in output:
        return f"{what} could not be written: .venv belongs to another user."
    errors = [line for line in output.splitlines() if line.startswith(("ERROR", "Error"))]
    reason = errors[0].partition(":")[2].strip() if errors else "see var/log/pip.log"
    return f"{what} could not be installed: {reason}"


if __name__ == "__main__":
    _shell.run_main(main)
