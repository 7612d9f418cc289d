import dataclasses
import datetime as dt
import re

from foundation.messages.models import OutgoingMessage

_CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


@dataclasses.dataclass(frozen=True)
class SentText:
    """One SMS as the development inbox shows it; `code` is the code in it, or empty."""

    phone: str
    text: str
    code: str
    status: str
    at: dt.datetime


def list_newest(*, limit: int = 50) -> list[SentText]:
    """Return the newest SMS of everybody: for the development inbox only."""
    return [
        SentText(
            phone=row.phone,
            text=row.text,
            code=found.group() if (found := _CODE.search(row.text)) else "",
            status=row.status,
            at=row.created_at,
        )
        for row in OutgoingMessage.objects.order_by("-id")[:limit]
    ]
