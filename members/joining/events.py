"""The facts that joining publishes."""

import dataclasses
import datetime as dt
import uuid
from typing import ClassVar

from foundation.outbox.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """Somebody finished the four steps and has a wallet. `uid` is the user's."""

    kind: ClassVar[str] = "members.joined"

    uid: uuid.UUID
    user_id: int
    joined_at: dt.datetime
