import datetime as dt
from typing import Any

from foundation.audit.models import AuditRecord
from foundation.db import step
from foundation.logs import request_id


@step
def record(
    *,
    at: dt.datetime,
    actor_id: int | None,
    act: str,
    target_kind: str,
    target_uid: str,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one act to the audit trail, in the transaction of the act itself."""
    AuditRecord.objects.create(
        at=at,
        actor_id=actor_id,
        act=act,
        target_kind=target_kind,
        target_uid=target_uid,
        reason=reason,
        request_id=request_id.get(),
        detail=detail or {},
    )
