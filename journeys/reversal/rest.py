import uuid

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.money import Money
from foundation.rest import MoneySerializer, key_of
from journeys.counter.rest import (
    IDEMPOTENCY_KEY,
    MONEY_EXAMPLE,
    PAYMENT_UID,
    PROBLEMS,
)
from journeys.reversal import actions
from merchants.stores.queries import Worker
from wallet.payments.rest import SignedMoneySerializer
from wallet.payments.rules import REASON_CHARACTERS

REFUND_EXAMPLE = {
    "uid": "9f3c1f60-0a55-5d11-8b0d-1c65b8a0d4f2",
    "payment_uid": PAYMENT_UID,
    "reference": "20260314123456789012",
    "amount": {**MONEY_EXAMPLE, "amount_minor": 1000},
    "refunded_total": {**MONEY_EXAMPLE, "amount_minor": 1000},
    "remaining": {**MONEY_EXAMPLE, "amount_minor": 1850},
    "status": "partly_refunded",
    "reason": "售罄",
    "refunded_at": "2026-03-14T12:30:00+08:00",
}


class RefundAskSerializer(serializers.Serializer):
    """How much to give back, and why."""

    amount = MoneySerializer()
    reason = serializers.CharField(
        max_length=REASON_CHARACTERS, required=False, allow_blank=True, default=""
    )


class RefundSerializer(serializers.Serializer):
    """A refund, and what is left of its payment."""

    uid = serializers.UUIDField(source="refund_uid")
    payment_uid = serializers.UUIDField()
    reference = serializers.CharField()
    amount = MoneySerializer()
    refunded_total = MoneySerializer()
    remaining = SignedMoneySerializer()
    status = serializers.ChoiceField(
        choices=["captured", "partly_refunded", "refunded"], help_text="The payment's."
    )
    reason = serializers.CharField()
    refunded_at = serializers.DateTimeField()


class Refunds(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="refunds_create",
        summary="Give a payment back, in full or in part",
        description="For the owner and the managers of the store that was paid.",
        tags=["stores"],
        parameters=[IDEMPOTENCY_KEY],
        request=RefundAskSerializer,
        responses={201: RefundSerializer, **PROBLEMS},
        examples=[
            OpenApiExample(
                "refund",
                value={"amount": REFUND_EXAMPLE["amount"], "reason": "售罄"},
                request_only=True,
            ),
            OpenApiExample(
                "refunded", value=REFUND_EXAMPLE, response_only=True, status_codes=["201"]
            ),
        ],
    )
    def post(self, request: Request, payment_uid: uuid.UUID) -> Response:
        client, key = key_of(request)
        given = RefundAskSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        receipt = actions.refund(
            client=client,
            key=key,
            staff=Worker.of(request.user),
            payment_uid=payment_uid,
            amount=Money(**given.validated_data["amount"]),
            reason=given.validated_data["reason"],
            at=clock.now(),
        )
        return Response(RefundSerializer(receipt).data, status=status.HTTP_201_CREATED)
