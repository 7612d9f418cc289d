"""Endpoints of requests and payments, for members' apps."""

import uuid
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import exceptions, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.money import Money, exponent
from foundation.rest import PROBLEM_TYPE, MoneySerializer, ProblemSerializer, limit_of
from wallet.payments import queries
from wallet.payments.rules import Receipt, RequestDetail

EXAMPLE_AMOUNT = {"amount_minor": 2850, "currency": "CNY", "exponent": 2}
EXAMPLE_NOTHING = {"amount_minor": 0, "currency": "CNY", "exponent": 2}
EXAMPLE_PAYEE = {
    "store_uid": "0d9a1c5e-52a5-4a0e-9f4e-0f7c7c9ad6b1",
    "name": "老王面馆",
    "number": "3600010017",
}
EXAMPLE_REQUEST = {
    "uid": "7f0b6a52-7f0e-4c19-8a43-6f0b36a7e2a1",
    "scene": "dynamic",
    "payee": EXAMPLE_PAYEE,
    "amount": EXAMPLE_AMOUNT,
    "note": "2 号桌",
    "status": "open",
    "created_at": "2026-03-14T12:00:00+08:00",
    "expires_at": "2026-03-14T12:15:00+08:00",
    "payment_uid": None,
}
EXAMPLE_RECEIPT = {
    "uid": "b1f1a4a4-3f5a-5f0e-8a43-98d1d5f1c001",
    "reference": "20260314123456789015",
    "request_uid": EXAMPLE_REQUEST["uid"],
    "scene": "dynamic",
    "payee": EXAMPLE_PAYEE,
    "amount": EXAMPLE_AMOUNT,
    "note": "2 号桌",
    "status": "captured",
    "refunded": EXAMPLE_NOTHING,
    "captured_at": "2026-03-14T12:00:20+08:00",
    "funding": [{"role": "member", "amount": EXAMPLE_AMOUNT, "refunded": EXAMPLE_NOTHING}],
}
EXAMPLE_PROBLEM = {
    "type": "https://tongbao.example/problems/payment-unknown",
    "title": "Payment unknown",
    "status": 404,
    "code": "payment_unknown",
    "detail": "We could not find this payment.",
}


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Return the problem details that an endpoint can answer, for its schema."""
    example = OpenApiExample("problem", EXAMPLE_PROBLEM, response_only=True)
    return {
        (status, PROBLEM_TYPE): OpenApiResponse(ProblemSerializer, examples=[example])
        for status in (401, *statuses)
    }


def money_body(money: Money) -> dict[str, Any]:
    """Return an amount as MoneySerializer describes it."""
    return {
        "amount_minor": money.amount_minor,
        "currency": money.currency,
        "exponent": exponent(money.currency),
    }


class SignedMoneySerializer(MoneySerializer):
    """An amount that may be zero or negative."""

    amount_minor = serializers.IntegerField()


class PayeeSerializer(serializers.Serializer):
    """The store that is paid."""

    store_uid = serializers.UUIDField()
    name = serializers.CharField()
    number = serializers.CharField()


class PaymentRequestSerializer(serializers.Serializer):
    """What a store asks for. `payment_uid` stands once it is paid."""

    uid = serializers.UUIDField()
    scene = serializers.ChoiceField(["dynamic", "static", "pay_code"])
    payee = PayeeSerializer()
    amount = MoneySerializer()
    note = serializers.CharField()
    status = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    payment_uid = serializers.UUIDField(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(["open", "paid", "cancelled", "expired"]))
    def get_status(self, request: RequestDetail) -> str:
        return request.status_at(self.context["at"])


class FundingLineSerializer(serializers.Serializer):
    """Who paid which part, and how much of it came back."""

    role = serializers.ChoiceField(["member", "sponsor", "points"])
    amount = MoneySerializer()
    refunded = SignedMoneySerializer()


class ReceiptSerializer(serializers.Serializer):
    """A payment as its receipt shows it today, refunds included."""

    uid = serializers.UUIDField(source="payment_uid")
    reference = serializers.CharField()
    request_uid = serializers.UUIDField()
    scene = serializers.ChoiceField(["dynamic", "static", "pay_code"])
    payee = PayeeSerializer()
    amount = MoneySerializer()
    note = serializers.CharField()
    status = serializers.ChoiceField(["captured", "partly_refunded", "refunded"])
    refunded = SignedMoneySerializer()
    captured_at = serializers.DateTimeField()
    funding = FundingLineSerializer(many=True)

    def to_representation(self, receipt: Receipt) -> dict[str, Any]:
        """Write the body by hand: nested serializers took a third of a payment's time."""
        return {
            "uid": str(receipt.payment_uid),
            "reference": receipt.reference,
            "request_uid": str(receipt.request_uid),
            "scene": receipt.scene,
            "payee": {
                "store_uid": str(receipt.store_uid),
                "name": receipt.payee_name,
                "number": receipt.payee_number,
            },
            "amount": money_body(receipt.amount),
            "note": receipt.note,
            "status": receipt.status,
            "refunded": money_body(receipt.refunded),
            "captured_at": localtime(receipt.captured_at).isoformat(),
            "funding": [
                {
                    "role": line.role,
                    "amount": money_body(line.amount),
                    "refunded": money_body(line.refunded),
                }
                for line in receipt.funding
            ],
        }


