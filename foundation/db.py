"""Two kinds of action: an entry opens the durable transaction, a step needs one to be open.

An entry never calls an entry. A step called outside of a transaction raises at once, so that
half of a change of money can never be committed by itself.
"""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from foundation.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
# serialization_failure and deadlock_detected: PostgreSQL asks for the whole transaction again.
RETRYABLE = {"40001", "40P01"}


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Run the action in a durable transaction of its own; retry deadlocks a bounded number.

    A Refusal that says `commits` (a counted failure) commits what was written before it.

    :raises Refusal: what the action refused; nothing was written unless it says `commits`
    :raises RuntimeError: when called inside another transaction
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _run_once(function, *args, **kwargs)
            except OperationalError as error:
                if attempt == ATTEMPTS or not _may_retry(error):
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))
        raise AssertionError("unreachable")

    return run


def step(function: Callable[P, R]) -> Callable[P, R]:
    """Run the action as part of the caller's transaction.

    :raises RuntimeError: outside of a transaction
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if not connection.in_atomic_block:
            raise RuntimeError(f"{function.__qualname__} is a step: call it inside an entry")
        return function(*args, **kwargs)

    return run


def _run_once(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    with transaction.atomic(durable=True):
        try:
            return function(*args, **kwargs)
        except Refusal as refusal:
            if not refusal.commits:
                raise
            counted = refusal
    raise counted


def _may_retry(error: OperationalError) -> bool:
    # Inside a test's own transaction there is nothing to start again.
    return not connection.in_atomic_block and sqlstate(error) in RETRYABLE


def sqlstate(error: BaseException) -> str:
    """Return the five-letter SQLSTATE of a database error, or an empty string."""
    return getattr(error.__cause__, "sqlstate", None) or ""
