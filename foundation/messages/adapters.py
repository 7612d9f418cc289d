"""The port to an SMS network, and the sandbox behind it.

A provider's adapter is added to ADAPTERS and chosen by the setting SMS_ADAPTER.
"""

import uuid
from typing import Protocol


class SmsRefused(Exception):
    """The network did not take the message; it is tried again later."""


class SmsNetwork(Protocol):
    """Takes one message and returns the network's own reference for it.

    :raises SmsRefused: not taken
    """

    def send(self, *, phone: str, text: str) -> str: ...


class SandboxSms:
    """Accepts everything; numbers that end in 0000 fail, as an unreachable phone would."""

    def send(self, *, phone: str, text: str) -> str:
        if phone.endswith("0000"):
            raise SmsRefused("the sandbox refuses numbers that end in 0000")
        return f"sandbox-{uuid.uuid4().hex[:12]}"


ADAPTERS: dict[str, SmsNetwork] = {"sandbox": SandboxSms()}