class TimelineStepSerializer(serializers.Serializer):
    """One thing that happened to a payment."""

    kind = serializers.ChoiceField(["opened", "paid", "refunded"])
    at = serializers.DateTimeField()
    amount = MoneySerializer(allow_null=True)
    note = serializers.CharField()


class PaymentDetailSerializer(ReceiptSerializer):
    """A receipt with everything that happened to the payment, oldest first."""

    timeline = TimelineStepSerializer(many=True)


class PaymentPageSerializer(serializers.Serializer):
    """Payments, newest first. Ask again with `cursor=next_cursor` until it is null."""

    results = ReceiptSerializer(many=True)
    next_cursor = serializers.UUIDField(allow_null=True)


def uid_cursor_of(request: Request) -> uuid.UUID | None:
    """Return the page cursor of the query string, a uid, or None on the first page.

    :raises rest_framework.exceptions.ValidationError: not a uid
    """
    text = request.query_params.get("cursor", "")
    try:
        return uuid.UUID(text) if text else None
    except ValueError as error:
        refused = {"cursor": [gettext("Use the cursor of a page.")]}
        raise exceptions.ValidationError(refused) from error


class PaymentRequestView(APIView):
    """One payment request, to a member who may pay it."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="payment_request_retrieve",
        tags=["payments"],
        responses={
            200: OpenApiResponse(
                PaymentRequestSerializer,
                examples=[OpenApiExample("open", EXAMPLE_REQUEST, response_only=True)],
            ),
            **problems(404),
        },
    )
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """Look at a request; poll it to see that it was paid, cancelled or expired."""
        found = queries.get_request(uid=uid, user=request.user)
        context = {"at": clock.now()}
        return Response(PaymentRequestSerializer(found, context=context).data)


class PaymentsView(APIView):
    """The member's own payments."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="payment_list",
        tags=["payments"],
        parameters=[
            OpenApiParameter("cursor", OpenApiTypes.UUID, description="next_cursor of a page"),
            OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 100, 20 if not given"),
        ],
        responses={
            200: OpenApiResponse(
                PaymentPageSerializer,
                examples=[
                    OpenApiExample(
                        "page",
                        {"results": [EXAMPLE_RECEIPT], "next_cursor": None},
                        response_only=True,
                    )
                ],
            ),
            **problems(400),
        },
    )
    def get(self, request: Request) -> Response:
        """List payments, newest first. Funding lines stand on a single payment only."""
        limit = limit_of(request)
        rows = queries.list_payments(
            user=request.user, before_uid=uid_cursor_of(request), limit=limit
        )
        following = str(rows[-1].payment_uid) if len(rows) == limit else None
        data = ReceiptSerializer(rows, many=True).data
        return Response({"results": data, "next_cursor": following})


class PaymentView(APIView):
    """One of the member's own payments."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="payment_retrieve",
        tags=["payments"],
        responses={
            200: OpenApiResponse(
                PaymentDetailSerializer,
                examples=[
                    OpenApiExample(
                        "payment",
                        {
                            **EXAMPLE_RECEIPT,
                            "timeline": [
                                {
                                    "kind": "paid",
                                    "at": EXAMPLE_RECEIPT["captured_at"],
                                    "amount": EXAMPLE_AMOUNT,
                                    "note": "",
                                }
                            ],
                        },
                        response_only=True,
                    )
                ],
            ),
            **problems(404),
        },
    )
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """Look at a payment: its receipt as of today, and its timeline."""
        detail = queries.get_payment_detail(uid=uid, user=request.user)
        data = ReceiptSerializer(detail.receipt).data
        data["timeline"] = TimelineStepSerializer(detail.timeline, many=True).data
        return Response(data)
