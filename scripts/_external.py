"""Check a DATABASE_URL that somebody gave us before anything depends on it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scripts._shell import Fault

OLDEST = 150_000
SECONDS = 5


def require_database(url: str) -> None:
    """Connect once and look at the version.

    :raises Fault: in one sentence, never showing the password.
    """
    import psycopg

    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as error:
        raise Fault(f"DATABASE_URL cannot be read: {error}.") from None
    if parts.scheme not in ("postgres", "postgresql") or len(parts.path) < 2:
        raise Fault("DATABASE_URL must look like postgres://user:password@host:5432/database.")
    where = f"{parts.hostname or 'the local socket'}, port {port}"
    try:
        with psycopg.connect(url, connect_timeout=SECONDS) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        raise Fault(
            f"DATABASE_URL leads to no database ({where}): {plain(str(error), parts.password)}"
        ) from None
    if version < OLDEST:
        raise Fault(
            f"DATABASE_URL leads to PostgreSQL {version // 10_000}; Tongbao needs 15 or newer."
        )


def plain(message: str, password: str | None) -> str:
    """Return the driver's reason as one line without what it repeats, or a secret."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    line = re.sub(r"^.*(failed|error): ", "", lines[0]) if lines else "no reason given"
    line = re.sub(r"^(FATAL|ERROR): +", "", line)
    if password:
        line = line.replace(password, "***")
    return line.rstrip(".") + "."
