"""Structured logs: one JSON object a line, with the request's id, and no personal data.

Log events carry ids and codes; names, phone numbers, codes and keys are dropped by name.
"""

import contextvars
import logging
from typing import Any

import structlog

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

# Keys whose values never reach a log, whoever passes them.
SECRET_KEYS = {
    "phone", "name", "display_name", "pin", "code", "token", "password", "email", "cookie",
    "authorization", "secret", "body", "address",
}  # fmt: skip


def _hide(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    for key in event:
        if key.lower() in SECRET_KEYS:
            event[key] = "hidden"
    return event


def _add_request(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    if current := request_id.get():
        event["request_id"] = current
    return event


SHARED = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_request,
    _hide,
]


def formatter() -> logging.Formatter:
    """Build the formatter that the logging settings name."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def get_logger(name: str) -> Any:
    """Return a logger whose calls take an event name and keyword facts."""
    return structlog.stdlib.get_logger(name)
