"""Endpoints of a member's own accounts and their entries."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.rest import PROBLEM_TYPE, ProblemSerializer, cursor_of, limit_of
from wallet.ledger import queries, rules

EXAMPLE_ACCOUNT = {
    "id": 1042,
    "code": "member.cash",
    "currency": "CNY",
    "posted_minor": 71500,
    "held_minor": 0,
    "available_minor": 71500,
    "version": 12,
}
EXAMPLE_ENTRY = {
    "version": 12,
    "amount_minor": -2850,
    "balance_minor": 71500,
    "posted_at": "2026-03-14T12:00:20+08:00",
    "journal_uid": "b1f1a4a4-3f5a-5f0e-8a43-98d1d5f1c001",
    "kind": "payment",
    "reference": "20260314123456789015",
}


class AccountSerializer(serializers.Serializer):
    """An account and its figures, in minor units of its currency."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    currency = serializers.CharField()
    posted_minor = serializers.IntegerField()
    held_minor = serializers.IntegerField()
    available_minor = serializers.IntegerField()
    version = serializers.IntegerField()


class AccountListSerializer(serializers.Serializer):
    """All accounts of the member."""

    results = AccountSerializer(many=True)


class EntrySerializer(serializers.Serializer):
    """One entry: below zero is money out; `balance_minor` is the balance after it."""

    version = serializers.IntegerField()
    amount_minor = serializers.IntegerField()
    balance_minor = serializers.IntegerField()
    posted_at = serializers.DateTimeField()
    journal_uid = serializers.UUIDField()
    kind = serializers.CharField()
    reference = serializers.CharField()


class EntryPageSerializer(serializers.Serializer):
    """Entries, newest first. Ask again with `cursor=next_cursor` until it is null."""

    results = EntrySerializer(many=True)
    next_cursor = serializers.IntegerField(allow_null=True)


class AccountsView(APIView):
    """The member's own accounts."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="account_list",
        tags=["accounts"],
        responses={
            200: OpenApiResponse(
                AccountListSerializer,
                examples=[
                    OpenApiExample("one", {"results": [EXAMPLE_ACCOUNT]}, response_only=True)
                ],
            ),
            (401, PROBLEM_TYPE): ProblemSerializer,
        },
    )
    def get(self, request: Request) -> Response:
        """List the accounts with their balances of this instant."""
        accounts = queries.list_accounts(owner_uid=request.user.uid)
        rows = []
        for account in accounts:
            balance = queries.balance(account_id=account.id)
            rows.append(
                {
                    "id": account.id,
                    "code": account.code,
                    "currency": account.currency,
                    "posted_minor": balance.posted_minor,
                    "held_minor": balance.held_minor,
                    "available_minor": balance.available_minor,
                    "version": balance.version,
                }
            )
        return Response({"results": AccountSerializer(rows, many=True).data})


class EntriesView(APIView):
    """The entries of one of the member's own accounts."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="account_entry_list",
        tags=["accounts"],
        parameters=[
            OpenApiParameter(
                "cursor", OpenApiTypes.INT64, description="the version to go back from"
            ),
            OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 100, 20 if not given"),
        ],
        responses={
            200: OpenApiResponse(
                EntryPageSerializer,
                examples=[
                    OpenApiExample(
                        "page",
                        {"results": [EXAMPLE_ENTRY], "next_cursor": 12},
                        response_only=True,
                    )
                ],
            ),
            (400, PROBLEM_TYPE): ProblemSerializer,
            (401, PROBLEM_TYPE): ProblemSerializer,
            (404, PROBLEM_TYPE): ProblemSerializer,
        },
    )
    def get(self, request: Request, account_id: int) -> Response:
        """List entries, newest first; versions have no gaps, so a page can be proven whole."""
        cursor, limit = cursor_of(request), limit_of(request)
        if account_id >= 2**63:
            raise rules.AccountUnknown()
        account = queries.get_account_by_id(account_id=account_id)
        if account.owner_uid != request.user.uid:
            raise rules.AccountUnknown()
        rows = queries.list_entries(account_id=account.id, before_version=cursor, limit=limit)
        following = rows[-1].version if len(rows) == limit and rows[-1].version > 1 else None
        data = EntrySerializer(rows, many=True).data
        return Response({"results": data, "next_cursor": following})
