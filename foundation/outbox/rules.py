"""How often and how late a failed delivery is tried again."""

import datetime as dt

# About a day in all; then it is a dead letter and waits for a person.
RETRY_SECONDS = (2, 10, 60, 300, 1800, 7200, 28800, 43200)


def next_try(*, attempts: int, at: dt.datetime) -> dt.datetime | None:
    """Return when to try again after this many attempts, or None when it is a dead letter."""
    if attempts > len(RETRY_SECONDS):
        return None
    return at + dt.timedelta(seconds=RETRY_SECONDS[attempts - 1])
