"""Reads of payments: requests, receipts, a member's history, one record with its timeline."""

from wallet.payments.queries.history import (
    MonthTotals,
    Record,
    RecordPage,
    RefundLine,
    list_records,
    month_totals,
)
from wallet.payments.queries.receipts import (
    get_receipt,
    get_store_receipt,
    list_for_store,
    list_moves,
    list_payees,
    list_payments,
)
from wallet.payments.queries.records import (
    RecordDetail,
    TimelineStep,
    get_payment_detail,
    get_record,
    get_store_record,
)
from wallet.payments.queries.requests import (
    RequestStatus,
    find_request,
    find_waiting,
    get_request,
    request_status,
)

__all__ = [
    "MonthTotals",
    "Record",
    "RecordDetail",
    "RecordPage",
    "RefundLine",
    "RequestStatus",
    "TimelineStep",
    "find_request",
    "find_waiting",
    "get_payment_detail",
    "get_receipt",
    "get_record",
    "get_request",
    "get_store_receipt",
    "get_store_record",
    "list_for_store",
    "list_moves",
    "list_payees",
    "list_payments",
    "list_records",
    "month_totals",
    "request_status",
]
