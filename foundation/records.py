"""Frozen dataclasses to JSON and back: events in the outbox, answers under their keys.

Fields may be str, int, bool, None, UUID, date, datetime, Money, other such dataclasses, tuples
of these, and optional forms of all of them.
"""

import dataclasses
import datetime as dt
import types
import typing
import uuid
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def as_json(value: Any) -> Any:
    """Return the value as plain JSON types.

    :raises TypeError: for a value that has no place in a record
    """
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a record")


def rebuild(kind: type[T], stored: dict[str, Any]) -> T:
    """Return the dataclass that `as_json` was given; fields added since keep their defaults."""
    hints = _hints(kind)  # type: ignore[arg-type]
    known = {f.name for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(**{k: _value(hints[k], v) for k, v in stored.items() if k in known})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(hint: Any, stored: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        if stored is None:
            return None
        return _value(next(a for a in typing.get_args(hint) if a is not type(None)), stored)
    if origin is tuple:
        return tuple(_value(typing.get_args(hint)[0], item) for item in stored)
    if hint is uuid.UUID:
        return uuid.UUID(stored)
    if hint is dt.datetime:
        return dt.datetime.fromisoformat(stored)
    if hint is dt.date:
        return dt.date.fromisoformat(stored)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return rebuild(hint, stored)
    return stored
